"""What came in, counted apart from what became of it."""

from dataclasses import replace
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from schemas.replay import ReplayHeaders
from streams.monitoring.conservation import ConservationMetrics
from streams.partition.records import Ticked
from tests.builders.records import NOW, Record, page_view, tick

REPLAY = ReplayHeaders(
    appended_at_ms=NOW, count=1, first_failed_at=datetime(2026, 11, 22, tzinfo=UTC), letter_partition=0, letter_offset=7
)


def test_records_are_counted_by_topic_and_replays_apart() -> None:
    """Whatever became of them; headers that cannot be are counted as what they are."""
    registry = CollectorRegistry()
    metrics = ConservationMetrics(registry)
    replayed = replace(page_view(), headers=REPLAY.to_headers())
    lying = replace(page_view(), headers=REPLAY.to_headers()[:2])
    tracked = replace(page_view(), headers=(("traceparent", b"00-ab"),))

    records: list[Record] = [page_view(), replayed, lying, tracked, tick()]
    metrics.observe([Ticked(record, NOW) for record in records])

    assert registry.get_sample_value("leadstream_records_received_total", {"topic": "page-views"}) == 4
    assert registry.get_sample_value("leadstream_records_received_total", {"topic": "ticks"}) == 1
    assert registry.get_sample_value("leadstream_replays_received_total") == 1
    assert registry.get_sample_value("leadstream_replay_headers_refused_total") == 1
    assert registry.get_sample_value("leadstream_dead_letters_shortened_total") == 0
