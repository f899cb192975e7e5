"""The check of a signal that comes to be counted goes red for each bug that adding its past could have."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

import streams.partition.backfilling
import streams.partition.pages
from scorer import LeadState
from scorer.facts.cells import add
from streams.partition.backfill import Backfill
from streams.partition.backfilling import Backfilling
from tests.builders.virtual_time import run
from tests.promises.backfills import check_backfill

Plant = Callable[[pytest.MonkeyPatch], None]
REACH = Backfill.reach


def beyond_what_the_table_holds(plant: pytest.MonkeyPatch) -> None:
    """What is stored after the activation is read too, and counts again when it is handled."""

    async def further(self: Backfill, retained: Any, watermarks: Mapping[str, int], *others: Any) -> None:
        await REACH(self, retained, {topic: last + 3 for topic, last in watermarks.items()}, *others)

    plant.setattr(Backfill, "reach", further)


def short_of_what_the_table_holds(plant: pytest.MonkeyPatch) -> None:
    """The last record before the activation is left out."""

    async def shorter(self: Backfill, retained: Any, watermarks: Mapping[str, int], *others: Any) -> None:
        await REACH(self, retained, {topic: last - 1 for topic, last in watermarks.items()}, *others)

    plant.setattr(Backfill, "reach", shorter)


def a_past_left_out(plant: pytest.MonkeyPatch) -> None:
    """The past of one lead is lost on the way."""
    ready = Backfilling.ready

    async def careless(self: Backfilling) -> None:
        await ready(self)
        if self._backfill is not None:
            self._backfill.pasts.keep("lead-2", LeadState())

    plant.setattr(Backfilling, "ready", careless)


def repeats_count(plant: pytest.MonkeyPatch) -> None:
    """A record that its producer sent twice counts twice."""
    plant.setattr("scorer.steps.backfill.find", lambda *_: None)


def added_on_top(plant: pytest.MonkeyPatch) -> None:
    """A lead that has counts of the signal, as after a crash of who forgot what was done, gets them once more."""

    def doubled(state: LeadState, past: LeadState) -> LeadState:
        once = replace(state, cells=add(state.cells, past.cells))
        return replace(once, cells=add(once.cells, past.cells))

    plant.setattr(streams.partition.backfilling, "backfilled", doubled)


def not_noted_in_the_journal(plant: pytest.MonkeyPatch) -> None:
    """What was counted after all could not be taken back."""
    plant.setattr("scorer.steps.backfill._counted_too", lambda entry, _past: entry)


def judged_before_it_is_read(plant: pytest.MonkeyPatch) -> None:
    """The sweep does not wait for the past."""

    async def impatient(_self: Backfilling) -> None:
        pass

    plant.setattr(Backfilling, "ready", impatient)


@pytest.mark.parametrize(
    "bug",
    [
        beyond_what_the_table_holds,
        short_of_what_the_table_holds,
        a_past_left_out,
        repeats_count,
        added_on_top,
        not_noted_in_the_journal,
        judged_before_it_is_read,
    ],
    ids=lambda bug: bug.__name__,
)
def test_the_check_notices(bug: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bug the promise's check fails."""
    bug(monkeypatch)

    with pytest.raises(AssertionError):
        run(check_backfill(partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS"), crash_after=4))
