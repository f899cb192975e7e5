"""Readers that break their promise, each in one way, run as a campaign: prints the problems that it notices as JSON."""

import json
import os
import random
import signal
import sys
from collections.abc import Callable

from tests.fuzz.campaign import ANSWERS_AFTER_INPUTS, MEMORY_BYTES_MAX, run
from tests.fuzz.hostile import CANARY, CANARY_PART
from tests.fuzz.outcome import require_clean
from tests.fuzz.targets import Target

INPUTS_EACH = 40
ANSWERS = frozenset({"refused"})


def _now_and_then(misbehave: Callable[[], object]) -> Callable[[random.Random], str]:
    """Return a reader that refuses, and misbehaves on one input of ten."""

    def attempt(dice: random.Random) -> str:
        if dice.random() < 0.1:
            misbehave()
        return "refused"

    return attempt


def _raise() -> None:
    raise KeyError("a bug")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _eat() -> bytearray:
    return bytearray(2 * MEMORY_BYTES_MAX)


def _tell() -> None:
    require_clean(f"{CANARY} is no url", CANARY_PART)


BREAKING = tuple(
    Target(name, _now_and_then(misbehave), 1, ANSWERS)
    for name, misbehave in (("raises", _raise), ("dies", _die), ("eats", _eat), ("tells", _tell))
)
BLIND = Target("blind", lambda _: "refused", 1, ANSWERS | {"taken"})


def main() -> None:
    """Print what a campaign over the breaking readers notices, by reader."""
    report = run(1, INPUTS_EACH * len(BREAKING), processes=1, targets=BREAKING)
    blind = run(1, ANSWERS_AFTER_INPUTS, processes=1, targets=(BLIND,))
    found = report.problems({target.name: target for target in BREAKING}) + blind.problems({BLIND.name: BLIND})
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
