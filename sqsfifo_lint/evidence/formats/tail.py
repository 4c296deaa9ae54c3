"""What `aws logs tail` prints, in each of its formats, and `sam logs`.

The formats are described in https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html and defined in
https://github.com/aws/aws-cli/blob/v2/awscli/customizations/logs/tail.py:

* `detailed`: the time with microseconds and zone, the log stream, the message;
* `short`: the time in whole seconds, without a zone but in UTC, and the message;
* `json`: as `detailed`, but a message that is JSON follows on lines of its own, indented.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise

from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Container, Wanted
from sqsfifo_lint.evidence.formats.lines import begins, headed
from sqsfifo_lint.evidence.sources import MAX_LINE, Complain

_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"

_STREAM = r"(?!(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL) )(?P<stream>[^ \n:*]+)"
"""Names of log streams have no `:` or `*`:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html"""

_DETAILED = re.compile(rf"(?P<time>{_TIME}(?:\.[0-9]+)?[+-][0-9]{{2}}:[0-9]{{2}}) {_STREAM} ")
_SHORT = re.compile(rf"(?P<time>{_TIME}) ")
_SAM = re.compile(rf"{_STREAM} (?P<time>{_TIME}(?:\.[0-9]+)?) ")

_MESSAGE = re.compile("^" + _DETAILED.pattern, re.MULTILINE)
_INDENTED = re.compile(_MESSAGE.pattern + r"\r?\n[{\[]", re.MULTILINE)


def _fits_json(head: str) -> bool:
    return _INDENTED.search(head) is not None


def _json_records(blocks: Iterable[str], wanted: Wanted, complain: Complain) -> Iterator[Record]:
    rest = ""
    for block in blocks:
        text = rest + block
        matches = list(_MESSAGE.finditer(text))
        for match, following in pairwise(matches):
            yield Record(text[match.end() : following.start()].strip(), match["time"], match["stream"])
        rest = text[matches[-1].start() :] if matches else text
        if len(rest) > MAX_LINE:
            complain(0, f"a message is longer than {MAX_LINE:,} characters, and is left out")
            rest = ""
    last = _MESSAGE.match(rest)
    if last is not None:
        yield Record(rest[last.end() :].strip(), last["time"], last["stream"])


TAIL_JSON = Container("tail-json", "`aws logs tail --format json`", _fits_json, _json_records)
TAIL_DETAILED = Container("tail", "`aws logs tail`", partial(begins, header=_DETAILED), headed(_DETAILED))
TAIL_SHORT = Container("tail-short", "`aws logs tail --format short`", partial(begins, header=_SHORT), headed(_SHORT))
SAM = Container("sam", "`sam logs`", partial(begins, header=_SAM), headed(_SAM))
