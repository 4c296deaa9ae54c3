"""The delayed task is on a standard queue"""

from celery import shared_task


@shared_task(queue="invoices.fifo")
def remind(invoice_id: str) -> None: ...


@shared_task(queue="timers")
def remind_now(invoice_id: str, customer_id: str) -> None:
    remind.apply_async((invoice_id,), MessageGroupId=customer_id, MessageDeduplicationId=invoice_id)


def on_invoice(invoice_id: str, customer_id: str) -> None:
    remind_now.apply_async((invoice_id, customer_id), countdown=600)
