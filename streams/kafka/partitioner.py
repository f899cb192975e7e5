"""Which partition a lead belongs to: what Java's, aiokafka's and (if told) librdkafka's producers agree on."""

from aiokafka.partitioner import murmur2

POSITIVE = 0x7FFFFFFF
"""Java clears the sign bit of the hash."""


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a key: ``murmur2(key)`` without its sign, modulo the count.

    Args:
        key: The lead's id, in UTF-8.
        partitions: How many partitions a topic has.

    Example:
        >>> partition_of(b"lead-ada", 8)
        5
    """
    hashed: int = murmur2(key)
    return (hashed & POSITIVE) % partitions
