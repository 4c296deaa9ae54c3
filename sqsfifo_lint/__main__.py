"""`python -m sqsfifo_lint`."""

import os
import sys

if __name__ == "__main__":
    # Python puts the working folder, which is often the folder to be checked, first on the path. A `click.py` in it
    # must not be run in place of the real one.
    try:
        here = os.getcwd()
    except OSError:  # it has been deleted, as `main` will say
        here = ""
    if not sys.flags.safe_path and sys.path and sys.path[0] in ("", here):
        del sys.path[0]

    from sqsfifo_lint.cli import main

    main()
