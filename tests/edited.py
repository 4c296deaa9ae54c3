"""Small projects at random, and random edits of them: what a cache has to notice."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

IDS = ("uuid4().hex", "str(order['id'])", '"all"', "str(time())", "made()", "settings.GROUP", "GROUP", "kept.group")
QUEUES = ('"https://sqs.eu-west-1.amazonaws.com/1/orders.fifo"', "settings.QUEUE", 'os.environ["ORDERS_QUEUE"]', "url")

COMMENTS = ("", "  # noqa: SQF101", "  # noqa", "  # sqsfifo: ignore[SQF202]: tried", "  # sqsfifo: ignore[SQF101]")


def sender(chance: random.Random) -> str:
    """A module that sends; what it passes may come from other files."""
    group, dedup, queue = chance.choice(IDS), chance.choice(IDS), chance.choice(QUEUES)
    dedup = "" if chance.random() < 0.3 else f", MessageDeduplicationId={dedup}"
    return f"""
import os
from time import time
from uuid import uuid4

import boto3

from app import kept, settings
from app.helpers import made
from app.settings import GROUP

sqs = boto3.client("sqs")


def send(order, url):
    sqs.send_message(QueueUrl={queue}, MessageBody="x", MessageGroupId={group}{dedup}){chance.choice(COMMENTS)}
"""


def caller(chance: random.Random) -> str:
    """A module that calls a sender, or only names it."""
    url = chance.choice(('"https://sqs.eu-west-1.amazonaws.com/1/a.fifo"', "None", "settings.QUEUE"))
    number = chance.randrange(3)
    return chance.choice(
        (
            f"from app import settings\nfrom app.send_{number} import send\n\nsend({{'id': 1}}, {url})\n",
            f"# app.send_{number}\n",
            "def go():\n    pass\n",
            "def broken(:\n",
        )
    )


def settings(chance: random.Random) -> str:
    """Constants, or what is read from the environment."""
    group = chance.choice(('"all"', 'os.environ["GROUP"]', "uuid4().hex", "time()"))
    queue = chance.choice(('"orders.fifo"', '"https://sqs.eu-west-1.amazonaws.com/1/orders.fifo"', '"orders"'))
    return f"import os\nfrom time import time\nfrom uuid import uuid4\n\nGROUP = {group}\nQUEUE = {queue}\n"


def helpers(chance: random.Random) -> str:
    """A function whose result becomes an ID."""
    result = chance.choice(("uuid4().hex", "'fixed'", "str(time())", "input()"))
    return f"from time import time\nfrom uuid import uuid4\n\n\ndef made():\n    return {result}\n"


def template(chance: random.Random) -> str:
    """A CloudFormation template that declares a queue."""
    attribute = chance.choice(("ContentBasedDeduplication: true", "VisibilityTimeout: 30", "DelaySeconds: 5"))
    name = chance.choice(("orders.fifo", "a.fifo", "orders"))
    return f"""Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      QueueName: {name}
      {attribute}
"""


def declaring(chance: random.Random) -> str:
    """Code that creates a queue."""
    yes = chance.choice(('"true"', '"false"'))
    attributes = f'{{"FifoQueue": "true", "ContentBasedDeduplication": {yes}}}'
    return f'import boto3\n\nboto3.client("sqs").create_queue(QueueName="orders.fifo", Attributes={attributes})\n'


def configuration(chance: random.Random) -> str:
    """A table of ours."""
    line = chance.choice(
        (
            "",
            "audit = true",
            'ignore = ["SQF101"]',
            'exclude = ["app/send_1.py"]',
            'serial-queues = ["orders*"]',
            "content-based-deduplication = true",
            '[tool.sqsfifo-lint.sources]\n"app.helpers.made" = "clock"',
        )
    )
    return f"[tool.sqsfifo-lint]\n{line}\n"


def ignoring(chance: random.Random) -> str:
    """A .gitignore."""
    return chance.choice(("", "send_0.py\n", "template.yaml\n", "app/helpers.py\n", "*.toml\n"))


Written = Callable[[random.Random], str]

FILES: dict[str, Written] = {
    **{f"app/send_{number}.py": sender for number in range(3)},
    **{f"app/call_{number}.py": caller for number in range(3)},
    "app/__init__.py": lambda chance: "",
    "app/settings.py": settings,
    "app/kept.py": lambda chance: settings(chance).replace("GROUP", "group"),
    "app/helpers.py": helpers,
    "app/inner/call.py": caller,
    "template.yaml": template,
    "infra/queues.yaml": template,
    "infra/made.py": declaring,
    "pyproject.toml": configuration,
    ".gitignore": ignoring,
}
"""What a project may have, by name, and what writes it."""

SUFFIXES = (".py", ".txt", ".yaml")


class Edited:
    """A project in a folder, and edits of it, each at a time of its own that no earlier edit has."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root = root
        self._chance = chance
        self._last = 0
        (root / ".git").mkdir(parents=True)
        for name, written in FILES.items():
            if chance.random() < 0.85:
                self.write(name, written(chance))

    def edit(self) -> str:
        """Make one edit, and say which."""
        several = (self._change, self._change, self._change, self._remove, self._rename, self._swap, self._age)
        return self._chance.choice(several)()

    def write(self, name: str, text: str) -> None:
        """A file with this text. It has another time than all others, as if the clock had ticked since."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            path.write_text(text)
            if (now := path.stat().st_ctime_ns) > self._last:
                break
            time.sleep(0.001)
        self._last = now

    def _change(self) -> str:
        name = self._chance.choice(list(FILES))
        self.write(name, FILES[name](self._chance))
        return f"write {name}"

    def _files(self) -> Sequence[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file())

    def _remove(self) -> str:
        if not self._files():
            return self._change()
        path = self._chance.choice(self._files())
        path.unlink()
        return f"remove {path.name}"

    def _rename(self) -> str:
        if not self._files():
            return self._change()
        path = self._chance.choice(self._files())
        other = path.with_name(self._chance.choice([one.rpartition("/")[2] for one in FILES] + ["other.py", "x.txt"]))
        path.rename(other)
        return f"rename {path.name} to {other.name}"

    def _swap(self) -> str:
        """Two files change their contents and keep size and modification time, as far as they can."""
        if len(self._files()) < 2:
            return self._change()
        one, other = self._chance.sample(self._files(), 2)
        stamps, spare = (one.stat(), other.stat()), one.with_name("spare")
        one.rename(spare)
        other.rename(one)
        spare.rename(other)
        for path, stamp in zip((one, other), stamps, strict=True):
            os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        return f"swap {one.name} and {other.name}"

    def _age(self) -> str:
        """A file changes and seems old, or written in the future, or at the same time as before."""
        name = self._chance.choice(list(FILES))
        path = self.root / name
        before = path.stat().st_mtime_ns if path.exists() else 0
        self.write(name, FILES[name](self._chance))
        year = 365 * 24 * 3600 * 10**9
        stamp = self._chance.choice((before, 0, time.time_ns() - year, time.time_ns() + year))
        os.utime(path, ns=(stamp, stamp))
        return f"write {name} at {stamp}"
