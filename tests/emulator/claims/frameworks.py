"""SQF5xx: Celery itself sends the tasks, and runs one that fails as its worker does."""

from __future__ import annotations

from tests.emulator.claims.model import Claim, at_once, groups
from tests.emulator.experiment import Run, Setting

APP = "import celery; celery.Celery('shop', broker='sqs://').set_default()\n"
FAILING = f"""\
{APP}
def fail(*_):
    raise ConnectionError

def handle(task, *arguments):
    task.push_request(
        id="task", args=arguments, kwargs={{}}, called_directly=False, delivery_info={{"routing_key": "orders.fifo"}}
    )
    try:
        task.run(*arguments)
    except celery.exceptions.Retry:
        pass
    finally:
        task.pop_request()

print = charge._orig_run = fail
"""
"""Makes a task fail: the examples print, or do nothing that `autoretry_for` covers."""

CLAIMS = (
    Claim(
        rule="SQF501",
        says="Tasks without a group ID are all in one group, and handled one at a time.",
        setting=Setting(messages=20, work=0.05),
        measure=at_once,
        bad={
            "The queue in the decorator of a Celery task": Run("on_order(event['id'])"),
            "The queue in the call": Run("on_order(event['id'])", start=APP),
        },
        good={
            "The entity as group, the event as dedup ID": Run("on_order(event['id'], event['event_id'])", start=APP),
            "A standard queue": Run("on_order(event['id'])", start=APP),
        },
        shows=("1 at once", "4 at once"),
    ),
    Claim(
        rule="SQF502",
        says="The retries of tasks of ten entities all go to one group.",
        setting=Setting(messages=10),
        measure=groups,
        bad={
            "`self.retry()`": Run("handle(charge, event['account'])", start=FAILING),
            "`autoretry_for`, on a task whose senders are not visible": Run(
                "handle(charge, event['account'])", start=FAILING
            ),
        },
        good={
            "The retry has the IDs": Run("handle(charge, event['account'], event['event_id'])", start=FAILING),
        },
        shows=("one group", "several groups"),
    ),
)
