"""`autoretry_for`, on a task whose senders are not visible"""

from celery import shared_task


@shared_task(queue="orders.fifo", autoretry_for=(ConnectionError,))  # error: SQF502
def charge(order_id: str) -> None: ...
