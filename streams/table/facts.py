"""How a partition stands, as Redis tells one who owns nothing: what to ask, and what the answers mean."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streams.table.course import course_of
from streams.table.door import PartitionFacts
from streams.table.keys import WATERMARK, PartitionKeys


def questions(keys: PartitionKeys) -> tuple[tuple[str | int, ...], ...]:
    """Return the commands to ask, in order. None of them writes, so a full Redis answers too."""
    return (
        ("HGETALL", keys.meta),
        ("LLEN", keys.outbox),
        ("ZCARD", keys.due),
        ("ZRANGE", keys.due, 0, 0, "WITHSCORES"),
    )


def facts_of(partition: int, answers: Sequence[Any]) -> PartitionFacts:
    """Return what the answers to `questions` say."""
    meta, outbox_length, lead_count, first = answers
    facts = {name.decode(): value for name, value in _entries(meta)}
    due_at = float(first[1]) if first else math.inf
    return PartitionFacts(
        partition=partition,
        epoch=int(facts.get("epoch", 0)),
        owner_token=facts.get("owner", b"").decode(),
        clock=int(facts.get("clock", 0)),
        watermarks=offsets_of(facts, WATERMARK),
        scorecard=facts.get("scorecard", b"").decode(),
        outbox_count=outbox_length // 2,
        lead_count=lead_count,
        next_due_at=None if math.isinf(due_at) else int(due_at),
        is_recovering=facts.get("pending") == b"1",
        course=course_of(facts.get("course", b"").decode()),
    )


def offsets_of(facts: Mapping[str, bytes], prefix: str) -> dict[str, int]:
    """Return the offsets among a partition's facts whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): int(offset) for name, offset in facts.items() if name.startswith(prefix)}


def _entries(found: Any) -> Iterable[tuple[bytes, bytes]]:  # noqa: ANN401 - a mapping, or flat, as the client has it
    return found.items() if isinstance(found, Mapping) else zip(found[::2], found[1::2], strict=True)
