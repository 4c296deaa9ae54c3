"""Which files are tests: what they pass in is made up, and says nothing of how a program is called."""

from __future__ import annotations

import re

_DEFAULT = re.compile(r"(.*/)?((tests?|docs?)/.*|test_[^/]*\.py|[^/]*_test\.py|(conftest|tests)\.py)")


def is_test_file(name: str) -> bool:
    """Whether a file of this project-relative name is a test, or an example in the documentation, by convention."""
    return _DEFAULT.fullmatch(name) is not None
