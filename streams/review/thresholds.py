"""Thresholds that no score can meet: stages that cannot be entered or left, bands of grades that nobody is in."""

import math
from collections.abc import Iterator

from scorer.worth.grades import Band
from streams.review.doubt import Doubt
from streams.review.reach import SLACK, Reach
from streams.review.subject import Subject
from streams.scorecards.finding import quoted, shown
from streams.scorecards.parts import Path


def threshold_unreachable(subject: Subject) -> Iterator[Doubt]:
    """Doubt stages that no possible score enters: caps, limits, fading, weights and the scale are respected."""
    for name, score in subject.scorecard.scores.items():
        reach = subject.reaches.of_score(name).score
        for index, stage in enumerate(score.stages):
            if stage.enter_at > reach.high + SLACK:
                rule = f"enter_at is {shown(stage.enter_at)}, and no lead can have more than {_most(reach.high)}"
                fix = "lower it, or raise points, caps or limits"
                yield Doubt("threshold_unreachable", ("scores", name, "stages", index, "enter_at"), rule, fix)


def stage_never_left(subject: Subject) -> Iterator[Doubt]:
    """Doubt stages that no possible score leaves, where it is not the scale that ends."""
    for name, score in subject.scorecard.scores.items():
        reach = subject.reaches.of_score(name).score
        for index, stage in enumerate(score.stages):
            is_left = stage.leave_below > reach.low + SLACK
            if index == 0 or is_left or reach.low <= score.lowest or stage.enter_at > reach.high + SLACK:
                continue
            rule = f"leave_below is {shown(stage.leave_below)}, and no score is below {shown(round(reach.low, 4))}"
            path: Path = ("scores", name, "stages", index, "leave_below")
            yield Doubt("stage_never_left", path, rule, "give more, unless the stage is never to be left")


def band_never_occurs(subject: Subject) -> Iterator[Doubt]:
    """Doubt bands of grades that no lead is in."""
    for name, score in subject.scorecard.scores.items():
        if score.grades is None:
            continue
        reaches = subject.reaches.of_score(name)
        sides = ((score.grades.fit, "fit", reaches.fit), (score.grades.engagement, "engagement", reaches.engagement))
        for bands, side, reach in sides:
            path: Path = ("scores", name, "grades", side)
            yield from (
                Doubt("band_never_occurs", (*path, label), rule, "move the bands, or change points, caps or floors")
                for label, rule in _empty_bands(bands, side, reach)
            )


def _empty_bands(bands: tuple[Band, ...], side: str, reach: Reach) -> Iterator[tuple[str, str]]:
    """Yield the labels of bands without a value, each with the reason."""
    below = math.inf
    for index, band in enumerate(bands):
        at_least = -math.inf if index == len(bands) - 1 else band.at_least
        if not reach.has_value_in(at_least, below):
            if reach.high < band.at_least - SLACK and index < len(bands) - 1:
                why = f"{side} is never more than {_most(reach.high)}"
            elif reach.low >= below - SLACK:
                why = f"{side} is never less than {shown(round(reach.low, 4))}"
            else:
                why = f"no sum of points lies from {shown(at_least)} to below {shown(below)}"
            yield band.label, f"band {quoted(band.label)} has nobody: {why}"
        below = band.at_least


def _most(high: float) -> str:
    """Return a bound, rounded up."""
    return shown(math.ceil(high * 100 - SLACK) / 100)
