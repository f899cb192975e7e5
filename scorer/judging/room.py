"""How far a lead is from any change: what its engagement may gain and lose before stage or grade can be another one.

A room is the distance between the bounds of a score over a stretch of time and whatever would change its judgement.
"""

from collections.abc import Mapping
from math import inf
from typing import Final, NamedTuple

from scorer.facts.state import Standing
from scorer.judging import ladder
from scorer.judging.spans import Spans, are_worth_nothing, engagements, span_plan_of
from scorer.rules.scorecard import Score, Scorecard
from scorer.worth.grades import distances, grade_of
from scorer.worth.valuation import Bounds, weighed
from scorer.worth.view import PreparedFit


class Room(NamedTuple):
    """What a named score may gain and lose in engagement before stage or grade can change.

    ``is_idle``: an inactivity criterion is worth something, which a sign of life would change.
    """

    gain: float
    loss: float
    is_idle: bool


NO_ROOM: Final = Room(-inf, -inf, is_idle=True)
"""Of a score that is not known to be quiet."""


def rooms_of(
    spans: Spans,
    fits: Mapping[str, PreparedFit],
    scorecard: Scorecard,
    standings: Mapping[str, Standing],
    last_at: int,
) -> tuple[Room, ...]:
    """Return the room of each named score, over the stretch of time of which the spans are.

    Args:
        spans: What the criteria are worth.
        fits: The fit of each named score.
        scorecard: Whose ladders and grades they are.
        standings: Where the lead stands.
        last_at: The last instant of the stretch, in milliseconds.
    """
    idles = span_plan_of(scorecard).idles
    return tuple(
        [
            _room(
                score,
                standings[name],
                weighed(score, low, high, fits[name].value),
                last_at,
                is_idle=not are_worth_nothing(spans, places),
            )
            for (name, score), (low, high), places in zip(
                scorecard.scores.items(), engagements(spans, scorecard), idles, strict=True
            )
        ]
    )


def is_quiet(rooms: tuple[Room, ...]) -> bool:
    """Whether they prove that no stage and no grade changes."""
    return all(gain > 0 and loss >= 0 for gain, loss, _ in rooms)


def _room(score: Score, standing: Standing, within: Bounds, last_at: int, *, is_idle: bool) -> Room:
    """Return how far a named score is, over a stretch of time, from what would change its stage or grade."""
    exits = ladder.exits(score, standing)
    if exits is None:
        return NO_ROOM
    weight = score.engagement.weight
    gain = loss = inf
    if weight:
        gain = (exits.rise_at - within.score_high) / weight
        loss = (within.score_low - exits.fall_below) / weight if last_at >= exits.fall_from_at else inf
    elif within.score_high >= exits.rise_at or (last_at >= exits.fall_from_at and within.score_low < exits.fall_below):
        return NO_ROOM
    if score.grades is not None:
        if grade_of(score.grades, engagement=within.engagement_low, fit=within.fit) != standing.grade:
            return NO_ROOM
        up, down = distances(score.grades.engagement, within.engagement_low, within.engagement_high)
        gain, loss = min(gain, up), min(loss, down)
    return Room(gain, loss, is_idle)
