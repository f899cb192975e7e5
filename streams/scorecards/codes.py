"""The codes of findings: short names of their kinds that scripts can rely on. A code never changes its meaning.

Mistakes refuse a file, doubts do not. The docs show both tables and a test compares them.
"""

from collections.abc import Mapping
from types import MappingProxyType

MISTAKES: Mapping[str, str] = MappingProxyType(
    {
        "file_unreadable": "there is no such file, or it cannot be read",
        "not_yaml": "the text is no YAML, or uses what the language does without",
        "unknown_key": "a key that the language does not know",
        "missing_key": "a key that has to be there",
        "wrong_name": "a name that is not allowed",
        "wrong_value": "a value of the wrong kind or out of bounds",
        "unknown_signal": "a criterion names a signal that is not defined",
        "unknown_field": "a field that activities of the type do not have",
        "rule_broken": "values that do not go together",
        "threshold_unreachable": "the criteria cannot give the score that enters the stage",
    }
)
"""Code of a kind of mistake -> what it stands for."""

DOUBTS: Mapping[str, str] = MappingProxyType(
    {
        "threshold_unreachable": "no lead can have a score that enters the stage",
        "stage_never_left": "no score is low enough to leave the stage",
        "band_never_occurs": "no lead is in this band, so no grade has its label",
        "signal_never_matches": "no activity can pass the conditions of the signal, so its criteria never fire",
        "path_has_query": "a condition on path asks for what stands behind the question mark",
        "measure_never_a_number": "the measure is a field that holds text, so it is always 0",
        "criterion_worth_nothing": "a cap, a floor or a weight of 0 takes all points of the criterion",
        "condition_always_holds": "every activity of the type passes the condition",
        "first_time_behind_gate": "the first time brings points, and the gate takes them away for good",
        "signal_twice": "two signals count the same activities",
        "criterion_twice": "two criteria value the same in the same way, so it counts twice",
        "cap_below_points": "one count alone is worth more than its cap lets through",
        "floor_above_points": "one count alone takes more than its floor lets through",
        "cap_never_reached": "all that it bounds is worth less than the cap",
        "floor_never_reached": "all that it bounds takes less than the floor",
        "ranges_overlap": "a value lies in two ranges of a row of ranges",
        "ranges_leave_gap": "a value lies between two ranges of a row of ranges",
        "ladder_flaps": "a lead that enters the stage and does nothing more leaves it within a day",
        "decay_outlasts_window": "the window ends before the points have faded",
        "window_outlasts_decay": "nothing is left of the points when the window ends",
        "points_pile_up": "points that never fade, without a bound",
        "points_exceed_ladder": "one count is worth twice the highest stage, or the whole scale",
        "weak_above_strong": "an activity that says little is worth more than one that says much",
        "signal_not_valued": "no criterion values the signal",
        "activity_misspelt": "the activity has nearly the name of a known one, or that of the topic of your own",
        "domain_kind_unknown": "no domain is of the kind, as its list is empty",
        "domain_twice": "a domain is a competitor and a customer",
        "bot_weights_swapped": "certain machines weigh more than probable ones",
        "points_zero": "points of 0 change nothing",
        "frequency_from_zero": "a gate from 0 on, with points for each count",
        "window_outlasts_frequency": "the window is longer than the span that the frequency looks at",
    }
)
"""Code of a kind of doubt -> what it finds."""
