"""Input records that read as what happened: who did what, when it was stored and where."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.contract import rfc3339
from schemas.forwarded import Stray
from streams.partition.decode import InputNames
from streams.partition.forwarding import forwarded
from streams.partition.records import Strayed
from streams.translation.translate import instant

NOW = 1_795_341_600_000
"""2026-11-22T10:00:00Z, when most tests begin."""
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

PAGE_VIEWS = "page-views"
FORM_FILLS = "form-fills"
PROFILES = "lead-profiles"
TICKS = "ticks"
REPARTITION = "repartition"
NAMES = InputNames({PAGE_VIEWS: PAGE_VIEWS, FORM_FILLS: FORM_FILLS, PROFILES: PROFILES}, REPARTITION, TICKS)
TOPICS = (PAGE_VIEWS, FORM_FILLS, PROFILES, REPARTITION, TICKS)
"""The input topics of these tests, by their names in the catalogue."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a Kafka client hands it over."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    timestamp_type: int = 1


def record(topic: str = PAGE_VIEWS, offset: int = 0, at: int = NOW, **fields: Any) -> Record:
    """Return a record whose content does not matter."""
    return replace(Record(topic, 0, offset, at, b"lead-ada", b"{}"), **fields)


def wire(**fields: Any) -> bytes:
    """Return the bytes that a producer sends."""
    return json.dumps(fields).encode()


def page_view(
    url: str = "/pricing",
    *,
    lead: str = "lead-ada",
    offset: int = 0,
    at: int = NOW,
    happened_at: int | None = None,
    partition: int = 0,
    **fields: Any,
) -> Record:
    """Return a page view: stored at ``at``, and happened then too unless said otherwise."""
    occurred_at = rfc3339(instant(at if happened_at is None else happened_at))
    body = {"id": f"view-{partition}-{offset}", "lead_id": lead, "occurred_at": occurred_at, "url": url} | fields
    return Record(PAGE_VIEWS, partition, offset, at, lead.encode(), wire(**body))


def form_fill(form: str = "demo", *, lead: str = "lead-ada", offset: int = 0, at: int = NOW, **fields: Any) -> Record:
    """Return a form fill."""
    body = {"id": f"form-{offset}", "lead_id": lead, "occurred_at": rfc3339(instant(at)), "form_id": form} | fields
    return Record(FORM_FILLS, 0, offset, at, lead.encode(), wire(**body))


def profile(*, lead: str = "lead-ada", offset: int = 0, at: int = NOW, **attributes: Any) -> Record:
    """Return a profile update."""
    body = {"id": f"profile-{offset}", "lead_id": lead, "occurred_at": rfc3339(instant(at)), "attributes": attributes}
    return Record(PROFILES, 0, offset, at, lead.encode(), wire(**body))


def received(first: Record | None = None, *, offset: int = 0, at: int = NOW, partition: int = 0) -> Record:
    """Return a record as it was forwarded from where it came first: a page view on partition 1 if not told."""
    first = first or page_view(partition=1)
    lead_id = json.loads(first.value or b"{}").get("lead_id", "lead-ada")
    message = forwarded(Strayed(first, first.timestamp, lead_id, partition, Stray.WRONG_PARTITION), REPARTITION)
    return Record(REPARTITION, partition, offset, at, message.key, message.value, message.headers)


def tick(*, offset: int = 0, at: int = NOW, value: bytes = b"{}") -> Record:
    """Return a tick."""
    return Record(TICKS, 0, offset, at, None, value)


def renumbered(records: Sequence[Record]) -> list[Record]:
    """Return records with the offsets that they get when they are appended in this order."""
    ends: dict[tuple[str, int], int] = {}
    appended = []
    for one in records:
        place = (one.topic, one.partition)
        appended.append(replace(one, offset=ends.setdefault(place, 0)))
        ends[place] += 1
    return appended
