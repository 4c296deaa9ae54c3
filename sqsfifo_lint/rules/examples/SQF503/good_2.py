"""The due time is in the message, and a scheduler sends it when it is due"""

from celery import shared_task


@shared_task(queue="invoices.fifo")
def remind(invoice_id: str) -> None: ...


def every_minute(due: list[dict[str, str]]) -> None:
    for invoice in due:
        remind.apply_async(
            (invoice["id"],),
            MessageGroupId=invoice["customer"],
            MessageDeduplicationId=f"remind-{invoice['id']}",
        )
