"""What `sqsfifo-lint messages --output-format json` prints: all that `full` says in words, as fields."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqsfifo_lint.evidence.groups import Blocked, MessagesReport, QueueFacts, Repeats
from sqsfifo_lint.evidence.id_columns import Ids, IdValue
from sqsfifo_lint.evidence.ids import Reading
from sqsfifo_lint.evidence.model import Message
from sqsfifo_lint.evidence.moments import moment

VERSION = 1
"""Of the promised fields. A field may be added without a new version."""


def as_json(report: MessagesReport, *, bodies: bool = False) -> str:
    """The report. `bodies`: whether to show bodies where they tell something."""
    value = {
        "version": VERSION,
        "queues": [_queue(facts, bodies) for facts in report.queues],
        "unread": {
            "count": report.unread_count,
            "first": [{"source": one.source, "line": one.line, "message": one.message} for one in report.unread],
        },
        "exit_status": report.exit_status(),
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def _queue(facts: QueueFacts, bodies: bool) -> dict[str, Any]:
    collisions = facts.collisions
    return {
        "queue": facts.queue,
        "fifo": facts.fifo,
        "dead_letter_sources": list(facts.dead_letter_sources),
        "via": list(facts.via),
        "judgement": facts.verdict.judgement.value,
        "reasons": list(facts.verdict.reasons),
        "bad": facts.bad,
        "messages": facts.messages,
        "deliveries": facts.deliveries,
        "looked_at": facts.kept,
        "first_sent": _time(facts.first_sent),
        "last_sent": _time(facts.last_sent),
        "most_workers": _most_workers(facts),
        "largest_share": facts.largest,
        "waited_ms": None
        if facts.waits is None
        else {
            "messages": facts.waits.messages,
            "oldest": facts.waits.oldest,
            "median": facts.waits.median,
            "longest": facts.waits.longest,
        },
        "received_again": {
            "messages": facts.returned,
            "most": facts.most_received,
            "blocked_groups": len(facts.blocked),
            "first": [_blocked(one, bodies) for one in facts.blocked[:10]],
        },
        "group_ids": _ids(facts.groups),
        "dedup_ids": {
            **_ids(facts.dedups),
            "content_based": facts.content_based,
            "equal_to_message_id": facts.dedup_is_message_id,
            "equal_to_group_id": facts.dedup_is_group,
            "colliding": facts.colliding,
            "clock": None
            if collisions is None
            else {
                "kind": collisions.kind.name,
                "resolution_ns": collisions.resolution,
                "messages_per_second": collisions.rate,
                "dropped_share": collisions.share,
            },
            "on_different_bodies": _repeats(facts.reused, bodies),
            "on_equal_bodies": _repeats(facts.resent, bodies),
            "equal_bodies_not_recognized": _repeats(facts.unrecognized, bodies),
        },
        "code": None,
        "logs": None,
        **facts.beside.fields,
    }


def _most_workers(facts: QueueFacts) -> int | None:
    groups = facts.groups
    return groups.different if groups.messages and groups.complete and facts.fifo is not False else None


def _time(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else moment(milliseconds * 1000)


def _blocked(one: Blocked, bodies: bool) -> dict[str, Any]:
    return {"group_id": one.group, "behind": one.behind, **_message(one.message, bodies)}


def _message(message: Message, bodies: bool) -> dict[str, Any]:
    found = {
        "message_id": message.message_id,
        "dedup_id": message.dedup,
        "sent": _time(message.sent),
        "receive_count": message.receive_count,
    }
    return {**found, "body": message.body} if bodies else found


def _ids(ids: Ids) -> dict[str, Any]:
    return {
        "messages": ids.messages,
        "different": ids.different,
        "complete": ids.complete,
        "sequence": ids.sequence,
        "looked_at": ids.looked_at,
        "made_before_sent_us": ids.before,
        "kinds": [
            {"kind": kind.name, "values": values, "evidence": kind.evidence, "source": kind.source or None}
            for kind, values in ids.kinds
        ],
        "values": [_value(value) for value in ids.values],
    }


def _value(value: IdValue) -> dict[str, Any]:
    return {
        "value": value.value,
        "messages": value.use.messages,
        "first_sent": _time(value.use.first_sent),
        "last_sent": _time(value.use.last_sent),
        "readings": _readings(value.readings),
    }


def _readings(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    return [
        {
            "kind": reading.kind.name,
            "made": None if reading.made is None else moment(reading.made, digits=6),
            "fit": reading.fit.name.lower(),
            "prefix": reading.prefix,
            "suffix": reading.suffix,
        }
        for reading in readings
    ]


def _repeats(repeats: Repeats, bodies: bool) -> dict[str, Any]:
    return {
        "count": repeats.count,
        "first": [
            {"apart_ms": one.apart, "messages": [_message(message, bodies) for message in one.messages[:10]]}
            for one in repeats.first
        ],
    }
