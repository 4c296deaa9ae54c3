"""The queue in the decorator of a Celery task"""

from celery import Celery

app = Celery("shop", broker="sqs://")


@app.task(queue="orders.fifo")
def charge(order_id: int) -> None: ...


def on_order(order_id: int) -> None:
    charge.delay(order_id)  # error: SQF501
