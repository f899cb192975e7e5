"""What makes a lead worth something else under another scorecard: the difference of its two explanations.

Each explanation adds up to its score, so the differences add up to that of the scores. What a criterion's own bounds
take is the criterion's; groups, sides and the scale stand for themselves.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scorer import LeadState, Line, LineKind, Scorecard, explain
from streams.comparison.scores import ScoreNames

SAME_SCORE = 1e-9
MOVERS_KEPT_MAX = 5
MOVERS_TOLD_MAX = 3
THE_LADDER = "the ladder"
"""What moves a lead whose score is the same: a threshold, or the way that it came."""

_OF_CRITERIA = (LineKind.CRITERION, LineKind.CRITERION_CLIP)


@dataclass(frozen=True, slots=True)
class Mover:
    """One term of the score: what it is called now, and its points under the old and the new scorecard."""

    name: str
    old: float
    new: float

    @property
    def points(self) -> float:
        """How many points more it is worth under the new one."""
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a lead is worth something else at an instant (milliseconds): the movers, the weightiest first.

    The movers and ``rest``, which is what the others come to that are not among them, add up to the difference.
    """

    at: int
    old_score: float
    new_score: float
    movers: tuple[Mover, ...]
    rest: float = 0.0

    @property
    def is_score(self) -> bool:
        """Whether the score is another one; else it is the ladder, or the way there, that decides."""
        return abs(self.new_score - self.old_score) > SAME_SCORE

    @property
    def text(self) -> str:
        """The weightiest movers in words."""
        if not self.is_score:
            return THE_LADDER
        told = [f"{mover.name} {mover.points:+.1f}" for mover in self.movers[:MOVERS_TOLD_MAX]]
        return ", ".join(told) + (", ..." if len(self.movers) > len(told) or self.rest else "")

    @property
    def in_short(self) -> "Cause":
        """The same with the weightiest movers only."""
        rest = math.fsum((self.rest, *(mover.points for mover in self.movers[MOVERS_KEPT_MAX:])))
        return replace(self, movers=self.movers[:MOVERS_KEPT_MAX], rest=rest)


def cause(
    states: tuple[LeadState, LeadState], scorecards: tuple[Scorecard, Scorecard], names: ScoreNames, at: int
) -> Cause:
    """Return why a lead is worth something else.

    Args:
        states: The lead under the old and the new scorecard, with all that happened by the instant and nothing else.
        scorecards: The old and the new one.
        names: Of the score, and what stands for what in it.
        at: The instant, in milliseconds.

    Returns:
        The cause, with every mover.
    """
    old, new = (
        explain(state, scorecard, at, name)
        for state, scorecard, name in zip(states, scorecards, (names.old, names.new), strict=True)
    )
    before, after = _points(old.lines, names), _points(new.lines, None)
    terms = [*after, *(name for name in before if name not in after)]
    movers = [Mover(term, before.get(term, 0.0), after.get(term, 0.0)) for term in terms]
    movers = [mover for mover in movers if abs(mover.points) > SAME_SCORE]
    movers.sort(key=lambda mover: (-abs(mover.points), mover.name))
    return Cause(at, old.score, new.score, tuple(movers))


def _points(lines: tuple[Line, ...], names: ScoreNames | None) -> Mapping[str, float]:
    """Return points by term; those of the old scorecard go by the names that stand for them now."""
    points: dict[str, float] = {}
    for line in lines:
        term = _term(line, names)
        points[term] = points.get(term, 0.0) + line.points
    return points


def _term(line: Line, names: ScoreNames | None) -> str:
    if line.kind in _OF_CRITERIA:
        return line.name if names is None else names.criteria.get(line.name, line.name)
    if line.kind is LineKind.GROUP_CLIP:
        group = line.group if names is None else names.groups.get((line.side, line.group), line.group)
        return f"bounds of group {group}"
    if line.kind is LineKind.SIDE_CLIP:
        return f"bounds of {line.side}"
    return f"weight of {line.side}" if line.kind is LineKind.SIDE_WEIGHT else "ends of the scale"
