"""A larger stack for code that is long: LibCST's visitors, and what evaluates names, call themselves once a link.

A thread whose stack is large does the work while its caller waits, so nothing runs at once and nothing is shared that
was not before. It is asked for only where the ordinary stack ran out, or is about to.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

R = TypeVar("R")

STACK = 512 * 1024 * 1024
"""Bytes. Of these, the system gives only what is used."""
FRAMES = 80_000
"""Python frames. One that Python code called takes nothing of such a stack. One that C code called takes, measured with
CPython 3.11 by recursing until the process ended, 528 bytes below `map`, 740 below `__getattr__`, 1,120 below `format`,
and 5,065 below `sorted`, which is the most; so these frames need less than 400 MiB."""

_threads = set[int]()
"""The threads that have the large stack."""


def or_larger(work: Callable[[], R]) -> R:
    """What `work` returns; where it runs out of stack, what it returns when it is done again on a larger one.

    So `work` must be fit to be done again after it was broken off. Raises what it raises.
    """
    try:
        return work()
    except RecursionError:
        if threading.get_ident() in _threads:
            raise
    return larger(work)


def larger(work: Callable[[], R]) -> R:
    """What `work` returns, done on the larger stack. Raises what it raises."""
    if threading.get_ident() in _threads:
        return work()
    done: list[R] = []
    errors: list[BaseException] = []
    profile, trace, context = sys.getprofile(), sys.gettrace(), copy_context()

    def run() -> None:
        own = threading.get_ident()
        _threads.add(own)
        sys.settrace(trace)
        sys.setprofile(profile if callable(profile) else None)  # one of `cProfile` cannot be had twice
        try:
            done.append(context.run(work))
        except BaseException as error:  # whatever it is, the caller gets it
            errors.append(error)
        finally:
            sys.setprofile(None)
            _threads.discard(own)

    before = sys.getrecursionlimit()
    thread = _started(run)
    if thread is None:
        return work()
    try:
        thread.join()
    finally:
        sys.setrecursionlimit(before)
    if errors:
        raise errors[0]
    return done[0]


def _started(run: Callable[[], None]) -> threading.Thread | None:
    """A thread with the larger stack; None where the system does not give it one."""
    try:
        size = threading.stack_size(STACK)
    except (ValueError, RuntimeError):
        return None
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(max(limit, FRAMES))
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
    except RuntimeError:
        sys.setrecursionlimit(limit)
        return None
    finally:
        threading.stack_size(size)
    return thread
