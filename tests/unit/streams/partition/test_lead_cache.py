"""The leads that an owner has at hand."""

from streams.lead.lead import Lead
from streams.partition.lead_cache import BYTES_A_ROW_BYTE, LeadCache, LeadRoom
from tests.builders.records import NOW

ADA, BOB, EVE = (Lead(shown_at=NOW + number) for number in range(3))
ROW_BYTES = 100
ROOMY = 1_000_000


def room_for(leads: int) -> LeadCache:
    """Return a cache with room for some leads of `ROW_BYTES`."""
    return LeadCache(LeadRoom(leads * ROW_BYTES * BYTES_A_ROW_BYTE))


def test_what_is_remembered_is_held() -> None:
    """And nothing else is."""
    cache = LeadCache(LeadRoom(ROOMY))
    cache.remember("lead-ada", ADA, ROW_BYTES)

    assert cache.held(["lead-ada", "lead-bob"]) == {"lead-ada": ADA}


def test_the_least_recently_used_goes_first() -> None:
    """Being asked for counts as use."""
    cache = room_for(2)
    cache.remember("lead-ada", ADA, ROW_BYTES)
    cache.remember("lead-bob", BOB, ROW_BYTES)
    cache.held(["lead-ada"])
    cache.remember("lead-eve", EVE, ROW_BYTES)

    assert cache.held(["lead-ada", "lead-bob", "lead-eve"]).keys() == {"lead-ada", "lead-eve"}


def test_a_lead_that_grew_takes_its_new_size() -> None:
    """The bound is on bytes, not on how often something was remembered."""
    cache = room_for(3)
    cache.remember("lead-ada", ADA, ROW_BYTES)
    cache.remember("lead-bob", BOB, ROW_BYTES)
    cache.remember("lead-bob", BOB, 3 * ROW_BYTES)

    assert cache.held(["lead-ada", "lead-bob"]) == {"lead-bob": BOB}


def test_a_lead_larger_than_the_bound_is_not_remembered() -> None:
    """It is loaded each time."""
    cache = room_for(1)
    cache.remember("lead-ada", ADA, 2 * ROW_BYTES)

    assert (cache.held(["lead-ada"]), len(cache)) == ({}, 0)


def test_the_room_is_shared_among_those_who_are_in_it() -> None:
    """Whoever comes makes the others' shares smaller, which they notice when they remember something next."""
    room = LeadRoom(2 * ROW_BYTES * BYTES_A_ROW_BYTE)
    with room.occupied():
        cache = LeadCache(room)
        cache.remember("lead-ada", ADA, ROW_BYTES)
        cache.remember("lead-bob", BOB, ROW_BYTES)
        assert len(cache) == 2
        with room.occupied():
            cache.remember("lead-eve", EVE, ROW_BYTES)
            assert cache.held(["lead-ada", "lead-bob", "lead-eve"]) == {"lead-eve": EVE}
        cache.remember("lead-bob", BOB, ROW_BYTES)
        assert len(cache) == 2
