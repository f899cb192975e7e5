"""What the profile is worth: points for each condition on it that holds. Fit does not fade, so it knows no instant."""

from collections.abc import Mapping

from scorer.facts.activity import Scalar
from scorer.rules.conditions import holds
from scorer.rules.scorecard import FitCriterion


def fit_points(criterion: FitCriterion, attributes: Mapping[str, Scalar]) -> float:
    """Return a fit criterion's points if its condition holds of the attributes, else 0.

    Args:
        criterion: The condition and its points.
        attributes: The merged view of a profile (`scorer.facts.profile.attributes`).

    Returns:
        Points.
    """
    return criterion.points if holds(criterion.condition, attributes) else 0.0
