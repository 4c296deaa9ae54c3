"""Logs of several containers in one: each line begins with the name of the container that wrote it.

* `docker compose logs`: `worker-1  | the line`, https://docs.docker.com/reference/cli/docker/compose/logs/
* `kubectl logs --prefix`: `[pod/worker-5d8/app] the line`,
  https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/
"""

from __future__ import annotations

import re

from sqsfifo_lint.evidence.formats.container import Container
from sqsfifo_lint.evidence.formats.lines import LINES_LOOKED_AT, headed

_LEVEL = "(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)"

_HEADER = re.compile(
    rf"(?=\[pod/[^ \]]+\] |(?!{_LEVEL} )[A-Za-z][\w.-]* +\| )\[?(?P<stream>[^ \]]+)(?:\]| +\|) ", re.ASCII
)


def _fits(head: str) -> bool:
    """Nearly every line has a name: the first ones may say what the logs are of."""
    looked_at = [line for line in head.split("\n", LINES_LOOKED_AT)[:LINES_LOOKED_AT] if line.strip()]
    return sum(_HEADER.match(line) is not None for line in looked_at) * 2 > len(looked_at)


PREFIXED = Container("prefixed", "lines that begin with the name of a container", _fits, headed(_HEADER))
