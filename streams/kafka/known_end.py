"""Where a partition ends, as the last fetch of it told. What a broker answers when asked for its ends is not reliable.

The end is that of what may be read: records of a transaction that is still open lie behind it.
"""

from typing import Any

Consumer = Any
"""aiokafka has no types."""


def readable_end(highwater: int | None, stable: int | None) -> int | None:
    """Return the end of what may be read.

    Args:
        highwater: The end as a fetch told it; None before the first.
        stable: The end of what no open transaction holds back; None or negative if the broker does not tell.
    """
    return stable if highwater is not None and stable is not None and 0 <= stable < highwater else highwater


def known_end(consumer: Consumer, place: Any, *, is_committed: bool = True) -> int | None:  # noqa: ANN401 - as above
    """Return the end of an assigned partition, None before the first fetch of it.

    Args:
        consumer: aiokafka's.
        place: Its topic and number, as the client names it.
        is_committed: Whether the consumer reads only what is committed.
    """
    return readable_end(consumer.highwater(place), consumer.last_stable_offset(place) if is_committed else None)


async def is_at_end(consumer: Consumer, place: Any, *, is_committed: bool = True) -> bool:  # noqa: ANN401 - as above
    """Return whether a partition is read up to its known end; arguments as for `known_end`."""
    end = known_end(consumer, place, is_committed=is_committed)
    return end is not None and await consumer.position(place) >= end
