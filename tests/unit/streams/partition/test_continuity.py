"""Whether the first run after a claim goes on where the table ends."""

from streams.partition.continuity import Continuity
from streams.transport.door import EARLIEST
from tests.builders.records import FORM_FILLS, PAGE_VIEWS


def test_a_run_that_goes_on_where_the_table_ends_is_taken() -> None:
    """The ordinary case costs nothing."""
    assert Continuity({PAGE_VIEWS: 100}).is_next(PAGE_VIEWS, 100)


def test_a_run_that_was_delivered_before_is_taken() -> None:
    """The watermark tells which of its records are known."""
    assert Continuity({PAGE_VIEWS: 100}).is_next(PAGE_VIEWS, 42)


def test_a_run_that_jumps_ahead_is_refused_and_read_again() -> None:
    """It was perhaps fetched before the seek; taken, it would hide what lies between for ever."""
    continuity = Continuity({PAGE_VIEWS: 100})

    assert not continuity.is_next(PAGE_VIEWS, 190)
    assert continuity.resume_at(PAGE_VIEWS) == 100
    assert continuity.is_next(PAGE_VIEWS, 100)


def test_a_hole_is_real_if_reading_again_finds_it_again() -> None:
    """Transaction markers and compaction leave offsets that no record has."""
    continuity = Continuity({PAGE_VIEWS: 100})
    assert not continuity.is_next(PAGE_VIEWS, 103)

    assert continuity.is_next(PAGE_VIEWS, 103)


def test_each_of_several_old_runs_is_refused() -> None:
    """What was under way before the seek never comes twice with one offset, so none of it gets through."""
    continuity = Continuity({PAGE_VIEWS: 100})

    assert not continuity.is_next(PAGE_VIEWS, 190)
    assert not continuity.is_next(PAGE_VIEWS, 195)
    assert continuity.is_next(PAGE_VIEWS, 100)


def test_after_its_first_run_a_topic_may_have_holes() -> None:
    """From there on runs come in order; every transaction leaves a marker, and each would cost a seek."""
    continuity = Continuity({PAGE_VIEWS: 100})
    continuity.is_next(PAGE_VIEWS, 100)

    assert continuity.is_next(PAGE_VIEWS, 250)


def test_topics_are_judged_apart() -> None:
    """One that is right says nothing of another."""
    continuity = Continuity({PAGE_VIEWS: 100, FORM_FILLS: 7})

    assert continuity.is_next(PAGE_VIEWS, 100)
    assert not continuity.is_next(FORM_FILLS, 8)


def test_a_table_that_knows_nothing_is_read_from_the_earliest() -> None:
    """Offset 0 is nothing's successor; a later start is looked at twice, for the tables may just have been wiped."""
    continuity = Continuity({PAGE_VIEWS: EARLIEST, FORM_FILLS: EARLIEST})

    assert continuity.is_next(PAGE_VIEWS, 0)
    assert not continuity.is_next(FORM_FILLS, 500)
    assert continuity.resume_at(FORM_FILLS) == EARLIEST
    assert continuity.is_next(FORM_FILLS, 500)


def test_a_hole_that_was_reported_is_no_jump() -> None:
    """Records that Kafka no longer has are said to be missing; reading goes on behind them."""
    continuity = Continuity({PAGE_VIEWS: 100})
    continuity.skip(PAGE_VIEWS, 160)

    assert not continuity.is_next(PAGE_VIEWS, 161)
    assert continuity.resume_at(PAGE_VIEWS) == 160
    assert continuity.is_next(PAGE_VIEWS, 160)


def test_a_hole_after_the_first_run_changes_nothing() -> None:
    """Nothing is awaited any more."""
    continuity = Continuity({PAGE_VIEWS: 100})
    continuity.is_next(PAGE_VIEWS, 100)
    continuity.skip(PAGE_VIEWS, 160)

    assert continuity.resume_at(PAGE_VIEWS) == 100
