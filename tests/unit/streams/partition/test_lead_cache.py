"""The leads that an owner has at hand."""

from streams.lead.codec import encoded_lead
from streams.lead.lead import Lead
from streams.partition.lead_cache import LeadCache
from tests.builders.records import NOW

ADA, BOB, EVE = (Lead(shown_at=NOW + number) for number in range(3))


def test_what_is_remembered_is_not_loaded() -> None:
    """Only the others are missing; an unknown lead is a new one."""
    cache = LeadCache(leads_max=10)
    cache.remember({"lead-ada": ADA})

    assert cache.missing(["lead-ada", "lead-bob"]) == ["lead-bob"]
    assert cache.known(["lead-ada", "lead-bob", "lead-new"], {"lead-bob": encoded_lead(BOB)}) == {
        "lead-ada": ADA,
        "lead-bob": BOB,
        "lead-new": Lead(),
    }


def test_what_is_remembered_wins_over_what_was_loaded() -> None:
    """The owner's own last commit is never older than the table."""
    cache = LeadCache(leads_max=10)
    cache.remember({"lead-ada": ADA})

    assert cache.known(["lead-ada"], {"lead-ada": encoded_lead(BOB)}) == {"lead-ada": ADA}


def test_it_is_bounded_and_the_latest_changed_stay() -> None:
    """Memory does not grow with the number of leads."""
    cache = LeadCache(leads_max=2)
    cache.remember({"lead-ada": ADA, "lead-bob": BOB})
    cache.remember({"lead-ada": ADA})
    cache.remember({"lead-eve": EVE})

    assert cache.missing(["lead-ada", "lead-bob", "lead-eve"]) == ["lead-bob"]


def test_a_batch_beyond_the_bound_is_no_harm() -> None:
    """More leads changed at once than it holds: some are forgotten."""
    cache = LeadCache(leads_max=1)
    cache.remember({"lead-ada": ADA, "lead-bob": BOB})

    assert cache.missing(["lead-ada", "lead-bob"]) == ["lead-ada"]
