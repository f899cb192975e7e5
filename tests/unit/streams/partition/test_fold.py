"""One partition's leads, changed in stream order."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import streams.partition.fold
from schemas.contract import Contract, rfc3339
from schemas.dead_letter import DeadLetterHeaders
from schemas.forwarded import Stray
from schemas.lead_score import LeadScore
from schemas.refusals import Reason
from schemas.stage_change import StageChange
from scorer import Activity, JournalBounds, Outcome, Streak, advance, next_crossing
from streams.lead.lead import Lead
from streams.partition.outputs import Cause, Outputs
from streams.translation.translate import instant
from tests.builders.folding import (
    DEAD_LETTERS,
    LEAD_SCORES,
    SCORE_INTERVAL,
    STAGE_CHANGES,
    Partition,
    kept,
)
from tests.builders.records import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PAGE_VIEWS,
    REPARTITION,
    SECOND,
    Record,
    form_fill,
    page_view,
    profile,
    received,
    tick,
)
from tests.builders.scorecards import tiny_scorecard
from tests.strategies.stored_records import stored_records

FADED_AT = NOW + 2 * DAY + 1
"""When one view of the prices is worth less than 5 points, below which a lead is a subscriber again."""


def text(at: int) -> str:
    """Return an instant as the wire has it."""
    return rfc3339(instant(at))


def broken(*_: object, **__: object) -> Outcome:
    """Stand for a core with a fault, whose error repeats what it was given."""
    raise LookupError("no such thing: canary.ada@example.com")


def test_an_activity_changes_its_lead_and_is_told() -> None:
    """Twenty points make a lead: a stage change, its score, and when to look again."""
    partition = Partition().handle(page_view("/pricing"))

    assert partition.stage() == "lead"
    assert partition.moves() == [(None, "lead", text(NOW))]
    assert partition.said(LEAD_SCORES)[0]["scores"]["default"]["score"] == 20.0
    assert partition.due["lead-ada"] is not None
    assert NOW < partition.due["lead-ada"] <= FADED_AT
    assert partition.last.tally.outcomes == {(PAGE_VIEWS, "applied"): 1}
    assert partition.last.tally.stage_changes == {("default", "lead"): 1}


def test_what_time_causes_is_stamped_with_its_own_instant() -> None:
    """However late a tick comes, the change carries the computed millisecond."""
    partition = Partition().handle(page_view("/pricing")).handle(tick(at=NOW + 9 * DAY))

    assert partition.moves()[1:] == [("lead", "subscriber", text(FADED_AT))]
    assert partition.said(STAGE_CHANGES)[1]["cause"]["kind"] == "wake_up"
    assert partition.clock == NOW + 9 * DAY
    assert max(partition.last.tally.wake_up_lateness_ms) > 6 * DAY


def test_a_tick_does_nothing_but_advance_the_clock() -> None:
    """It is counted, and no lead knows of it."""
    partition = Partition().handle(tick(at=NOW))

    assert (partition.clock, partition.leads, partition.messages) == (NOW, {}, [])
    assert partition.last.tally.outcomes == {("ticks", "ticked"): 1}


def test_a_stray_record_counts_nowhere_but_with_its_owner() -> None:
    """It is sent on, and no lead of this partition knows of it."""
    partition = Partition(partition_of=lambda _: 1).handle(replace(page_view(), key=None), page_view(offset=1))

    assert partition.leads == {}
    assert [(message.topic, message.partition) for message in partition.messages] == [(REPARTITION, 1)] * 2
    assert partition.last.tally.outcomes == {(PAGE_VIEWS, "forwarded"): 2}
    assert partition.last.tally.strays == {(Stray.KEY_MISSING, True): 1, (Stray.WRONG_PARTITION, True): 1}


def test_a_wrong_key_in_the_right_place_counts() -> None:
    """The record is taken as if its key were right, and it is noted that it is not."""
    partition = Partition().handle(replace(page_view("/pricing"), key=b"lead-bob"))

    assert partition.stage("lead-ada") == "lead"
    assert partition.leads.keys() == {"lead-ada"}
    assert partition.last.tally.strays == {(Stray.KEY_MISMATCH, False): 1}


def test_a_forwarded_record_counts_once() -> None:
    """What was taken from its first place up to an offset is not taken again, whatever the journal has forgotten."""
    first = [page_view("/pricing", offset=offset, partition=1, id=f"view-{offset}") for offset in (4, 5, 9)]
    partition = Partition(journal_entries_max=1)

    partition.handle(received(first[0]), received(first[1], offset=1))
    partition.handle(*(received(one, offset=2 + place) for place, one in enumerate(first)))

    assert partition.last.tally.outcomes == {(REPARTITION, "forwarded_again"): 2, (REPARTITION, "applied"): 1}
    assert partition.last.forwarded == partition.forwarded == {"page-views/1": 9}
    assert sum(cell.count for cell in partition.lead().state.cells.values()) == 3


def test_each_first_place_is_counted_apart() -> None:
    """Another partition of the topic, or another topic, has offsets of its own."""
    places = [
        page_view(offset=7, partition=1),
        page_view(offset=7, partition=2),
        replace(form_fill(offset=0), partition=1),
    ]
    partition = Partition().handle(*(received(one, offset=place) for place, one in enumerate(places)))

    assert partition.last.tally.outcomes.get((REPARTITION, "forwarded_again")) is None
    assert partition.forwarded == {"page-views/1": 7, "page-views/2": 7, "form-fills/1": 0}


def test_a_forwarded_record_that_is_refused_is_refused_once() -> None:
    """Its dead letter is not written again when its sender repeats itself."""
    bad = replace(page_view(offset=4, partition=1), value=b"{}")
    partition = Partition().handle(received(bad), received(bad, offset=1))

    assert len([message for message in partition.messages if message.topic == DEAD_LETTERS]) == 1
    assert partition.last.tally.outcomes == {(REPARTITION, "schema"): 1, (REPARTITION, "forwarded_again"): 1}


def test_what_a_forwarded_record_causes_has_the_id_of_its_first_place() -> None:
    """However often it was forwarded, and wherever it stands on the topic between, the decision is the same one."""
    first = page_view("/pricing", offset=41, partition=1)
    one, other = (Partition().handle(received(first, offset=offset)) for offset in (0, 8))

    assert one.said(STAGE_CHANGES)[0]["id"] == other.said(STAGE_CHANGES)[0]["id"]
    assert one.said(STAGE_CHANGES)[0]["cause"] == {
        "kind": "activity",
        "topic": "page-views",
        "partition": 1,
        "offset": 41,
        "corrects": None,
        "note": None,
    }


def test_a_forwarded_record_is_judged_when_it_arrives() -> None:
    """Its change is dated by the time at which its owner could first see it; its count by when it happened."""
    partition = Partition().handle(received(page_view("/pricing", partition=1, at=NOW), at=NOW + HOUR))

    assert partition.moves() == [(None, "lead", text(NOW + HOUR))]
    assert partition.lead().state.journal[0].occurred_at == NOW


@pytest.mark.parametrize("late_ms", [0, 1, 3 * DAY])
def test_a_wake_up_due_at_or_before_a_record_is_handled_first(late_ms: int) -> None:
    """The lead fell to subscriber before it came back, also if both happen in one millisecond."""
    partition = Partition().handle(page_view("/pricing"))

    partition.handle(page_view("/pricing", offset=1, at=FADED_AT + late_ms))

    assert partition.moves()[1:] == [
        ("lead", "subscriber", text(FADED_AT)),
        ("subscriber", "lead", text(FADED_AT + late_ms)),
    ]


def test_a_wake_up_after_a_record_is_not_handled_before_it() -> None:
    """A millisecond earlier the lead never fell."""
    partition = Partition().handle(page_view("/pricing")).handle(page_view("/pricing", offset=1, at=FADED_AT - 1))

    assert partition.moves() == [(None, "lead", text(NOW))]


def test_other_leads_wake_in_the_order_of_their_instants() -> None:
    """One record lets several leads fade, each at its own time."""
    partition = Partition().handle(
        page_view("/pricing", lead="lead-ada", offset=0, at=NOW),
        page_view("/pricing", lead="lead-bob", offset=1, at=NOW + HOUR),
        page_view("/blog", lead="lead-eve", offset=2, at=NOW + 5 * DAY),
    )

    fallen = [(change["lead_id"], change["changed_at"]) for change in partition.said(STAGE_CHANGES)[2:]]
    assert fallen == [("lead-ada", text(FADED_AT)), ("lead-bob", text(FADED_AT + HOUR))]


def test_a_superseded_wake_up_does_nothing() -> None:
    """What a later activity put off does not happen at its old time."""
    partition = Partition().handle(page_view("/pricing"))
    due_before = partition.due["lead-ada"]
    assert due_before is not None

    partition.handle(form_fill("demo", at=NOW + SECOND), tick(at=NOW + 9 * DAY))

    assert [to for _, to, _ in partition.moves()] == ["lead", "mql"]


def test_an_activity_is_judged_at_the_clock_if_that_is_later() -> None:
    """A record that comes out of order dates nothing in the past."""
    partition = Partition().handle(tick(at=NOW + HOUR)).handle(page_view("/pricing", at=NOW))

    assert partition.moves() == [(None, "lead", text(NOW + HOUR))]
    assert partition.clock == NOW + HOUR


def test_an_activity_that_came_late_counts_in_its_own_time() -> None:
    """Its points have faded already when it is judged."""
    partition = Partition().handle(page_view("/pricing", at=NOW, happened_at=NOW - DAY))

    assert partition.said(LEAD_SCORES)[0]["scores"]["default"]["score"] == 10.0
    assert partition.moves() == [(None, "lead", text(NOW))]


def test_a_profile_changes_what_a_lead_is() -> None:
    """A software company is worth 15 points and grade A."""
    partition = Partition().handle(profile(industry="Software"))

    shown = partition.said(LEAD_SCORES)[0]["scores"]["default"]
    assert (shown["score"], shown["grade"], shown["stage"]) == (15.0, "A2", "lead")
    assert partition.said(STAGE_CHANGES)[0]["cause"]["kind"] == "profile"


def test_an_activity_that_matches_nothing_is_remembered() -> None:
    """Every known lead has a score; nothing was gained, so it is told once and no more."""
    partition = Partition().handle(page_view("/blog"))
    assert partition.last.tally.outcomes == {(PAGE_VIEWS, "unmatched"): 1}
    assert partition.said(LEAD_SCORES)[0]["scores"]["default"]["score"] == 0.0

    partition.handle(page_view("/blog", offset=1, at=NOW + HOUR))

    assert len(partition.messages) == 1
    assert partition.moves() == []


def test_a_repeat_changes_nothing() -> None:
    """A producer's retry is counted and forgotten."""
    partition = Partition().handle(page_view("/pricing", offset=0))
    before, told = dict(partition.leads), len(partition.messages)

    partition.handle(page_view("/pricing", offset=1, at=NOW + SECOND, id="view-0-0"))

    assert partition.leads == before
    assert len(partition.messages) == told
    assert partition.last.leads == {}
    assert partition.last.tally.outcomes == {(PAGE_VIEWS, "repeat"): 1}


def test_a_refused_record_goes_to_the_dead_letters_and_touches_no_lead() -> None:
    """Its neighbours are handled as if it were not there."""
    partition = Partition().handle(
        page_view("/pricing", offset=0), replace(page_view("/pricing", offset=1), value=b"{"), tick(at=NOW)
    )

    letters = [message for message in partition.messages if message.topic == DEAD_LETTERS]
    assert [letter.value for letter in letters] == [b"{"]
    assert partition.last.tally.outcomes[PAGE_VIEWS, "undecodable"] == 1
    assert list(partition.leads) == ["lead-ada"]


class TestLeadScores:
    """The latest score of each lead, told at once where it matters and sparingly elsewhere."""

    def test_within_the_interval_a_lead_is_told_once(self) -> None:
        """News that change neither stage nor grade wait."""
        partition = Partition().handle(
            form_fill("demo", at=NOW),
            page_view("/pricing", at=NOW + SECOND),
            page_view("/blog", offset=1, at=NOW + 2 * SECOND),
        )

        assert [said["scored_at"] for said in partition.said(LEAD_SCORES)] == [text(NOW)]
        assert partition.due["lead-ada"] == NOW + SCORE_INTERVAL

    def test_the_last_state_is_shown_in_the_end(self) -> None:
        """When the interval is over a wake-up tells what came meanwhile."""
        partition = Partition().handle(form_fill("demo", at=NOW), page_view("/pricing", at=NOW + SECOND))
        partition.handle(tick(at=NOW + HOUR))

        first, last = partition.said(LEAD_SCORES)
        assert (first["scored_at"], first["scores"]["default"]["score"]) == (text(NOW), 50.0)
        assert last["scored_at"] == text(NOW + SCORE_INTERVAL)
        assert last["scores"]["default"]["score"] == pytest.approx(70.0, abs=0.1)
        assert partition.lead().is_shown

    def test_news_after_the_interval_are_told_at_once(self) -> None:
        """A lead that was quiet for a while is not held back."""
        at = NOW + SCORE_INTERVAL
        partition = Partition().handle(page_view("/blog", offset=0), page_view("/pricing?a=1", offset=1, at=at))

        assert [said["scored_at"] for said in partition.said(LEAD_SCORES)] == [text(NOW), text(at)]

    def test_a_change_of_stage_is_told_at_once(self) -> None:
        """Whatever was told a moment ago."""
        partition = Partition().handle(page_view("/blog", offset=0), page_view("/pricing", offset=1, at=NOW + 1))

        assert [said["scored_at"] for said in partition.said(LEAD_SCORES)] == [text(NOW), text(NOW + 1)]

    def test_a_change_of_grade_is_told_at_once(self) -> None:
        """It is no stage change, and readers of the table want it too."""
        partition = Partition(scorecard=tiny_scorecard(lead_at=29.0)).handle(
            page_view("/blog", offset=0), profile(industry="software", at=NOW + 1)
        )

        assert [said["scores"]["default"]["grade"] for said in partition.said(LEAD_SCORES)] == ["B2", "A2"]
        assert partition.moves() == []

    def test_a_lead_to_whom_nothing_happened_is_not_told_again(self) -> None:
        """Fading alone is the reader's to compute."""
        partition = Partition().handle(page_view("/pricing"))
        for hours in range(1, 40):
            partition.handle(tick(at=NOW + hours * HOUR))

        assert len(partition.said(LEAD_SCORES)) == 1


class TestFaults:
    """A core that raises: the fault is ours and harms one record, or one wake-up."""

    @pytest.mark.parametrize("name", ["record", "update_profile"])
    def test_a_record_that_breaks_the_core_becomes_a_dead_letter(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
    ) -> None:
        """Reason `internal`, its bytes kept for a replay; nothing else is told, and no lead is touched."""
        monkeypatch.setattr(streams.partition.fold, name, broken)
        record = profile(industry="software") if name == "update_profile" else page_view("/pricing")

        partition = Partition().handle(record)

        (letter,) = partition.messages
        said = DeadLetterHeaders.from_headers(letter.headers)
        assert (letter.topic, letter.value) == (DEAD_LETTERS, record.value)
        assert said.reason is Reason.INTERNAL
        assert said.message == "scoring it failed with LookupError; the fault is ours: report it, then replay"
        assert (partition.leads, partition.due) == ({}, {})
        assert partition.last.tally.outcomes == {(record.topic, "internal"): 1}
        assert "record_failed" in caplog.text
        assert "canary" not in caplog.text

    def test_a_record_whose_outputs_cannot_be_built_changes_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All of a record, or none of it: no half of its messages, no changed lead."""
        monkeypatch.setattr(Outputs, "lead_score", broken)

        partition = Partition().handle(page_view("/pricing"))

        assert [message.topic for message in partition.messages] == [DEAD_LETTERS]
        assert partition.leads == {}

    def test_the_lead_goes_on_from_where_it_was(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The next record of the lead is scored as if the broken one had not come."""
        partition = Partition().handle(page_view("/pricing", offset=0))
        with monkeypatch.context() as patched:
            patched.setattr(streams.partition.fold, "record", broken)
            partition.handle(page_view("/pricing", offset=1, at=NOW + 1))
        partition.handle(page_view("/pricing", offset=2, at=NOW + 2))

        other = Partition().handle(page_view("/pricing", offset=0), page_view("/pricing", offset=2, at=NOW + 2))
        assert partition.leads == other.leads

    def test_a_wake_up_that_breaks_the_core_stops_nobody_else(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The partition goes on; the lead is looked at again a day later, and at its next activity."""
        partition = Partition().handle(
            page_view("/pricing", lead="lead-ada"), page_view("/pricing", lead="lead-bob", offset=1)
        )
        whole = streams.partition.fold.advance
        ada = partition.lead("lead-ada").state

        def half_broken(state: Any, *args: Any) -> Outcome:
            return broken() if state == ada else whole(state, *args)

        with monkeypatch.context() as patched:
            patched.setattr(streams.partition.fold, "advance", half_broken)
            partition.handle(tick(at=NOW + 9 * DAY))

        again_at = partition.due["lead-ada"]
        assert again_at is not None
        assert NOW + 9 * DAY < again_at <= NOW + 10 * DAY
        assert (partition.stage("lead-ada"), partition.stage("lead-bob")) == ("lead", "subscriber")
        assert 1 <= partition.last.tally.failed_wake_ups <= 10
        assert "wake_up_failed lead=16f0a283b07a" in caplog.text
        assert "canary" not in caplog.text
        assert caplog.records[-1].levelno == logging.ERROR

        partition.handle(tick(at=NOW + 10 * DAY, offset=1))
        assert partition.stage("lead-ada") == "subscriber"


def test_wake_ups_can_be_handled_a_few_at_a_time() -> None:
    """So that an owner's event loop turns in between; the clock arrives when the last one is handled."""
    views = [page_view("/pricing", lead=f"lead-{number}", offset=number) for number in range(5)]
    partition = Partition().handle(*views)
    fold = partition.fold(until=NOW + 9 * DAY)
    rounds = 0
    while fold.wake_some(NOW + 9 * DAY, 2):
        rounds += 1
        assert fold.clock < NOW + 9 * DAY

    assert rounds >= 3
    assert fold.clock == NOW + 9 * DAY
    partition.keep(fold)
    assert len([to for _, to, _ in partition.moves() if to == "subscriber"]) == 5


def test_a_lead_is_judged_anew_by_another_scorecard() -> None:
    """A lower threshold promotes at the clock, and the cause says why."""
    partition = Partition(scorecard=tiny_scorecard("tiny-1", lead_at=25.0)).handle(page_view("/pricing"))
    assert partition.stage() == "subscriber"

    partition.scorecard = tiny_scorecard("tiny-2", lead_at=10.0)
    fold = partition.fold(until=NOW, also=["lead-ada"])
    fold.rescore("lead-ada")
    partition.keep(fold)

    assert partition.moves() == [("subscriber", "lead", text(NOW))]
    assert partition.said(STAGE_CHANGES)[0]["cause"]["kind"] == "scorecard"
    assert partition.said(STAGE_CHANGES)[0]["scorecard_version"] == "tiny-2"
    assert partition.lead().state.judged_by == "tiny-2"


def test_another_scorecard_is_told_of_leads_that_stay_where_they_are() -> None:
    """A lead whose stage is the same has another score: `lead-scores` must not keep the old one."""
    partition = Partition().handle(page_view("/pricing", at=NOW))
    at = NOW + SCORE_INTERVAL

    partition.scorecard = tiny_scorecard("tiny-2", pricing_points=19.0)
    fold = partition.fold(until=at, also=["lead-ada"])
    fold.wake_through(at)
    fold.rescore("lead-ada")
    partition.keep(fold)

    assert partition.moves() == [(None, "lead", text(NOW))]
    assert partition.said(LEAD_SCORES)[-1]["scorecard_version"] == "tiny-2"


def test_what_changed_is_handed_over_once() -> None:
    """The next commit holds only what came after the last, and says how large it is."""
    partition = Partition()
    fold = partition.fold(until=NOW, also=["lead-ada"])
    fold._refuse(streams.partition.fold.Refused(page_view(), NOW, Reason.SCHEMA, "url: Field required"))
    assert fold.output_bytes == len(page_view().value or b"")

    assert len(fold.changes().messages) == 1
    assert fold.changes().messages == []
    assert fold.output_bytes == 0


def test_the_causes_of_ids_are_the_coordinates_of_records() -> None:
    """The id of a stage change follows from its record's place, whatever batch it came in."""
    partition = Partition().handle(page_view("/pricing", offset=42))
    cause = Cause.of_record(page_view("/pricing", offset=42))

    change = partition.messages[0]
    assert cause.text == "page-views/0/42"
    assert dict(change.headers)["ce_id"] == partition.said(STAGE_CHANGES)[0]["id"].encode()


def in_batches(records: Sequence[Record], cuts: set[int]) -> Partition:
    """Handle records in batches that end at these places."""
    partition = Partition()
    edges = sorted({0, len(records), *(cut for cut in cuts if cut < len(records))})
    for start, end in pairwise(edges):
        partition.handle(*records[start:end])
    return partition


@given(records=stored_records(), cuts=st.sets(st.integers(1, 25)))
def test_batches_change_nothing(records: list[Record], cuts: set[int]) -> None:
    """One at a time, all at once or anything between: the same messages with the same ids, the same leads."""
    one_by_one = in_batches(records, set(range(len(records))))
    some = in_batches(records, cuts)
    together = in_batches(records, set())

    for partition in (some, together):
        assert [kept(message) for message in partition.messages] == [kept(message) for message in one_by_one.messages]
        assert partition.clock == one_by_one.clock
        assert known(partition) == known(one_by_one)
        assert_woken_in_time(partition)


def known(partition: Partition) -> dict[str, Lead]:
    """Return the leads brought to one instant: when a lead was woken for nothing is no part of what is known of it."""
    at = partition.clock + MINUTE
    leads = {lead_id: partition.lead(lead_id) for lead_id in partition.leads}
    return {
        lead_id: replace(lead, state=advance(lead.state, partition.scorecard, at, JournalBounds(1_000, 60 * DAY)).state)
        for lead_id, lead in leads.items()
    }


def assert_woken_in_time(partition: Partition) -> None:
    """Require of each wake-up that it is still to come, and not later than the crossing that it is for."""
    for lead_id, due_at in partition.due.items():
        state = partition.lead(lead_id).state
        crossing_at = next_crossing(state, partition.scorecard, state.judged_at)
        assert due_at is None or due_at > partition.clock
        assert crossing_at is None or (due_at is not None and due_at <= crossing_at)


@given(records=stored_records())
def test_what_is_told_keeps_its_contract(records: list[Record]) -> None:
    """Messages are built without being validated, which took longer than the decision; so they are held to it here."""
    partition = in_batches(records, set()).handle(tick(offset=99, at=records[-1].timestamp + 30 * DAY))

    contracts: dict[str, type[Contract]] = {STAGE_CHANGES: StageChange, LEAD_SCORES: LeadScore}
    told = [message for message in partition.messages if message.topic in contracts]
    assert told
    for message in told:
        contract = contracts[message.topic]
        assert contract.model_validate_json(message.value or b"").model_dump_json().encode() == message.value


@given(records=stored_records())
def test_in_the_end_every_lead_is_shown_as_it_is(records: list[Record]) -> None:
    """Once time has passed, the latest record on `lead-scores` of each lead has its stage and grade."""
    partition = in_batches(records, set()).handle(tick(offset=99, at=records[-1].timestamp + 30 * DAY))

    latest = {said["lead_id"]: said["scores"]["default"] for said in partition.said(LEAD_SCORES)}
    assert set(latest) == set(partition.leads)
    for lead_id, said in latest.items():
        standing = partition.lead(lead_id).state.standings["default"]
        assert (said["stage"], said["grade"]) == (standing.stage, standing.grade)
        assert partition.lead(lead_id).is_shown


@given(records=stored_records())
def test_within_an_interval_a_lead_is_told_again_only_of_a_move(records: list[Record]) -> None:
    """Two records of one lead on `lead-scores` are an interval apart, or its stage or grade changed."""
    partition = in_batches(records, set()).handle(tick(offset=99, at=records[-1].timestamp + 30 * DAY))

    told: dict[str, dict[str, Any]] = {}
    for said in partition.said(LEAD_SCORES):
        before = told.get(said["lead_id"])
        told[said["lead_id"]] = said
        if before is None or said["scored_at"] >= _later(before["scored_at"]):
            continue
        old, new = before["scores"]["default"], said["scores"]["default"]
        assert (old["stage"], old["grade"]) != (new["stage"], new["grade"])


def _later(scored_at: str) -> str:
    """Return the end of the interval that begins at an instant."""
    return text(_milliseconds(scored_at) + SCORE_INTERVAL)


def _milliseconds(scored_at: str) -> int:
    """Return an instant of the wire in milliseconds."""
    return round(datetime.fromisoformat(scored_at).timestamp() * 1000)


def test_a_streak_that_refused_an_activity_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes a stage is tried as one that changes nothing once, then valued."""
    tried: list[str] = []
    takes = Streak.takes

    def told(streak: Streak, activity: Activity, now: int) -> tuple[str, ...] | None:
        signals = takes(streak, activity, now)
        tried.append("refused" if signals is None else "taken")
        return signals

    monkeypatch.setattr(Streak, "takes", told)
    partition = Partition().handle(page_view("/blog"), page_view("/blog", offset=1), page_view("/pricing", offset=2))

    assert tried == ["taken", "taken", "refused"]
    assert len(partition.said(STAGE_CHANGES)) == 1
