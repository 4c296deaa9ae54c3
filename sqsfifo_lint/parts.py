"""What a part of a value is like: how old it is, and whether it is made again, and by whom.

Pure questions about one part or one alternative, of which `sqsfifo_lint.verdicts` makes its table.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.knowledge.model import MINUTE
from sqsfifo_lint.model import Alternative, Lifetime, Material, Part, Trait

DEDUPLICATION_INTERVAL = 5 * MINUTE
"""How many nanoseconds SQS remembers a dedup ID (five minutes; SendMessage, MessageDeduplicationId)."""


def is_constant(part: Part) -> bool:
    """Literal text in the source."""
    return part.material is Material.CONSTANT


def is_as_old_as_the_process(part: Part) -> bool:
    """Known, and the same for as long as the process runs, as is configuration, wherever it is read."""
    if part.material is Material.DATA:
        return False
    return is_constant(part) or _age(part) is Lifetime.IMPORT


def is_as_old_as_the_object(part: Part) -> bool:
    """Known, and the same for as long as the object lives; or passed to its constructor out of sight."""
    return is_as_old_as_the_process(part) or is_bound_to_the_object(part)


def is_bound_to_the_object(part: Part) -> bool:
    """Made or passed in when the object is constructed."""
    return not is_constant(part) and _age(part) is Lifetime.INSTANCE


def is_generated(part: Part) -> bool:
    """A clock or a unique value, made by the running function."""
    return part.material in (Material.CLOCK, Material.UNIQUE) and part.lifetime >= Lifetime.CALL


def is_process_dependent(part: Part) -> bool:
    """Made by the running function, and made differently by another process.

    Host names do not count: one may be what the message is about, and then it belongs in the ID.
    """
    return part.material is Material.PROCESS and part.trait is not Trait.HOST and part.lifetime >= Lifetime.CALL


def is_counted(part: Part) -> bool:
    """The number of a round, or of times that something was done: every run counts from the start."""
    return part.material is Material.INDEX and not is_fixed(part)


def says_more_than_a_number(alternative: Alternative) -> bool:
    """Whether something besides an index distinguishes this run from others, or is unknown and might."""
    return any(p.material not in (Material.INDEX, Material.CONSTANT, Material.CONFIG) for p in alternative.parts)


def is_fixed(part: Part) -> bool:
    """The same for every message that the code around the send sends.

    Data from a caller out of sight is fixed if it reaches a loop from outside; unknown data that merely existed at
    import is not, because what it yields at the send cannot be seen.
    """
    if is_constant(part):
        return True
    if part.material is Material.DATA and part.lifetime is Lifetime.IMPORT:
        return False
    return _age(part) < Lifetime.MESSAGE


def stands_still_long_enough(alternative: Alternative) -> bool:
    """Whether the only generated parts are clocks no faster than SQS forgets dedup IDs, next to per-message data.

    `f"{customer_id}-{date.today()}"` is the same on a retry, and means one message per customer and day.
    """
    generated = [part for part in alternative.parts if is_generated(part)]
    return any(_distinguishes(part) for part in alternative.parts) and all(
        part.material is Material.CLOCK and part.resolution is not None and part.resolution >= DEDUPLICATION_INTERVAL
        for part in generated
    )


def varies_besides(alternative: Alternative, blamed: Part) -> bool:
    """Whether another part of the value can distinguish two messages, or is unknown and might."""
    return any(part is not blamed and not is_fixed(part) for part in alternative.parts)


def _distinguishes(part: Part) -> bool:
    return part.material is Material.DATA and not is_fixed(part)


def _age(part: Part) -> Lifetime:
    """The lifetime that counts.

    Configuration is the same for the whole process, however often it is read, and so are the process's ID and the salt
    of its hashes: what is hashed is a separate part.
    """
    of_the_process = part.material is Material.PROCESS and part.trait in _OF_THE_PROCESS
    return Lifetime.IMPORT if part.material is Material.CONFIG or of_the_process else part.lifetime


_OF_THE_PROCESS = (Trait.SALT, Trait.ORDER, Trait.ADDRESS, Trait.PROCESS, Trait.MACHINE)


def freshest(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts that decide how often the value changes, the most telling first; constants only if alone."""
    every = tuple(parts)
    varying = [part for part in every if not is_constant(part)]
    return tuple(sorted(varying, key=_freshness, reverse=True)) if varying else every


def _freshness(part: Part) -> tuple[Lifetime, bool, int]:
    """A unique value outranks a clock, and a fine clock a coarse one."""
    return (_age(part), part.material is Material.UNIQUE, -(part.resolution or 0))
