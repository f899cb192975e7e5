"""P2: what decay alone causes is published without any traffic, soon, and dated when it became true."""

from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import first_of_each, require_all_as_recomputed, told_changes
from tests.line.installation import Installation, now_ms

PUBLISHED_SECONDS_MAX = 5.0
"""The promise is 1 s, and held by a benchmark; this bound only has to fail when nobody looks at the time at all."""
FADED_SECONDS_MAX = 60.0


async def test_leads_fade_in_silence(install_on_kafka: Install) -> None:
    """When nothing happens any more every lead falls, rung by rung, at its own instants: none missed, none made up."""
    line = install_on_kafka()
    await line.create_topics()
    worker = line.started()
    await line.joined(worker)
    at = now_ms()
    await line.produce(crowd(10, leads=50, activities=350, from_at=at - 500, to_at=at))
    await line.handled(line.ends.total())
    silent_since = max(record.timestamp for record in await line.handled_input())
    await line.settled(FADED_SECONDS_MAX, through=silent_since + 24_000)
    await worker.terminate()

    expected, told = await require_all_as_recomputed(line, line.scorecard)
    in_silence = [one for one in first_of_each(told) if one.move.at > silent_since]
    assert len(in_silence) > 40
    assert all(one.move.cause is None for one in in_silence)
    lateness = sorted(await published_after_seconds(line, silent_since))
    assert lateness[0] >= 0, "published before it was true"
    assert lateness[-1] < PUBLISHED_SECONDS_MAX
    # Who fits well stays a lead; nobody stays above that.
    assert {life.standings["product"].stage for life in expected.lives.values()} == {"subscriber", "lead"}


async def published_after_seconds(line: Installation, since: int) -> list[float]:
    """Return how long after each change became true Kafka had it, for those of a stretch of silence."""
    return [
        (record.timestamp - told.move.at) / 1000
        for record in await line.read("stage-changes")
        for told in told_changes([record.value], topic_prefix=line.settings.topic_prefix)
        if told.move.at > since
    ]
