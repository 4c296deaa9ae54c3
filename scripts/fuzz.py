"""Throw odd text at whatever reads a stranger's text: programs, templates, configuration, patterns, messages and logs.

    python scripts/fuzz.py --minutes 60                      # all kinds in turn
    python scripts/fuzz.py --minutes 10 --kind python --seed 7

If atheris is installed (`pip install atheris`), inputs are chosen by the code that they reach; otherwise fixtures are
changed at random, in the same way each time for one seed. Every mistake is reported once for each place in our code
where it happens, made as small as possible and written to `tests/fuzzed/KIND/`, whose files the tests go through.

Exit status: 0 no mistake, 1 mistakes, 2 the script could not do its work.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz_targets import Kind

SCRIPTS = Path(__file__).resolve().parent
REPOSITORY = SCRIPTS.parent
FUZZED = REPOSITORY / "tests" / "fuzzed"

KIND_NAMES = (
    *("python", "yaml", "json", "terraform", "shell", "hocon", "configuration", "gitignore", "messages", "logs"),
)
"""Those of `fuzz_targets`, which may be imported only when it is known whether its code is to be instrumented."""

TURN = 300.0
"""Seconds of one kind before it is the next one's turn: to instrument our code takes ten of them."""

SEEDS = 150
"""Seeds of one turn where coverage chooses: all of them go through the target first."""

TRIALS = 2_000
"""Inputs that are tried to make one that fails smaller."""


@dataclass
class Tally:
    """What one process has tried so far."""

    kind: Kind
    deadline: float
    inputs: int = 0
    slowest: float = 0.0
    mistakes: dict[str, bytes] = field(default_factory=dict)
    """The first input for each place where something went wrong."""

    def try_one(self, data: bytes) -> None:
        """Put one input through the target, and note what goes wrong."""
        before = time.process_time()
        wrong = mistake_of(self.kind, data)
        self.inputs += 1
        self.slowest = max(self.slowest, time.process_time() - before)
        if wrong:
            self.mistakes.setdefault(wrong, data)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.deadline

    def told(self) -> str:
        """The tally as a line that the parent process reads."""
        mistakes = {wrong: data.hex() for wrong, data in self.mistakes.items()}
        return json.dumps({"inputs": self.inputs, "slowest": self.slowest, "mistakes": mistakes})


def mistake_of(kind: Kind, data: bytes) -> str:
    """What goes wrong with an input, and where in our code; empty if nothing does."""
    from fuzz_targets import SECONDS, TookTooLong, limited  # after instrumentation, where there is any

    try:
        with limited(SECONDS):
            kind.run(data)
    except TookTooLong as error:
        return f"TookTooLong: {error}"
    except Exception as error:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if "sqsfifo_lint" in f.filename]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "a target"
        said = f" {error}" if type(error).__name__ == "Mistake" else ""
        return f"{type(error).__name__} at {place}{said}"
    return ""


# -- choosing inputs


def by_mutation(tally: Tally, seed: int, count: int | None = None) -> None:
    """Changed seeds, each changed again and again for a while; up to a number of inputs, or until the time is up."""
    from fuzz_targets import changed  # as above

    chance = random.Random(seed)
    seeds = tally.kind.seeds
    while not tally.over and (count is None or tally.inputs < count):
        data = chance.choice(seeds)
        for _ in range(chance.randint(1, 5)):
            data = changed(data, tally.kind, chance)
            tally.try_one(data)


def by_coverage(kind_name: str, seconds: float, seed: int) -> None:
    """Inputs that reach new code, until the time is up; ends the process, as libFuzzer does."""
    import atheris  # only where it is installed

    with atheris.instrument_imports(include=["sqsfifo_lint"]):
        import fuzz_targets
    tally = Tally(fuzz_targets.KINDS[kind_name], time.monotonic() + seconds)
    seeds = tally.kind.seeds
    seeds = random.Random(seed).sample(seeds, min(len(seeds), SEEDS))

    def target(data: bytes) -> None:
        tally.try_one(bytes(data))
        if tally.over:
            print(tally.told(), flush=True)
            os._exit(0)

    def mutate(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)
        if chance.random() < 0.4:
            return bytes(atheris.Mutate(data, most))
        return fuzz_targets.changed(bytes(data) or chance.choice(seeds), tally.kind, chance)[:most]

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds):
            (Path(folder) / f"{number:05}").write_bytes(data)
        flags = ["-verbosity=0", f"-seed={seed + 1}", f"-max_len={fuzz_targets.MOST_BYTES}", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], *flags, "-timeout=3600", folder], target, custom_mutator=mutate)
        atheris.Fuzz()


# -- what went wrong


def smallest(data: bytes, fails: Callable[[bytes], bool], trials: int = TRIALS) -> bytes:
    """A smaller input that still fails: lines and then bytes are left out, in ever smaller pieces."""
    for split in (lambda text: text.splitlines(keepends=True), lambda text: [bytes([byte]) for byte in text]):
        parts: list[bytes] = split(data)
        size = max(1, len(parts) // 2)
        while size and trials > 0:
            start, smaller = 0, False
            while start < len(parts) and trials > 0:
                kept = parts[:start] + parts[start + size :]
                trials -= 1
                if fails(b"".join(kept)):
                    parts, smaller = kept, True
                else:
                    start += size
            size = size // 2 if not smaller or size > 1 else size
        data = b"".join(parts)
    return data


def keep(kind_name: str, wrong: str, data: bytes, folder: Path) -> Path:
    """Write an input that fails, made small, to where the tests find it."""
    from fuzz_targets import KINDS  # here nothing is instrumented

    kind = KINDS[kind_name]
    named = wrong.partition(" at ")[0]
    small = (
        smallest(data, lambda tried: mistake_of(kind, tried).startswith(named)) if "TookTooLong" not in wrong else data
    )
    path = folder / kind_name / f"{hashlib.sha256(small).hexdigest()[:12]}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(small)
    return path


# -- commands


def one_turn(kind: str, seconds: float, seed: int, *, guided: bool) -> dict[str, object]:
    """What a process of its own finds in some seconds; a process that dies is a mistake, too."""
    command = [sys.executable, __file__, "--child", kind, "--seconds", str(seconds), "--seed", str(seed)]
    path = os.pathsep.join([str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [*command, *([] if guided else ["--unguided"])],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
    )
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    told = next((line for line in reversed(lines) if line.startswith('{"inputs"')), "")
    if told:
        found: dict[str, object] = json.loads(told)
        return found
    said = done.stderr.decode("utf-8", "replace")[-2000:]
    return {"inputs": 0, "slowest": 0.0, "mistakes": {}, "died": f"exit status {done.returncode}\n{said}"}


def in_turn(kinds: list[str], minutes: float, seed: int, folder: Path, *, guided: bool) -> int:
    """All kinds in turn until the time is up; the exit status."""
    end = time.monotonic() + minutes * 60
    turn = min(TURN, minutes * 60 / len(kinds))
    inputs, slowest, seen, wrong = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0.0), set[tuple[str, str]](), 0
    while time.monotonic() < end - 1:
        for kind in kinds:
            found = one_turn(kind, max(1.0, min(turn, end - time.monotonic())), seed, guided=guided)
            inputs[kind] += int(str(found["inputs"]))
            slowest[kind] = max(slowest[kind], float(str(found["slowest"])))
            if "died" in found:
                wrong += 1
                print(f"{kind}: the process died with seed {seed}: {found['died']}", flush=True)
            mistakes = found["mistakes"]
            assert isinstance(mistakes, dict)
            for what, data in mistakes.items():
                if (kind, what) not in seen:
                    seen.add((kind, what))
                    wrong += 1
                    print(f"{kind}: {what}: {keep(kind, what, bytes.fromhex(data), folder)}", flush=True)
        seed += 1
        print(f"{sum(inputs.values()):,} inputs, {wrong} mistakes", file=sys.stderr, flush=True)
    for kind in kinds:
        print(f"{kind:<14} {inputs[kind]:>10,} inputs, slowest {slowest[kind]:.2f} s")
    print(f"{'all':<14} {sum(inputs.values()):>10,} inputs, {wrong} mistakes")
    return 1 if wrong else 0


def main() -> int:
    """Run the fuzzer; see the module's docstring for the exit status."""
    parser = argparse.ArgumentParser(description="Throw odd text at whatever reads a stranger's text.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long in all (default: 10)")
    parser.add_argument("--kind", action="append", choices=KIND_NAMES, help="only this kind of text; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; each turn of a kind takes the next")
    parser.add_argument("--unguided", action="store_true", help="change fixtures at random even if atheris is there")
    parser.add_argument("--keep", type=Path, default=FUZZED, help="where inputs that fail are written")
    parser.add_argument("--child", choices=KIND_NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    guided = not options.unguided and importlib.util.find_spec("atheris") is not None
    if options.child and guided:
        by_coverage(options.child, options.seconds, options.seed)
    if options.child:
        from fuzz_targets import KINDS  # not instrumented

        tally = Tally(KINDS[options.child], time.monotonic() + options.seconds)
        by_mutation(tally, options.seed)
        print(tally.told())
        return 0
    print(
        f"{'coverage-guided (atheris)' if guided else 'mutation of fixtures'}, {options.minutes:g} minutes", flush=True
    )
    return in_turn(options.kind or list(KIND_NAMES), options.minutes, options.seed, options.keep, guided=guided)


if __name__ == "__main__":
    sys.exit(main())
