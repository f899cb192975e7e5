"""SIGTERM: the batch in hand is finished, and whoever comes next does nothing twice."""

from collections import Counter

from schemas.topics import OUTPUT_TOPICS
from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import outcomes_by_catalogue, require_all_as_recomputed
from tests.line.installation import Installation, now_ms
from tests.line.topics import Produced
from tests.oracles.line import EXPECTED_REASON
from tests.servers.fixtures import ONCE_ON_KAFKA

STOP_SECONDS_MAX = 10.0


def with_bad_ones(records: list[Produced]) -> list[Produced]:
    """Return records with one that is no JSON after every tenth: its dead letter must not come twice."""
    header = ((EXPECTED_REASON, b"undecodable"),)
    return [
        one
        for place, record in enumerate(records)
        for one in (
            (record,) if place % 10 else (record, Produced("page-views", record.key, b"{", record.stamp, header))
        )
    ]


async def repeated_outputs(line: Installation) -> Counter[tuple[str, bytes]]:
    """Return what stands on an output topic more than once, by topic and id."""
    seen: Counter[tuple[str, bytes]] = Counter()
    for record in await line.read(*OUTPUT_TOPICS):
        headers = dict(record.headers)
        place = b"/".join(headers.get(f"dead_letter_source_{part}", b"") for part in ("topic", "partition", "offset"))
        seen[record.topic, headers.get("ce_id", place)] += 1
    assert {topic for topic, _ in seen} == {*OUTPUT_TOPICS} - {"challenger-stage-changes"}, "nobody challenges"
    return Counter({key: count for key, count in seen.items() if count > 1})


@ONCE_ON_KAFKA
async def test_a_stop_and_a_start_repeat_nothing(install: Install) -> None:
    """Stopped in mid-stream within 10 s, the worker leaves no batch half done: its successor repeats no output."""
    line = install(batch_records_max=20)
    await line.create_topics()
    began_at = now_ms()
    await line.produce(with_bad_ones(crowd(8, leads=40, activities=900, from_at=began_at - 30_000, to_at=began_at)))
    first = line.started()
    await line.handled(100)
    seconds = await first.terminate()
    left_at = await line.handled_count()
    assert seconds < STOP_SECONDS_MAX

    second = line.started()
    await line.joined(second)
    await line.produce_views(80, 50)
    await line.settled()
    outcomes = outcomes_by_catalogue(second.outcomes(), line.settings.topic_prefix)
    seconds = await second.terminate()

    assert seconds < STOP_SECONDS_MAX
    assert 100 <= left_at < line.ends.total()
    assert sum(count for (topic, _), count in outcomes.items() if topic != "ticks") == line.ends.total() - left_at
    assert await repeated_outputs(line) == {}
    await require_all_as_recomputed(line, line.scorecard)
