"""The checks of P6 and P7 go red for each bug that counting, forgetting, merging and taking back could have."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from scorer.facts import cells, normal_form
from scorer.facts.activity import Activity, ProfileUpdate
from scorer.facts.cells import pruned
from scorer.facts.journal import JournalBounds, Journaled
from scorer.facts.normal_form import NormalForm, normalised
from scorer.facts.state import Attribute, Cell, CellKey, JournalEntry, LeadState
from scorer.rules.conditions import Condition, Equals
from scorer.rules.scorecard import (
    FitCriterion,
    Group,
    HalfLife,
    InactivityCriterion,
    Limit,
    Measure,
    Score,
    Scorecard,
    Side,
    Signal,
    SignalCriterion,
    Stage,
)
from scorer.steps import lifecycle, merging, retraction
from tests.promises.histories import LEAVING, STAYING, Step, Story, TakeBack, check_story, check_unmerging
from tests.promises.noticing import is_noticed
from tests.strategies.histories import START_AT
from tests.strategies.scorecards import DAY_MS, HOUR_MS
from tests.strategies.stories import forgetful_scorecards, stories

Plant = Callable[[pytest.MonkeyPatch], None]
Cells = Mapping[CellKey, Cell]


def scorecard(*, keep_ms: int) -> Scorecard:
    """Return a scorecard that looks at views of the prices in every way that expiry matters to."""
    viewed = Signal("pricing_viewed", "page_view", (), Measure("seconds", 1), HOUR_MS, keep_ms)
    fading = SignalCriterion("views", viewed.name, 5.0, False, HalfLife(7 * DAY_MS), None, None, None, None, None)
    criteria = (
        fading,
        replace(fading, name="seconds", points=0.25, is_per_measure=True),
        replace(fading, name="first", points=10.0, limit=Limit(1, None)),
        InactivityCriterion("idle", (viewed.name,), HOUR_MS, -1.0, True, None, -400.0),
    )
    engagement = Side((Group("web", criteria, None, None),), None, None, 1.0)
    industry = FitCriterion("industry", Condition("industry", Equals("Software")), 10.0)
    fit = Side((Group("firm", (industry,), None, None),), None, None, 1.0)
    score = Score("platform", engagement, fit, -1000.0, 1000.0, None, (Stage("subscriber", -inf, -inf, 0),))
    return Scorecard("2026-03", {viewed.name: viewed}, {score.name: score}, score.name, (1.0, 0.5, 0.0))


def view(hour: int, source: str = "lead-ada") -> Activity:
    """Return a view of the prices in an hour; the hour is its fingerprint, too."""
    return Activity(hour, source, "page_view", START_AT + hour * HOUR_MS, {"seconds": 30 + hour})


def word(hour: int, industry: str) -> ProfileUpdate:
    """Return what is said of a lead in an hour."""
    return ProfileUpdate(hour, "lead-ada", START_AT + hour * HOUR_MS, {"industry": industry})


def taken_back(hour: int) -> TakeBack:
    """Return the retraction of an hour's view."""
    return TakeBack("lead-ada", hour)


def step(hour: int, happened: Activity | ProfileUpdate | TakeBack, lead: int = STAYING) -> Step:
    """Return what comes in an hour."""
    return Step(START_AT + hour * HOUR_MS, lead, happened)


def story(*steps: Step, merged_hour: int | None = None) -> Story:
    """Return a story whose journal remembers a day."""
    merged_at = None if merged_hour is None else START_AT + merged_hour * HOUR_MS
    return Story(steps, merged_at, JournalBounds(entries_max=64, age_ms=DAY_MS))


def counting_repeats(planted: pytest.MonkeyPatch) -> None:
    """Nothing is recognised as a repeat."""
    planted.setattr(lifecycle, "find", lambda *_: None)


def dropping_the_first_cell(planted: pytest.MonkeyPatch) -> None:
    """What has expired goes, also the earliest cell of a series."""

    def without_first(known: Cells, rules: Scorecard, now: int) -> Cells:
        kept = pruned(known, rules, now)
        gone = [key for key in kept if (until := cells.expires_at(key, rules)) is not None and until <= now]
        return {key: cell for key, cell in kept.items() if key != min(gone, default=None)}

    planted.setattr(normal_form, "pruned", without_first)


def dropping_too_early(planted: pytest.MonkeyPatch) -> None:
    """Cells go a day before they expire."""
    planted.setattr(normal_form, "pruned", lambda kept, rules, now: pruned(kept, rules, now + DAY_MS))


def journaling_by_arrival(planted: pytest.MonkeyPatch) -> None:
    """The journal is in the order in which activities came."""

    def appended(
        known: tuple[JournalEntry, ...], entries: tuple[JournalEntry, ...], bounds: JournalBounds, now: int
    ) -> Journaled:
        return Journaled((*known, *entries)[-bounds.entries_max :])

    planted.setattr(normal_form, "with_entries", appended)


def believing_the_last_word_to_come(planted: pytest.MonkeyPatch) -> None:
    """A profile update wins because it came last, whenever it was said."""

    def overwritten(known: Mapping[tuple[str, str], Attribute], update: ProfileUpdate) -> dict[Any, Attribute]:
        said = {
            (update.source, name): Attribute(update.occurred_at, update.fingerprint, value)
            for name, value in update.attributes.items()
        }
        return {**known, **said}

    planted.setattr(lifecycle, "folded", overwritten)


def doubling_what_both_know(planted: pytest.MonkeyPatch) -> None:
    """A merge counts an activity twice if it had come to both leads."""
    planted.setattr(merging, "_met", lambda _, other: merging._Meeting(other, ()))


def keeping_one_profile(planted: pytest.MonkeyPatch) -> None:
    """A merge forgets what the other lead was said to be."""
    planted.setattr(merging, "united", lambda kept, _: kept)


def leaving_the_measure(planted: pytest.MonkeyPatch) -> None:
    """Taking back leaves the measure behind."""

    def without_measures(known: Cells, other: Cells) -> Cells:
        return cells.subtract(known, {key: cell._replace(measure=0) for key, cell in other.items()})

    planted.setattr(retraction, "subtract", without_measures)


def leaving_no_tombstone(planted: pytest.MonkeyPatch) -> None:
    """What was taken back is forgotten, so that its repeat counts."""

    def bare(state: LeadState, rules: Scorecard, now: int, bounds: JournalBounds, entries: Any) -> NormalForm:
        gone = {(entry.source, entry.fingerprint) for entry in entries}
        kept = tuple(entry for entry in state.journal if (entry.source, entry.fingerprint) not in gone)
        return normalised(replace(state, journal=kept), rules, now, bounds)

    planted.setattr(retraction, "normalised", bare)


def splitting_cells_only(planted: pytest.MonkeyPatch) -> None:
    """A lead that is split off leaves its profile behind."""
    part = merging._part
    planted.setattr(merging, "_part", lambda state, is_wanted: replace(part(state, is_wanted), profile=state.profile))


def forgetting_what_may_be_taken_back(planted: pytest.MonkeyPatch) -> None:
    """Cells go when they expire, also those that the journal could still take something out of."""
    planted.setattr(normal_form, "_kept", lambda kept, _, rules, at: pruned(kept, rules, at))


FOUR_VIEWS = [step(hour, view(hour)) for hour in range(4)]
LONG_KEPT, BARELY_KEPT = scorecard(keep_ms=3 * DAY_MS), scorecard(keep_ms=HOUR_MS)

EXAMPLES = {
    counting_repeats: (LONG_KEPT, story(step(0, view(0)), step(1, view(0)))),
    dropping_the_first_cell: (LONG_KEPT, story(*FOUR_VIEWS, step(100, word(100, "Software")))),
    dropping_too_early: (LONG_KEPT, story(*FOUR_VIEWS, step(55, word(55, "Software")))),
    journaling_by_arrival: (LONG_KEPT, story(step(1, view(1)), step(2, view(0)))),
    believing_the_last_word_to_come: (LONG_KEPT, story(step(5, word(5, "Software")), step(6, word(3, "Farming")))),
    doubling_what_both_know: (LONG_KEPT, story(step(0, view(0)), step(1, view(0), LEAVING), merged_hour=2)),
    keeping_one_profile: (LONG_KEPT, story(step(0, word(0, "Software"), LEAVING), merged_hour=1)),
    leaving_the_measure: (LONG_KEPT, story(step(0, view(0)), step(1, taken_back(0)))),
    leaving_no_tombstone: (LONG_KEPT, story(step(0, view(0)), step(1, taken_back(0)), step(2, view(0)))),
    forgetting_what_may_be_taken_back: (
        BARELY_KEPT,
        story(*FOUR_VIEWS, step(10, word(10, "Software")), step(11, taken_back(3))),
    ),
}


@pytest.mark.parametrize("plant", EXAMPLES)
def test_a_bug_in_what_is_known_is_noticed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of P6 and P7 passes for a story and fails for it with the bug planted."""
    check_story(*EXAMPLES[plant])
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        check_story(*EXAMPLES[plant])


@pytest.mark.parametrize("plant", [counting_repeats, leaving_no_tombstone])
def test_a_bug_is_met_by_chance(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random stories meet common bugs, so that the properties look where bugs are."""
    plant(monkeypatch)

    assert is_noticed(check_story, forgetful_scorecards(), stories(has_retractions=True, has_merge=True))


def test_a_bug_in_unmerging_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the way back from a merge fails with a bug planted."""
    told = story(step(0, word(0, "Software")), step(1, view(1, "anonymous-7")))
    check_unmerging(LONG_KEPT, told, "anonymous-7")
    splitting_cells_only(monkeypatch)

    with pytest.raises(AssertionError):
        check_unmerging(LONG_KEPT, told, "anonymous-7")
