"""Some inputs of one target, one after the other, each from a seed of its own, within a bound of time.

Input number n of a target is the same in every run under the same seed, so a failure names all that repeats it.
"""

import random
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import thread_time
from types import FrameType
from zlib import crc32

from tests.fuzz.targets import Target

INPUT_CPU_SECONDS_MAX = 5.0
"""A hang's bound, generous on any machine: inputs take well under a tenth of a second."""
FAILURES_KEPT = 5


class Hung(BaseException):
    """An input took longer than any may. No reader catches it."""


@dataclass(slots=True)
class Slice:
    """What came of some inputs: how often each answer, what broke, and the slowest one (seconds of CPU, number)."""

    answers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    failure_count: int = 0
    slowest: tuple[float, int] = (0.0, -1)

    @property
    def count(self) -> int:
        """How many inputs were tried."""
        return self.answers.total() + self.failure_count

    def add(self, other: "Slice") -> None:
        """Add another slice's figures to these."""
        self.answers += other.answers
        self.failure_count += other.failure_count
        self.failures = (self.failures + other.failures)[:FAILURES_KEPT]
        self.slowest = max(self.slowest, other.slowest)


def dice_of(seed: int, name: str, number: int) -> random.Random:
    """Return the dice of one input."""
    return random.Random((seed << 96) ^ (crc32(name.encode()) << 64) ^ number)


def tried(
    target: Target,
    seed: int,
    first: int,
    count: int,
    on_input: Callable[[int], None] = lambda _: None,
    cpu_seconds_max: float = INPUT_CPU_SECONDS_MAX,
) -> Slice:
    """Try some inputs of a target.

    Args:
        target: What is tried.
        seed: Of the run.
        first: Number of the first input.
        count: How many.
        on_input: Told each input's number before it is tried.
        cpu_seconds_max: Bound of each input.
    """
    found = Slice()
    before = signal.signal(signal.SIGVTALRM, _hung)
    try:
        for number in range(first, first + count):
            on_input(number)
            begun_at = thread_time()
            signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds_max)
            try:
                found.answers[target.attempt(dice_of(seed, target.name, number))] += 1
            except (Exception, Hung) as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                found.failure_count += 1
                place = f"{target.name}, input {number}, seed {seed}"
                text = " ".join(str(error).split())[:500]
                found.failures = [*found.failures, f"{place}: {type(error).__name__}: {text}"][:FAILURES_KEPT]
            found.slowest = max(found.slowest, (thread_time() - begun_at, number))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return found


def _hung(_number: int, _frame: FrameType | None) -> None:
    raise Hung("it takes longer than any input may")
