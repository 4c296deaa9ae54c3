"""The entity as group, the event as dedup ID"""

from celery import Celery

app = Celery("shop", broker="sqs://")


@app.task(queue="orders.fifo")
def charge(order_id: int) -> None: ...


def on_order(order_id: int, event_id: str) -> None:
    charge.apply_async((order_id,), MessageGroupId=str(order_id), MessageDeduplicationId=event_id)
