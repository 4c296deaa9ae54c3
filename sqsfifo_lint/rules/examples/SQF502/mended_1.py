"""The retry has the IDs"""

from celery import Task, shared_task


@shared_task(bind=True, queue="orders.fifo")
def charge(self: Task, order_id: str, event_id: str) -> None:
    try:
        print("charging", order_id)
    except ConnectionError as error:
        raise self.retry(
            exc=error,
            MessageGroupId=order_id,
            MessageDeduplicationId=f"{event_id}-{self.request.retries}",
        )


def on_order(order_id: str, event_id: str) -> None:
    arguments = (order_id, event_id)
    charge.apply_async(arguments, MessageGroupId=order_id, MessageDeduplicationId=event_id)
