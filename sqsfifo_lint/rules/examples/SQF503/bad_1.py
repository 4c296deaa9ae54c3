"""A countdown of Celery"""

from celery import shared_task


@shared_task(queue="invoices.fifo")
def remind(invoice_id: str) -> None: ...


def on_invoice(invoice_id: str, customer_id: str) -> None:
    remind.apply_async(
        (invoice_id,),
        countdown=600,  # error: SQF503
        MessageGroupId=customer_id,
        MessageDeduplicationId=invoice_id,
    )
