"""A retry with a countdown"""

from celery import Task, shared_task


@shared_task(bind=True, queue="invoices.fifo")
def remind(self: Task, invoice_id: str, customer_id: str) -> None:
    try:
        send_mail(invoice_id)
    except ConnectionError as error:
        raise self.retry(
            exc=error,
            countdown=2**self.request.retries,  # error: SQF503
            MessageGroupId=customer_id,
            MessageDeduplicationId=f"{invoice_id}-{self.request.retries}",
        )


def send_mail(invoice_id: str) -> None: ...
