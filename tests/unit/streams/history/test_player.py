"""A history that is played comes to what a worker would have decided, for one scorecard as for two at once."""

import json
from pathlib import Path

import pytest

from scorer import JournalBounds, LeadState, Scorecard
from streams.example import example_scorecard
from streams.history import course, file
from streams.history.listening import Listener, PlayedChange
from streams.history.player import DAY_MS
from streams.kafka.partitioner import partition_of
from streams.offline import NEVER_MS, OfflineScorer
from streams.partition.fold import FoldRules
from streams.scorecards.loading import load, read
from tests.builders.histories import PARTITIONS, Diary, demo_lines, played, written

EXAMPLE = load(example_scorecard()).scorecard
STRICTER = read(
    example_scorecard()
    .read_bytes()
    .replace(b"version: ", b"version: stricter-")
    .replace(b"half_life: 7d", b"half_life: 3d"),
    Path("stricter.yaml"),
).scorecard


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """Return a month of twenty leads."""
    return demo_lines()


def scored(lines: list[bytes], scorecard: Scorecard) -> tuple[list[tuple[str, str, str]], dict[str, LeadState]]:
    """Return the stage changes (id, lead, stage) and the leads that scoring line by line comes to."""
    scorer = OfflineScorer(
        FoldRules(scorecard, JournalBounds(), NEVER_MS),
        partitions=PARTITIONS,
        partition_of=partition_of,
        reasons_max=5,
    )

    messages = [message for line in lines for message in scorer.take(line)]
    messages += scorer.wake_through(scorer.clock)
    bodies = [json.loads(message.value or b"") for message in messages if message.topic == "stage-changes"]
    return sorted((body["id"], body["lead_id"], body["to_stage"]) for body in bodies), dict(scorer.leads())


class Hearer(Listener):
    """Wants to know of stage changes alone."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def changed(self, change: PlayedChange) -> None:
        """Note its id."""
        self.ids.append(change.id)


def noted(diary: Diary, which: int = 0) -> list[tuple[str, str, str]]:
    """Return the stage changes of a scorecard that a diary holds."""
    return sorted((one.id, one.lead_id, one.change.to_stage) for one in diary.changes if one.which == which)


def test_a_file_is_decided_as_scoring_it_decides(tmp_path: Path, lines: list[bytes]) -> None:
    """Same stage changes with the same ids, same leads at the end as line by line."""
    diary = Diary()
    told = played(written(tmp_path, lines), [EXAMPLE], diary)
    changes, leads = scored(lines, EXAMPLE)

    assert noted(diary) == changes
    assert len(changes) > 20
    assert any(one.cause.kind == "wake_up" for one in diary.changes)
    assert {lead_id: ended[0].state.standings for lead_id, ended in diary.ends.items()} == {
        lead_id: state.standings for lead_id, state in leads.items()
    }
    assert {lead_id: ended[0].state.cells for lead_id, ended in diary.ends.items()} == {
        lead_id: state.cells for lead_id, state in leads.items()
    }
    assert told.leads == len(leads)
    assert sum(told.outcomes[0].values()) == len(lines) == len(diary.taken)


def test_two_scorecards_in_one_pass_are_each_as_alone(tmp_path: Path, lines: list[bytes]) -> None:
    """Playing two at once changes nothing for either."""
    path = written(tmp_path, lines)
    both, first, second = Diary(), Diary(), Diary()
    played(path, [EXAMPLE, STRICTER], both)
    played(path, [EXAMPLE], first)
    played(path, [STRICTER], second)

    assert noted(both, 0) == noted(first)
    assert noted(both, 1) == noted(second) != noted(first)
    assert [tuple(lead.state for lead in leads) for leads in both.ends.values()] == [
        (first.ends[lead_id][0].state, second.ends[lead_id][0].state) for lead_id in both.ends
    ]


def test_how_a_history_is_cut_decides_nothing(
    tmp_path: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs of seven, and folds made anew all the time, come to the same."""
    path = written(tmp_path, lines)
    whole, cut = Diary(), Diary()
    played(path, [EXAMPLE], whole)
    monkeypatch.setattr(file, "RUN_RECORDS_MAX", 7)
    monkeypatch.setattr(course, "FOLD_RECORDS_MAX", 5)
    played(path, [EXAMPLE], cut)

    assert noted(cut) == noted(whole)
    assert {k: v[0].state for k, v in cut.ends.items()} == {k: v[0].state for k, v in whole.ends.items()}


def test_days_are_told_and_decide_nothing(tmp_path: Path, lines: list[bytes]) -> None:
    """Each busy lead is told once a day, at its last millisecond; who does not ask for days hears the same changes."""
    path = written(tmp_path, lines)
    diary, hearer = Diary(), Hearer()
    played(path, [EXAMPLE], diary)
    played(path, [EXAMPLE], hearer)

    assert hearer.ids == [one.id for one in diary.changes]
    assert all((at + 1) % DAY_MS == 0 for *_, at in diary.days)
    seen = [(lead_id, at) for _, lead_id, _, at in diary.days]
    assert len(set(seen)) == len(seen) > 20
    assert {(item.lead_id, item.appended_at // DAY_MS) for item in diary.taken} >= {
        (lead_id, at // DAY_MS) for lead_id, at in seen
    }


def test_time_passes_to_the_end_that_was_asked_for(tmp_path: Path, lines: list[bytes]) -> None:
    """What comes later is left out, and time goes on after the last line."""
    path = written(tmp_path, lines)
    early, late = Diary(), Diary()
    whole = played(path, [EXAMPLE], Diary())
    middle = (whole.from_at + whole.to_at) // 2
    assert played(path, [EXAMPLE], early, until=middle).to_at == early.ended_at == middle
    played(path, [EXAMPLE], late, until=whole.to_at + 400 * DAY_MS)

    assert max(item.appended_at for item in early.taken) <= middle
    assert all(one.change.changed_at <= middle for one in early.changes)
    assert max(one.change.changed_at for one in late.changes) > whole.to_at
