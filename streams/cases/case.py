"""A case that can be played: what the lead did at which instants, and what is looked at when. Values, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.cases import ExpectRules
from schemas.contract import Scalar
from scorer import Activity, ProfileUpdate
from scorer.rules.scorecard import Score
from streams.scorecards.finding import Finding, shown
from streams.scorecards.parts import Path

LEAD_ID = "lead"
"""Every case is played with one lead of its own, so they may all have one name."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that the lead did, or that became known of it: at ``at``, for the line ``line`` of the case file.

    ``number`` orders what happened at one instant; ``kind`` and ``fields`` are how the file says it.
    """

    at: int
    number: int
    line: int
    kind: str
    fields: Mapping[str, Scalar]
    content: Activity | ProfileUpdate

    @property
    def text(self) -> str:
        """How the file says it, short."""
        told = shown(", ".join(f"{name} {shown(value)}" for name, value in self.fields.items()))
        return f"{self.kind}: {told}" if self.fields else self.kind


@dataclass(frozen=True, slots=True)
class Span:
    """A written instant as the stretch that it stands for: ``first_at`` included, ``end_at`` not."""

    first_at: int
    end_at: int

    def holds(self, instant: int) -> bool:
        """Return whether an instant is within."""
        return self.first_at <= instant < self.end_at


@dataclass(frozen=True, slots=True)
class Change:
    """A stage change that is expected; ``span`` None if nothing is said of when, ``to_stage`` None if none may come."""

    path: Path
    to_stage: str | None
    is_rise: bool
    span: Span | None


@dataclass(frozen=True, slots=True)
class Look:
    """An instant at which something is expected. ``path`` leads to the expectation in the case file.

    ``since``: what is expected of when the lead came to its stage; ``silent``: of what comes next in silence.
    """

    at: int
    path: Path
    score: Score
    expect: ExpectRules
    since: Span | None = None
    silent: Change | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. With ``findings`` it cannot be played: it names what its scorecard does not have, or does not hold.

    ``changes`` is None if nothing is said of all changes. ``until`` is the last instant that the case names.
    """

    name: str
    line: int
    description: str | None
    now: int | None
    score: Score | None
    deeds: tuple[Deed, ...]
    looks: tuple[Look, ...]
    changes: tuple[Change, ...] | None
    until: int
    findings: tuple[Finding, ...] = ()
