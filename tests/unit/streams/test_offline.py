"""Scoring without servers goes by the same rules as on topics."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from scorer import JournalBounds
from streams import offline
from streams.demo.history import history
from streams.example import example_scorecard
from streams.kafka.partitioner import partition_of
from streams.offline import NEVER_MS, OfflineScorer
from streams.partition.fold import FoldRules
from streams.scorecards.loading import load
from streams.translation.activity_lines import LineRefused
from streams.translation.translate import milliseconds

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def scorer(*, partitions: int = 8) -> OfflineScorer:
    """Return a scorer that goes by the example."""
    rules = FoldRules(load(example_scorecard()).scorecard, JournalBounds(), NEVER_MS)
    return OfflineScorer(rules, partitions=partitions, partition_of=partition_of, reasons_max=5)


def view(lead_id: str, at: datetime, number: int = 1, url: str = "/pricing") -> bytes:
    """Return a line: a lead looks at a page."""
    body = {"type": "page_view", "id": f"{lead_id}-{number}", "lead_id": lead_id, "url": url}
    return json.dumps(body | {"occurred_at": at.isoformat()}).encode()


def changes(messages: Iterable[object]) -> list[dict[str, object]]:
    """Return the stage changes among messages."""
    return [json.loads(message.value) for message in messages if message.topic == "stage-changes"]  # type: ignore[attr-defined]


def test_a_change_carries_its_place() -> None:
    """A stage change names the topic, partition and offset that its record would have."""
    offline_scorer = scorer()
    told = [change for number in range(3) for change in changes(offline_scorer.take(view("ada", MONDAY, number)))]

    assert [(change["from_stage"], change["to_stage"]) for change in told] == [("subscriber", "lead")]
    place = {
        "kind": "activity",
        "topic": "page-views",
        "partition": partition_of(b"ada", 8),
        "offset": 1,
        "corrects": None,
        "note": None,
    }
    assert told[0]["cause"] == place


def test_time_alone_changes_stages_at_the_computed_instant() -> None:
    """A wake-up that another lead's record of the partition passes is told with its own instant, before that record."""
    offline_scorer = scorer(partitions=1)
    for number in range(3):
        list(offline_scorer.take(view("ada", MONDAY, number)))

    told = changes(offline_scorer.take(view("bob", MONDAY + timedelta(days=60))))

    assert [(change["lead_id"], change["to_stage"]) for change in told] == [("ada", "subscriber")]
    assert {name: value for name, value in told[0]["cause"].items() if value is not None} == {"kind": "wake_up"}
    assert "2026-11-2" in str(told[0]["changed_at"]) or "2026-12" in str(told[0]["changed_at"])


def test_clocks_of_partitions_are_their_own() -> None:
    """A record moves time in its own partition only; the end of the file moves it everywhere."""
    offline_scorer = scorer(partitions=64)
    for number in range(3):
        list(offline_scorer.take(view("ada", MONDAY, number)))
    assert partition_of(b"ada", 64) != partition_of(b"bob", 64)

    assert changes(offline_scorer.take(view("bob", MONDAY + timedelta(days=60)))) == []
    assert [change["lead_id"] for change in changes(offline_scorer.wake_through(offline_scorer.clock))] == ["ada"]


def test_a_late_line_is_judged_at_the_clock() -> None:
    """A line out of order counts where it happened and is judged no earlier than what came before it."""
    offline_scorer = scorer()
    list(offline_scorer.take(view("ada", MONDAY, 1)))

    told = changes(offline_scorer.take(view("ada", MONDAY - timedelta(minutes=5), 2)))

    assert [change["changed_at"] for change in told] == ["2026-11-16T09:00:00.000Z"]


@pytest.mark.parametrize("line", [b"", b"{", b"[1]", b'{"type": "tick"}', view("ada", MONDAY).replace(b"ada-1", b"")])
def test_a_refused_line_changes_nothing(line: bytes) -> None:
    """A line that is no activity is told and leaves no trace, not even in the offsets."""
    offline_scorer = scorer()
    with pytest.raises(LineRefused):
        offline_scorer.take(line)

    list(offline_scorer.take(view("ada", MONDAY, 1)))
    assert changes(offline_scorer.take(view("ada", MONDAY, 2)))[0]["cause"]["offset"] == 1  # type: ignore[index]


def test_a_renewed_fold_forgets_no_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the fold anew every few records, to bound its memory, changes no output."""
    lines = [
        item.model_dump_json(exclude_none=True).encode()
        for item in history(seed=5, leads=12, days=20, until=datetime(2026, 11, 22, 18, tzinfo=UTC))
    ]

    def told() -> list[dict[str, object]]:
        offline_scorer = scorer(partitions=2)
        messages = [message for line in lines for message in offline_scorer.take(line)]
        return changes([*messages, *offline_scorer.wake_through(offline_scorer.clock + 40 * 86_400_000)])

    at_once = told()
    monkeypatch.setattr(offline, "FOLD_RECORDS_MAX", 7)

    assert told() == at_once
    assert {"wake_up", "activity"} <= {change["cause"]["kind"] for change in at_once}  # type: ignore[index]


def test_a_lead_is_told_as_of_the_clock() -> None:
    """The scores at the end are those of the instant that all clocks came to."""
    offline_scorer = scorer()
    list(offline_scorer.take(view("ada", MONDAY)))
    list(offline_scorer.wake_through(milliseconds(MONDAY + timedelta(days=10))))

    ((lead_id, state),) = offline_scorer.leads()
    told = offline_scorer.lead_score(lead_id, state)

    assert told.scored_at == MONDAY + timedelta(days=10)
    assert told.scores["product"].score == pytest.approx(8 * 0.5 + 0.5 ** (10 / 7), abs=0.02)
