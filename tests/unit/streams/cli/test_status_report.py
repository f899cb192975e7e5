"""How far a partition is, by its table and by Kafka."""

from dataclasses import replace

import pytest

from schemas.topics import INPUT_TOPICS
from streams.cli.status_report import State, pace_of, status_of
from streams.kafka.ends import End, Place
from streams.table.course import Course, Errand
from streams.table.door import PartitionFacts

NOW = 1_700_000_000_000
FACTS = PartitionFacts(
    partition=2,
    epoch=3,
    owner_token="owner-a",  # noqa: S106 - a token that everybody may see
    clock=NOW,
    watermarks={"blue.page-views": 99, "blue.email-opens": 9},
    scorecard="card-1",
    outbox_count=0,
    lead_count=7,
    next_due_at=None,
    is_recovering=False,
)


def ends(**ended: End) -> dict[Place, End]:
    """Return where the inputs end: nowhere, but for those given."""
    return {(topic, 2): ended.get(topic.replace("-", "_"), End(0, 0, None)) for topic in INPUT_TOPICS}


def test_what_kafka_has_no_more_of_is_current() -> None:
    """The table holds all: no lag in records, none in seconds."""
    one = status_of(FACTS, ends(page_views=End(0, 100, NOW), email_opens=End(0, 10, NOW)), "blue.")

    assert (one.state, one.lag_records, one.lag_seconds, one.handled_share) == (State.CURRENT, 0, 0.0, 1.0)
    assert one.ready_in_seconds is None


def test_lag_is_told_in_records_in_stream_time_and_in_time_to_go() -> None:
    """150 more views, the last of them a minute after the clock, at 50 a second."""
    one = status_of(FACTS, ends(page_views=End(0, 250, NOW + 60_000), email_opens=End(0, 10, NOW)), "blue.", pace=50.0)

    assert (one.state, one.lag_records, one.lag_seconds, one.ready_in_seconds) == (State.BEHIND, 150, 60.0, 3.0)
    assert one.handled_share == pytest.approx(110 / 260)


def test_records_that_retention_took_are_neither_lag_nor_left() -> None:
    """A table that knows nothing begins where Kafka begins."""
    empty = replace(FACTS, watermarks={}, clock=0, is_recovering=True)
    one = status_of(empty, ends(page_views=End(1_000, 1_100, NOW)), "blue.")

    assert (one.state, one.lag_records, one.handled_share) == (State.REBUILDING, 100, 0.0)
    assert one.lag_seconds is None


def test_ticks_are_no_work() -> None:
    """A tick that is not handled yet is no record of anybody's."""
    one = status_of(FACTS, ends(page_views=End(0, 100, NOW), ticks=End(0, 40, NOW + 5_000)), "blue.")

    assert (one.state, one.lag_records) == (State.CURRENT, 0)


def test_a_partition_that_nobody_ever_had_says_so() -> None:
    """Before the first worker."""
    nobody = replace(FACTS, epoch=0, owner_token="", watermarks={}, clock=0)

    assert status_of(nobody, ends(), "blue.").state is State.UNCLAIMED


def test_the_pace_is_what_moved_between_two_looks() -> None:
    """A table that went back has none."""
    later = replace(FACTS, watermarks={"blue.page-views": 149, "blue.email-opens": 59})

    assert pace_of(FACTS, later, 2.0, "blue.") == 50.0
    assert pace_of(later, FACTS, 2.0, "blue.") == 0.0


def test_a_rebuild_tells_its_own_share() -> None:
    """Not that of all that Kafka has: what was there before the rebuild began is no work of it."""
    rebuilt = replace(FACTS, is_recovering=True, course=Course(Errand.REPLAY, 80, 90, 120))
    one = status_of(rebuilt, ends(page_views=End(0, 250, NOW), email_opens=End(0, 10, NOW)), "blue.")

    assert (one.state, one.done_share) == (State.REBUILDING, 0.25)


def test_a_re_score_tells_how_long_it_takes_in_leads() -> None:
    """No record waits, and 600 of 1,000 leads are left at 200 a second."""
    before, after = (replace(FACTS, course=Course(Errand.SWEEP, 0, at, 1_000)) for at in (200, 400))
    pace = pace_of(before, after, 1.0, "blue.")
    one = status_of(after, ends(page_views=End(0, 100, NOW), email_opens=End(0, 10, NOW)), "blue.", pace)

    assert (one.state, one.done_share, one.ready_in_seconds) == (State.RESCORING, 0.4, 3.0)
