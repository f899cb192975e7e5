"""The names of a partition's keys in Redis.

All of them carry the partition number as hash tag, so that one script may touch them also on Redis Cluster.
"""

from dataclasses import dataclass

WATERMARK = "at:"
SEAL = "seal:"
"""Before a topic's name in the meta hash: the last offset of that topic whose effects are in the table."""
FORWARDED = "from:"
"""Before a topic's name, a slash and a partition in the meta hash: the last offset there that was forwarded to this
partition and whose effects are in the table."""


@dataclass(frozen=True, slots=True)
class PartitionKeys:
    """The keys of one partition. A lead's key is ``lead`` followed by its id.

    Example:
        >>> keys = partition_keys("leadstream", 3)
        >>> keys.meta, keys.lead + "lead-ada"
        ('leadstream:{3}:meta', 'leadstream:{3}:lead:lead-ada')
    """

    meta: str
    due: str
    outbox: str
    lead: str


def partition_keys(prefix: str, partition: int) -> PartitionKeys:
    """Return the keys of a partition of the installation that uses the prefix."""
    head = f"{prefix}:{{{partition}}}:"
    return PartitionKeys(meta=f"{head}meta", due=f"{head}due", outbox=f"{head}outbox", lead=f"{head}lead:")
