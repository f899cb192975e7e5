"""Many seeds on several processes, and one line about all of them."""

import gc
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial

from tests.simulation.play import play

SEEDS_A_TASK = 20

# Forked: they go on with the modules that this process has, compiled or plain. Nothing here starts a thread.
_CONTEXT = multiprocessing.get_context("fork")


@dataclass
class Sum:
    """What some seeds came to together. ``failures``: seed by seed, what went wrong."""

    seeds: int = 0
    records: int = 0
    stage_changes: int = 0
    repeats: int = 0
    either_order: int = 0
    changed_decisions: int = 0
    rebalances: int = 0
    rollbacks: int = 0
    stale_commits_refused: int = 0
    lost_answers: int = 0
    stale_runs: int = 0

    def __str__(self) -> str:
        """Return it as one line."""
        return " ".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))

    def add(self, other: "Sum") -> None:
        """Add another sum."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def swept(seeds: Iterable[int]) -> tuple[Sum, list[str]]:
    """Play some seeds one after the other; returns their sum, and what went wrong, seed by seed."""
    total, failures = Sum(), []
    with tidied() as tidy:
        for seed in seeds:
            played = play(seed)
            total.add(Sum(seeds=1, **played.counts))
            if played.findings.violations:
                failures.append(str(played))
            del played
            tidy()
    return total, failures


@contextmanager
def tidied() -> Iterator[Callable[[], object]]:
    """Collect garbage when asked, and of what came since then only: a run leaves cycles, and all else stays.

    What is there at the start is not looked at: that would take as long as some runs. The little that a run leaves to
    the next one goes at the end.
    """
    gc.freeze()
    gc.disable()
    try:
        yield partial(gc.collect, 0)
    finally:
        gc.collect()
        gc.enable()
        gc.unfreeze()


def spread(seeds: Sequence[int], jobs: int) -> Iterator[tuple[Sum, list[str]]]:
    """Play many seeds on several processes; yields what each task of some seeds came to."""
    tasks = [seeds[start : start + SEEDS_A_TASK] for start in range(0, len(seeds), SEEDS_A_TASK)]
    with ProcessPoolExecutor(jobs, mp_context=_CONTEXT) as pool:
        yield from pool.map(swept, tasks)


def sweep(first: int, count: int, jobs: int) -> int:
    """Play many seeds and print what they came to; returns how many failed."""
    began, total, failed = time.monotonic(), Sum(), 0
    for part, failures in spread(range(first, first + count), jobs):
        total.add(part)
        failed += len(failures)
        for failure in failures:
            print(failure, flush=True)  # noqa: T201 - a command line
    seconds = time.monotonic() - began
    print(f"{total} failed={failed} seconds={seconds:.1f} ms_a_seed={1000 * seconds / count:.1f}")  # noqa: T201 - as above
    return failed
