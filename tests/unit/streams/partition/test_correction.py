"""What leads were told, held against the table: a page costs a commit only if something in it was told wrongly."""

from types import SimpleNamespace
from typing import Any

import pytest

import streams.partition.correction
from scorer import LeadState
from scorer.judging.judgement import Standing
from streams.partition.correction import CorrectionSteps, correct
from streams.tail.told import Change, Told
from tests.builders.folding import TAIL_TOPICS
from tests.builders.records import NOW
from tests.builders.scorecards import tiny_scorecard

PAGE = 2
SCORE = "default"
BOTTOM = "subscriber"


class Table:
    """Leads on pages, a fold that notes what it corrects, and the commits of it."""

    def __init__(self, **stages: str) -> None:
        """Hold leads by the stage that they are in."""
        self.states = {lead: LeadState(standings={SCORE: Standing(stage, NOW, None)}) for lead, stage in stages.items()}
        self.corrected: list[str] = []
        self.commits: list[tuple[list[str], bool]] = []

    async def page(self, cursor: int) -> tuple[list[str], int]:
        """Return the next lead ids."""
        found = [*self.states][cursor : cursor + PAGE]
        return found, cursor + PAGE if cursor + PAGE < len(self.states) else 0

    async def leads(self, lead_ids: Any) -> Any:
        """Return their rows."""
        return {lead_id: SimpleNamespace(state=self.states[lead_id]) for lead_id in lead_ids}

    def fold(self, _leads: Any) -> Any:
        """Return a fold that notes."""
        return SimpleNamespace(
            correct=lambda lead_id, _: self.corrected.append(lead_id),
            withdraw=lambda lead_id, *_: self.corrected.append(lead_id),
            stranger=lambda: LeadState(standings={SCORE: Standing(BOTTOM, NOW, None)}),
        )

    async def commit(self, _fold: Any, *, is_last: bool) -> None:
        """Note a commit."""
        self.commits.append((self.corrected, is_last))
        self.corrected = []

    def steps(self) -> CorrectionSteps:
        """Return what correcting asks for."""
        return CorrectionSteps(self.page, self.leads, self.fold, self.commit, lambda: False)


def told(**stages: str) -> Told:
    """Return what leads were told."""
    made = Told(TAIL_TOPICS, {})
    for lead, stage in stages.items():
        made.tell(Change(f"id-{lead}", lead, SCORE, stage))
    return made


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be small."""
    monkeypatch.setattr(streams.partition.correction, "PAGE_LEADS", PAGE)


async def test_what_is_right_costs_one_commit() -> None:
    """The last one, which says that nothing is pending."""
    table = Table(a="lead", b=BOTTOM, c="lead", d=BOTTOM, e=BOTTOM)

    assert await correct(told(a="lead", c="lead", d=BOTTOM), tiny_scorecard(), table.steps()) == 0

    assert table.commits == [([], True)]


async def test_each_page_with_a_correction_is_committed() -> None:
    """And none beside it but the last."""
    table = Table(a="lead", b=BOTTOM, c="lead", d=BOTTOM, e="lead")

    assert await correct(told(a="lead", d="lead", e="lead"), tiny_scorecard(), table.steps()) == 2

    assert table.commits == [(["c", "d"], False), ([], True)]


async def test_leads_that_the_table_lost_are_withdrawn_page_by_page() -> None:
    """The last commit comes whether or not it has something to correct."""
    table = Table()
    lost = told(p="lead", q=BOTTOM, r=BOTTOM, s=BOTTOM, t="lead")

    assert await correct(lost, tiny_scorecard(), table.steps()) == 2

    assert table.commits == [(["p"], False), (["t"], True)]


async def test_a_lead_of_whom_only_the_past_is_known_stands_where_anybody_begins() -> None:
    """Nobody judged it: it is corrected if it was told more than that, and not because it has no standing."""
    table = Table(a="lead", b=BOTTOM, c=BOTTOM)
    table.states |= dict.fromkeys(("a", "b", "c"), LeadState())

    assert await correct(told(a="lead", b=BOTTOM), tiny_scorecard(), table.steps()) == 1

    assert table.commits == [(["a"], False), ([], True)]
