"""The checks of what is a standstill go red for each bug that the watchdog could have, and with the watchdog off."""

from collections.abc import Callable

import pytest

from streams.monitoring.awake import AwakeClock
from streams.partition.pulse import Pulse
from streams.worker import standstill
from streams.worker.standstill import Standstill
from tests.builders.virtual_time import run
from tests.promises.standing import CHECKS

Plant = Callable[[pytest.MonkeyPatch], None]


def watchdog_off(planted: pytest.MonkeyPatch) -> None:
    """Nothing is ever told."""
    planted.setattr(Standstill, "reason", lambda *_: None)


def taking_an_outage_for_a_standstill(planted: pytest.MonkeyPatch) -> None:
    """A refused call does not count."""
    planted.setattr(Pulse, "refuse", Pulse.turn)


def taking_idleness_for_a_standstill(planted: pytest.MonkeyPatch) -> None:
    """An owner turns only where it works."""
    planted.setattr(Pulse, "turn", lambda *_: None)


def counting_pauses(planted: pytest.MonkeyPatch) -> None:
    """A process that slept counts as one that stood still."""
    planted.setattr(AwakeClock, "read", lambda clock: clock._monotonic())


def taking_silence_for_answers(planted: pytest.MonkeyPatch) -> None:
    """A Kafka that answered long ago counts as one that answers."""
    planted.setattr(standstill, "ANSWERED_SECONDS", 3600.0)


def never_forgetting_a_bound(planted: pytest.MonkeyPatch) -> None:
    """What stayed the same once is held against the worker for ever."""
    first_seen: dict[object, float] = {}

    def same_for(_: Standstill, key: object, __: object, is_watched: bool, look: standstill.Look) -> float:
        return look.awake_seconds - first_seen.setdefault(key, look.awake_seconds) if is_watched else 0.0

    planted.setattr(Standstill, "_same_for", same_for)


@pytest.mark.parametrize(
    "plant",
    [
        watchdog_off,
        taking_an_outage_for_a_standstill,
        taking_idleness_for_a_standstill,
        counting_pauses,
        taking_silence_for_answers,
        never_forgetting_a_bound,
    ],
)
def test_a_bug_in_the_watchdog_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one check fails with the bug planted."""
    plant(monkeypatch)

    def is_noticed(check: Callable[..., object]) -> bool:
        try:
            run(check())  # type: ignore[arg-type]  # each is a coroutine function
        except AssertionError:
            return True
        return False

    assert any(is_noticed(check) for check in CHECKS)
