"""From the core to the wire: figures rounded once, reasons that add up, and the very bytes of the contracts."""

import json
import math
import pathlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorer
from schemas.contract import POINTS_MAX
from schemas.lead_score import LeadScore
from schemas.stage_change import Cause, Reason, StageChange
from scorer.worth.explanation import Line, LineKind
from streams.scorecards.loading import load
from streams.translation.told import (
    reason_text,
    told_lead_score,
    told_stage_change,
    wire_lead_score,
)
from streams.translation.told_fields import ToldCause
from streams.translation.translate import instant

AT = 1_795_341_600_250
BY_TIME = ToldCause("wake_up")

LINES = (
    Line(LineKind.CRITERION, "engagement", "website", "pricing_page_viewed", 18.1234, 3.0),
    Line(LineKind.CRITERION, "engagement", "website", "visits", 20.0, 20.5),
    Line(LineKind.CRITERION_CLIP, "engagement", "website", "visits", -5.0),
    Line(LineKind.GROUP_CLIP, "engagement", "website", "website", -3.0),
    Line(LineKind.CRITERION, "engagement", "mails", "opens", 0.00002, 1.0),
    Line(LineKind.CRITERION, "fit", "company", "right_size", 10.0),
    Line(LineKind.SIDE_WEIGHT, "fit", "", "fit", 5.0),
    Line(LineKind.TOTAL_CLIP, "total", "", "total", -1.0),
)
SCORE = math.fsum(line.points for line in LINES)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (LINES[0], "pricing_page_viewed 3x: +18.1"),
        (LINES[1], "visits 20.5x: +20.0"),
        (LINES[2], "visits, cap or floor: -5.0"),
        (LINES[3], "group website, cap or floor: -3.0"),
        (LINES[5], "right_size: +10.0"),
        (LINES[6], "fit, weight: +5.0"),
        (LINES[7], "total, end of the scale: -1.0"),
    ],
)
def test_a_reason_is_told_in_words(line: Line, text: str) -> None:
    """Sales reads what counted, how often, and what it brought."""
    assert reason_text(line) == text


def test_every_kind_of_line_has_its_words() -> None:
    """A new kind of line cannot be forgotten."""
    for kind in LineKind:
        assert reason_text(Line(kind, "engagement", "website", "visits", 1.0)).endswith(": +1.0")


def change() -> scorer.StageChange:
    """Return what the core decided about Ada."""
    return scorer.StageChange(
        score_name="product",
        from_stage="lead",
        to_stage="mql",
        changed_at=AT,
        score=SCORE,
        grade="A2",
        reasons=LINES,
        scorecard_version="2026-11",
    )


def told_of(moved: scorer.StageChange, reasons_max: int = 5) -> StageChange:
    """Return what downstream reads of a change."""
    value = told_stage_change(moved, change_id="3f0c", lead_id="lead-ada", cause=BY_TIME, reasons_max=reasons_max)
    return StageChange.model_validate_json(value)


def test_a_stage_change_tells_its_weightiest_reasons() -> None:
    """They come largest first; with the sum of the others they add up to the score, to the last decimal."""
    told = told_of(change(), reasons_max=3)

    assert [reason.name for reason in told.reasons] == ["visits", "pricing_page_viewed", "right_size"]
    assert told.score == round(SCORE, 4) == 44.1234
    assert math.fsum([*(reason.points for reason in told.reasons), told.more_reasons_points]) == pytest.approx(
        told.score, abs=1e-9
    )
    assert (told.engagement, told.fit) == (30.1234, 10.0)
    assert told.changed_at == instant(AT)
    assert (told.from_stage, told.to_stage, told.grade, told.scorecard_version) == ("lead", "mql", "A2", "2026-11")


def test_what_takes_points_is_a_reason_too() -> None:
    """Reasons go by weight, whatever their sign: sales learns that a lead left the newsletter."""
    left = Line(LineKind.CRITERION, "engagement", "mails", "left_newsletter", -19.0, 1.0)
    moved = replace(change(), reasons=(*LINES, left), score=SCORE - 19.0)

    told = told_of(moved, reasons_max=2)

    assert [reason.text for reason in told.reasons] == ["visits 20.5x: +20.0", "left_newsletter 1x: -19.0"]


def test_a_line_that_rounds_to_nothing_is_no_reason() -> None:
    """Nobody is told of +0.0."""
    told = told_of(change(), reasons_max=20)

    assert len(told.reasons) == len(LINES) - 1
    assert told.more_reasons_points == 0.0
    assert math.copysign(1.0, told.more_reasons_points) == 1.0


def test_a_term_beyond_the_wire_s_bound_is_told_as_the_bound() -> None:
    """A measure of trillions, by a producer's slip, and the cap that takes it back: the change is told all the same."""
    slip = Line(LineKind.CRITERION, "engagement", "events", "webinar", 4.6e18, 1.0)
    capped = Line(LineKind.CRITERION_CLIP, "engagement", "events", "webinar", -4.6e18)

    told = told_of(replace(change(), reasons=(slip, capped), score=25.0))

    assert [reason.points for reason in told.reasons] == [POINTS_MAX, -POINTS_MAX]
    assert (told.score, told.more_reasons_points) == (25.0, 25.0)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
POINTS = st.floats(-2 * POINTS_MAX, 2 * POINTS_MAX) | st.floats(-1.0, 1.0)
TERMS = st.builds(
    Line, st.sampled_from(LineKind), st.sampled_from(("engagement", "fit", "total")), TEXTS, TEXTS, POINTS, POINTS
)
CAUSES = st.builds(
    ToldCause,
    TEXTS,
    *(st.none() | one for one in (TEXTS, st.integers(0, 1_000_000), st.integers(0, 2**63 - 1), TEXTS, TEXTS)),
)


@given(st.lists(TERMS, max_size=6), POINTS, st.none() | TEXTS, CAUSES)
def test_a_stage_change_is_written_as_its_contract_writes_it(
    terms: list[Line], score: float, text: str | None, cause: ToldCause
) -> None:
    """Byte for byte, whatever it says: no reader can tell that no model stood between."""
    moved = replace(change(), reasons=tuple(terms), score=score, from_stage=text, grade=text)

    value = told_stage_change(moved, change_id="3f0c", lead_id="lead-ada", cause=cause)

    said = json.loads(value)
    model = StageChange.model_construct(
        **said
        | {
            "changed_at": instant(moved.changed_at),
            "reasons": tuple(Reason.model_construct(**reason) for reason in said["reasons"]),
            "cause": Cause.model_construct(**said["cause"]),
        }
    )
    assert [*said] == [*StageChange.model_fields]
    assert [*said["cause"]] == [*Cause.model_fields]
    assert model.model_dump_json().encode() == value


def viewer() -> tuple[scorer.Scorecard, scorer.LeadState]:
    """Return a scorecard of two scores, and a lead that looked at prices four times."""
    path = pathlib.Path(__file__).parents[4] / "deploy" / "scorecards" / "software_company.yaml"
    scorecard = load(path).scorecard
    state = scorer.LeadState()
    for number in range(4):
        viewed = scorer.Activity(number, "lead-ada", "page_view", AT, {"path": "/pricing"}, None, scorer.Verdict.HUMAN)
        state = scorer.record(state, viewed, scorecard, AT).state
    return scorecard, state


def test_latest_scores_are_told_for_every_score() -> None:
    """Each named score with its stage, since when, and reasons that add up to it."""
    scorecard, state = viewer()
    explanations = scorer.explain_all(state, scorecard, AT)

    told = wire_lead_score(explanations, lead_id="lead-ada", state=state, scorecard=scorecard, scored_at=AT)

    assert set(told.scores) == {"product", "learning"}
    assert told.default_score == "product"
    product = told.scores["product"]
    assert product.stage == "lead"
    assert product.stage_since_at == told.scored_at == instant(AT)
    assert product.score == pytest.approx(scorer.value(state, scorecard, AT, "product").score, abs=1e-4)
    assert math.fsum([*(reason.points for reason in product.reasons), product.more_reasons_points]) == pytest.approx(
        product.score, abs=1e-9
    )


@pytest.mark.parametrize("reasons_max", [0, 1, 20])
def test_scores_are_written_as_their_contract_writes_them(reasons_max: int) -> None:
    """Byte for byte, and what is written keeps the contract's rules."""
    scorecard, state = viewer()
    explanations = scorer.explain_all(state, scorecard, AT)

    value, contract = (
        tell(explanations, lead_id="lead-ada", state=state, scorecard=scorecard, scored_at=AT, reasons_max=reasons_max)
        for tell in (told_lead_score, wire_lead_score)
    )

    assert value == contract.model_dump_json().encode()
    assert LeadScore.model_validate_json(value) == contract
