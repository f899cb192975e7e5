"""Producers choose how their batches are compressed: with each of Kafka's codecs all counts, once."""

from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import require_all_as_recomputed
from tests.line.installation import now_ms

CODECS = (None, "gzip", "snappy", "lz4", "zstd")


async def test_batches_of_each_codec_are_read(install: Install) -> None:
    """Stages are as recomputed, and nothing is refused, whatever the batches were compressed with."""
    line = install()
    await line.create_topics()
    at = now_ms()
    for seed, codec in enumerate(CODECS, start=60):
        await line.produce(crowd(seed, leads=20, activities=100, from_at=at - 20_000, to_at=at), codec)

    worker = line.started()
    await line.settled()
    await worker.terminate()

    expected, _ = await require_all_as_recomputed(line, line.scorecard)
    assert not expected.refused
