"""Points out of proportion: one count worth the whole ladder, or an open worth more than a form."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from scorer.rules.scorecard import SignalCriterion
from streams.review.clips import one_count
from streams.review.doubt import Doubt
from streams.review.reach import SLACK
from streams.review.subject import PlacedCriterion, Subject
from streams.scorecards.finding import quoted, shown

LADDERS_MAX = 2
"""One count is worth less than so many times the highest threshold: a demo that makes an SQL at once is meant."""


class Sign(NamedTuple):
    """A kind of activity as a sign of interest, by its type; ``is_bare``: of signals without conditions only."""

    activity_type: str
    name: str
    is_bare: bool = False


OPEN = Sign("email_open", "an open")
CLICK = Sign("email_click", "a click")
VIEW = Sign("page_view", "a view of any page", is_bare=True)
FORM = Sign("form_fill", "a form")

WEAKER: tuple[tuple[Sign, Sign], ...] = ((OPEN, FORM), (OPEN, CLICK), (VIEW, FORM))
"""Pairs of which the first says less about a lead than the second: mail clients open by themselves."""


def points_exceed_ladder(subject: Subject) -> Iterator[Doubt]:
    """Doubt criteria of which one count is worth twice the highest threshold, or the whole scale."""
    for placed in subject.criteria:
        score, side = placed.within.score, placed.within.side
        caps = [math.inf if cap is None else cap for cap in (placed.within.group.cap, side.cap)]
        brings = side.weight * min(one_count(placed.criterion), *caps)
        top = score.stages[-1].enter_at
        span = score.highest - score.lowest
        if len(score.stages) > 1 and top > 0 and brings >= LADDERS_MAX * top - SLACK:
            rule = f"one count brings {shown(brings)}, and the highest stage begins at {shown(top)}"
        elif brings > span + SLACK:
            rule = f"one count brings {shown(brings)}, and the whole scale is {shown(span)}"
        else:
            continue
        yield Doubt("points_exceed_ladder", (*placed.path, "points"), rule, "lower the points, or give a cap")


def weak_above_strong(subject: Subject) -> Iterator[Doubt]:
    """Doubt criteria on a weak sign that bring more for a count than any on a stronger sign of the same score."""
    for score_name in subject.scorecard.scores:
        gains = [(placed, one) for placed, one in subject.on_signals(score_name) if _is_plain_gain(one)]
        told: set[str] = set()
        for weak, strong in WEAKER:
            best = max((one_count(one) for _, one in gains if _is_sign(one, strong, subject)), default=None)
            for placed, one in gains:
                if best is None or placed.criterion.name in told or not _is_sign(one, weak, subject):
                    continue
                if one_count(one) > best + SLACK:
                    told.add(placed.criterion.name)
                    yield _doubt(placed, one, weak, strong, best)


def _doubt(placed: PlacedCriterion, one: SignalCriterion, weak: Sign, strong: Sign, best: float) -> Doubt:
    rule = f"{weak.name} brings {shown(one_count(one))}, and {strong.name} {shown(best)} at most"
    fix = f"value criterion {quoted(one.name)} lower than {strong.name}"
    return Doubt("weak_above_strong", (*placed.path, "points"), rule, fix)


def _is_plain_gain(criterion: SignalCriterion) -> bool:
    """Tell whether it brings points for each count: a gate or a measure asks for more than one activity says."""
    return criterion.points > 0 and not criterion.is_per_measure and criterion.frequency is None


def _is_sign(criterion: SignalCriterion, sign: Sign, subject: Subject) -> bool:
    signal = subject.scorecard.signals[criterion.signal]
    return signal.activity_type == sign.activity_type and not (sign.is_bare and signal.conditions)
