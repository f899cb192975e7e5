"""Which signals an activity counts for, and how much of a measure it brings.

A signal matches when the activity's type is its own (or it takes any) and all of its conditions hold. Measures
become integers here, once, so that everything after is exact. Knows nothing of points.
"""

import math
from typing import Final

from scorer.facts.activity import Activity, Scalar
from scorer.rules.conditions import holds
from scorer.rules.plan import plan_of
from scorer.rules.scorecard import Measure, Scorecard

MEASURE_MAX: Final = 2**53
"""The largest scaled measure of one activity: every integer up to here is a float of its own."""


def matched(activity: Activity, scorecard: Scorecard) -> tuple[tuple[str, int], ...]:
    """Return the signals that an activity counts for, in the order of their names, each with its scaled measure.

    Args:
        activity: What the lead did.
        scorecard: The rules.

    Returns:
        Pairs of a signal's name and its measure in units of ``1 / scale`` (0 for a signal without a measure, and
        where the activity's field is missing or is no finite number).
    """
    fields = activity.fields
    found = []
    for signal in plan_of(scorecard).candidates(activity.type):
        for condition in signal.conditions:
            if not holds(condition, fields):
                break
        else:
            measure = signal.measure
            found.append((signal.name, scaled_measure(measure, fields.get(measure.field)) if measure else 0))
    return tuple(found)


def scaled_measure(measure: Measure, value: Scalar | None) -> int:
    """Return a field's value as an integer of ``1 / scale``, rounded to even, at most 2**53 either way of zero.

    Args:
        measure: The scale.
        value: What the activity's field holds; anything but a finite number counts as 0.

    Returns:
        The integer.

    Example:
        >>> scaled_measure(Measure(field="cart_value", scale=100), 19.99)
        1999
    """
    if value is None or isinstance(value, (str, bool)):
        return 0
    if isinstance(value, float) and not math.isfinite(value):
        return 0
    # Clamp before rounding: a product beyond the largest float is infinite, and infinity has no integer.
    return round(max(-MEASURE_MAX, min(MEASURE_MAX, value * measure.scale)))
