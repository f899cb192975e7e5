"""The least that a consumer in Python does: aiokafka's own loop over all partitions, every record's JSON decoded."""

import asyncio

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.peers.contest import Contest, Meter


async def main() -> None:
    """Read everything."""
    contest = Contest.told()
    meter = Meter(contest)
    decoder = msgspec.json.Decoder()
    consumer = AIOKafkaConsumer(bootstrap_servers=contest.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for topic in contest.topics for number in range(contest.partitions)])
    # Its clock runs before it fetches: of what it is given first, most was fetched already.
    meter.take(0)
    while not meter.is_over:
        found = await consumer.getmany(timeout_ms=100)
        for records in found.values():
            for record in records:
                decoder.decode(record.value)
            meter.take(len(records))
    await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main())
