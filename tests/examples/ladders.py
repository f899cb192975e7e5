"""A ladder of three rungs, scorecards that have it, and activities that climb it: for the unit tests of judging."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from scorer import Activity, Scorecard, Verdict
from scorer.facts.activity import Scalar
from scorer.rules.scorecard import Band, Criterion, FitCriterion, GradeMatrix, Measure, Stage
from tests.examples.scorecards import card_of, score_of, side_of, viewed

SUBSCRIBER = Stage("subscriber", -inf, -inf, 0)
LEAD = Stage("lead", 20.0, 15.0, 0)
MQL = Stage("mql", 50.0, 40.0, 0)
LADDER = (SUBSCRIBER, LEAD, MQL)
MATRIX = GradeMatrix(
    fit=(Band("A", 10.0), Band("B", -inf)), engagement=(Band("1", 40.0), Band("2", 20.0), Band("3", -inf))
)


def laddered(
    *criteria: Criterion,
    fit: Sequence[FitCriterion] = (),
    stages: Sequence[Stage] = LADDER,
    grades: GradeMatrix | None = None,
    keep_ms: int | None = None,
    width_ms: int = 1,
    measure: Measure | None = None,
    version: str = "2026-03",
) -> Scorecard:
    """Return a scorecard with a ladder; a view of a page fills a bucket of its own, unless a width is given."""
    score = replace(score_of(side_of(*criteria), side_of(*fit), grades=grades), stages=tuple(stages))
    signal = viewed(width_ms=width_ms, keep_ms=keep_ms, measure=measure)
    return replace(card_of(signals=(signal,), score=score), version=version)


def page_view(
    at: int,
    fingerprint: int | None = None,
    source: str = "lead-ada",
    verdict: Verdict = Verdict.HUMAN,
    **fields: Scalar,
) -> Activity:
    """Return a page view, named by its instant unless a fingerprint is given."""
    return Activity(at if fingerprint is None else fingerprint, source, "page_view", at, fields, verdict=verdict)
