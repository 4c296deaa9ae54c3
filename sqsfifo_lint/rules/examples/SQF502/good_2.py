"""A standard queue"""

from celery import Task, shared_task


@shared_task(bind=True, queue="mail")
def remind(self: Task, order_id: str) -> None:
    raise self.retry()
