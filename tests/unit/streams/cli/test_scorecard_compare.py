"""Where leads stand by the scorecard in force and by its challenger, as text and for machines."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from streams.cli.exit_codes import ExitCode
from streams.lead.codec import encoded_lead
from streams.lead.lead import Challenge, Lead
from streams.scorecards import releasing
from streams.scorecards.loading import load
from streams.scorecards.registry import Registry
from streams.scorecards.releasing import KnownScorecards
from streams.table.door import Loaded, PartitionFacts
from streams.table.redis import RedisTable
from tests.builders.activations import DATA, stored
from tests.builders.folding import Partition
from tests.builders.records import NOW, page_view
from tests.command_line import Command

FIRST, SECOND = (load(DATA / f"slow_{number}.yaml").scorecard for number in (1, 2))


@dataclass
class Rows:
    """Tables of one partition, as `compare` reads them: every lead comes twice, as in a set that is being moved."""

    name: str
    rows: dict[str, bytes] = field(default_factory=dict)

    async def require_count(self) -> None:
        """Have as many partitions as the settings say."""

    async def facts(self, partition: int) -> PartitionFacts:
        """See `streams.table.door.Table.facts`."""
        count = 0 if partition else len(self.rows)
        return PartitionFacts(partition, 1, "", NOW, {}, self.name, 0, count, None, is_recovering=False)

    async def leads_after(self, partition: int, cursor: int, count: int) -> tuple[tuple[str, ...], int]:
        """See `streams.table.door.Table.leads_after`."""
        assert count
        ids = () if partition else tuple(self.rows)
        return (ids, 1) if not cursor and not partition else (ids, 0)

    async def load(self, partition: int, lead_ids: Sequence[str], *, due_until: int, due_count_max: int) -> Loaded:
        """See `streams.table.door.Table.load`."""
        assert (partition, due_until, due_count_max) == (partition, -1, 0)
        return Loaded({lead_id: self.rows[lead_id] for lead_id in lead_ids}, ())

    async def close(self) -> None:
        """See `streams.table.door.Table.close`."""


def judged(views: int) -> Lead:
    """Return a lead that looked at the prices so often, judged by both."""
    leads = []
    for scorecard in (FIRST, SECOND):
        partition = Partition(scorecard)
        partition.handle(*(page_view("/pricing", offset=place, at=NOW + place) for place in range(views)))
        leads.append(partition.lead())
    return replace(leads[0], challenge=Challenge(SECOND.version, leads[1].state.standings))


@pytest.fixture
def rows(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> Rows:
    """The tables of a line in which the second version challenges the first."""
    assert leadstream  # which takes the settings of others away first
    registry = Registry(load(DATA / "slow_1.yaml"))
    registry.take(stored(at=NOW - 60_000, version="slow-2", type="scorecard_challenge"))
    made = Rows(registry.in_force(NOW).name)

    async def known(_settings: object) -> KnownScorecards:
        return KnownScorecards(registry, {})

    monkeypatch.setattr(releasing, "known_scorecards", known)
    monkeypatch.setattr("streams.cli.scorecard_compare.now_ms", lambda: NOW)
    monkeypatch.setattr(RedisTable, "from_settings", lambda _settings: made)
    return made


def test_who_stands_apart_is_told_with_reasons(leadstream: Command, rows: Rows) -> None:
    """Two views of the prices make a lead by the one and not by the other; five by both, or more."""
    rows.rows = {f"lead-{name}": encoded_lead(judged(views)) for name, views in (("ada", 2), ("bob", 8), ("cay", 1))}
    rows.rows["lead-dan"] = encoded_lead(replace(judged(1), challenge=None))

    text, document = leadstream("scorecard", "compare"), leadstream("scorecard", "compare", "--json")

    assert (text.code, document.code) == (ExitCode.FINDING, ExitCode.FINDING)
    assert "4 leads, slow-1 in force, challenged by slow-2" in text.out
    assert "1 lead was not judged by both yet" in text.err
    assert "lead-ada  lead | visitor" in text.out
    assert "pricing -8.0" in text.out
    told = json.loads(document.out)
    assert (told["champion"], told["challenger"], told["leads"], told["unjudged"]) == ("slow-1", "slow-2", 4, 1)
    assert told["partitions_awaited"] == 0
    (score,) = told["scores"]
    assert score["leads"] == 3
    assert sum(one["leads"] for one in score["matrix"]) == 3
    assert told["listed"][0]["movers"][0]["name"] == "pricing"


def test_where_all_stand_alike_that_is_said(leadstream: Command, rows: Rows) -> None:
    """With code 0; a partition whose leads the challenger has yet to judge is counted."""
    rows.name = "another"
    rows.rows = {"lead-cay": encoded_lead(judged(1))}

    ended = leadstream("scorecard", "compare")

    assert ended.code == ExitCode.OK
    assert "1 lead stands alike (100.0 %)" in ended.out
    assert "1 partition has yet to judge all leads" in ended.err
