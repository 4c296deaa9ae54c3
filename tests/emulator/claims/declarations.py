"""SQF4xx."""

from __future__ import annotations

from tests.emulator.claims.model import Claim, answered
from tests.emulator.experiment import Run, Setting

CREATED = Setting(messages=1, queue="to a queue that the program creates")

CLAIMS = (
    Claim(
        rule="SQF401",
        says="A FIFO queue needs both the name and the attribute; with only one of them it cannot be created.",
        setting=CREATED,
        measure=answered,
        bad={
            "FIFO by its attribute only": Run("publish(event)"),
            "FIFO by its name only": Run("publish(event)"),
        },
        good={"Both agree": Run("publish(event)")},
        shows=("rejected: InvalidParameterValue", "accepted"),
    ),
    Claim(
        rule="SQF402",
        says="A standard queue cannot be created with a FIFO-only attribute.",
        setting=CREATED,
        measure=answered,
        bad={"Content-based deduplication on a standard queue": Run("publish(event)")},
        good={
            "On a FIFO queue": Run("publish(event)"),
            "None of these attributes": Run("publish(event)"),
        },
        shows=("rejected: InvalidAttributeName", "accepted"),
    ),
    Claim(
        rule="SQF406",
        says="A FIFO queue cannot be subscribed to a standard topic.",
        setting=CREATED,
        measure=answered,
        bad={"A FIFO queue on a standard topic": Run("subscribe()")},
        good={"A FIFO queue on a FIFO topic": Run("subscribe()")},
        shows=("rejected: InvalidParameter", "accepted"),
    ),
    Claim(
        rule="SQF407",
        says="boto3 takes only text as the value of an attribute.",
        setting=CREATED,
        measure=answered,
        bad={"Flags that are no text": Run("publish(event)")},
        good={"Text, in the right words": Run("publish(event)")},
        shows=("rejected: ParamValidationError", "accepted"),
    ),
)
