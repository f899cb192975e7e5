"""The pure core: counts what leads do and values the counts. Values in, values out; it never sleeps and knows no clock.

This is the public face; `streams` takes from here.
"""

from scorer.activity import Activity, ProfileUpdate, Scalar, Verdict
from scorer.crossing import next_crossing
from scorer.erasure import forget
from scorer.explain import explain
from scorer.explanation import Explanation, Line, LineKind
from scorer.journal import JournalBounds
from scorer.lifecycle import advance, record, update_profile
from scorer.merging import Unmerged, merge, unmerge
from scorer.normal_form import normalised
from scorer.outcome import GradeChange, Outcome, Retraction, StageChange
from scorer.retention import derived_keep_ms, derived_width_ms
from scorer.retraction import retract
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
    "Retraction",
    "Scalar",
    "Scorecard",
    "StageChange",
    "Standing",
    "Unmerged",
    "Valuation",
    "Verdict",
    "advance",
    "derived_keep_ms",
    "derived_width_ms",
    "explain",
    "forget",
    "merge",
    "next_crossing",
    "normalised",
    "record",
    "retract",
    "unmerge",
    "update_profile",
    "value",
]
