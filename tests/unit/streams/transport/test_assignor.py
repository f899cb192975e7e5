"""Partition numbers go to one member each, with all topics that the member knows."""

from collections import Counter
from dataclasses import dataclass

from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from hypothesis import given
from hypothesis import strategies as st

from streams.transport.assignor import PartitionNumberAssignor, shared_out

TOPICS = ("email-opens", "form-fills", "page-views")


@given(members=st.integers(1, 9), partitions=st.integers(1, 24))
def test_no_partition_number_is_split(members: int, partitions: int) -> None:
    """Every topic's partition p has the same reader, every partition has one, and shares differ by one at most."""
    subscriptions = {f"worker-{index}": TOPICS for index in range(members)}
    shares = shared_out({topic: range(partitions) for topic in TOPICS}, subscriptions)
    readers = {
        (topic, number): member
        for member, share in shares.items()
        for topic, found in share.items()
        for number in found
    }
    assert set(readers) == {(topic, number) for topic in TOPICS for number in range(partitions)}
    assert all(len({readers[topic, number] for topic in TOPICS}) == 1 for number in range(partitions))
    counts = Counter({member: len(share.get("page-views", ())) for member, share in shares.items()})
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_topic_that_a_reader_does_not_know_waits() -> None:
    """In a rolling upgrade a new topic's partition is left unread rather than given to another worker."""
    shares = shared_out(
        {"page-views": [0, 1], "social-interactions": [0, 1]},
        {"worker-new": ["page-views", "social-interactions"], "worker-old": ["page-views"]},
    )
    assert shares == {
        "worker-new": {"page-views": [0], "social-interactions": [0]},
        "worker-old": {"page-views": [1]},
    }


def test_a_member_without_topics_gets_nothing() -> None:
    """A client that has not subscribed yet does not take a share."""
    shares = shared_out({"page-views": [0]}, {"worker-early": [], "worker-ready": ["page-views"]})
    assert shares == {"worker-early": {}, "worker-ready": {"page-views": [0]}}


@dataclass
class FakeCluster:
    """What aiokafka tells of the topics."""

    partitions: dict[str, set[int]]

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """Return a topic's partitions, None if it does not exist."""
        return self.partitions.get(topic)


def test_it_speaks_the_group_protocol() -> None:
    """Members' metadata in, assignments out that survive the wire; a topic that does not exist harms nothing."""
    members = {
        member: PartitionNumberAssignor.metadata(["page-views", "not-there"]) for member in ("worker-a", "worker-b")
    }
    assignments = PartitionNumberAssignor.assign(FakeCluster({"page-views": {0, 1, 2}}), members)
    decoded = {
        member: ConsumerProtocolMemberAssignment.decode(assignment.encode()).assignment
        for member, assignment in assignments.items()
    }
    assert decoded == {"worker-a": [("page-views", [0, 2])], "worker-b": [("page-views", [1])]}
