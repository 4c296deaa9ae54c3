"""The queue in the call"""

from celery import shared_task


@shared_task
def charge(order_id: int) -> None: ...


def on_order(order_id: int) -> None:
    charge.apply_async((order_id,), queue="orders.fifo")  # error: SQF501
