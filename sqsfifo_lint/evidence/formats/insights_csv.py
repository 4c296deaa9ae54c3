"""The CSV that the console exports from Logs Insights: a header with the fields' names, then a row for each result.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Container, Wanted
from sqsfifo_lint.evidence.formats.events_json import insights_record
from sqsfifo_lint.evidence.sources import MAX_LINE, Complain

_HEADER = re.compile(r'\ufeff?[^\n]*@timestamp"?[,;\t][^\n]*@message|\ufeff?[^\n]*@message"?[,;\t][^\n]*@timestamp')


def _fits(head: str) -> bool:
    first = head.lstrip("\ufeff\r\n").partition("\n")[0]
    return _HEADER.match(first) is not None and not first.lstrip().startswith(("{", "["))


def _records(blocks: Iterable[str], wanted: Wanted, complain: Complain) -> Iterator[Record]:
    csv.field_size_limit(MAX_LINE)
    lines = (line + "\n" for block in blocks for line in block.removesuffix("\n").split("\n"))
    first = next((line for line in lines if line.strip()), "").lstrip("\ufeff")
    separator = next((sign for sign in ",;\t" if sign in first), ",")
    fields = [name.strip() for name in next(csv.reader([first], delimiter=separator))]
    rows = csv.reader(lines, delimiter=separator)
    wanted.line = lambda: rows.line_num + 1
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            complain(wanted.line(), f"not CSV: {error}")
            continue
        if len(row) == len(fields):
            yield insights_record(dict(zip(fields, row, strict=True)), wanted.stream)
        elif row:
            complain(wanted.line(), f"has {len(row)} fields instead of {len(fields)}")


INSIGHTS_CSV = Container("insights-csv", "CSV of Logs Insights", _fits, _records)
