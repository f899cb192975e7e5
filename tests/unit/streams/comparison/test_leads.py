"""Who would have stood elsewhere is counted by stage, by what moved them, by segment, and listed."""

import json
from dataclasses import replace

from scorer import Activity, JournalBounds, ProfileUpdate
from streams.comparison.causes import THE_LADDER
from streams.comparison.lead_documents import leads_document
from streams.comparison.leads import NONE, OTHERS, VALUES_MAX, LeadsCompared, ScoreTally, compared_leads
from streams.comparison.paths import Sort
from streams.comparison.scorecard_changes import scorecard_changes
from tests.builders.scorecards import DAY, tiny_scorecard
from tests.promises.comparing import LEADS, Happened

START_AT = 1_772_323_200_000
TINY = tiny_scorecard()
HIGHER = tiny_scorecard("tiny-2", pricing_points=26.0)
ADA = LEADS[0]


def view(number: int, days: float, **fields: str) -> Activity:
    """Return a view of the prices; the number says whose it is."""
    return Activity(number, "web", "page_view", START_AT + int(days * DAY), {"path": "/pricing", **fields})


HAPPENED = [
    ProfileUpdate(3, "crm", START_AT - 1, {"country": "FR"}),
    view(6, 0.0, channel="webinar"),
    view(9, 1.5, channel="organic"),
    view(1, 0.0),
    Activity(2, "web", "form_fill", START_AT, {}),
]


def compared(old: object = TINY, new: object = HIGHER, *, listed_max: int = 10) -> LeadsCompared:
    """Compare over what happened."""
    cards = (old, new)
    changes = scorecard_changes(*cards)  # type: ignore[arg-type]
    bounds = JournalBounds()
    return compared_leads(Happened(HAPPENED, 0), cards, changes, bounds, by=["country"], listed_max=listed_max)  # type: ignore[arg-type]


def test_a_lead_that_ends_higher_is_listed_with_what_moved_it() -> None:
    """When, from where to where, by which criterion, and of which segment."""
    found = compared()

    (ada,) = (one for one in found.listed if one.lead_id == ADA)
    assert (ada.sort, ada.old, ada.new, ada.parted_at) == (Sort.UP, "lead", "mql", START_AT + 3 * DAY // 2)
    assert [(mover.name, round(mover.points, 1)) for mover in ada.cause.movers] == [("pricing_viewed", 8.1)]
    assert ada.values == ("webinar", "FR")


def test_every_lead_is_counted_where_it_ends() -> None:
    """Those that do not differ too."""
    (tally,) = compared().scores

    assert tally.leads == 3
    assert tally.matrix == {("lead", "mql"): 1, ("lead", "lead"): 1, ("mql", "mql"): 1}
    assert (tally.differing, dict(tally.sorts), dict(tally.movers)) == (1, {Sort.UP: 1}, {"pricing_viewed": 1})
    assert tally.segments["channel"]["webinar"] == {"leads": 1, "up": 1}
    assert tally.segments["country"][NONE] == {"leads": 2}
    assert tally.moves[0]["rises"] + 1 == tally.moves[1]["rises"]


def test_a_threshold_alone_is_told_as_the_ladder() -> None:
    """No criterion moved anybody."""
    (tally,) = compared(TINY, tiny_scorecard("tiny-2", lead_at=21.0)).scores

    assert set(tally.movers) == {THE_LADDER}


def test_a_stage_that_is_only_renamed_moves_nobody() -> None:
    """The same stage under another name is the same."""
    score = TINY.scores["default"]
    stages = (*score.stages[:2], replace(score.stages[2], name="qualified"), score.stages[3])
    found = compared(TINY, replace(TINY, scores={"default": replace(score, stages=stages)}))

    assert found.differing == 0
    assert found.scores[0].matrix["mql", "qualified"] == 1


def test_no_more_are_listed_than_were_asked_for() -> None:
    """All are counted."""
    found = compared(listed_max=0)

    assert (found.listed, found.differing) == ((), 1)


def test_values_beyond_many_are_the_others() -> None:
    """An attribute can have as many values as there are leads."""
    tally = ScoreTally(compared().scores[0].rungs)
    for number in range(VALUES_MAX + 7):
        tally.segment("city", f"city {number}")["leads"] += 1

    assert tally.segments["city"][OTHERS]["leads"] == 7


def test_machines_get_it_whole() -> None:
    """As one document that is JSON."""
    told = leads_document(compared())

    assert json.loads(json.dumps(told)) == told
    assert (told["leads"], told["differing"]) == (3, 1)
