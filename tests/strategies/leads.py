"""Leads with a history in their cells and profile, made without judging: for properties of what a lead is worth."""

from collections.abc import Iterable

from scorer.facts import cells, profile
from scorer.facts.activity import Activity, ProfileUpdate
from scorer.facts.state import Attribute, Cell, CellKey, LeadState
from scorer.rules.scorecard import Scorecard
from scorer.rules.signals import matched


def counted(history: Iterable[Activity | ProfileUpdate], scorecard: Scorecard) -> LeadState:
    """Return the lead that a history makes: every activity counted, every update folded, nothing judged."""
    counters: dict[CellKey, Cell] = {}
    attributes: dict[tuple[str, str], Attribute] = {}
    for happened in history:
        if isinstance(happened, ProfileUpdate):
            attributes = profile.folded(attributes, happened)
        else:
            new = cells.cells_of(
                source=happened.source,
                verdict=happened.verdict,
                occurred_at=happened.occurred_at,
                counted=matched(happened, scorecard),
                scorecard=scorecard,
            )
            counters = cells.add(counters, new)
    return LeadState(cells=counters, profile=attributes)
