"""An import's records are counted where they happened, and tell nobody anything until their lead is judged."""

from dataclasses import replace
from itertools import permutations

import pytest

import streams.partition.decode
from schemas.imported import ImportedHeaders
from streams.tail.told import ToldStage
from tests.builders.folding import DEAD_LETTERS, LEAD_SCORES, STAGE_CHANGES, Partition
from tests.builders.records import DAY, HOUR, NOW, SECOND, Record, page_view, profile, received, tick

YEARS = 3 * 365 * DAY


def past(record: Record, number: int = 1) -> Record:
    """Return a record as an import sends it."""
    return replace(record, headers=(*record.headers, *ImportedHeaders(id="crm-1", number=number).to_headers()))


def cells(partition: Partition) -> dict[object, object]:
    """Return what is counted of the lead."""
    return dict(partition.lead().state.cells)


def judged_anew(partition: Partition, at: int) -> Partition:
    """Judge the lead anew at an instant, as a sweep does."""
    fold = partition.fold(until=at, also=["lead-ada"])
    fold.wake_through(at)
    fold.rescore("lead-ada")
    return partition.keep(fold)


def test_history_is_counted_and_not_told() -> None:
    """Past the lateness bound: no dead letter, no stage change, no score, no wake-up; the activity is known."""
    partition = Partition().handle(past(page_view("/pricing", happened_at=NOW - HOUR)))
    old = Partition().handle(past(page_view("/pricing", happened_at=NOW - YEARS)))

    assert partition.messages == old.messages == []
    assert len(cells(partition)) == 1
    assert partition.due == {"lead-ada": None}
    assert partition.last.tally.outcomes == old.last.tally.outcomes == {("page-views", "applied"): 1}


def test_the_end_of_an_import_is_one_change() -> None:
    """However often it was past a threshold on the way, a lead that is judged anew is told once where it stands."""
    views = [past(page_view("/pricing", offset=number, at=NOW + number), number + 1) for number in range(5)]
    partition = Partition().handle(*views)
    assert partition.said(STAGE_CHANGES) == []

    judged_anew(partition, NOW + HOUR)

    assert len(partition.said(STAGE_CHANGES)) == len(partition.said(LEAD_SCORES)) == 1
    assert partition.stage() != "subscriber"
    assert partition.due["lead-ada"] is not None


def test_a_live_activity_judges_what_is_known_by_then() -> None:
    """A lead that does something in the middle of an import is told of at once, by all that is known."""
    partition = Partition().handle(past(page_view("/", happened_at=NOW - DAY)))
    assert partition.messages == []

    partition.handle(page_view("/pricing", offset=1, at=NOW + SECOND))

    assert [change["cause"]["offset"] for change in partition.said(STAGE_CHANGES)] == [1]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_history_and_live_activities_count_the_same_in_any_order(order: tuple[int, ...]) -> None:
    """The cells are those of all of it, and so is what the lead is worth once it is judged."""
    made = [
        past(page_view("/pricing", offset=0, happened_at=NOW - 3 * DAY)),
        past(page_view("/", offset=1, happened_at=NOW - DAY), 2),
        page_view("/pricing", offset=2),
        page_view("/docs", offset=3),
    ]
    straight, turned = Partition(), Partition()
    for place, one in enumerate(made):
        straight.handle(replace(one, timestamp=NOW + place))
        turned.handle(replace(made[order[place]], timestamp=NOW + place))

    assert cells(turned) == cells(straight)
    scores = [judged_anew(one, NOW + HOUR).said(LEAD_SCORES)[-1]["scores"] for one in (straight, turned)]
    assert [score["default"]["score"] for score in scores] == [scores[0]["default"]["score"]] * 2


def test_a_lead_of_half_a_history_is_not_woken() -> None:
    """An earlier wake-up would judge it at an instant that a replay need not find again."""
    partition = Partition().handle(page_view("/pricing"))
    told = len(partition.messages)
    assert partition.due["lead-ada"] is not None

    partition.handle(past(page_view("/", offset=1, at=NOW + SECOND)))
    partition.handle(tick(at=NOW + 60 * DAY))

    assert partition.due["lead-ada"] is None
    assert (len(partition.messages), partition.stage()) == (told, "lead")


def test_profiles_of_the_past_are_muted_too() -> None:
    """What a CRM knew of a lead is known, and judged with the rest."""
    partition = Partition().handle(past(profile(industry="software")))

    assert partition.messages == []
    assert len(partition.lead().state.profile) == 1


def test_a_repeat_changes_nothing() -> None:
    """An activity that came live is not counted again by the import, nor the other way round."""
    live = page_view("/pricing")
    one = Partition().handle(live)
    before = dict(one.leads)
    one.handle(past(replace(live, offset=1, timestamp=NOW + 1)))
    other = Partition().handle(past(live)).handle(replace(live, offset=1, timestamp=NOW + 1))

    assert one.leads == before
    assert sum(cell.count for cell in other.lead().state.cells.values()) == 1


def test_what_strayed_stays_history() -> None:
    """A forwarded record keeps its headers, and with them what it is."""
    partition = Partition().handle(received(past(page_view("/pricing", partition=1, happened_at=NOW - YEARS))))

    assert partition.messages == []
    assert partition.last.tally.outcomes == {("repartition", "applied"): 1}


@pytest.mark.parametrize(
    "headers",
    [
        (("leadstream_import_id", b"crm-1"),),
        (("leadstream_import_id", b"crm-1"), ("leadstream_import_number", b"0")),
        (("leadstream_import_id", b"crm-1"), ("leadstream_import_number", b"1" * 65)),
        (("leadstream_import_id", b"\xff"), ("leadstream_import_number", b"1")),
        (("leadstream_import_id", None), ("leadstream_import_number", b"1")),
    ],
)
def test_headers_that_do_not_hold_together_make_no_history(headers: tuple[tuple[str, bytes], ...]) -> None:
    """Such a record is late like any other, and told of like any other."""
    late = replace(page_view("/pricing", happened_at=NOW - YEARS), headers=headers)
    fresh = replace(page_view("/pricing", offset=1), headers=headers)
    partition = Partition().handle(late, fresh)

    assert [message.topic for message in partition.messages].count(DEAD_LETTERS) == 1
    assert len(partition.said(STAGE_CHANGES)) == 1


def test_the_future_is_no_history() -> None:
    """An import's clock may be wrong too: what has not happened yet is refused."""
    partition = Partition().handle(past(page_view("/pricing", happened_at=NOW + DAY)))

    assert [message.topic for message in partition.messages] == [DEAD_LETTERS]


def test_a_correction_does_not_judge_history() -> None:
    """What a lead was told wrongly is put right by where it stands; its past waits, as it would in a replay."""
    known = Partition().handle(page_view("/pricing")).handle(past(page_view("/", offset=1, at=NOW + SECOND)))
    unknown = Partition().handle(past(page_view("/pricing")))
    for partition in (known, unknown):
        before = partition.lead().state
        fold = partition.fold(until=NOW + SECOND, also=["lead-ada"])
        fold.correct("lead-ada", {"default": ToldStage("sql", "id-1")})
        partition.keep(fold)
        assert partition.lead().state == before
        assert partition.due["lead-ada"] is None

    assert [change["to_stage"] for change in known.said(STAGE_CHANGES)][-1] == "lead"
    assert [change["to_stage"] for change in unknown.said(STAGE_CHANGES)] == ["subscriber"]


def test_a_line_that_judges_history_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: headers that nobody looks at; these tests would not pass with it."""
    monkeypatch.setattr(streams.partition.decode, "is_history", lambda _: False)

    with pytest.raises(AssertionError):
        test_the_end_of_an_import_is_one_change()
    with pytest.raises(AssertionError):
        test_history_is_counted_and_not_told()
