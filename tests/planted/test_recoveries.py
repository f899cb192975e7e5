"""Bugs of a recovery, planted one at a time: the check that downstream hears nothing twice, and the truth, goes red."""

from collections.abc import Callable
from typing import Any

import pytest

import streams.partition.healing
from streams.partition.recovery import Recovery
from streams.tail.told import Told
from tests.builders.virtual_time import run
from tests.promises.recoveries import check_recovery

Plant = Callable[[pytest.MonkeyPatch], None]


def the_filter_is_off(plant: pytest.MonkeyPatch) -> None:
    """A rebuild floods downstream."""
    plant.setattr(Recovery, "has", lambda *_: False)
    plant.setattr(Recovery, "unpublished", lambda _, messages: list(messages))


def nobody_looks_whether_the_table_is_behind(plant: pytest.MonkeyPatch) -> None:
    """A rebuild is taken for a start."""
    plant.setattr(streams.partition.healing, "is_behind", lambda *_: False)


def nothing_is_corrected(plant: pytest.MonkeyPatch) -> None:
    """Outbox rule 3 is off: what was swallowed is never put right."""

    async def correct(_told: Any, _scorecard: Any, steps: Any) -> int:
        await steps.commit(steps.fold({}), is_last=True)
        return 0

    plant.setattr(streams.partition.healing, "correct", correct)


def corrections_come_before_the_replay_is_over(plant: pytest.MonkeyPatch) -> None:
    """What the last commit told is held against a table that has not come to it."""
    plant.setattr(Recovery, "is_over", lambda *_: True)


def a_told_stage_is_told_again(plant: pytest.MonkeyPatch) -> None:
    """What was told is not looked at."""
    plant.setattr(Told, "knows", lambda *_: False)
    plant.setattr(Told, "stage", lambda *_: None)


def test_the_check_passes() -> None:
    """Without a bug."""
    run(check_recovery())


@pytest.mark.parametrize(
    "bug",
    [
        the_filter_is_off,
        nobody_looks_whether_the_table_is_behind,
        nothing_is_corrected,
        corrections_come_before_the_replay_is_over,
        a_told_stage_is_told_again,
    ],
    ids=lambda bug: bug.__name__,
)
def test_the_check_notices(bug: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bug the promise's check fails."""
    bug(monkeypatch)

    with pytest.raises(AssertionError):
        run(check_recovery())
