"""Who reads what: partition p of every input topic goes to one member of the group.

Kafka's own assignors spread topics independently or in one round robin, which splits a partition number among workers
whenever their count does not divide it. Here a partition *number* is given to a member, with all the topics that the
member subscribes to. While a rolling upgrade adds an input topic, a number whose owner does not know that topic yet
leaves it unread (it waits in Kafka) until the owner is upgraded: late, never split.
"""

from collections.abc import Iterable, Mapping

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata


def shared_out(
    partitions: Mapping[str, Iterable[int]], subscriptions: Mapping[str, Iterable[str]]
) -> dict[str, dict[str, list[int]]]:
    """Share partition numbers among members.

    Args:
        partitions: The partitions of each topic.
        subscriptions: The topics of each member.

    Returns:
        For each member, per topic, the partitions it gets.
    """
    members = sorted(member for member, topics in subscriptions.items() if topics)
    shares: dict[str, dict[str, list[int]]] = {member: {} for member in subscriptions}
    if not members:
        return shares
    numbers = sorted({number for found in partitions.values() for number in found})
    for place, number in enumerate(numbers):
        member = members[place % len(members)]
        for topic in sorted(subscriptions[member]):
            if number in partitions.get(topic, ()):
                shares[member].setdefault(topic, []).append(number)
    return shares


class PartitionNumberAssignor(AbstractPartitionAssignor):  # type: ignore[misc] # aiokafka ships no types
    """`shared_out` as aiokafka's group coordinator wants it."""

    name = "leadstream-partition-number"
    version = 0

    @classmethod
    def assign(
        cls, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        """Assign all partitions of all subscribed topics."""
        subscriptions = {member: tuple(metadata.subscription) for member, metadata in members.items()}
        topics = {topic for subscription in subscriptions.values() for topic in subscription}
        partitions = {topic: frozenset(cluster.partitions_for_topic(topic) or ()) for topic in topics}
        return {
            member: ConsumerProtocolMemberAssignment(cls.version, sorted(share.items()), b"")
            for member, share in shared_out(partitions, subscriptions).items()
        }

    @classmethod
    def metadata(cls, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        """Say what this member subscribes to."""
        return ConsumerProtocolMemberMetadata(cls.version, sorted(topics), b"")

    @classmethod
    def on_assignment(cls, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Keep nothing of an assignment."""
