"""From calls that may send to `Send`s. Nobody outside imports more than this."""

from sqsfifo_lint.sends.find import FoundSends, find_sends
from sqsfifo_lint.sends.overrides import overriding

__all__ = ["FoundSends", "find_sends", "overriding"]
