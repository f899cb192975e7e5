"""Random input, most of it bad: every reader answers, in bounded time, and repeats nothing private in a refusal.

A slice of what `make fuzz` tries; the inputs are the same in every run, so a failure here repeats.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.slices import Hung, dice_of, tried
from tests.fuzz.targets import TARGETS, Target

ROOT = Path(__file__).parents[2]
SEED = 20_261_122
INPUTS = 20_000
SHARES = sum(target.share for target in TARGETS.values())


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name.replace(" ", "_"))
def test_every_input_is_answered(target: Target) -> None:
    """Taken or refused, never another exception, and never for long; each kind of answer comes up."""
    found = tried(target, SEED, 0, INPUTS * target.share // SHARES)

    assert found.failures == []
    assert found.answers.keys() >= target.answers


def test_an_input_is_the_same_in_every_run() -> None:
    """Its number and the run's seed are all that a failure has to name, whatever was tried before it."""
    target = TARGETS["topic page-views"]

    assert tried(target, SEED, 40, 20).answers == tried(target, SEED, 40, 20).answers
    assert dice_of(SEED, target.name, 7).random() == dice_of(SEED, target.name, 7).random()
    assert len({dice_of(SEED, target.name, number).random() for number in range(1_000)}) == 1_000


def test_a_reader_that_hangs_is_noticed() -> None:
    """An input that takes longer than the bound is broken off and told, and the next one is tried."""

    def hang_once(dice: random.Random) -> str:
        while dice.random() < 2 and dice is not None and len(seen) == 1:
            pass
        return "read"

    seen: list[int] = []
    target = Target("hangs", hang_once, 1, frozenset())

    found = tried(target, SEED, 0, 3, seen.append, cpu_seconds_max=0.05)

    assert found.failure_count == 1
    assert Hung.__name__ in found.failures[0]
    assert found.answers == {"read": 2}


def test_readers_that_break_their_promise_are_noticed() -> None:
    """Planted: one raises, one kills its process, one takes all memory, one repeats what is private, one is blind."""
    command = (sys.executable, "-m", "tests.fuzz.planted")
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=ROOT)
    problems: list[str] = json.loads(done.stdout)

    def said(name: str) -> str:
        return "\n".join(problem for problem in problems if problem.startswith(name))

    assert "KeyError: 'a bug'" in said("raises")
    assert "the process died with exit code -9" in said("dies")
    assert "MemoryError" in said("eats")
    assert "a refusal repeats the input" in said("tells")
    assert "never answered taken" in said("blind")
    assert all("input " in problem for problem in problems if not problem.startswith("blind"))
