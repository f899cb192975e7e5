"""Ladders that flap: stages that a lead enters and leaves again within a day, because what took it there fades.

The reckoning is of leads that have the score of the threshold by what they did, all of it of the slowest criterion that
fades at every instant: others leave sooner. Points that go in steps or at the end of a window, and a dwell of a day,
make a ladder quiet.
"""

import math
from collections.abc import Iterator

from scorer.rules.decay import HalfLife, Linear
from scorer.rules.scorecard import Score, SignalCriterion, Stage
from streams.review.doubt import Doubt
from streams.review.reach import SLACK, clipped, summed
from streams.review.subject import Subject
from streams.scorecards.finding import shown

NARROW = 0.75
"""Where less of the threshold than this share is left on leaving, the decay is quick; the ladder does not flap."""

DAY_MS = 86_400_000
_HOUR_MS = 3_600_000


def ladder_flaps(subject: Subject) -> Iterator[Doubt]:
    """Doubt stages that are left within a day by fading alone, as little has to go."""
    for name, score in subject.scorecard.scores.items():
        gains = [criterion for _, criterion in subject.on_signals(name) if criterion.points > 0]
        fading = [criterion for criterion in gains if isinstance(criterion.decay, (HalfLife, Linear))]
        # Where most points do not fade at every instant, a score that does is not the usual one.
        if not score.engagement.weight or 2 * len(fading) <= len(gains):
            continue
        most = _most_of(fading, score, subject)
        for index, stage in enumerate(score.stages):
            if index == 0 or stage.enter_at > most + SLACK or stage.enter_at <= 0 or stage.dwell_ms >= DAY_MS:
                continue
            if stage.leave_below <= NARROW * stage.enter_at:
                continue
            stays_ms = max(_fall_ms(criterion, stage) for criterion in fading)
            if stays_ms < DAY_MS:
                yield _doubt(name, index, stage, stays_ms)


def _doubt(score_name: str, index: int, stage: Stage, stays_ms: float) -> Doubt:
    when = "at once" if not stays_ms else f"after {math.floor(stays_ms / _HOUR_MS) + 1}h at the latest"
    ends = f"enter_at is {shown(stage.enter_at)} and leave_below {shown(stage.leave_below)}"
    rule = f"{ends}: a lead that enters by what it did and does nothing more leaves {when}"
    key = "enter_at" if stage.leave_below == stage.enter_at else "leave_below"
    fix = "give a lower leave_below, or a dwell of 1d or more"
    return Doubt("ladder_flaps", ("scores", score_name, "stages", index, key), rule, fix)


def _most_of(fading: list[SignalCriterion], score: Score, subject: Subject) -> float:
    """Return the most that the fading criteria are worth together in a score."""
    names = {criterion.name for criterion in fading}
    groups = (
        clipped(
            summed(
                clipped(subject.reaches.of_criterion(criterion), criterion.floor, criterion.cap)
                for criterion in group.criteria
                if isinstance(criterion, SignalCriterion) and criterion.name in names
            ),
            group.floor,
            group.cap,
        )
        for group in score.engagement.groups
    )
    return score.engagement.weight * clipped(summed(groups), score.engagement.floor, score.engagement.cap).high


def _fall_ms(criterion: SignalCriterion, stage: Stage) -> float:
    """Return how long fresh points of a criterion take from the score that enters a stage to the one that leaves it."""
    if stage.leave_below <= 0:
        return math.inf
    if isinstance(criterion.decay, HalfLife):
        return criterion.decay.half_life_ms * math.log2(stage.enter_at / stage.leave_below)
    if isinstance(criterion.decay, Linear):
        return criterion.decay.period_ms * (1 - stage.leave_below / stage.enter_at)
    return math.inf
