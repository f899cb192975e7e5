"""What a simulation promises breaks visibly: bugs put in on purpose, each noticed by the tests of the promise."""

import pytest

from streams.history import topics
from streams.history.course import Course
from streams.partition.merging import Merge
from streams.simulating.feedback import Feedback
from tests.unit.streams.history import test_topics as playing
from tests.unit.streams.simulating import test_feedback as foreseeing


def test_topics_one_after_the_other_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the history takes whatever is at hand, and waits for no topic."""
    monkeypatch.setattr(Merge, "_is_order_known", lambda *_: True)
    with pytest.raises(AssertionError):
        playing.test_topics_come_to_what_the_oracle_works_out(50)


def test_forwarded_records_that_are_missing_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the topic of forwarded records is left out, as that of ticks is."""
    monkeypatch.setattr(topics, "TICKS", topics.REPARTITION)
    with pytest.raises((AssertionError, KeyError)):
        playing.test_topics_come_to_what_the_oracle_works_out(50)


def test_wake_ups_that_are_forgotten_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: at the end time does not pass."""
    monkeypatch.setattr(Course, "wake_through", lambda _course, _instant: None)
    with pytest.raises(AssertionError):
        playing.test_topics_come_to_what_the_oracle_works_out(50)


def test_a_leak_from_outcomes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what came of a lead after its outcome counts as foreseen."""

    def leaking(feedback: Feedback, change: object) -> None:
        rank = feedback._ladders["product"].index(change.change.to_stage)  # type: ignore[attr-defined]
        path = feedback._paths.setdefault((change.lead_id, "product"), [])  # type: ignore[attr-defined]
        path.append((change.change.changed_at, rank))  # type: ignore[attr-defined]

    monkeypatch.setattr(Feedback, "changed", leaking)
    with pytest.raises(AssertionError):
        foreseeing.test_what_comes_at_or_after_the_outcome_does_not_count(1)
