"""An export of a log group to S3: each event is its time, a space and its message, in a folder for each log stream.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasksConsole.html
`docker logs --timestamps` and `kubectl logs --timestamps` print the same, with nanoseconds.
"""

from __future__ import annotations

import re
from functools import partial

from sqsfifo_lint.evidence.formats.container import Container
from sqsfifo_lint.evidence.formats.lines import begins, headed

_HEADER = re.compile(r"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z) ")

S3_EXPORT = Container(
    "s3-export", "lines that begin with a time in UTC", partial(begins, header=_HEADER), headed(_HEADER)
)
