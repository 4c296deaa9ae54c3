"""What runs code again after a failure: tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Retry:
    """When a decorator runs the body of its function again."""

    always: bool = False
    keywords: frozenset[str] = frozenset()
    """One of these keywords is passed to the decorator."""
    method: str = ""
    """The body calls a method of this name: `self.retry()`."""


_ALWAYS = Retry(always=True)
_CELERY = Retry(keywords=frozenset({"acks_late", "autoretry_for"}), method="retry")
_WHEN_ASKED = Retry(keywords=frozenset({"retries"}))

RETRY_DECORATORS: Mapping[str, Retry] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "backoff.on_exception",
                "backoff.on_predicate",
                "dramatiq.actor",
                "opnieuw.retry",
                "opnieuw.retry_async",
                "retry.api.retry",
                "retry.retry",
                "retry_async.retry",
                "retrying.retry",
                "riprova.retry",
                "stamina.retry",
                "tenacity.AsyncRetrying().wraps",
                "tenacity.Retrying().wraps",
                "tenacity.retry",
            ),
            _ALWAYS,
        ),
        "airflow.decorators.task": _WHEN_ASKED,
        "airflow.sdk.task": _WHEN_ASKED,
        "celery.Celery().task": _CELERY,
        "celery.app.task": _CELERY,
        "celery.shared_task": _CELERY,
        "huey.Huey().task": _WHEN_ASKED,
        "huey.RedisHuey().task": _WHEN_ASKED,
        "prefect.flow": _WHEN_ASKED,
        "prefect.task": _WHEN_ASKED,
        "procrastinate.App().task": Retry(keywords=frozenset({"retry"})),
    }
)
"""By qualified name."""

RETRY_ITERATORS: frozenset[str] = frozenset({"stamina.retry_context", "tenacity.AsyncRetrying", "tenacity.Retrying"})
"""`for attempt in ...`: the loop body is one attempt."""
