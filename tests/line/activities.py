"""What a crowd of leads does within a while, as records for the topics: seeded, of every kind, a bit out of order."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from schemas.contract import rfc3339
from streams.translation.translate import instant
from tests.line.topics import Produced

PAGES = ("/", "/pricing", "/pricing/teams", "/docs/start", "/docs/api/scores", "/blog/2026/decay", "/careers")
Body = dict[str, Any]


def crowd(
    seed: int, *, leads: int, activities: int, from_at: int, to_at: int, name: str = "lead", is_views_only: bool = False
) -> list[Produced]:
    """Return what some leads do between two instants, in the order in which it is sent.

    Each record's stamp is when it is sent; it happened then, or up to some seconds before. Some are repeats.

    Args:
        seed: Same seed, same crowd.
        leads: How many leads; a few do much, most little.
        activities: How many records.
        from_at: The first instant, in milliseconds.
        to_at: The last instant.
        name: What the leads' ids begin with, and those of their activities.
        is_views_only: Nothing but page views.
    """
    dice = random.Random(seed)
    stamps = sorted(dice.randint(from_at, to_at) for _ in range(activities))
    records: list[Produced] = []
    for number, stamp in enumerate(stamps):
        if records and dice.random() < 0.02:
            records.append(_again(dice.choice(records), stamp))
            continue
        lead_id = f"{name}-{min(int(dice.expovariate(4 / leads)), leads - 1)}"
        happened_at = stamp - (dice.randint(0, 4_000) if dice.random() < 0.2 else 0)
        topic, body = _done(dice, is_views_only=is_views_only)
        records.append(record(topic, lead_id, happened_at, stamp, id=f"{name}-{seed}-{number}", **body))
    return records


def record(topic: str, lead_id: str, happened_at: int, stamp: int | None, **body: Any) -> Produced:
    """Return a record of something that a lead did, keyed by it."""
    told = {"lead_id": lead_id, "occurred_at": rfc3339(instant(happened_at)), **body}
    return Produced(topic, lead_id.encode(), json.dumps(told).encode(), stamp)


def _again(earlier: Produced, stamp: int) -> Produced:
    return Produced(earlier.topic, earlier.key, earlier.value, stamp)


def _done(dice: random.Random, *, is_views_only: bool) -> tuple[str, Body]:
    """Return a topic, and what is done but for who, when and which."""
    if is_views_only or dice.random() < 0.55:
        return "page-views", _viewed(dice)
    topic = dice.choice(tuple(_DEEDS))
    return topic, _DEEDS[topic](dice)


def _viewed(dice: random.Random) -> Body:
    verdict = dice.choices(("human", "probable_bot", "certain_bot"), (90, 5, 5))[0]
    return {"url": f"https://example.com{dice.choice(PAGES)}?utm_source=x", "verdict": verdict}


_DEEDS: dict[str, Callable[[random.Random], Body]] = {
    "email-opens": lambda dice: {"mail_id": f"mail-{dice.randrange(9)}"},
    "email-clicks": lambda dice: {"link_url": f"https://example.com{dice.choice(PAGES)}"},
    "form-fills": lambda dice: {"form_id": dice.choice(("demo", "newsletter")), "fields": {"note": "call me"}},
    "unsubscribes": lambda dice: {"reason": dice.choice(("too much", "not for me"))},
    "custom-activities": lambda dice: {"type": "webinar_attended", "properties": {"minutes": dice.randint(5, 60)}},
    "lead-profiles": lambda dice: {
        "attributes": {
            "company_size": dice.choice((3, 120, 4_000, None)),
            "email": dice.choice(("ada@lovelace.example", "ada@gmail.com")),
        }
    },
}


def split(records: list[Produced], *shares: float) -> Iterator[list[Produced]]:
    """Cut a list into parts of the given shares, and the rest."""
    start = 0
    for share in shares:
        end = start + round(len(records) * share)
        yield records[start:end]
        start = end
    yield records[start:]
