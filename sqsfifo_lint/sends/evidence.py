"""Whether a call sends to SQS or SNS at all: chat bots have a method `send_message` too."""

from __future__ import annotations

from sqsfifo_lint.aws.values import Handle, SendCall
from sqsfifo_lint.knowledge.apis import SEND_APIS, SendApi


def api_of(call: SendCall) -> SendApi | None:
    """The API that a call uses, or None if nothing shows that it sends to SQS or SNS.

    A method of a client, queue or topic is recognised by its receiver; on an object out of sight, by a keyword that
    only this API has.
    """
    if call.api is not None:
        return call.api
    api = SEND_APIS.get(call.member.name)
    if api is None:
        return None
    receiver = call.member.receiver
    if isinstance(receiver, Handle):
        return api if receiver.service == api.service and receiver.kind in api.receivers else None
    if call.arguments.positional or call.arguments.star:
        return None
    return api if api.evidence & call.arguments.keywords.keys() else None
