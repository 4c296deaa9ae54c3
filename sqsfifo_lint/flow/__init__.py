"""The evaluator: it knows Python and its libraries, and nothing of AWS.

Others use what is named here, and the words of `values` and `context`. A plugin is a kind of `Hooks`, and answers a
`Call`; it notes calls, and a `Search` finds all the ways in which the noted calls are reached. What the code around
them stands for is asked with `value_of` and `names_of`.
"""

from __future__ import annotations

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.assembly import new_machine
from sqsfifo_lint.flow.bounds import MAX_BITS, MAX_ELEMENTS
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.callbacks import escape, name_of
from sqsfifo_lint.flow.containers import as_dict, elements
from sqsfifo_lint.flow.hooks import Hooks
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Noted, Notes, Outside, Written
from sqsfifo_lint.flow.printed import printed
from sqsfifo_lint.flow.questions import names_of, value_of
from sqsfifo_lint.flow.search import Search
from sqsfifo_lint.flow.state import Fact, Frame, State
from sqsfifo_lint.flow.text import atoms_of, ends_with

__all__ = (
    "MAX_BITS",
    "MAX_ELEMENTS",
    "Arguments",
    "Call",
    "Fact",
    "Frame",
    "Hooks",
    "Machine",
    "Noted",
    "Notes",
    "Outside",
    "Search",
    "State",
    "Written",
    "as_dict",
    "atoms_of",
    "elements",
    "ends_with",
    "escape",
    "name_of",
    "names_of",
    "new_machine",
    "printed",
    "value_of",
)
