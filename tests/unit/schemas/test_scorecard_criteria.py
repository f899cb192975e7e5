"""Limits, decays and gates as marketers write them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.scorecard_criteria import (
    Decay,
    DecayRules,
    EngagementCriterionRules,
    FrequencyRules,
    InactivityRules,
    Limit,
    LimitRules,
    StepRules,
    named_decay_kinds,
)

LIMIT: TypeAdapter[LimitRules] = TypeAdapter(Limit)
DECAY: TypeAdapter[DecayRules | None] = TypeAdapter(Decay)
DAY_MS = 86_400_000


def test_a_limit_reads_as_it_is_said() -> None:
    """So many per span, or the first time only."""
    assert LIMIT.validate_python("3 per 1d") == LimitRules(count=3, per=DAY_MS)
    assert LIMIT.validate_python("first time only") == LimitRules(count=1)


@pytest.mark.parametrize(
    "value", ["3", "3 per day", "per 1d", "0 per 1d", "3 per 0d", "-1 per 1d", "once", 3, None, ()]
)
def test_another_limit_is_refused(value: object) -> None:
    """The refusal shows both forms."""
    with pytest.raises(ValidationError):
        LIMIT.validate_python(value)


def test_a_decay_is_a_kind_or_none() -> None:
    """None is said by the word or by leaving the key out."""
    assert DECAY.validate_python("none") is None
    assert DECAY.validate_python({"half_life": "7d"}) == DecayRules.model_validate({"half_life": "7d"})
    step = DECAY.validate_python({"step": {"every": "30d", "lose": "50%"}})
    assert step is not None
    assert step.step == StepRules.model_validate({"every": "30d", "lose": "50%"})
    assert step.step.lose == 0.5
    assert named_decay_kinds(step) == ["step"]


@pytest.mark.parametrize("lose", ["0%", "101%", "50", 50, "-5%", "5 %", "half"])
def test_a_share_is_a_percentage(lose: object) -> None:
    """Above 0 and up to 100, with its sign."""
    with pytest.raises(ValidationError, match="percentage above 0%"):
        StepRules.model_validate({"every": "30d", "lose": lose})


def test_keys_read_as_sentences() -> None:
    """`in` and `for` are keys of the file, though no names in Python."""
    assert FrequencyRules.model_validate({"at_least": 15, "in": "30d"}).window == 30 * DAY_MS
    assert InactivityRules.model_validate({"of": ("mail_opened",), "for": "30d"}).period == 30 * DAY_MS
    with pytest.raises(ValidationError):
        FrequencyRules.model_validate({"at_least": 15, "window": "30d"})


def test_a_criterion_needs_its_points_only() -> None:
    """Whatever is not said does nothing."""
    criterion = EngagementCriterionRules.model_validate({"signal": "pricing_viewed", "points": 8})

    assert (criterion.per, criterion.decay, criterion.limit, criterion.cap) == ("count", None, None, None)
