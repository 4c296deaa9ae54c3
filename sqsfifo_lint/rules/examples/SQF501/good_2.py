"""A standard queue"""

from celery import shared_task


@shared_task(queue="mail")
def remind(order_id: int) -> None: ...


def on_order(order_id: int) -> None:
    remind.delay(order_id)
