"""The check of a challenger goes red for each bug that judging beside another scorecard could have."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

import streams.partition.challenging
import streams.partition.pages
import streams.partition.sweep
from scorer import Outcome
from streams.lead.lead import Lead
from streams.partition.challenging import ChallengedRunning, ChallengedSettling
from streams.partition.outputs import Outputs
from tests.builders.virtual_time import run
from tests.promises.challenging import check_challenger

Plant = Callable[[pytest.MonkeyPatch], None]


def told_to_sales(plant: pytest.MonkeyPatch) -> None:
    """The challenger's stage changes go where the champion's go."""
    plant.setattr(Outputs, "of_challenger", lambda self, _scorecard: self)


def never_woken_for(plant: pytest.MonkeyPatch) -> None:
    """Time alone changes nothing by the challenger."""
    challenged = streams.partition.challenging.challenged
    plant.setattr(
        streams.partition.challenging,
        "challenged",
        lambda *given, **named: replace(challenged(*given, **named), wake_at=None),
    )


def begun_at_the_bottom(plant: pytest.MonkeyPatch) -> None:
    """Leads do not begin where they stand for the champion."""
    standings_of = streams.partition.challenging.standings_of
    plant.setattr(
        streams.partition.challenging,
        "standings_of",
        lambda lead, version: {} if lead.challenge is None else standings_of(lead, version),
    )


def run_past(plant: pytest.MonkeyPatch) -> None:
    """What changes no judgement of the champion's runs on, whatever the challenger makes of it."""

    def takes(self: ChallengedRunning, activity: Any, clock: int) -> Any:
        self.shadow.takes(activity, clock)
        return super(ChallengedRunning, self).takes(activity, clock)

    plant.setattr(ChallengedRunning, "takes", takes)


def news_to_all(plant: pytest.MonkeyPatch) -> None:
    """A challenge is taken for news of the champion: every score is told again."""
    plant.setattr(streams.partition.sweep, "champion_of", lambda name: name)


def forgotten(plant: pytest.MonkeyPatch) -> None:
    """A step loses where the challenger has the lead."""
    settled = ChallengedSettling.settled

    def forgetful(self: ChallengedSettling, lead_id: str, before: Lead, step: Outcome, *given: Any, **by: Any) -> Any:
        known = settled(self, lead_id, before, step, *given, **by)
        return replace(known, lead=replace(known.lead, challenge=None)) if step.signals else known

    plant.setattr(ChallengedSettling, "settled", forgetful)


@pytest.mark.parametrize(
    "bug",
    [told_to_sales, never_woken_for, begun_at_the_bottom, run_past, news_to_all, forgotten],
    ids=lambda bug: bug.__name__,
)
def test_the_check_notices(bug: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bug the promise's check fails."""
    bug(monkeypatch)

    with pytest.raises(AssertionError):
        run(check_challenger(partial(monkeypatch.setattr, streams.partition.pages, "PAGE_LEADS"), crash_after=4))
