"""What a worker exports of its work."""

import re

from prometheus_client.parser import text_string_to_metric_families

from schemas.refusals import Reason
from scorer import Activity
from streams.monitoring.metrics import Metrics
from streams.partition.changes import Changes, Tally
from streams.partition.records import Taken, Ticked
from streams.publisher.door import PublishUnavailable
from streams.table.door import TableUnavailable
from streams.transport.door import HoleReason
from tests.builders.records import NOW, SECOND, page_view, tick

NOW_SECONDS = NOW / 1000


def metrics() -> Metrics:
    """Return the metrics of a worker whose clock stands at the tests' beginning."""
    return Metrics(lambda: NOW_SECONDS)


def figure(exported: Metrics, name: str, **labels: str) -> float | None:
    """Return one figure, None if it is not there."""
    return exported.registry.get_sample_value(name, labels)


def test_every_name_has_the_prefix_and_can_be_parsed() -> None:
    """Prometheus reads all of it, and a dashboard finds it under one prefix, or that of all processes."""
    families = list(text_string_to_metric_families(metrics().exposition().decode()))

    assert len(families) > 10
    assert all(family.name.startswith(("leadstream_", "process_")) for family in families)
    assert all(family.documentation.endswith(".") for family in families)


def test_what_can_go_wrong_is_zero_before_it_does() -> None:
    """An alert on an increase sees the first one: closed sets of labels are there from the start."""
    exported = metrics()

    for reason in Reason:
        assert figure(exported, "leadstream_dead_letters_total", reason=reason.value) == 0
    for hole in HoleReason:
        assert figure(exported, "leadstream_missing_inputs_total", reason=hole.value) == 0
    for server in ("redis", "kafka"):
        assert figure(exported, "leadstream_retries_total", server=server) == 0
    for name in ("fence_rejections", "table_rollbacks", "rereads", "journal_evictions", "wake_ups_failed"):
        assert figure(exported, f"leadstream_{name}_total") == 0


def test_a_batch_is_dated_by_when_its_effects_were_out() -> None:
    """Freshness is from the append to the publication; progress is the worker's own time."""
    exported = metrics()
    batch = [Ticked(tick(at=at), at) for at in (NOW - 2_000, NOW - 500, NOW + 250)]

    exported.observe_batch(batch, changed_at=[NOW - 40])

    assert figure(exported, "leadstream_stage_change_seconds_bucket", le="0.05") == 1
    assert figure(exported, "leadstream_freshness_seconds_count") == 3
    assert figure(exported, "leadstream_freshness_seconds_sum") == 2.5
    assert figure(exported, "leadstream_batch_records_sum") == 3
    assert figure(exported, "leadstream_last_progress_timestamp_seconds") == NOW_SECONDS


def test_an_activity_is_as_old_as_its_producer_says() -> None:
    """Occurred, not appended; what is no activity has no age, and a clock that is ahead makes none negative."""
    exported = metrics()
    ages = (90 * SECOND, -5 * SECOND)
    taken = [Taken(page_view(), NOW, "lead-ada", Activity(1, "web", "page_view", NOW - age, {})) for age in ages]

    exported.observe_batch([*taken, Ticked(tick(), NOW)])

    assert figure(exported, "leadstream_activity_age_seconds_count") == 2
    assert figure(exported, "leadstream_activity_age_seconds_sum") == 90


def test_what_is_known_beforehand_begins_at_zero() -> None:
    """By topic, and by score and stage: the first of each is seen as an increase."""
    exported = metrics()

    exported.expect(inputs=["page-views"], outputs=["stage-changes"], stages=[("default", "mql")])

    assert figure(exported, "leadstream_records_received_total", topic="page-views") == 0
    assert figure(exported, "leadstream_replayed_outputs_total", topic="stage-changes") == 0
    assert figure(exported, "leadstream_stage_changes_total", score="default", stage="mql") == 0


def test_no_series_tells_when_it_began() -> None:
    """Nobody asks, and it would be nearly half of all series."""
    assert "_created" not in metrics().exposition().decode()


def test_a_fold_is_counted_by_what_became_of_it() -> None:
    """By topic and outcome; what was refused also by reason."""
    tally = Tally(
        outcomes={("page-views", "applied"): 5, ("page-views", "repeat"): 2, ("form-fills", "too_late"): 3},
        wake_up_lateness_ms=[0, 40],
        stage_changes={("default", "mql"): 4},
        evicted_count=6,
        failed_wake_ups=1,
    )
    exported = metrics()

    exported.observe_changes(Changes(tally=tally))

    activities = "leadstream_activities_total"
    assert figure(exported, activities, topic="page-views", outcome="applied") == 5
    assert figure(exported, activities, topic="page-views", outcome="repeat") == 2
    assert figure(exported, activities, topic="form-fills", outcome="too_late") == 3
    assert figure(exported, "leadstream_dead_letters_total", reason="too_late") == 3
    assert figure(exported, "leadstream_stage_changes_total", score="default", stage="mql") == 4
    assert figure(exported, "leadstream_wake_ups_total") == 2
    assert figure(exported, "leadstream_wake_up_lateness_seconds_sum") == 0.04
    assert figure(exported, "leadstream_journal_evictions_total") == 6
    assert figure(exported, "leadstream_wake_ups_failed_total") == 1


def test_retries_are_told_apart_by_server() -> None:
    """So that an alert names the one that is away."""
    exported = metrics()
    for error in (TableUnavailable(), TableUnavailable(), PublishUnavailable()):
        exported.observe_retry(error)

    assert figure(exported, "leadstream_retries_total", server="redis") == 2
    assert figure(exported, "leadstream_retries_total", server="kafka") == 1


def test_no_label_holds_a_lead() -> None:
    """Labels are topics, outcomes, reasons, scores and stages: closed sets, and no personal data."""
    exported = metrics()
    view = page_view(lead="lead-canary")
    exported.observe_batch([Ticked(view, view.timestamp)])
    exported.observe_changes(Changes(tally=Tally(outcomes={(view.topic, "applied"): 1})))

    text = exported.exposition().decode()
    assert "canary" not in text
    assert set(re.findall(r"[{,](\w+)=", text)) <= {"topic", "outcome", "reason", "score", "stage", "server", "le"}


def test_two_workers_in_one_process_do_not_meet() -> None:
    """Each has a registry of its own."""
    one, other = metrics(), metrics()
    one.rereads.inc()

    assert figure(other, "leadstream_rereads_total") == 0
