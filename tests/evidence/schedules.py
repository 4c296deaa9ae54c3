"""Random schedules of work whose concurrency is known, since they come from a simulated FIFO queue.

The queue hands out one message of a group at a time, in order, to whichever worker asks. What the right verdict is
follows from how a schedule is made, never from what the tool says.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqsfifo_lint.evidence.model import Judgement, Span

MS = 1000
SECOND = 1_000_000
DAY = 86_400 * SECOND


class Sent(NamedTuple):
    """A message: when it was sent, its group, how long handling it takes. Times are in microseconds."""

    time: int
    group: str
    takes: int


@dataclass(frozen=True)
class Schedule:
    """Spans with what is known about them."""

    kind: str
    right: Judgement
    spans: list[Span]
    coarse: bool = False
    """What is left of it may be too little."""

    def fits(self, judgement: Judgement) -> bool:
        """Whether a judgement is right."""
        return judgement is self.right or (self.coarse and judgement is Judgement.TOO_LITTLE)


def handle(
    random_: random.Random, sent: list[Sent], workers: int, *, pause: int, stick: float = 0.0, again: float = 0.0
) -> list[Span]:
    """What `workers` make of the messages of a FIFO queue. `pause`: up to how long asking for the next one takes.

    `stick`: how likely the worker that has just ended is the first to ask again. `again`: how likely the visibility
    timeout ends while a message is handled. Then another worker gets it, too, if one asks, and the group waits for that
    one, since the first can no longer delete the message. Such spans have work IDs.
    """
    free = list(range(workers))
    waiting: dict[str, list[Sent]] = {}
    locked: set[str] = set()
    order: list[tuple[int, int, str]] = []  # the head of each group that is not locked
    ends: list[tuple[int, int, str]] = []  # no group: another worker has the message
    spans: list[Span] = []
    last = -1

    def hand_out(now: int) -> None:
        while order and free and order[0][0] <= now:
            _, _, group = heapq.heappop(order)
            message = waiting[group].pop(0)
            locked.add(group)
            worker = last if last in free and random_.random() < stick else random_.choice(free)
            free.remove(worker)
            start = now + random_.randint(pause // 10, pause)
            work_id = f"m{len(spans)}" if again else ""
            spans.append(Span(start, start + message.takes, f"worker-{worker}", group, work_id))
            if not again or not free or random_.random() >= again:
                heapq.heappush(ends, (start + message.takes, worker, group))
                continue
            heapq.heappush(ends, (start + message.takes, worker, ""))
            other = random_.choice(free)
            free.remove(other)
            later = start + int(message.takes * random_.uniform(0.3, 0.9))
            done = later + int(message.takes * random_.uniform(0.6, 1.2))
            spans.append(Span(later, done, f"worker-{other}", group, work_id))
            heapq.heappush(ends, (done, other, group))

    arrivals = sorted(sent)
    number = 0
    while number < len(arrivals) or ends:
        if ends and (number == len(arrivals) or ends[0][0] <= arrivals[number].time):
            now, last, group = heapq.heappop(ends)
            free.append(last)
            locked.discard(group)
            if group and waiting[group]:
                heapq.heappush(order, (waiting[group][0].time, number, group))
        else:
            message = arrivals[number]
            number += 1
            now = message.time
            queue = waiting.setdefault(message.group, [])
            queue.append(message)
            if len(queue) == 1 and message.group not in locked:
                heapq.heappush(order, (message.time, number, message.group))
        hand_out(now)
    return sorted(spans, key=lambda span: span[:2])


class Pace(NamedTuple):
    """How long work takes, in microseconds."""

    usual: int
    spread: float

    def draw(self, random_: random.Random) -> int:
        """Log-normal: most of it short, some much longer."""
        return max(int(self.usual * random_.lognormvariate(0, self.spread)), 1)


def pace(random_: random.Random) -> Pace:
    """From 20 ms to 20 s."""
    return Pace(int(20 * MS * 1000 ** random_.random()), random_.choice((0.0, 0.1, 0.5, 0.8)))


def poisson(random_: random.Random, count: int, mean_gap: float, group: Callable[[], str], work: Pace) -> list[Sent]:
    """Messages that are sent independently of each other."""
    time, sent = 1_759_737_600 * SECOND, []
    for _ in range(count):
        time += int(random_.expovariate(1 / mean_gap))
        sent.append(Sent(time, group(), work.draw(random_)))
    return sent


def bursts(random_: random.Random, sizes: list[int], apart: int, group: Callable[[], str], work: Pace) -> list[Sent]:
    """Messages that are sent together, with quiet times of up to `apart` between."""
    time, sent = 1_759_737_600 * SECOND, []
    for size in sizes:
        sent += [Sent(time, group(), work.draw(random_)) for _ in range(size)]
        time += random_.randint(apart // 2, apart)
    return sent


def pause_for(random_: random.Random, work: Pace) -> int:
    """Deleting a message and receiving the next takes from 5 to 60 ms, but here no longer than the work."""
    return min(random_.randint(5 * MS, 60 * MS), work.usual)


def serial(random_: random.Random) -> Schedule:
    """One group, and a backlog, or nearly one."""
    work, workers = pace(random_), random_.randint(2, 12)
    load = random_.uniform(0.6, 3)
    sent = poisson(random_, random_.randint(40, 400), work.usual / load, lambda: "g", work)
    stick = random_.choice((0.0, 0.0, 0.5))
    return Schedule(
        "serial", Judgement.SERIAL, handle(random_, sent, workers, pause=pause_for(random_, work), stick=stick)
    )


def serial_bursts(random_: random.Random) -> Schedule:
    """One group, in bursts with hours between."""
    work, workers = pace(random_), random_.randint(2, 12)
    sizes = [random_.randint(5, 40) for _ in range(random_.randint(5, 12))]
    sent = bursts(random_, sizes, 3600 * SECOND, lambda: "g", work)
    return Schedule("serial bursts", Judgement.SERIAL, handle(random_, sent, workers, pause=pause_for(random_, work)))


def parallel(random_: random.Random) -> Schedule:
    """Many groups, and enough work for several workers."""
    work, workers, groups = pace(random_), random_.randint(2, 12), random_.randint(2, 50)
    able = min(workers, groups)
    sent = poisson(
        random_,
        random_.randint(40, 400),
        work.usual / (able * random_.uniform(0.3, 2)),
        lambda: f"g{random_.randrange(groups)}",
        work,
    )
    return Schedule("parallel", Judgement.PARALLEL, handle(random_, sent, workers, pause=pause_for(random_, work)))


def parallel_bursts(random_: random.Random) -> Schedule:
    """Many groups, in bursts with hours between."""
    work, workers, groups = pace(random_), random_.randint(2, 12), random_.randint(4, 50)
    sizes = [random_.randint(5, 40) for _ in range(random_.randint(5, 12))]
    sent = bursts(random_, sizes, 3600 * SECOND, lambda: f"g{random_.randrange(groups)}", work)
    return Schedule(
        "parallel bursts", Judgement.PARALLEL, handle(random_, sent, workers, pause=pause_for(random_, work))
    )


def hot_group(random_: random.Random) -> Schedule:
    """One group has most of the messages, and there is a backlog of it."""
    work, workers = pace(random_), random_.randint(2, 12)
    share = random_.uniform(0.7, 0.85)
    sent = poisson(
        random_,
        random_.randint(100, 400),
        work.usual / random_.uniform(1.5, 4),
        lambda: "hot" if random_.random() < share else f"g{random_.randrange(30)}",
        work,
    )
    return Schedule("hot group", Judgement.PARTLY, handle(random_, sent, workers, pause=pause_for(random_, work)))


def quiet(random_: random.Random) -> Schedule:
    """Messages come rarely: long gaps, and nothing is waiting, in one group or many."""
    work, workers, groups = pace(random_), random_.randint(2, 12), random_.choice((1, 30))
    sent = poisson(
        random_,
        random_.randint(2, 100),
        max(work.usual * 100, 100 * SECOND) * random_.uniform(1, 20),
        lambda: f"g{random_.randrange(groups)}",
        work,
    )
    return Schedule("quiet", Judgement.TOO_LITTLE, handle(random_, sent, workers, pause=pause_for(random_, work)))


def by_the_clock(random_: random.Random) -> Schedule:
    """A message every few seconds from a scheduler, each handled before the next comes."""
    work = Pace(int(100 * MS * 50 ** random_.random()), 0.1)
    workers, every = random_.randint(2, 12), int(work.usual * random_.uniform(1.6, 60))
    sent = [
        Sent(n * every + random_.randint(0, MS), f"g{n % 30}", work.draw(random_))
        for n in range(random_.randint(20, 400))
    ]
    return Schedule("by the clock", Judgement.TOO_LITTLE, handle(random_, sent, workers, pause=10 * MS))


def one_worker(random_: random.Random) -> Schedule:
    """Only one works, whatever the groups are."""
    work, groups = pace(random_), random_.choice((1, 30))
    sent = poisson(
        random_,
        random_.randint(10, 400),
        work.usual / random_.uniform(0.1, 3),
        lambda: f"g{random_.randrange(groups)}",
        work,
    )
    return Schedule("one worker", Judgement.TOO_LITTLE, handle(random_, sent, 1, pause=pause_for(random_, work)))


def relieved(random_: random.Random) -> Schedule:
    """One worker at a time, each relieved by the next as after a deployment: nobody is there to wait."""
    work = pace(random_)
    spans: list[Span] = []
    sent = poisson(random_, random_.randint(40, 400), work.usual / 2, lambda: "g", work)
    for span in handle(random_, sent, 1, pause=pause_for(random_, work)):
        spans.append(span._replace(worker=f"worker-{len(spans) * 4 // len(sent)}"))
    return Schedule("relieved", Judgement.TOO_LITTLE, spans)


def serial_light(random_: random.Random) -> Schedule:
    """One group, and often nothing to do: now and then a message has to wait."""
    work, workers = pace(random_), random_.randint(2, 12)
    sent = poisson(random_, random_.randint(300, 600), work.usual / random_.uniform(0.2, 0.6), lambda: "g", work)
    return Schedule("serial, light", Judgement.SERIAL, handle(random_, sent, workers, pause=pause_for(random_, work)))


def parallel_light(random_: random.Random) -> Schedule:
    """Many groups, and often nothing to do: now and then two are at work."""
    work, workers = pace(random_), random_.randint(3, 12)
    sent = poisson(
        random_,
        random_.randint(300, 600),
        work.usual / random_.uniform(0.2, 0.6),
        lambda: f"g{random_.randrange(30)}",
        work,
    )
    return Schedule(
        "parallel, light", Judgement.PARALLEL, handle(random_, sent, workers, pause=pause_for(random_, work))
    )


def handled_again(random_: random.Random) -> Schedule:
    """One group; of one message in fifty the visibility timeout ends too early, so another worker handles it too."""
    made = next(made for made in iter(lambda: serial(random_), None) if len(made.spans) >= 100)
    again = [
        span._replace(start=span.start + (span.end - span.start) // 2, worker=f"{span.worker}-again")
        for span in made.spans
        if random_.random() < 0.02
    ]
    return Schedule("handled again", Judgement.SERIAL, sorted([*made.spans, *again], key=lambda span: span[:2]))


def redelivered(random_: random.Random) -> Schedule:
    """One group and a backlog, and about one message in ten is handled twice at once."""
    work, workers = pace(random_), random_.randint(2, 12)
    sent = poisson(random_, random_.randint(60, 400), work.usual / random_.uniform(0.8, 3), lambda: "g", work)
    spans = handle(random_, sent, workers, pause=pause_for(random_, work), again=random_.uniform(0.05, 0.2))
    return Schedule("redelivered", Judgement.SERIAL, spans)


def redelivered_parallel(random_: random.Random) -> Schedule:
    """Many groups, enough work for several workers, and about one message in ten is handled twice at once."""
    work, workers, groups = pace(random_), random_.randint(2, 12), random_.randint(2, 50)
    sent = poisson(
        random_,
        random_.randint(60, 400),
        work.usual / (min(workers, groups) * random_.uniform(0.3, 2)),
        lambda: f"g{random_.randrange(groups)}",
        work,
    )
    spans = handle(random_, sent, workers, pause=pause_for(random_, work), again=random_.uniform(0.05, 0.2))
    return Schedule("redelivered, parallel", Judgement.PARALLEL, spans)


def redelivered_hot_group(random_: random.Random) -> Schedule:
    """One group has most of the messages, and about one message in ten is handled twice at once."""
    work, workers = pace(random_), random_.randint(3, 12)
    share = random_.uniform(0.7, 0.85)
    sent = poisson(
        random_,
        random_.randint(100, 400),
        work.usual / random_.uniform(1.5, 4),
        lambda: "hot" if random_.random() < share else f"g{random_.randrange(30)}",
        work,
    )
    spans = handle(random_, sent, workers, pause=pause_for(random_, work), again=random_.uniform(0.05, 0.15))
    return Schedule("redelivered, hot group", Judgement.PARTLY, spans)


def short_lived(random_: random.Random) -> Schedule:
    """One group, and workers that are replaced every now and then, as the environments of a function are."""
    made = serial(random_)
    lives = random_.randint(30, 100)
    spans = [span._replace(worker=f"{span.worker}/{n // lives}") for n, span in enumerate(made.spans)]
    workers = len({span.worker for span in made.spans})
    few = workers * 4 > lives or len(spans) < 60
    return relieved(random_) if few else Schedule("short-lived", Judgement.SERIAL, spans)


def slow_to_ask(random_: random.Random) -> Schedule:
    """One group, and workers that take up to a second to ask for the next message."""
    work = Pace(random_.randint(SECOND, 20 * SECOND), random_.choice((0.0, 0.1, 0.5)))
    sent = poisson(random_, random_.randint(60, 400), work.usual / 2, lambda: "g", work)
    return Schedule("slow to ask", Judgement.SERIAL, handle(random_, sent, random_.randint(2, 12), pause=SECOND))


def shifts(random_: random.Random) -> Schedule:
    """Two workers that take turns by the hour: each is busy alone, and nobody waits for anybody."""
    work = Pace(random_.randint(100 * MS, 10 * SECOND), random_.choice((0.0, 0.1, 0.5)))
    spans: list[Span] = []
    for hour in range(random_.randint(2, 8)):
        sent = poisson(random_, random_.randint(20, 60), work.usual / 2, lambda: "g", work)
        for span in handle(random_, sent, 1, pause=pause_for(random_, work)):
            later = hour * 3600 * SECOND
            spans.append(Span(span.start + later, span.end + later, f"worker-{hour % 2}", span.group))
    return Schedule("shifts", Judgement.TOO_LITTLE, spans)


def many_groups_and_a_lock(random_: random.Random) -> Schedule:
    """Many groups, but the workers share a lock."""
    made = next(made for made in iter(lambda: serial(random_), None) if len(made.spans) >= 100)
    spans = [span._replace(group=f"g{random_.randrange(30)}") for span in made.spans]
    return Schedule("lock", Judgement.SERIAL, spans)


KINDS: Mapping[str, Callable[[random.Random], Schedule]] = {
    make.__name__: make
    for make in (
        serial,
        serial_bursts,
        parallel,
        parallel_bursts,
        hot_group,
        quiet,
        by_the_clock,
        one_worker,
        relieved,
        serial_light,
        parallel_light,
        handled_again,
        redelivered,
        redelivered_parallel,
        redelivered_hot_group,
        short_lived,
        slow_to_ask,
        shifts,
        many_groups_and_a_lock,
    )
}


def with_skew(random_: random.Random, schedule: Schedule) -> Schedule:
    """As logged by workers whose clocks differ: by up to 20 ms, and by a tenth of the median duration at most."""
    durations = sorted(span.end - span.start for span in schedule.spans)
    most = min(20 * MS, durations[len(durations) // 2] // 10)
    offsets = {span.worker: random_.randint(-most, most) for span in schedule.spans}
    moved = [s._replace(start=s.start + offsets[s.worker], end=s.end + offsets[s.worker]) for s in schedule.spans]
    return Schedule(f"{schedule.kind}, clocks differ", schedule.right, sorted(moved, key=lambda span: span[:2]))


def without_groups(schedule: Schedule) -> Schedule:
    """As in a log that does not name groups."""
    spans = [span._replace(group=None) for span in schedule.spans]
    return Schedule(f"{schedule.kind}, no groups", schedule.right, spans)


def in_whole_seconds(schedule: Schedule) -> Schedule:
    """As in a log that has whole seconds only: what is cut off is lost."""
    spans = [s._replace(start=s.start // SECOND * SECOND, end=s.end // SECOND * SECOND) for s in schedule.spans]
    return Schedule(f"{schedule.kind}, whole seconds", schedule.right, sorted(spans, key=lambda s: s[:2]), coarse=True)


def in_whole_seconds_of_some(schedule: Schedule) -> Schedule:
    """As in logs of which every second worker's has whole seconds only."""
    odd = {worker for n, worker in enumerate(sorted({span.worker for span in schedule.spans})) if n % 2}
    spans = [
        s._replace(start=s.start // SECOND * SECOND, end=s.end // SECOND * SECOND) if s.worker in odd else s
        for s in schedule.spans
    ]
    return Schedule(f"{schedule.kind}, mixed", schedule.right, sorted(spans, key=lambda s: s[:2]), coarse=True)
