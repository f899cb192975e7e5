"""A scorecard under review: its parts with their paths in the file, and what all reviewers ask of it, worked out once.

Signals of the core tell their width in their name, and one of the file may be two of the core; here they go by the
file's names.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from scorer.rules.scorecard import Criterion, FitCriterion, Group, Score, Scorecard, Side, Signal, SignalCriterion
from streams.review.fields import field_values
from streams.review.reach import Reaches
from streams.review.samples import can_hold
from streams.scorecards.loading import signal_name
from streams.scorecards.parts import Path


class PlacedGroup(NamedTuple):
    """A group with its score, its side's name, and its path."""

    score: Score
    side_name: str
    side: Side
    group: Group
    path: Path


class PlacedCriterion(NamedTuple):
    """A criterion with its group, and its path."""

    within: PlacedGroup
    criterion: Criterion
    path: Path


class Subject:
    """A scorecard under review."""

    def __init__(self, scorecard: Scorecard) -> None:
        """Take a scorecard.

        Args:
            scorecard: One that can be used.
        """
        self.scorecard = scorecard

    @cached_property
    def signals(self) -> dict[str, Signal]:
        """Signals by their names in the file; of two ways of counting one, any: they match alike."""
        return {signal_name(name): signal for name, signal in self.scorecard.signals.items()}

    @cached_property
    def impossible_fields(self) -> dict[str, str]:
        """Signal of the file that never matches -> a field whose conditions no activity of its type can pass."""
        found: dict[str, str] = {}
        for name, signal in self.signals.items():
            for field in dict.fromkeys(condition.field for condition in signal.conditions):
                tests = [condition.test for condition in signal.conditions if condition.field == field]
                if not can_hold(tests, field_values(signal.activity_type, field)):
                    found.setdefault(name, field)
        return found

    @cached_property
    def dead(self) -> frozenset[str]:
        """Signals of the core that never match."""
        return frozenset(name for name in self.scorecard.signals if signal_name(name) in self.impossible_fields)

    @cached_property
    def reaches(self) -> Reaches:
        """How little and how much its parts can be worth."""
        return Reaches(self.scorecard, self.dead)

    @cached_property
    def reaches_of_all(self) -> Reaches:
        """The same as if every signal could match: what is said of one that cannot is not said of its clips too."""
        return Reaches(self.scorecard, frozenset())

    @cached_property
    def groups(self) -> tuple[PlacedGroup, ...]:
        """Every group of every side, in the order of the file."""
        return tuple(
            PlacedGroup(score, side_name, side, group, ("scores", name, side_name, "groups", group.name))
            for name, score in self.scorecard.scores.items()
            for side_name, side in (("engagement", score.engagement), ("fit", score.fit))
            for group in side.groups
        )

    @cached_property
    def criteria(self) -> tuple[PlacedCriterion, ...]:
        """Every criterion, in the order of the file."""
        return tuple(
            PlacedCriterion(placed, criterion, (*placed.path, "criteria", criterion.name))
            for placed in self.groups
            for criterion in placed.group.criteria
        )

    def on_signals(self, score_name: str | None = None) -> Iterator[tuple[PlacedCriterion, SignalCriterion]]:
        """Yield the criteria that value a signal, of one score or of all."""
        for placed in self.criteria:
            if isinstance(placed.criterion, SignalCriterion) and score_name in (None, placed.within.score.name):
                yield placed, placed.criterion

    def on_profile(self, score_name: str) -> Iterator[tuple[PlacedCriterion, FitCriterion]]:
        """Yield the criteria of a score that test an attribute."""
        for placed in self.criteria:
            if isinstance(placed.criterion, FitCriterion) and score_name == placed.within.score.name:
                yield placed, placed.criterion
