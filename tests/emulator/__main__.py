"""Measure what the rules claim and print it.

python -m tests.emulator             print
python -m tests.emulator --update    also write the file that the rule pages quote
"""

from __future__ import annotations

import argparse
import sys

from tests.emulator.environment import UnavailableError, running
from tests.emulator.measurements import measure_first, table, write


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the figures for the rule pages")
    options = parser.parse_args()

    rows = []
    try:
        with running(print) as emulator:
            for row in measure_first(emulator):
                print(table([row]), flush=True)
                rows.append(row)
    except UnavailableError as error:
        print(f"no emulator: {error}", file=sys.stderr)
        return 2
    differing = [row for row in rows if (row.bad.effect, row.good.effect) != row.claim.shows]
    if differing:
        print(f"not as claimed:\n{table(differing)}", file=sys.stderr)
        return 1
    if options.update:
        write(rows)
        print("written; now run `python scripts/generate_docs.py`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
