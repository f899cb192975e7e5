"""Workers that come and go: nothing lost, nothing handled twice, a partition number never split."""

import asyncio
import signal
from pathlib import Path

from streams.transport.door import TopicPartition
from tests.integration.transport.fleet import Fleet
from tests.integration.transport.recording import committed, create_topics, producing, until
from tests.servers.fixtures import ONCE_ON_KAFKA, Broker

PARTITIONS = 6


async def keep_producing(bootstrap: str, tps: list[TopicPartition], count: int, seconds: float) -> None:
    """Append ``count`` records to each partition, spread over some seconds."""
    async with producing(bootstrap, linger_ms=2) as producer:
        for _ in range(count):
            await asyncio.gather(*[await producer.send(tp.topic, b"{}", partition=tp.partition) for tp in tps])
            await asyncio.sleep(seconds / count)


def is_whole(assignment: frozenset[TopicPartition], topics: list[str]) -> bool:
    """Whether a worker has all topics of each partition number that it has."""
    numbers = {tp.partition for tp in assignment}
    return assignment == {TopicPartition(topic, number) for topic in topics for number in numbers}


async def test_nothing_is_lost_or_handled_twice_over_rebalances(
    apache_kafka: Broker, topic_prefix: str, tmp_path: Path
) -> None:
    """Rules 2, 5 and 7: two joins, a SIGTERM and their rebalances in mid-stream; at the end committed = end."""
    topics = [f"{topic_prefix}page-views", f"{topic_prefix}email-opens", f"{topic_prefix}form-fills"]
    tps = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
    group, count = f"{topic_prefix}group", 500
    await create_topics(apache_kafka.bootstrap, topics, PARTITIONS)
    with Fleet(apache_kafka.bootstrap, group, topics, tmp_path) as fleet:
        workers = [fleet.start()]
        producing_all = asyncio.create_task(keep_producing(apache_kafka.bootstrap, tps, count, 9))
        await until(lambda: len(fleet.done()) > 1000, "the first worker's work")
        for index in (1, 2):
            workers.append(fleet.start())
            await until(lambda index=index: bool(fleet.assignment(index)), f"worker {index} in the group")  # type: ignore[misc]
        assert await asyncio.to_thread(fleet.terminate, workers[0]) == 0, fleet.output()
        await producing_all
        await until(lambda: len(fleet.done()) == len(tps) * count, "all records handled")
        for worker in workers[1:]:
            assert await asyncio.to_thread(fleet.terminate, worker) == 0, fleet.output()
        assert set(fleet.done().values()) == {1}
        assert sum(note["kind"] == "assigned" for note in fleet.notes()) >= 5
    assert await committed(apache_kafka.bootstrap, group, tps) == dict.fromkeys(tps, count)


@ONCE_ON_KAFKA
async def test_a_partition_number_is_never_split(broker: Broker, topic_prefix: str, tmp_path: Path) -> None:
    """Four workers join, one is killed: each assignment gives a number's topics to one worker; none is left out."""
    topics = [f"{topic_prefix}page-views", f"{topic_prefix}email-opens", f"{topic_prefix}form-fills"]
    everything = {TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)}
    await create_topics(broker.bootstrap, topics, PARTITIONS)
    with Fleet(broker.bootstrap, f"{topic_prefix}group", topics, tmp_path) as fleet:
        workers = [fleet.start() for _ in range(4)]

        def has_all(count: int) -> bool:
            shares = [fleet.assignment(index) for index in range(4)]
            held = [share for share in shares if share]
            return len(held) == count and sum(map(len, held)) == len(everything) and set().union(*held) == everything

        await until(lambda: has_all(4), "four workers that share all", 40)
        # A killed worker leaves its last assignment in its log; what the others have is looked at alone.
        workers[3].send_signal(signal.SIGKILL)
        survivors = range(3)
        await until(
            lambda: set().union(*(fleet.assignment(index) for index in survivors)) == everything,
            "three workers that share all",
            40,
        )
        assignments = [note["tps"] for note in fleet.notes() if note["kind"] == "assigned"]
        assert len(assignments) >= 7
        assert all(is_whole(frozenset(TopicPartition(*tp) for tp in tps), topics) for tps in assignments)
