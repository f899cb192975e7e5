"""Which scorecard judges: the one in force at the clock, and which leads a broken sweep had done."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from streams.lead.lead import Lead
from streams.partition.judging import InForce, Judging, OneScorecard
from tests.builders.folding import outputs, rules
from tests.builders.records import NOW
from tests.builders.scorecard_book import Book
from tests.builders.scorecards import tiny_scorecard

FIRST, SECOND, THIRD = (tiny_scorecard(f"tiny-{number}") for number in (1, 2, 3))


def judging(clock: int, *activations: tuple[int, str]) -> Judging:
    """Return what judges a partition at a clock."""
    book = Book(FIRST, [(at, tiny_scorecard(version)) for at, version in activations])
    return Judging(book, rules(FIRST), partial(outputs, partition=0), clock)


def test_rules_and_outputs_follow_the_clock() -> None:
    """What is in force at an instant judges from that instant on, and its version is told."""
    judged = judging(NOW - 1, (NOW, "tiny-2"))
    assert (judged.rules.scorecard.version, judged.in_force.since) == ("tiny-1", None)

    judged.reach(NOW)

    assert (judged.rules.scorecard.version, judged.in_force.since) == ("tiny-2", NOW)


def test_the_next_instant_is_the_earlier_of_leads_and_scorecards() -> None:
    """The partition is woken for whichever comes first."""
    judged = judging(NOW, (NOW + 100, "tiny-2"))

    assert judged.next_due_at(NOW, None) == NOW + 100
    assert judged.next_due_at(NOW, NOW + 50) == NOW + 50
    assert judged.next_due_at(NOW, NOW + 150) == NOW + 100
    assert judged.next_due_at(NOW + 100, None) is None


@pytest.mark.parametrize(
    ("judged_by", "judged_at", "is_done"),
    [("tiny-2", NOW, True), ("tiny-1", NOW, False), ("tiny-2", NOW - 1, False)],
)
def test_a_lead_that_was_judged_anew_is_known(judged_by: str, judged_at: int, is_done: bool) -> None:
    """By the version that is in force, at its activation."""
    state = replace(Lead().state, judged_by=judged_by, judged_at=judged_at)

    assert judging(NOW, (NOW, "tiny-2")).is_done(replace(Lead(), state=state), NOW) == is_done


def test_the_same_version_once_more_leaves_a_trace_and_a_file_does_not() -> None:
    """As at the end of an import. Of a file no instant is known: every lead is judged again."""
    lead = replace(Lead(), state=replace(Lead().state, judged_by="tiny-1", judged_at=NOW))

    assert judging(NOW, (NOW, "tiny-1")).is_done(lead, NOW)
    assert not judging(NOW).is_done(lead, NOW)


def test_the_past_of_what_only_a_challenger_counted_is_asked_for() -> None:
    """It was counted from the challenge on, and its past is more than that; a challenge itself asks for no past."""
    signal = replace(FIRST.signals["form_sent"], name="form_sent@1h")
    union = replace(FIRST, signals={**FIRST.signals, signal.name: signal})
    in_force = {
        NOW: InForce(union, "challenged", NOW, challenger=SECOND, alone=FIRST),
        NOW + 1: InForce(replace(union, version="tiny-2"), "promoted", NOW + 1, is_backfilled=True),
    }
    book = SimpleNamespace(in_force=lambda at: in_force[min(max(at, NOW), NOW + 1)], next_after=lambda _at: None)
    judged = Judging(book, rules(FIRST), partial(outputs, partition=0), NOW)  # type: ignore[arg-type]  # as far as it is asked

    assert judged.uncounted(NOW)[2] == frozenset()
    assert judged.uncounted(NOW + 1)[2] == frozenset({signal.name})


def test_one_scorecard_is_in_force_for_ever() -> None:
    """Nothing comes after it, and nothing more is to be known."""
    book = OneScorecard(InForce(THIRD, "fingerprint"))

    assert book.in_force(NOW).scorecard is THIRD
    assert book.next_after(NOW) is None
    assert book.is_read(0.0)
