"""Random cases that plain and compiled modules both play: stories, records from outside, stored leads."""

import random
from dataclasses import replace
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from scorer import Scorecard
from tests.fuzz.record_targets import REPARTITION, SOURCES, record_maker
from tests.promises.compiled import Case, Line, Received, Stored, Told
from tests.strategies.rows import leads
from tests.strategies.stories import forgetful_scorecards, stories

Drawn = TypeVar("Drawn")


def plays(count: int) -> list[Case]:
    """Return so many cases of each kind."""
    return [*told(count), *lines(count), *received(count), *stored(2 * count)]


def told(count: int) -> list[Case]:
    """Return stories as the core is told them."""
    return [*_drawn(st.builds(Told, forgetful_scorecards(), stories(has_retractions=True)), count)]


def lines(count: int) -> list[Case]:
    """Return stories as records of a partition."""
    pairs = forgetful_scorecards().flatmap(
        lambda scorecard: st.tuples(st.just(scorecard), st.sampled_from((None, _challenger_of(scorecard))))
    )
    return [*_drawn(st.builds(lambda pair, story: Line(*pair, story), pairs, stories()), count)]


def received(count: int) -> list[Case]:
    """Return records from outside, one of each topic together, most of them near to good ones."""
    dice = random.Random(count)
    makers = [record_maker(topic) for topic in (*SOURCES, REPARTITION)]
    return [Received([make(dice) for make in makers]) for _ in range(4 * count)]


def stored(count: int) -> list[Case]:
    """Return leads that a table could have to keep."""
    return [*_drawn(st.builds(Stored, leads, st.integers(0, 200), st.integers(0, 2**16)), count)]


def _drawn(strategy: st.SearchStrategy[Drawn], count: int) -> list[Drawn]:
    """Return values of a strategy: they are played together, in another process too, and not one after the other."""
    found: list[Drawn] = []

    @settings(max_examples=count)
    @given(strategy)
    def note(one: Drawn) -> None:
        found.append(one)

    note()
    return found


def _challenger_of(scorecard: Scorecard) -> Scorecard:
    """Return a scorecard on the same signals by which most leads stand elsewhere."""
    scores = {
        name: replace(score, stages=score.stages[:2], engagement=replace(score.engagement, weight=0.4))
        for name, score in scorecard.scores.items()
    }
    return replace(scorecard, version="2026-04", scores=scores)
