"""The catalogue of topics: what each carries, which way, and how the broker is to keep it.

A table, so that creating topics, checking them, decoding, the documentation and the tests all read the same lines.
Names are without the installation's prefix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from pydantic import TypeAdapter

from schemas.activities import CustomActivity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from schemas.audit_record import AuditRecord
from schemas.contract import Contract
from schemas.dead_letter import DeadLetterHeaders
from schemas.forwarded import ForwardedHeaders
from schemas.lead_score import LeadScore
from schemas.positions import PublishedPositions
from schemas.profile import LeadProfile
from schemas.scorecard_activation import ScorecardActivation
from schemas.stage_change import StageChange
from schemas.tick import Tick

DAY_MS = 86_400_000

Direction = Literal["in", "internal", "out", "control"]
"""in, internal: what owners read; out: what they tell; control: what steers or helps them, neither input nor output."""
CleanupPolicy = Literal["delete", "compact"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    ``contract`` describes its values, except those of `dead-letters` and `repartition`, which describe their headers
    (their values are the bytes of the refused or forwarded record). ``direction``: owners read what is in or internal
    and write what is out; a control topic is neither. ``activity_type`` is what its records count as; None where that
    is no single type or no activity. ``retention_ms`` is the least the broker should keep; None where compaction
    decides. ``partitions`` None: as many as the installation has.
    """

    name: str
    contract: type[Contract]
    direction: Direction
    cleanup_policy: CleanupPolicy
    retention_ms: int | None
    description: str
    activity_type: str | None = None
    partitions: int | None = None

    @property
    def is_input(self) -> bool:
        """Whether owners read it: the inputs proper and those that are internal, such as the ticks."""
        return self.direction in {"in", "internal"}

    @property
    def is_stamped_by_broker(self) -> bool:
        """Whether the broker has to say when a record was stored, because something is decided by it."""
        return self.direction != "out"


def _activities(name: str, contract: type[Contract], activity_type: str | None, description: str) -> Topic:
    # A year: tables are rebuilt from the inputs, and the longest window of an ordinary scorecard is half of that.
    return Topic(name, contract, "in", "delete", 365 * DAY_MS, description, activity_type)


_CATALOGUE = (
    _activities("page-views", PageView, "page_view", "Pages that leads looked at."),
    _activities("email-opens", EmailOpen, "email_open", "Mails that leads opened."),
    _activities("email-clicks", EmailClick, "email_click", "Links of mails that leads followed."),
    _activities("form-fills", FormFill, "form_fill", "Forms that leads sent."),
    _activities("unsubscribes", Unsubscribe, "unsubscribe", "Mails that leads no longer want."),
    _activities("custom-activities", CustomActivity, None, "Anything else that leads do, under names of your own."),
    # Not compacted: an update names only what changed, so an older record of a lead still holds its other attributes.
    _activities("lead-profiles", LeadProfile, None, "What leads are: attributes from forms, CRMs and enrichment."),
    # Kept like the inputs: a rebuild reads what was forwarded where it stands, at the same place in the order.
    Topic(
        "repartition",
        ForwardedHeaders,
        "internal",
        "delete",
        365 * DAY_MS,
        "Records that came to the wrong partition, on their way to the right one.",
    ),
    Topic("ticks", Tick, "internal", "delete", 7 * DAY_MS, "Lets the clock of a partition without traffic advance."),
    Topic("stage-changes", StageChange, "out", "delete", 30 * DAY_MS, "Leads that moved on their ladder, and why."),
    # Kept as the former: who compares two scorecards asks what each of them decided in the last weeks.
    Topic(
        "challenger-stage-changes",
        StageChange,
        "out",
        "delete",
        30 * DAY_MS,
        "Leads that a challenger, a second scorecard beside the one in force, would have moved.",
    ),
    Topic("lead-scores", LeadScore, "out", "compact", None, "The latest score, grade and stage of each lead."),
    Topic(
        "dead-letters",
        DeadLetterHeaders,
        "out",
        "delete",
        90 * DAY_MS,
        "Refused records, whole, with the reason in headers.",
    ),
    Topic(
        "positions",
        PublishedPositions,
        "control",
        "compact",
        None,
        "How far each partition's outputs were published, for as long as that matters.",
    ),
    # Each record has a key of its own, so that compaction keeps them all and no retention does away with a version.
    Topic(
        "scorecards",
        ScorecardActivation,
        "control",
        "compact",
        None,
        "Scorecards that come into force, one after the other.",
        partitions=1,
    ),
    Topic(
        "audit-log",
        AuditRecord,
        "control",
        "delete",
        5 * 365 * DAY_MS,
        "What people did: scorecards published, dead letters replayed or dropped.",
        partitions=1,
    ),
)

TOPICS: Mapping[str, Topic] = MappingProxyType({topic.name: topic for topic in _CATALOGUE})
INPUT_TOPICS: tuple[str, ...] = tuple(topic.name for topic in _CATALOGUE if topic.is_input)
OUTPUT_TOPICS: tuple[str, ...] = tuple(topic.name for topic in _CATALOGUE if topic.direction == "out")
CONTROL_TOPICS: tuple[str, ...] = tuple(topic.name for topic in _CATALOGUE if topic.direction == "control")


@cache
def input_adapter(topic: str) -> TypeAdapter[Any]:
    """Return the decoder of a topic's values; `validate_json` takes the record's bytes.

    Args:
        topic: A name of the catalogue, without prefix.

    Raises:
        KeyError: If the catalogue has no such topic.
    """
    return TypeAdapter(TOPICS[topic].contract)
