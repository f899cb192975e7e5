"""What an import found, counted in bounded memory: for its end, for machines, and for finding what was refused."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schemas.activities import Activity
from schemas.contract import rfc3339
from schemas.profile import LeadProfile
from streams.importing.activities.rows import Refusal
from streams.importing.activities.times import TimeCounts
from streams.importing.activities.translation import Answer, LeftOut

REFUSALS_LISTED_MAX = 20
LEFT_OUT_LISTED_MAX = 50
LEADS_COUNTED_MAX = 1_000_000
TYPES_LISTED_MAX = 200
SHOWN_FIRST = 3
OTHERS = "(others)"


@dataclass(slots=True)
class OfType:
    """The activities of one type: how many, and between which instants."""

    count: int
    first_at: datetime
    last_at: datetime


@dataclass(slots=True)
class ImportReport:
    """Counts of one import.

    ``now`` and ``lateness_max``: what happened longer ago than that is past the lateness bound.
    """

    now: datetime
    lateness_max: timedelta
    rows: int = 0
    activities: int = 0
    refused: int = 0
    past_lateness: int = 0
    email_ids: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    by_type: dict[str, OfType] = field(default_factory=dict)
    first: list[str] = field(default_factory=list)
    times: TimeCounts = field(default_factory=TimeCounts)
    _leads: set[str] = field(default_factory=set)

    @property
    def leads(self) -> int:
        """Of how many leads the activities are; a million stands for a million or more."""
        return len(self._leads)

    def count(self, answer: Answer) -> None:
        """Count what a row became."""
        self.rows += 1
        match answer:
            case Refusal():
                self.refused += 1
                if len(self.refusals) < REFUSALS_LISTED_MAX:
                    self.refusals.append(answer)
            case LeftOut(what):
                self.left_out[
                    what if what in self.left_out or len(self.left_out) < LEFT_OUT_LISTED_MAX else OTHERS
                ] += 1
            case _:
                self._count_activity(answer)

    def _count_activity(self, activity: Activity | LeadProfile) -> None:
        self.activities += 1
        if len(self._leads) < LEADS_COUNTED_MAX:
            self._leads.add(activity.lead_id)
        if len(self.first) < SHOWN_FIRST:
            self.first.append(activity.model_dump_json(exclude_none=True))
        at = activity.occurred_at
        self.past_lateness += self.now - at > self.lateness_max
        self.email_ids += "@" in activity.lead_id
        name = activity.type if activity.type in self.by_type or len(self.by_type) < TYPES_LISTED_MAX else OTHERS
        known = self.by_type.setdefault(name, OfType(0, at, at))
        known.count += 1
        known.first_at, known.last_at = min(known.first_at, at), max(known.last_at, at)

    def as_json(self) -> dict[str, object]:
        """Return the counts for machines; instants are RFC 3339."""
        return {
            "rows": self.rows,
            "activities": self.activities,
            "leads": self.leads,
            "leads_is_at_least": self.leads >= LEADS_COUNTED_MAX,
            "by_type": {
                name: {"count": of.count, "first_at": rfc3339(of.first_at), "last_at": rfc3339(of.last_at)}
                for name, of in sorted(self.by_type.items())
            },
            "left_out": dict(sorted(self.left_out.items())),
            "refused": self.refused,
            "refusals": [
                {
                    "file": refusal.file,
                    "line": refusal.line,
                    "part": refusal.part,
                    "value": refusal.value,
                    "rule": refusal.rule,
                    "fix": refusal.fix,
                }
                for refusal in self.refusals
            ],
            "past_lateness": self.past_lateness,
            "email_ids": self.email_ids,
            "times": {
                "with_zone": self.times.with_zone,
                "without_zone": self.times.without_zone,
                "twice_there": self.times.twice_there,
                "never_there": self.times.never_there,
            },
        }
