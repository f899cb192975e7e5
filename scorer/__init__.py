"""The pure core: counts what leads do and values the counts. Values in, values out; it never sleeps and knows no clock.

This is the public face; `streams` takes from here.
"""

from scorer.facts.activity import Activity, ProfileUpdate, Scalar, Verdict
from scorer.facts.journal import JournalBounds
from scorer.facts.normal_form import normalised
from scorer.facts.state import Attribute, Cell, CellKey, JournalEntry, LeadState, Standing
from scorer.judging.crossing import next_crossing
from scorer.judging.outcome import GradeChange, Outcome, Retraction, StageChange
from scorer.judging.outlook import Outlook
from scorer.rules.retention import derived_keep_ms, derived_width_ms
from scorer.rules.scorecard import Scorecard
from scorer.steps.backfill import NO_PAST, backfilled, uncounted, with_past
from scorer.steps.challenge import challenged, shadow_of
from scorer.steps.erasure import forget
from scorer.steps.history import UNJUDGED, recall
from scorer.steps.lifecycle import advance, record, update_profile
from scorer.steps.merging import Unmerged, merge, unmerge
from scorer.steps.retraction import retract
from scorer.steps.streak import Streak, streak_of
from scorer.worth.explain import explain, explain_all
from scorer.worth.explanation import Explanation, Line, LineKind
from scorer.worth.valuation import Valuation, value

__all__ = [
    "NO_PAST",
    "UNJUDGED",
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
    "Outlook",
    "ProfileUpdate",
    "Retraction",
    "Scalar",
    "Scorecard",
    "StageChange",
    "Standing",
    "Streak",
    "Unmerged",
    "Valuation",
    "Verdict",
    "advance",
    "backfilled",
    "challenged",
    "derived_keep_ms",
    "derived_width_ms",
    "explain",
    "explain_all",
    "forget",
    "merge",
    "next_crossing",
    "normalised",
    "recall",
    "record",
    "retract",
    "shadow_of",
    "streak_of",
    "uncounted",
    "unmerge",
    "update_profile",
    "value",
    "with_past",
]
