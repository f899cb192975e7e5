"""A partition's leads: out of the cache, the others out of the table."""

from collections.abc import Awaitable, Callable

from streams.lead.codec import encoded_lead
from streams.lead.lead import Lead
from streams.partition.lead_cache import BYTES_A_ROW_BYTE, LeadRoom
from streams.partition.leads import Leads
from streams.table.door import Loaded
from streams.table.fake import FakeTable
from tests.builders.virtual_time import in_virtual_time
from tests.examples.commits import commit_after

KNOWN = Lead(shown_at=1_700, is_shown=True)


class Asking:
    """Asks once, and notes what came."""

    def __init__(self) -> None:
        self.loaded: list[Loaded] = []

    async def __call__(self, ask: Callable[[], Awaitable[Loaded]]) -> Loaded:
        """Return the answer."""
        self.loaded.append(await ask())
        return self.loaded[-1]


@in_virtual_time
async def test_a_lead_is_loaded_once_and_remembered() -> None:
    """The table's, a new one for a stranger, and what a commit made of it: then the table is not asked any more."""
    table, asking = FakeTable(), Asking()
    claim = await table.claim(3, "owner-a")
    await table.commit(commit_after(claim, "c1", leads={"lead-ada": encoded_lead(KNOWN)}))
    leads = Leads(table, 3, LeadRoom(1_000_000), asking)

    assert await leads.of(["lead-ada", "lead-bob"]) == {"lead-ada": KNOWN, "lead-bob": Lead()}
    leads.remember("lead-ada", Lead(shown_at=1_800), 40)
    assert await leads.of(["lead-ada"]) == {"lead-ada": Lead(shown_at=1_800)}
    assert [set(loaded.leads) for loaded in asking.loaded] == [{"lead-ada"}]


@in_virtual_time
async def test_leads_at_hand_outlast_those_loaded_beside_them() -> None:
    """A cache with room for one forgets it for the other of the same batch; the batch has both."""
    table, asking = FakeTable(), Asking()
    claim = await table.claim(3, "owner-a")
    rows = dict.fromkeys(["lead-ada", "lead-bob"], encoded_lead(KNOWN))
    await table.commit(commit_after(claim, "c1", leads=rows))
    leads = Leads(table, 3, LeadRoom(BYTES_A_ROW_BYTE * len(rows["lead-ada"])), asking)
    await leads.of(["lead-ada"])

    assert await leads.of(["lead-bob", "lead-ada"]) == {"lead-ada": KNOWN, "lead-bob": KNOWN}
    assert [set(loaded.leads) for loaded in asking.loaded] == [{"lead-ada"}, {"lead-bob"}]


@in_virtual_time
async def test_wake_ups_come_with_the_leads() -> None:
    """Those that are due by an instant, no more than asked for."""
    table = FakeTable()
    claim = await table.claim(3, "owner-a")
    due = {"lead-ada": 5, "lead-bob": 6, "lead-cyd": 9}
    await table.commit(commit_after(claim, "c1", leads=dict.fromkeys(due, encoded_lead(KNOWN)), due=due))
    leads = Leads(table, 3, LeadRoom(1_000_000), Asking())

    assert await leads.load([], due_until=8, due_count_max=10) == ({}, (("lead-ada", 5), ("lead-bob", 6)))
    assert await leads.load([], due_until=9, due_count_max=1) == ({}, (("lead-ada", 5),))
