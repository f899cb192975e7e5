"""Dead letters that read as what was refused."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schemas.dead_letter import DeadLetterHeaders, Step
from schemas.refusals import Reason
from streams.letters.letter import Letter
from tests.builders.records import NOW

SAID = DeadLetterHeaders(
    reason=Reason.TOO_LATE,
    stage=Step.TIME,
    message="Kafka stored the record 700000.000 s after occurred_at",
    source_topic="page-views",
    source_partition=3,
    source_offset=42,
    source_timestamp_ms=NOW,
    application_version="0.1.0",
    first_failed_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
)


def said(**fields: Any) -> DeadLetterHeaders:
    """Return what is said of a refusal."""
    return SAID.model_copy(update=fields)


def letter(partition: int = 3, offset: int = 17, *, key: bytes | None = b"lead-ada", **fields: Any) -> Letter:
    """Return a dead letter; fields of what is said of it and of the letter may be given."""
    own = {name: fields.pop(name) for name in ("timestamp", "value", "headers") if name in fields}
    whole = Letter(partition, offset, NOW, said(**fields), key, b'{"lead_id": "lead-ada"}', (("trace", b"\x00\xff"),))
    return replace(whole, **own)
