"""What the configuration adds to the tables, to what is known about a send's queue, and to the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from sqsfifo_lint import plugins
from sqsfifo_lint.config import Config
from sqsfifo_lint.knowledge.added import Added, added
from sqsfifo_lint.model import Known, Queue, Send
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Judged, together
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import Options
from sqsfifo_lint.rules.judging import Subject, judge
from sqsfifo_lint.run.settings import covering
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.tests import is_test_file


def added_by(task: Task) -> Added:
    """What the configurations of a task, which agree on that, say about functions, and what other packages do, unless a
    configuration knows better. Raises PluginError.
    """
    config = task.config
    own = {sender.name for sender in config.senders}
    every = (*config.senders, *(sender for sender in plugins.senders() if sender.name not in own))
    return added(((sender.name, sender.slots) for sender in every), config.sources, plugins.sources())


def tests_of(task: Task) -> Callable[[str], bool]:
    """Which files, by their names in the project, are tests: by the configuration of each."""
    tests = {
        id(config): covering(config.test_files, str(task.names.root))
        for config in task.settings.all
        if config.test_files is not None
    }
    if not tests:
        return is_test_file

    def is_test(name: str) -> bool:
        path = task.names.path(name)
        fits = tests.get(id(task.settings.of(path)))
        return is_test_file(name) if fits is None else fits(path)

    return is_test


def judging(task: Task) -> Callable[[Iterable[Subject]], Judged]:
    """Judges what rules are about: each finding by the configuration of the file that it is in."""

    def judge_all(subjects: Iterable[Subject]) -> Judged:
        if len(task.configs) == 1:
            return judge_with(task.configs[0], subjects, audit=task.audited)
        several = list(subjects)
        return together(_only(judge_with(config, several, audit=task.audited), task, config) for config in task.configs)

    return judge_all


def _only(judged: Judged, task: Task, config: Config) -> Judged:
    """What is in files with this configuration."""
    return judged._replace(
        findings=[finding for finding in judged.findings if task.config_of(finding.span.path) is config],
        problems=[problem for problem in judged.problems if task.config_of(problem.path) is config],
    )


def judge_with(config: Config, subjects: Iterable[Subject], *, audit: bool = False) -> Judged:
    """What the enabled rules say about sends, declarations and consumers; see `judge`."""
    rules = [rule for rule in load_rules() if config.enabled(rule.code, rule.name)]
    known = (with_queue_of(config, one) if isinstance(one, Send) else one for one in subjects)
    return judge(known, rules, Options(serial_queues=config.serial_queues, audit=audit or config.audit))


def with_queue_of(config: Config, send: Send) -> Send:
    """The send, with what the configuration says about its queue."""
    says = config.content_based_deduplication
    if not says or send.queue.content_based_deduplication is Known.YES:
        return send
    # `true` is a default for queues about which nothing is known; a pattern names the queue itself.
    applies = send.queue.content_based_deduplication is Known.UNKNOWN if says is True else _named(send.queue, says)
    if not applies:
        return send
    return replace(send, queue=replace(send.queue, content_based_deduplication=Known.YES))


def _named(queue: Queue, patterns: bool | tuple[str, ...]) -> bool:
    """Whether a pattern matches the queue's name, which may be known as a URL or an ARN."""
    if not queue.name or isinstance(patterns, bool):
        return False
    names = {queue.name, queue.name.rpartition("/")[2], queue.name.rpartition(":")[2]}
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
