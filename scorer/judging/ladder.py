"""The stage ladder: when a lead leaves its rung, and where to.

Rules: a lead rises to the highest rung whose ``enter_at`` its score meets, at once; else it falls rung by rung while
its score is below ``leave_below``, though never before the dwell of the rung it stands on is over. The rungs are a
table (`scorer.rules.scorecard.Stage`, bottom first) and the rules only read it. This module knows scores as numbers:
what they are made of, and when they will change, is not its business.
"""

from math import inf
from typing import NamedTuple

from scorer.facts.state import Standing
from scorer.rules.scorecard import Score, Stage


class Exits(NamedTuple):
    """What takes a lead off the rung it stands on.

    It rises as soon as its score is at least ``rise_at`` (infinite on the top rung), and it falls when its score is
    below ``fall_below`` (minus infinity on the bottom rung) at an instant not before ``fall_from_at``.
    """

    rise_at: float
    fall_below: float
    fall_from_at: int

    def is_taken(self, points: float, at: int) -> bool:
        """Tell whether a lead with so many points leaves its rung at an instant: `step` then gives another one."""
        return points >= self.rise_at or (points < self.fall_below and at >= self.fall_from_at)


def exits(score: Score, standing: Standing) -> Exits | None:
    """Return what takes a lead off its rung, or None if the ladder has no such rung.

    A rung can be missing when a new scorecard renamed or removed it: the lead has to be placed anew.
    """
    rung = _rung_of(score, standing.stage)
    return None if rung is None else _exits_of(score.stages, rung, standing.since_at)


def placed(score: Score, points: float) -> Stage:
    """Return the highest rung that ``points`` enter; the bottom one takes everybody else."""
    return score.stages[_highest_entered(score, points)]


def step(score: Score, standing: Standing | None, points: float, at: int) -> Stage:
    """Return the rung of a lead that stood at ``standing`` and has ``points`` at the instant ``at``.

    Args:
        score: The named score whose ladder it is.
        standing: Where the lead stood until now; None at its first sight.
        points: The lead's score at ``at``.
        at: The instant of the judgement, in milliseconds.

    Returns:
        The rung; the same one if nothing moves the lead. However many rungs are passed, it is one move.
    """
    rung = None if standing is None else _rung_of(score, standing.stage)
    if standing is None or rung is None:
        return placed(score, points)
    way_out = _exits_of(score.stages, rung, standing.since_at)
    if points >= way_out.rise_at:
        return placed(score, points)
    if points < way_out.fall_below and at >= way_out.fall_from_at:
        return score.stages[_fallen(score.stages, rung, points)]
    return score.stages[rung]


def _rung_of(score: Score, name: str) -> int | None:
    for rung, stage in enumerate(score.stages):
        if stage.name == name:
            return rung
    return None


def _exits_of(stages: tuple[Stage, ...], rung: int, since_at: int) -> Exits:
    here = stages[rung]
    rise_at = min([higher.enter_at for higher in stages[rung + 1 :]], default=inf)
    return Exits(rise_at, here.leave_below, since_at + here.dwell_ms)


def _highest_entered(score: Score, points: float) -> int:
    return max((rung for rung, stage in enumerate(score.stages) if points >= stage.enter_at), default=0)


def _fallen(stages: tuple[Stage, ...], rung: int, points: float) -> int:
    while rung > 0 and points < stages[rung].leave_below:
        rung -= 1
    return rung
