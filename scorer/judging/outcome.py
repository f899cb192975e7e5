"""What the core answers: the new state, what changed stage, and when to wake it next."""

from dataclasses import dataclass, field
from enum import StrEnum

from scorer.facts.state import LeadState
from scorer.judging.outlook import Outlook
from scorer.worth.explanation import Line
from scorer.worth.view import View


@dataclass(frozen=True, slots=True)
class StageChange:
    """A lead moved in one named score.

    ``changed_at`` is the instant at which it became true, however late it was noticed. ``from_stage`` is None at
    the first sight of a lead. ``reasons`` are the explanation's lines at that instant; they add up to ``score``.
    """

    score_name: str
    from_stage: str | None
    to_stage: str
    changed_at: int
    score: float
    grade: str | None
    reasons: tuple[Line, ...]
    scorecard_version: str


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A lead's grade in one named score became another (with or without a stage change)."""

    score_name: str
    from_grade: str | None
    to_grade: str | None
    changed_at: int


class Retraction(StrEnum):
    """What became of a retraction.

    ``AWAITED``: the journal does not know the activity; it will not be counted should it come. ``BEYOND_JOURNAL``:
    the same, but the activity is older than the journal reaches back, so that it may have been counted and forgotten,
    and such counts stay.
    """

    TAKEN_BACK = "taken_back"
    REPEATED = "repeated"
    AWAITED = "awaited"
    BEYOND_JOURNAL = "beyond_journal"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one step.

    ``wake_at`` is an instant at or before the next one at which the judgement can differ with no new activity;
    None if it never can. ``is_repeat``: the activity was known (or taken back) and changed nothing.
    ``signals`` names what it counted for. ``evicted_count``: journal entries dropped for want of room, before their
    age. ``retraction`` is None except in the answer to one. No part of the answer: ``outlook`` spares the next step of
    this lead some work; ``seen``, a view of exactly this state, spares it whoever explains it. It is None where the
    step came to its answer without valuing the lead.
    """

    state: LeadState
    stage_changes: tuple[StageChange, ...] = ()
    grade_changes: tuple[GradeChange, ...] = ()
    wake_at: int | None = None
    is_repeat: bool = False
    signals: tuple[str, ...] = ()
    evicted_count: int = 0
    retraction: Retraction | None = None
    outlook: Outlook | None = field(default=None, compare=False, repr=False)
    seen: View | None = field(default=None, compare=False, repr=False)
