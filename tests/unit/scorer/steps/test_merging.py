"""Merging: the union of two histories, whichever knows what; and the way back."""

from dataclasses import replace

from scorer import JournalBounds, LeadState, ProfileUpdate, merge, record, retract, unmerge, update_profile
from scorer.facts.state import Cell, CellKey, Standing
from scorer.rules.conditions import Condition, Equals
from scorer.rules.scorecard import FitCriterion
from tests.examples.ladders import laddered, page_view
from tests.examples.scorecards import DAY_MS, HOUR_MS, NOON, criterion

CARD = laddered(
    criterion(points=10.0),
    fit=(FitCriterion("industry", Condition("industry", Equals("Software")), 30.0),),
    width_ms=HOUR_MS,
)
ADA, ANONYMOUS = "lead-ada", "anonymous-7"


def lived(source: str, *instants: int) -> LeadState:
    """Return a lead that viewed a page at some instants under one of its ids."""
    state = LeadState()
    for at in instants:
        state = record(state, page_view(at, source=source), CARD, at).state
    return state


def merged(into: LeadState, other: LeadState) -> LeadState:
    """Return both as one, an hour after noon."""
    return merge(into, other, CARD, NOON + HOUR_MS).state


def test_cells_are_kept_by_source() -> None:
    """What came under which id can be told later."""
    state = merged(lived(ADA, NOON), lived(ANONYMOUS, NOON, NOON + 1))

    assert dict(state.cells) == {
        CellKey(ADA, "viewed", 0, NOON // HOUR_MS): Cell(1, 0, 0),
        CellKey(ANONYMOUS, "viewed", 0, NOON // HOUR_MS): Cell(2, 1, 0),
    }
    assert [entry.source for entry in state.journal] == [ANONYMOUS, ADA, ANONYMOUS]


def test_the_union_can_promote() -> None:
    """Two subscribers may be one lead; the change is told of the one that stays, dated by the merge."""
    outcome = merge(lived(ADA, NOON), lived(ANONYMOUS, NOON), CARD, NOON + HOUR_MS)

    assert [(change.from_stage, change.to_stage, change.changed_at) for change in outcome.stage_changes] == [
        ("subscriber", "lead", NOON + HOUR_MS)
    ]


def test_the_stage_of_the_lead_that_stays_is_the_one_that_is_judged() -> None:
    """Where the other one stood is not asked, nor whether it had been judged more lately."""
    into = replace(lived(ADA, NOON, NOON + 1), judged_at=NOON + 1)
    other = replace(lived(ANONYMOUS, NOON), standings={"platform": Standing("mql", NOON, None)})

    assert merged(into, other).standings["platform"] == into.standings["platform"]


def test_what_both_know_counts_once() -> None:
    """The same activity under the same id, delivered to both before anybody knew that they are one."""
    state = merged(lived(ADA, NOON, NOON + 1), lived(ADA, NOON + 1, NOON + 2))

    assert dict(state.cells) == {CellKey(ADA, "viewed", 0, NOON // HOUR_MS): Cell(3, 3, 0)}
    assert len(state.journal) == 3


def test_what_one_took_back_is_gone_for_both() -> None:
    """Whichever of the two leads the retraction came to, and whether or not it had come there."""
    taken = retract(lived(ADA, NOON), ADA, NOON, CARD, NOON + 9).state
    awaited = retract(LeadState(), ADA, NOON, CARD, NOON + 9).state

    for one, other in [(taken, lived(ADA, NOON)), (awaited, lived(ADA, NOON)), (taken, awaited)]:
        for state in (merged(one, other), merged(other, one)):
            assert dict(state.cells) == {}
            (entry,) = state.journal
            assert entry.is_retracted
            assert entry.counted == (("viewed", 0),)


def test_of_two_profiles_the_latest_word_on_each_attribute_wins() -> None:
    """Per source and attribute; what the lead is worth is judged with both."""
    older = update_profile(lived(ADA, NOON), ProfileUpdate(1, "crm", NOON, {"industry": "farming"}), CARD, NOON).state
    newer = update_profile(LeadState(), ProfileUpdate(2, "crm", NOON + 1, {"industry": "software"}), CARD, NOON).state

    for state in (merged(older, newer), merged(newer, older)):
        assert state.profile[("crm", "industry")].value == "software"
        assert state.standings["platform"].stage == "lead"


def test_the_order_of_two_leads_matters_to_no_fact() -> None:
    """Only standings remember who stayed."""
    one, other = lived(ADA, NOON, NOON + 5), lived(ANONYMOUS, NOON + 3)

    first, second = merged(one, other), merged(other, one)

    assert (dict(first.cells), first.journal, first.profile) == (dict(second.cells), second.journal, second.profile)


def test_a_full_journal_says_what_it_drops() -> None:
    """Two journals that were within their bounds may not be so together."""
    bounds = JournalBounds(entries_max=3)

    outcome = merge(lived(ADA, NOON, NOON + 2), lived(ANONYMOUS, NOON + 1, NOON + 3), CARD, NOON + HOUR_MS, bounds)

    assert outcome.evicted_count == 1
    assert [entry.occurred_at - NOON for entry in outcome.state.journal] == [1, 2, 3]


def test_splitting_gives_both_their_own_back() -> None:
    """Facts are those of before the merge; the part that leaves is seen for the first time."""
    ada, visitor = lived(ADA, NOON, NOON + 1), lived(ANONYMOUS, NOON, NOON + 1, NOON + 2)

    parts = unmerge(merged(ada, visitor), ANONYMOUS, CARD, NOON + DAY_MS)

    assert parts.staying.state.cells == ada.cells
    assert parts.staying.state.journal == ada.journal
    assert parts.leaving.state.cells == visitor.cells
    assert parts.leaving.state.journal == visitor.journal
    assert [(change.from_stage, change.to_stage) for change in parts.leaving.stage_changes] == [(None, "lead")]


def test_the_lead_that_stays_may_fall_by_a_split() -> None:
    """What made it rise was not its own."""
    one = merged(lived(ADA, NOON), lived(ANONYMOUS, NOON))

    staying, leaving = unmerge(one, ANONYMOUS, CARD, NOON + DAY_MS)

    assert [(change.from_stage, change.to_stage) for change in staying.stage_changes] == [("lead", "subscriber")]
    assert leaving.stage_changes == ()


def test_nothing_leaves_with_a_source_that_never_was() -> None:
    """The lead stays whole, and the other part is empty."""
    one = lived(ADA, NOON)

    parts = unmerge(one, "anonymous-8", CARD, NOON + 1)

    assert parts.staying.state.cells == one.cells
    assert dict(parts.leaving.state.cells) == {}
    assert parts.leaving.state.journal == ()
