"""Producers that place records in every way that there is, most of them not ours."""

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tests.line.topics import Produced

Placing = Callable[[Produced, int, random.Random], Produced]

PRODUCERS: Mapping[str, Placing] = {
    "Java's murmur2": lambda record, _count, _dice: record,
    "librdkafka's CRC32": lambda record, count, _dice: replace(record, partition=zlib.crc32(record.key or b"") % count),
    "at random": lambda record, count, dice: replace(record, partition=dice.randrange(count)),
    "without a key": lambda record, count, dice: replace(record, key=None, partition=dice.randrange(count)),
    "an empty key": lambda record, count, dice: replace(record, key=b"", partition=dice.randrange(count)),
    "another lead's key": lambda record, _count, dice: replace(record, key=b"lead-" + dice.randbytes(3)),
}
"""How each of them places a record among so many partitions."""


def placed_by_all(records: Sequence[Produced], *, partitions: int, seed: int) -> list[Produced]:
    """Return records as if each came from a producer of some kind: the same leads from all of them."""
    dice = random.Random(seed)
    placings = tuple(PRODUCERS.values())
    return [dice.choice(placings)(record, partitions, dice) for record in records]
