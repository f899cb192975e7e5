"""P8: a replay of all topics into empty tables decides what the live run decided, down to ids and instants."""

from collections import Counter
from collections.abc import Set as AbstractSet
from itertools import chain

from aiokafka.admin import AIOKafkaAdminClient

from schemas.topics import OUTPUT_TOPICS
from streams.kafka.topic_admin import create_topics
from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import Told, first_of_each, require_all_as_recomputed, told_changes
from tests.line.installation import Installation, now_ms

PARTITIONS = range(4)


async def told_by_partition(line: Installation) -> dict[int, list[Told]]:
    """Return the stage changes on each partition, repeats too, as they stand there."""
    records = await line.read("stage-changes")
    return {
        number: told_changes(
            (record.value for record in records if record.partition == number), topic_prefix=line.settings.topic_prefix
        )
        for number in PARTITIONS
    }


async def has_both_sorts(line: Installation) -> bool:
    """Tell whether some leads have changed by a record, and some by time alone."""
    changes = (await told_by_partition(line)).values()
    causes = Counter(told.move.cause is None for told in chain.from_iterable(changes))
    return min(causes[False], causes[True]) > 3


async def _are_gone(admin: AIOKafkaAdminClient, topics: AbstractSet[str]) -> bool:
    return topics.isdisjoint(await admin.list_topics())


async def forget_outputs(line: Installation) -> None:
    """Make the outputs anew, empty: what is on them a replay would not tell again."""
    topics = {line.settings.topic_prefix + name for name in (*OUTPUT_TOPICS, "positions")}
    admin = AIOKafkaAdminClient(bootstrap_servers=line.settings.kafka_bootstrap)
    await admin.start()
    try:
        await admin.delete_topics(sorted(topics))
        await line.until(lambda: _are_gone(admin, topics), 30, "the outputs to go")
    finally:
        await admin.close()
    await create_topics(line.settings)


async def test_a_replay_decides_the_same(install_on_kafka: Install) -> None:
    """A new group with empty Redis reads everything again: same stage changes, same ids, same instants, same scores."""
    line = install_on_kafka()
    await line.create_topics()
    began_at = now_ms()
    await line.produce(crowd(3, leads=40, activities=500, from_at=began_at - 20_000, to_at=began_at))
    live_worker = line.started()
    await line.joined(live_worker)
    for seed in range(30, 40):
        await line.produce_views(seed, 25)
        await line.handled(line.ends.total())
    await line.until(lambda: has_both_sorts(line), 60, "changes by records and by time alone")
    await line.settled()
    await live_worker.terminate()
    expected, _ = await require_all_as_recomputed(line, line.scorecard)
    live = await told_by_partition(line)
    await forget_outputs(line)

    again = line.changed(redis_prefix=f"{line.settings.redis_prefix}-again", group=f"{line.settings.group}-again")
    second_worker = again.started()
    await again.settled()
    await second_worker.terminate()
    replay = await told_by_partition(line)

    for number in PARTITIONS:
        # The replay has gone on for longer, so time alone has done more since.
        within = [told for told in replay[number] if told.move.at <= expected.clocks[number]]
        assert sorted(within, key=lambda told: told.id) == sorted(first_of_each(live[number]), key=lambda told: told.id)
