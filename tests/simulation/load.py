"""What a few leads do within a while, as messages to be appended at instants: in bursts, with idle times between.

Some are repeats of a producer, some happened earlier than they were stored, some are poison, too late, of a time to
come, or on a wrong partition.
"""

import json
from random import Random

from schemas.contract import rfc3339
from streams.publisher.door import Message
from streams.translation.translate import instant
from tests.builders.records import DAY, FORM_FILLS, HOUR, NOW, PAGE_VIEWS, PROFILES
from tests.simulation.worker import placed

Planned = tuple[float, Message]
"""Seconds after the start, and what is appended then."""
PAGES = ("/pricing", "/pricing/teams", "/", "/docs")


def load(chance: Random, *, partitions: int, seconds: float) -> list[Planned]:
    """Return what is appended within some seconds, in order."""
    leads = [f"lead-{number}" for number in range(chance.randint(2, 6))]
    planned: list[Planned] = []
    at = chance.uniform(0.0, 2.0)
    count = chance.randint(15, 40)
    for number in range(count):
        # Bursts of some milliseconds, and idle times in which only wake-ups happen.
        at += chance.choice((0.0, 0.001, 0.002, 0.02, 0.1)) if chance.random() < 0.8 else chance.uniform(0.3, 3.0)
        if at > seconds:
            break
        if planned and chance.random() < 0.06:
            planned.append((at, chance.choice(planned)[1]))
            continue
        planned.append((at, _message(chance, chance.choice(leads), number, at, partitions)))
    return planned


def _message(chance: Random, lead: str, number: int, at: float, partitions: int) -> Message:
    topic, said = _done(chance)
    key = lead.encode()
    happened_at = NOW + round(at * 1000) + _apart_ms(chance)
    body = {"id": f"activity-{number}", "lead_id": lead, "occurred_at": rfc3339(instant(happened_at)), **said}
    value: bytes | None = json.dumps(body).encode()
    if chance.random() < 0.05:
        value = chance.choice((None, b"not json", b"{}", b'{"id": 7}', json.dumps({**body, "lead_id": 1}).encode()))
    partition, sent_key = placed(key, partitions), key
    if chance.random() < 0.08:
        # A producer with another partitioner, or without the right key: the line is to bring it to its owner.
        partition, sent_key = chance.randrange(partitions), chance.choice((key, None, b"somebody-else"))
    return Message(topic, partition, sent_key, value, (("trace", str(number).encode()),))


def _apart_ms(chance: Random) -> int:
    """Return how long before (or after) it is stored something happened, in milliseconds."""
    kind = chance.random()
    if kind < 0.75:
        return 0
    if kind < 0.95:
        return -chance.randint(1, 4_000)
    return chance.choice((-2 * DAY, HOUR, 20_000))


def _done(chance: Random) -> tuple[str, dict[str, object]]:
    kind = chance.random()
    if kind < 0.55:
        return PAGE_VIEWS, {"url": chance.choice(PAGES)}
    if kind < 0.85:
        return FORM_FILLS, {"form_id": "demo"}
    return PROFILES, {"attributes": {"industry": chance.choice(("software", "farming"))}}
