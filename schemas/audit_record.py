"""What a person did to an installation: who, when, what to, with what in detail.

It never holds personal data of a lead. It is written before the change that it tells of, so there is no change without
its record.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import Contract, Instant, ScalarMap, ShortText
from schemas.scorecard_activation import PersonName


class AuditAction(StrEnum):
    """What was done: a closed set."""

    SCORECARD_PUBLISHED = "scorecard_published"
    """A version of the scorecard was published, to be in force from an instant on."""
    SCORECARD_ROLLED_BACK = "scorecard_rolled_back"
    """An older version of the scorecard was published again."""
    SCORECARD_CHALLENGED = "scorecard_challenged"
    """A version of the scorecard was published as the challenger of the one in force."""
    SCORECARD_WITHDRAWN = "scorecard_withdrawn"
    """A challenger was withdrawn."""
    SCORECARD_PROMOTED = "scorecard_promoted"
    """A challenger was published, to be in force itself."""
    DEAD_LETTERS_REPLAYED = "dead_letters_replayed"
    """Refused records were put on their topics again."""
    DEAD_LETTERS_DROPPED = "dead_letters_dropped"
    """Refused records were given up."""
    HISTORY_IMPORTED = "history_imported"
    """What leads did in past years began to be put on the topics, under the id of an import."""


class AuditRecord(Contract):
    """One change by a person."""

    type: Literal["audit_record"] = "audit_record"
    at: Instant
    """When, by the clock of the machine that it was done on."""
    actor: PersonName
    """Who: user and machine, or the name that was given."""
    action: AuditAction
    """What was done, from a closed set."""
    subject: ShortText
    """What it was done to: a version of the scorecard, a topic."""
    detail: Annotated[ScalarMap, Field(default_factory=dict)]
    """What else is worth knowing: a fingerprint, a count, a filter."""
