"""A comment is meant to silence a finding, and silences none.

## What it does

Reports comments of this linter that have no effect: `# noqa: SQF101` and `# sqsfifo: ignore[...]` for what is not
reported there, names of rules that do not exist, comments that are spelt otherwise (`# sqsfifo-lint: ignore`,
`disable=`), and comments on a line where they do not work. Each rule that a comment names is judged by itself, and
only if it was run: the rule is on, and not ignored for the file. If the comment silences something in an audit, it is
no useless one. Comments are looked for in Python files, and in other files that have a finding.

## Why is this bad

A comment that silences nothing says that something is known to be wrong here, and it will silence the next mistake on
its line, which nobody has seen. One that is misspelt or misplaced leaves its author wondering why the check fails.

## When it is fine

While the code is being changed. Where several versions of sqsfifo-lint check the same code, turn the rule off:
`ignore = ["useless-ignore"]`.

## What to do instead

Remove the comment, or write what the message says. `# noqa` takes codes and works on the reported line alone;
`# sqsfifo: ignore[...]` takes codes and names, and works on each line of the call and right above it.

## Example

`# sqsfifo-lint: ignore[constant-group-id]` is reported: the words are `# sqsfifo: ignore[constant-group-id]`.

## Options

- `select`, `ignore`, `per-file-ignores`: as for every rule.

## Sources

- [flake8: in-line ignoring of errors](https://flake8.pycqa.org/en/latest/user/violations.html)
"""

from __future__ import annotations

CODE = "SQF002"
"""The code of findings about comments. It is not a rule of the usual kind, because it judges no send."""

NAME = "useless-ignore"
SINCE = "0.1.0"
SUMMARY = "A comment is meant to silence a finding, and silences none."
