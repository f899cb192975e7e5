"""The pure core: counts what leads do and values the counts. Values in, values out; it never sleeps and knows no clock.

This is the public face; `streams` takes from here.
"""

from scorer.activity import Activity, ProfileUpdate, Scalar, Verdict
from scorer.explain import explain
from scorer.explanation import Explanation, Line, LineKind
from scorer.journal import JournalBounds
from scorer.outcome import GradeChange, Outcome, StageChange
from scorer.retention import derived_keep_ms, derived_width_ms
from scorer.scorecard import Scorecard
from scorer.state import Attribute, Cell, CellKey, JournalEntry, LeadState, Standing
from scorer.valuation import Valuation, value

__all__ = [
    "Activity",
    "Attribute",
    "Cell",
    "CellKey",
    "Explanation",
    "GradeChange",
    "JournalBounds",
    "JournalEntry",
    "LeadState",
    "Line",
    "LineKind",
    "Outcome",
    "ProfileUpdate",
    "Scalar",
    "Scorecard",
    "StageChange",
    "Standing",
    "Valuation",
    "Verdict",
    "derived_keep_ms",
    "derived_width_ms",
    "explain",
    "value",
]
