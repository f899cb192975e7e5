"""The numbers of a simulation hold together, and agree with what the leads themselves say."""

from collections import Counter
from pathlib import Path

import pytest

from scorer import JournalBounds, explain_all
from streams.example import example_scorecard
from streams.history.file import file_history
from streams.scorecards.loading import load
from streams.simulating.document import document_of
from streams.simulating.names import by_id, by_stand_in
from streams.simulating.simulation import Simulation, Wish, simulate
from tests.builders.histories import PARTITIONS, Diary, demo_lines, played, written

EXAMPLE = load(example_scorecard()).scorecard


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of three weeks of thirty leads."""
    return written(tmp_path_factory.mktemp("simulation"), demo_lines(seed=8, leads=30, days=21))


def simulated(path: Path, wish: Wish | None = None) -> Simulation:
    """Simulate the example over a file."""
    with file_history(path, partitions=PARTITIONS) as history:
        return simulate(history, EXAMPLE, JournalBounds(), wish or Wish())


@pytest.fixture(scope="module")
def whole(path: Path) -> Simulation:
    """Return a simulation of all of it."""
    return simulated(path)


@pytest.fixture(scope="module")
def diary(path: Path) -> Diary:
    """Return all that happens in it."""
    diary = Diary()
    played(path, [EXAMPLE], diary)
    return diary


def test_leads_stand_where_their_changes_brought_them(whole: Simulation, diary: Diary) -> None:
    """The last day's counts are those of the leads at the end, and of each day as many are known as there are."""
    for name, ladder in whole.movements.ladders.items():
        days = list(ladder.days(whole.from_at, whole.played.to_at))
        standing = Counter(leads[0].state.standings[name].stage for leads in diary.ends.values())

        assert {stage: count for stage, count in days[-1][1].items() if count} == standing == ladder.standing
        assert sum(standing.values()) == whole.played.leads == ladder.reached[ladder.stages[0]]
        assert [sum(counts.values()) for _, counts in days] == sorted(sum(counts.values()) for _, counts in days)
        assert all(count >= 0 for _, counts in days for count in counts.values())
        assert ladder.flow == Counter(
            (one.change.from_stage or ladder.stages[0], one.change.to_stage)
            for one in diary.changes
            if one.change.score_name == name
        )
        assert ladder.entered.total() == ladder.flow.total()


def test_whoever_was_higher_has_reached_what_lies_below(whole: Simulation) -> None:
    """Of each rung at least as many leads have reached it as stand on it or above."""
    for ladder in whole.movements.ladders.values():
        reached = [ladder.reached[stage] for stage in ladder.stages]
        assert reached == sorted(reached, reverse=True)
        assert all(reached[rank] >= ladder.standing[stage] for rank, stage in enumerate(ladder.stages))


def test_every_lead_is_in_the_distribution(whole: Simulation) -> None:
    """The steps count each lead once, the middle lies between the ends."""
    spread = whole.spreads.spread("product")

    assert sum(spread.counts) == whole.played.leads
    assert (spread.edges[0], spread.edges[-1]) == (0.0, 100.0)
    values = [points for _, points in spread.quantiles]
    assert values == sorted(values)


def test_criteria_gave_what_explanations_say(whole: Simulation, diary: Diary) -> None:
    """Leads and mean points of each criterion are those of the explanations at the measured instants."""
    states = [(lead_id, lead.state, at) for _, lead_id, lead, at in diary.days]
    states += [(lead_id, lead.state, diary.ended_at) for lead_id, (lead,) in diary.ends.items()]
    leads: dict[tuple[str, str], set[str]] = {}
    points: Counter[tuple[str, str]] = Counter()
    for lead_id, state, at in states:
        for name, explanation in explain_all(state, EXAMPLE, at).items():
            for line in explanation.lines:
                if line.kind == "criterion":
                    leads.setdefault((name, line.name), set()).add(lead_id)
                    points[name, line.name] += line.points  # type: ignore[assignment]
    for change in (one for one in diary.changes):
        for line in change.change.reasons:
            if line.kind == "criterion":
                leads.setdefault((change.change.score_name, line.name), set()).add(change.lead_id)

    for score in EXAMPLE.scores.values():
        for hit in whole.hits.criteria(score):
            key = (score.name, hit.criterion.name)
            assert hit.sum.leads == len(leads.get(key, ()))
            assert hit.sum.points == pytest.approx(points[key])
    assert any(not hit.sum.leads for hit in whole.hits.criteria(EXAMPLE.scores["product"])), "one never fired"


def test_what_was_before_is_played_and_not_told(path: Path, whole: Simulation) -> None:
    """From an instant on: leads stand as in the whole, changes before it are not counted nor listed."""
    middle = (whole.played.from_at + whole.played.to_at) // 2
    late = simulated(path, Wish(from_at=middle))

    for name, ladder in late.movements.ladders.items():
        assert ladder.standing == whole.movements.ladders[name].standing
    every = whole.movements.listed
    assert [one.id for one in late.movements.listed] == [one.id for one in every if one.change.changed_at >= middle]
    assert 0 < late.movements.changes_count < whole.movements.changes_count
    ladder = late.movements.ladders["product"]
    ((_, first), *_) = ladder.days(late.from_at, late.played.to_at)
    assert dict(first) == dict(list(whole.movements.ladders["product"].days(0, middle))[-1][1])


def test_the_latest_changes_are_listed(path: Path, whole: Simulation) -> None:
    """A bounded list holds the latest, in the order of time, and the count is that of all."""
    few = simulated(path, Wish(listed_max=4))
    instants = [one.change.changed_at for one in few.movements.listed]

    assert instants == sorted(one.change.changed_at for one in whole.movements.listed)[-4:]
    assert few.movements.changes_count == len(whole.movements.listed)
    assert simulated(path, Wish(listed_max=0)).movements.listed == []


def test_stand_ins_lead_back_to_nobody(whole: Simulation) -> None:
    """Without ids a lead is called the same within a report, otherwise in the next, and never by its id."""
    first, second, plain = by_stand_in(), by_stand_in(), document_of(whole, by_id)
    told = document_of(whole, first)
    names = {
        one["lead"]: other["lead"] for one, other in zip(plain["changes_listed"], told["changes_listed"], strict=True)
    }

    assert len(set(names.values())) == len(names) > 5
    assert not any(lead_id in str(told) for lead_id in names)
    assert first("lead-ada") != second("lead-ada")
