"""`self.retry()`"""

from celery import Task, shared_task


@shared_task(bind=True, queue="orders.fifo")
def charge(self: Task, order_id: str) -> None:
    try:
        print("charging", order_id)
    except ConnectionError as error:
        raise self.retry(exc=error)  # error: SQF502


def on_order(order_id: str, event_id: str) -> None:
    charge.apply_async((order_id,), MessageGroupId=order_id, MessageDeduplicationId=event_id)
