"""What handling some records and wake-ups changed: rows to store, messages to publish, and figures for the metrics."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.forwarded import Stray
from scorer import Activity, Outcome, ProfileUpdate, StageChange
from streams.lead.lead import Lead
from streams.publisher.door import Message

APPLIED, UNMATCHED = "applied", "unmatched"
"""What became of a good record, for the metrics: it counts for a signal, or for none."""


class Stands(StrEnum):
    """Where a challenger has a lead, beside the champion: a closed set."""

    SAME = "same"
    """In the same stage."""
    HIGHER = "higher"
    """In a stage that is higher on the champion's ladder."""
    LOWER = "lower"
    """In one that is lower there."""
    ELSEWHERE = "elsewhere"
    """In a stage that the champion's ladder does not have."""


@dataclass(frozen=True, slots=True)
class ChallengeTally:
    """What a step came to by a challenger, for the metrics.

    ``stage_changes``: (score, stage entered). ``stands``: of each score in which either scorecard moved the lead, where
    the challenger has it since. ``is_failed``: judging by the challenger broke the scorer.
    """

    stage_changes: tuple[tuple[str, str], ...] = ()
    stands: tuple[tuple[str, Stands], ...] = ()
    is_failed: bool = False


@dataclass(slots=True)
class Tally:
    """What happened, for the metrics: ``outcomes`` by (topic, outcome), ``stage_changes`` by (score, stage).

    ``strays`` counts records with a wrong key or on a wrong partition, by (what is wrong, whether forwarded).
    ``changed_at``: of each stage change that is to be published, the instant in milliseconds at which it holds.
    ``challenges``: of the steps in which a challenger had something to say.
    """

    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    strays: dict[tuple[Stray, bool], int] = field(default_factory=dict)
    wake_up_lateness_ms: list[int] = field(default_factory=list)
    stage_changes: dict[tuple[str, str], int] = field(default_factory=dict)
    changed_at: list[int] = field(default_factory=list)
    evicted_count: int = 0
    failed_wake_ups: int = 0
    challenges: list[ChallengeTally] = field(default_factory=list)

    def count_moves(self, stage_changes: Iterable[StageChange], clock: int) -> None:
        """Add stage changes that hold since an instant in milliseconds."""
        for change in stage_changes:
            key = (change.score_name, change.to_stage)
            self.stage_changes[key] = self.stage_changes.get(key, 0) + 1
            self.changed_at.append(clock)

    def count(self, topic: str, outcome: str) -> None:
        """Add one outcome."""
        self.outcomes[topic, outcome] = self.outcomes.get((topic, outcome), 0) + 1

    def count_stray(self, stray: Stray, *, is_forwarded: bool) -> None:
        """Add one record with a wrong key or on a wrong partition."""
        self.strays[stray, is_forwarded] = self.strays.get((stray, is_forwarded), 0) + 1


@dataclass(slots=True)
class Changes:
    """What a fold changed since the last time it was asked. ``output_bytes``: of the values of its messages.

    ``spared`` counts by output topic the messages that were not built, as downstream has them. ``forwarded``: of each
    place from which records were forwarded to this partition the last offset that was taken.
    """

    leads: dict[str, Lead] = field(default_factory=dict)
    due: dict[str, int | None] = field(default_factory=dict)
    forwarded: dict[str, int] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    output_bytes: int = 0
    spared: dict[str, int] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def add(self, message: Message) -> None:
        """Add a message."""
        self.messages.append(message)
        self.output_bytes += len(message.value or b"")

    def spare(self, topic: str) -> None:
        """Count a message of an output topic that was not built."""
        self.spared[topic] = self.spared.get(topic, 0) + 1


def outcome_name(content: Activity | ProfileUpdate, outcome: Outcome) -> str:
    """Name what became of a good record, for the metrics."""
    if outcome.is_repeat:
        return "repeat"
    return UNMATCHED if isinstance(content, Activity) and not outcome.signals else APPLIED
