"""What the leads of a run do, drawn from a seed: who, what, on which topic, placed by which partitioner, how wrong.

An activity gets its instant when it is sent. The same seed draws the same activities, whatever the pace.
"""

import random
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from schemas.contract import rfc3339
from schemas.topics import TOPICS
from streams.kafka.partitioner import partition_of
from streams.translation.translate import instant
from tests.line.garbage import garbage
from tests.line.topics import Headers
from tests.oracles.line import EXPECTED_REASON

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000
RECENT = 400
"""A repeat is of one of so many activities."""
POISONED_AT = 1_790_000_000_000
"""When poison happened: it is refused before its time is looked at."""
PLACES = ("key_missing", "key_mismatch", "wrong_partition")
PAGES = ("/", "/pricing", "/pricing/teams", "/docs/start", "/blog/2026/decay", "/careers")
HAS_FORWARDING = "repartition" in TOPICS
"""Whether a record on a foreign partition is brought to its owner; else it is a dead letter."""
SHARES = {"repeat": 30, "late": 8, "future": 5, "poison": 8, "misplaced": 50 if HAS_FORWARDING else 6}
"""Of a thousand activities, how many are not as they should be."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One activity to be sent. ``body`` lacks who and when. ``ago_ms``: how long before it is sent it happens.

    ``value`` is for what is sent as it is: poison.
    """

    topic: str
    partition: int
    key: bytes | None
    id: str
    lead_id: str
    body: str
    ago_ms: int
    headers: Headers = ()
    value: bytes | None = None
    is_fixed: bool = False

    def value_at(self, now: int) -> tuple[bytes | None, Headers]:
        """Return value and headers as they are sent at an instant in milliseconds."""
        if self.is_fixed:
            return self.value, self.headers
        happened_at = rfc3339(instant(now - self.ago_ms))
        text = f'{{"id":"{self.id}","lead_id":"{self.lead_id}","occurred_at":"{happened_at}",{self.body}}}'
        return text.encode(), self.headers


def drawn_activities(seed: int, count: int, leads: int, partitions: int) -> Iterator[Drawn]:
    """Yield a run's activities in the order in which they are sent."""
    dice = random.Random(f"activities-{seed}")
    wrongs, weights = (*SHARES, "nothing"), (*SHARES.values(), 1000 - sum(SHARES.values()))
    poison = _poison(partitions)
    recent: deque[Drawn] = deque(maxlen=RECENT)
    for number in range(count):
        wrong = dice.choices(wrongs, weights)[0]
        if wrong == "repeat" and recent:
            yield dice.choice(recent)
        elif wrong == "poison":
            yield dice.choice(poison)
        else:
            drawn = _activity(dice, f"a-{seed}-{number}", leads, partitions, wrong)
            if wrong == "nothing":
                recent.append(drawn)
            yield drawn


def _activity(dice: random.Random, name: str, leads: int, partitions: int, wrong: str) -> Drawn:
    """Draw one activity with what is wrong about it."""
    lead_id = f"lead-{min(int(dice.expovariate(3 / leads)), leads - 1)}"
    topic = dice.choices(tuple(_BODIES), _TOPIC_WEIGHTS)[0]
    key: bytes | None = lead_id.encode()
    assert key is not None
    partition = _home(key, partitions)
    headers: Headers = ()
    if wrong == "misplaced":
        key, partition, reason = _misplaced(dice, key, partition, partitions)
        headers = ((EXPECTED_REASON, reason.encode()),) if reason and not HAS_FORWARDING else ()
    ago_ms = {"late": 8 * DAY_MS, "future": -HOUR_MS}.get(wrong, _ago_ms(dice))
    return Drawn(topic, partition, key, name, lead_id, _BODIES[topic](dice), ago_ms, headers)


def _ago_ms(dice: random.Random) -> int:
    """Draw how late an ordinary activity is: most at once, some by seconds, a few by an hour."""
    draw = dice.random()
    return dice.randint(0, 20_000) if draw < 0.15 else dice.randint(0, HOUR_MS) if draw < 0.17 else 0


def _misplaced(dice: random.Random, key: bytes, home: int, partitions: int) -> tuple[bytes | None, int, str | None]:
    """Place a record as librdkafka does by default, or without a key; the reason says why it is refused, if it is."""
    if dice.random() < 0.3:
        return None, dice.randrange(partitions), "key_missing"
    partition = zlib.crc32(key) % partitions
    return key, partition, None if partition == home else "wrong_partition"


@lru_cache(8)
def _poison(partitions: int) -> list[Drawn]:
    """Return what breaks a contract, of every kind, for some leads that do nothing else."""
    return [
        Drawn(topic, _home(bad.key or b"", partitions), bad.key, "", "", "", 0, bad.headers, bad.value, is_fixed=True)
        for number, topic in enumerate(_BODIES)
        for bad in garbage(topic, lead_id=f"lead-poison-{number}", at=POISONED_AT)
        if dict(bad.headers).get(EXPECTED_REASON, PLACES[0].encode()).decode() not in PLACES
        and len(bad.value or b"") < 500_000
    ]


@lru_cache(65_536)
def _home(key: bytes, partitions: int) -> int:
    return partition_of(key, partitions)


def _viewed(dice: random.Random) -> str:
    verdict = dice.choices(("human", "probable_bot", "certain_bot"), (90, 5, 5))[0]
    return f'"url":"https://example.com{dice.choice(PAGES)}?utm_source=x","verdict":"{verdict}"'


_BODIES: dict[str, Callable[[random.Random], str]] = {
    "page-views": _viewed,
    "email-opens": lambda dice: f'"mail_id":"mail-{dice.randrange(9)}"',
    "form-fills": lambda dice: f'"form_id":"{dice.choice(("demo", "newsletter"))}","fields":{{"note":"call me"}}',
    "lead-profiles": lambda dice: f'"attributes":{{"company_size":{dice.choice((3, 120, 4000, "null"))}}}',
    "custom-activities": lambda dice: f'"type":"webinar_attended","properties":{{"minutes":{dice.randint(5, 60)}}}',
}
_TOPIC_WEIGHTS = (60, 18, 8, 7, 7)
