"""Fit: points while a condition on the profile holds."""

from scorer.rules.conditions import Condition, Equals, Present
from scorer.rules.scorecard import FitCriterion
from scorer.worth.fit import fit_points

SOFTWARE = FitCriterion("software", Condition("industry", Equals("software")), 12.5)
NO_PHONE = FitCriterion("no_phone", Condition("phone", Present(False)), -5.0)


def test_points_come_while_the_condition_holds() -> None:
    """All of them or none."""
    assert fit_points(SOFTWARE, {"industry": "Software"}) == 12.5
    assert fit_points(SOFTWARE, {"industry": "farming"}) == 0.0


def test_what_is_missing_can_count_too() -> None:
    """A penalty for a lead without a phone number, also for one without any profile."""
    assert fit_points(NO_PHONE, {}) == -5.0
    assert fit_points(NO_PHONE, {"phone": "+33 1 23"}) == 0.0
