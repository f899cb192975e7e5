"""What a worker says of itself is read right."""

from streams.monitoring.metrics import Metrics
from streams.sandbox.process import free_port
from streams.sandbox.worker_probe import handled_in, handled_records, is_ready


def test_records_are_summed_over_topics_and_outcomes() -> None:
    """Every record counts once, whatever became of it; ticks are none."""
    metrics = Metrics(lambda: 0.0)
    for topic, outcome, count in (
        ("page-views", "applied", 41),
        ("page-views", "schema", 1),
        ("lead-profiles", "applied", 7),
        ("ticks", "ticked", 100),
    ):
        metrics.activities.labels(topic, outcome).inc(count)

    assert handled_in(metrics.exposition().decode()) == 49


def test_nothing_handled_is_none() -> None:
    """A worker that has just begun has handled nothing."""
    assert handled_in(Metrics(lambda: 0.0).exposition().decode()) == 0


def test_nobody_there_is_not_ready() -> None:
    """Where nothing listens there is neither readiness nor a count."""
    port = free_port()

    assert is_ready(port) is False
    assert handled_records(port) is None
