"""The leads that an owner has at hand."""

from streams.lead.codec import encoded_lead
from streams.lead.lead import Lead
from streams.partition.lead_cache import BYTES_A_ROW_BYTE, LeadCache
from tests.builders.records import NOW

ADA, BOB, EVE = (Lead(shown_at=NOW + number) for number in range(3))
ROW_BYTES = 100
ROOMY = 1_000_000


def room_for(leads: int) -> LeadCache:
    """Return a cache with room for some leads of `ROW_BYTES`."""
    return LeadCache(leads * ROW_BYTES * BYTES_A_ROW_BYTE)


def test_what_is_remembered_is_not_loaded() -> None:
    """Only the others are missing; an unknown lead is a new one."""
    cache = LeadCache(ROOMY)
    cache.remember("lead-ada", ADA, ROW_BYTES)

    assert cache.missing(["lead-ada", "lead-bob"]) == ["lead-bob"]
    assert cache.known("lead-ada", None) == ADA
    assert cache.known("lead-bob", encoded_lead(BOB)) == BOB
    assert cache.known("lead-new", None) == Lead()


def test_what_was_loaded_is_remembered() -> None:
    """A lead that waits for its turn through many commits is loaded once."""
    cache = LeadCache(ROOMY)

    cache.known("lead-bob", encoded_lead(BOB))

    assert cache.missing(["lead-bob"]) == []


def test_what_is_remembered_wins_over_what_was_loaded() -> None:
    """The owner's own last commit is never older than the table."""
    cache = LeadCache(ROOMY)
    cache.remember("lead-ada", ADA, ROW_BYTES)

    assert cache.known("lead-ada", encoded_lead(BOB)) == ADA


def test_it_is_bounded_and_the_latest_used_stay() -> None:
    """Memory does not grow with the number of leads."""
    cache = room_for(2)
    cache.remember("lead-ada", ADA, ROW_BYTES)
    cache.remember("lead-bob", BOB, ROW_BYTES)
    cache.known("lead-ada", None)
    cache.remember("lead-eve", EVE, ROW_BYTES)

    assert cache.missing(["lead-ada", "lead-bob", "lead-eve"]) == ["lead-bob"]


def test_a_lead_that_grew_counts_with_its_new_size() -> None:
    """The bound is one of bytes: a rich lead takes the room of several."""
    cache = room_for(3)
    cache.remember("lead-ada", ADA, ROW_BYTES)
    cache.remember("lead-bob", BOB, ROW_BYTES)
    cache.remember("lead-bob", BOB, 3 * ROW_BYTES)

    assert cache.missing(["lead-ada", "lead-bob"]) == ["lead-ada"]


def test_a_lead_beyond_the_bound_is_no_harm() -> None:
    """It is loaded each time."""
    cache = room_for(1)
    cache.remember("lead-ada", ADA, 2 * ROW_BYTES)

    assert (cache.missing(["lead-ada"]), len(cache)) == (["lead-ada"], 0)
