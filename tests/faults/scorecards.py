"""Scorecards that come into force while a run goes: what is published, and what must have become of it.

Every version counts the same signals over the same spans and values them otherwise, so no count hangs on who judged
when. A bad one says so in a header, for the checker.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from schemas.scorecard_activation import ScorecardActivation
from streams.scorecards.loading import load, read
from streams.translation.translate import instant, milliseconds
from tests.line.installation import Installation, now_ms
from tests.line.topics import TopicRecord
from tests.oracles.line import EXPECTED_REASON
from tests.oracles.reigns import Reigns

FILE = Path(__file__).parents[1] / "data" / "faults.yaml"
TOPIC = "scorecards"
VERSION = "faults-1"
VERSIONS = 4
"""How many there are beside the file: a run comes back to one that it had."""
POINTS = re.compile(r"points: (\d+)")


@dataclass(frozen=True, slots=True)
class Activated:
    """A version's text, and from which instant on it judges, in milliseconds."""

    active_at: int
    text: str


def text_of(number: int) -> str:
    """Return the text of a version by its number; 0 is the file's own."""
    text = FILE.read_text(encoding="utf-8")
    if number == 0:
        return text
    dice = random.Random(f"scorecard-{number}")
    # A third up or down, so that many leads change their stage by it.
    changed = POINTS.sub(lambda found: f"points: {round(int(found[1]) * dice.uniform(0.67, 1.5), 1)}", text)
    return changed.replace(f"version: {VERSION}", f"version: faults-{number + 1}")


def spoilt(text: str) -> str:
    """Return a text that no worker may use."""
    return text.replace("points:", "pints:", 1)


async def publish(bootstrap: str, prefix: str, draw: int) -> None:
    """Put a version on the topic, sometimes after a bad one."""
    text = text_of(draw % (VERSIONS + 1))
    version = f"faults-{draw % (VERSIONS + 1) + 1}"
    said = ScorecardActivation(version=version, text=text, published_at=instant(now_ms()), published_by="nemesis")
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, request_timeout_ms=60_000)
    await producer.start()
    try:
        if draw // 7 % 3 == 0:
            bad = said.model_copy(update={"text": spoilt(text)})
            headers = [(EXPECTED_REASON, b"scorecard")]
            await producer.send_and_wait(prefix + TOPIC, bad.model_dump_json().encode(), b"bad", headers=headers)
        key = f"{version}-{draw}".encode()
        await producer.send_and_wait(prefix + TOPIC, said.model_dump_json().encode(), key)
    finally:
        await producer.stop()


async def published(line: Installation) -> tuple[Activated, ...]:
    """Read the topic, and return what must be in force when."""
    place = TopicPartition(line.settings.topic_prefix + TOPIC, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=line.settings.kafka_bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        end, found = (await consumer.end_offsets([place]))[place], list[TopicRecord]()
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=500)).get(place, ()):
                what = (record.key, record.value, tuple(record.headers))
                found.append(TopicRecord(TOPIC, 0, record.offset, record.timestamp, *what))
    finally:
        await consumer.stop()
    return activations_of(found)


def activations_of(records: Iterable[TopicRecord]) -> tuple[Activated, ...]:
    """Return what some records bring into force, in the order of instants; at one instant in the order of offsets."""
    found = []
    for record in records:
        if EXPECTED_REASON in dict(record.headers):
            continue
        said = ScorecardActivation.model_validate_json(record.value or b"")
        wanted_at = 0 if said.active_at is None else milliseconds(said.active_at)
        found.append(Activated(max(wanted_at, record.timestamp + said.active_in_ms), said.text))
    return tuple(sorted(found, key=lambda one: one.active_at))


def reigns_of(activations: Sequence[Activated]) -> Reigns:
    """Return who judges when, the file first."""
    later = ((one.active_at, read(one.text.encode(), FILE).scorecard) for one in activations)
    return Reigns(load(FILE).scorecard, tuple(later))


def is_name(name: str, active_at: int) -> bool:
    """Tell whether a table's name of what judges it is that of a scorecard in force from an instant on."""
    return name.endswith(f"@{active_at}")
