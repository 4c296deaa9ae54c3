"""The message of a task that failed becomes visible again by itself"""

from celery import shared_task
from celery.exceptions import Reject


@shared_task(queue="invoices.fifo", acks_late=True)
def remind(invoice_id: str) -> None:
    try:
        send_mail(invoice_id)
    except ConnectionError as error:
        raise Reject(error, requeue=True) from error


def send_mail(invoice_id: str) -> None: ...
