"""A time reckoned from now"""

from datetime import UTC, datetime, timedelta

from celery import Celery

app = Celery("shop", broker="sqs://")


def on_invoice(invoice_id: str, customer_id: str) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    app.send_task(
        "remind",
        (invoice_id,),
        eta=tomorrow,  # error: SQF503
        queue="invoices.fifo",
        MessageGroupId=customer_id,
        MessageDeduplicationId=invoice_id,
    )
