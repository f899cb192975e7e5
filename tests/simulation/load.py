"""What a few leads do within a while, as messages to be appended at instants: in bursts, with idle times between.

Some are repeats of a producer, some happened earlier than they were stored, some are poison, too late, of a time to
come, or on a wrong partition. At times several leads of one partition do the same at the same instants, so that all of
them are woken at once.
"""

import json
from itertools import count, islice
from random import Random

from msgspec.structs import replace

from schemas.contract import rfc3339
from schemas.header_fields import Headers
from schemas.imported import ImportedHeaders
from streams.publisher.door import Message
from streams.translation.translate import instant
from tests.builders.records import DAY, FORM_FILLS, HOUR, NOW, PAGE_VIEWS, PROFILES
from tests.simulation.worker import placed

Planned = tuple[float, Message]
"""Seconds after the start, and what is appended then."""
IMPORTED_EVERY = 9
PAGES = ("/pricing", "/pricing/teams", "/", "/docs")


def load(chance: Random, *, partitions: int, seconds: float) -> list[Planned]:
    """Return what is appended within some seconds, in order."""
    parties = [(f"lead-{number}",) for number in range(chance.randint(2, 6))]
    activities = chance.randint(15, 40)
    if chance.random() < 0.4:
        parties = [*parties[:2], _crowd(chance, partitions)]
        activities //= 2
    planned: list[Planned] = []
    at = chance.uniform(0.0, 2.0)
    for number in range(activities):
        # Bursts of some milliseconds, and idle times in which only wake-ups happen.
        at += chance.choice((0.0, 0.001, 0.002, 0.02, 0.1)) if chance.random() < 0.8 else chance.uniform(0.3, 3.0)
        if at > seconds:
            break
        if planned and chance.random() < 0.06:
            planned.append((at, chance.choice(planned)[1]))
            continue
        party = chance.choice(parties)
        done, apart_ms = _done(chance), _apart_ms(chance)
        if len(party) == 1:
            message = _message(party[0], number, at + apart_ms / 1000, done, partitions)
            planned.append((at, _spoilt(chance, message, partitions)))
        else:
            planned += [(at, _message(lead, number, at + apart_ms / 1000, done, partitions)) for lead in party]
    return planned


def _crowd(chance: Random, partitions: int) -> tuple[str, ...]:
    """Return some leads of one partition."""
    partition = chance.randrange(partitions)
    names = (f"one-of-many-{number}" for number in count())
    here = (name for name in names if placed(name.encode(), partitions) == partition)
    return tuple(islice(here, chance.randint(3, 6)))


def _message(lead: str, number: int, at: float, done: tuple[str, dict[str, object]], partitions: int) -> Message:
    """Return what a lead did at some seconds after the start."""
    topic, said = done
    key = lead.encode()
    happened_at = NOW + round(at * 1000)
    body = {"id": f"activity-{number}", "lead_id": lead, "occurred_at": rfc3339(instant(happened_at)), **said}
    headers = (("trace", str(number).encode()), *_imported(number))
    return Message(topic, placed(key, partitions), key, json.dumps(body).encode(), headers)


def _imported(number: int) -> Headers:
    """Return what makes some of what is done a part of an import: counted where it happened, and not judged."""
    return ImportedHeaders(id="past", number=number).to_headers() if number % IMPORTED_EVERY == 3 else ()


def _spoilt(chance: Random, message: Message, partitions: int) -> Message:
    """Return a message as it is, or with what its producer got wrong."""
    if chance.random() < 0.05:
        nobody = json.dumps({**json.loads(message.value or b"{}"), "lead_id": 1}).encode()
        message = replace(message, value=chance.choice((None, b"not json", b"{}", b'{"id": 7}', nobody)))
    if chance.random() < 0.08:
        # A producer with another partitioner, or without the right key: the line is to bring it to its owner.
        key = chance.choice((message.key, None, b"somebody-else"))
        message = replace(message, partition=chance.randrange(partitions), key=key)
    return message


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
