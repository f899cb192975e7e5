"""What is exported of scorecards and of the re-scores that they ask for."""

from streams.monitoring.metrics import Metrics
from tests.builders.records import NOW


def figure(exported: Metrics, name: str, **labels: str) -> float | None:
    """Return one figure, None if it is not there."""
    return exported.registry.get_sample_value(name, labels)


def test_a_re_score_tells_how_far_it_is() -> None:
    """Per partition: leads done, and leads there are."""
    exported = Metrics(lambda: 0.0)

    exported.sweeps.observe(3, done=500, total=1_200)

    assert figure(exported, "leadstream_sweep_leads_done", partition="3") == 500
    assert figure(exported, "leadstream_sweep_leads", partition="3") == 1_200


def test_refusals_are_zero_before_they_come() -> None:
    """An alert on an increase sees the first one."""
    exported = Metrics(lambda: 0.0)
    exported.sweeps.expect_refusals(["unreadable", "version_taken"])

    exported.sweeps.observe_refusal("version_taken")

    assert figure(exported, "leadstream_scorecards_refused_total", reason="unreadable") == 0
    assert figure(exported, "leadstream_scorecards_refused_total", reason="version_taken") == 1


def test_the_last_activation_is_dated_in_seconds() -> None:
    """As every instant that Prometheus gets."""
    exported = Metrics(lambda: 0.0)
    assert figure(exported, "leadstream_scorecard_next_activation_timestamp_seconds") == 0

    exported.sweeps.observe_activation(NOW)

    assert figure(exported, "leadstream_scorecard_next_activation_timestamp_seconds") == NOW / 1000
