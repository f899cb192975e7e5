"""A run over all targets: in processes of their own with bounded memory, so that one that dies is seen and named.

``python -m tests.fuzz.campaign --inputs 1000000`` (`make fuzz`). Prints its seed; the same seed tries the same inputs.
"""

import argparse
import multiprocessing
import os
import random
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from tests.fuzz.slices import FAILURES_KEPT, Slice, tried
from tests.fuzz.targets import TARGETS, Target

CHUNK_INPUTS = 5_000
INPUT_SECONDS_MAX = 120.0
"""No sign of progress for so long: the process hangs in code that no timer reaches, and is killed."""
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
ANSWERS_AFTER_INPUTS = 5_000
"""From so many inputs of a target on, each kind of answer must have been seen."""
POLL_SECONDS = 0.05

# Forked: a chunk starts at once, and a test's own targets need no import. Nothing here starts a thread.
_CONTEXT = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some inputs that one process tries."""

    target: Target
    first: int
    count: int


@dataclass(slots=True)
class Report:
    """What came of a run, by target, and each process that died, with the input that it died of."""

    seed: int
    slices: dict[str, Slice] = field(default_factory=dict)
    deaths: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many inputs were answered, rightly or wrongly."""
        return sum(found.count for found in self.slices.values())

    def problems(self, targets: Mapping[str, Target] = TARGETS) -> list[str]:
        """Return everything that is wrong, a line each."""
        problems = [*self.deaths]
        for name, found in self.slices.items():
            problems += found.failures
            if found.failure_count > len(found.failures):
                problems.append(f"{name}: {found.failure_count} inputs broke it")
            missing = targets[name].answers - found.answers.keys()
            if found.count >= ANSWERS_AFTER_INPUTS and missing:
                problems.append(f"{name}: never answered {', '.join(sorted(missing))}: its inputs test too little")
        return problems

    def text(self) -> str:
        """Return the figures for people."""
        lines = [f"seed {self.seed}: {self.count} inputs, {len(self.deaths)} dead processes"]
        for name, found in self.slices.items():
            answers = ", ".join(f"{count} {answer}" for answer, count in found.answers.most_common())
            seconds, number = found.slowest
            lines.append(f"  {name}: {found.count} ({answers}); slowest {seconds * 1000:.0f} ms (input {number})")
        return "\n".join(lines)


class _Worker:
    """One process with one chunk, and what is heard from it."""

    def __init__(self, seed: int, chunk: Chunk) -> None:
        self.chunk = chunk
        self._current = _CONTEXT.Value("q", chunk.first)
        self._connection, theirs = _CONTEXT.Pipe(duplex=False)
        self._process: BaseProcess = _CONTEXT.Process(target=_work, args=(seed, chunk, self._current, theirs))
        self._process.start()
        theirs.close()
        self._seen, self._seen_at = -1, time.monotonic()

    def ended(self) -> Slice | str | None:
        """Return its slice, or how it died; None while it goes on."""
        if self._connection.poll():
            try:
                found: Slice = self._connection.recv()
            except EOFError:
                return self._death()
            self._process.join()
            return found
        number = self._current.value
        if number != self._seen:
            self._seen, self._seen_at = number, time.monotonic()
        if time.monotonic() - self._seen_at > INPUT_SECONDS_MAX:
            self._process.kill()
            return f"{self._death()} (no progress for {INPUT_SECONDS_MAX:g} s)"
        return None

    def _death(self) -> str:
        self._process.join()
        place = f"{self.chunk.target.name}, input {self._current.value}"
        return f"{place}: the process died with exit code {self._process.exitcode}"


def _work(seed: int, chunk: Chunk, current: Any, connection: Connection) -> None:
    """Try a chunk in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def note(number: int) -> None:
        current.value = number

    connection.send(tried(chunk.target, seed, chunk.first, chunk.count, note))


def chunks(inputs: int, targets: Sequence[Target]) -> Iterator[Chunk]:
    """Share inputs out among targets, by their shares, in chunks."""
    total = sum(target.share for target in targets)
    for target in targets:
        wanted = max(1, inputs * target.share // total)
        # Of a target whose inputs take long, chunks are smaller, so that the last ones do not keep a core idle.
        size = max(1, min(CHUNK_INPUTS, CHUNK_INPUTS * target.share // 4))
        for first in range(0, wanted, size):
            yield Chunk(target, first, min(size, wanted - first))


def run(seed: int, inputs: int, *, processes: int, targets: Sequence[Target] = (), is_quiet: bool = True) -> Report:
    """Try inputs on all targets and report.

    Args:
        seed: Same seed, same inputs.
        inputs: How many, among all targets.
        processes: How many at a time.
        targets: Which; by default all.
        is_quiet: Whether to leave out progress.
    """
    report = Report(seed)
    waiting = list(chunks(inputs, targets or tuple(TARGETS.values())))[::-1]
    wanted = sum(chunk.count for chunk in waiting)
    working: list[_Worker] = []
    told_at = time.monotonic()
    while waiting or working:
        while waiting and len(working) < processes:
            working.append(_Worker(seed, waiting.pop()))
        for worker in tuple(working):
            ended = worker.ended()
            if ended is None:
                continue
            working.remove(worker)
            if isinstance(ended, str):
                report.deaths.append(f"{ended}, seed {seed}")
            else:
                report.slices.setdefault(worker.chunk.target.name, Slice()).add(ended)
        if not is_quiet and time.monotonic() - told_at > 10:
            told_at = time.monotonic()
            print(f"  {report.count} of {wanted}", flush=True)  # noqa: T201 - progress for people
        time.sleep(POLL_SECONDS)
    return report


def main(arguments: Sequence[str]) -> int:
    """Run as a command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=sorted(TARGETS), help="one target alone")
    given = parser.parse_args(arguments)
    print(f"fuzzing with seed {given.seed}", flush=True)  # noqa: T201
    targets = (TARGETS[given.only],) if given.only else ()
    report = run(given.seed, given.inputs, processes=given.processes, targets=targets, is_quiet=False)
    print(report.text())  # noqa: T201
    problems = report.problems()
    for problem in problems[: 10 * FAILURES_KEPT]:
        print(f"BROKEN {problem}")  # noqa: T201
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
