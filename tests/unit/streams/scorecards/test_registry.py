"""Which scorecard is in force when, worked out of the topic's records alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract import rfc3339
from schemas.scorecard_activation import ACTIVE_IN_MS_MAX, ACTIVE_IN_MS_MIN
from streams.partition.judging import champion_of, since_of
from streams.scorecards.activation import Activation, Refusal, RefusedActivation, parsed
from streams.scorecards.registry import Registry
from streams.translation.translate import instant
from tests.builders.activations import FILE, TEXTS, Stored, stored
from tests.builders.records import DAY, MINUTE, NOW, SECOND


def registry(*records: Stored) -> Registry:
    """Return a registry that has taken records."""
    known = Registry(FILE)
    for record in records:
        known.take(record)
    return known


def version_at(known: Registry, at: int) -> str:
    """Return the version in force at an instant."""
    return known.in_force(at).scorecard.version


def test_the_file_is_in_force_until_the_first_activation() -> None:
    """Its name in the tables is its fingerprint, as it was before there was a topic."""
    known = registry(stored())

    assert known.in_force(NOW + ACTIVE_IN_MS_MIN - 1).name == FILE.fingerprint
    assert version_at(known, NOW + ACTIVE_IN_MS_MIN) == "slow-1"
    assert known.next_after(0) == NOW + ACTIVE_IN_MS_MIN
    assert known.next_after(NOW + ACTIVE_IN_MS_MIN) is None


@pytest.mark.parametrize(
    ("fields", "active_at"),
    [
        ({}, NOW + 10 * SECOND),
        ({"active_in_ms": 30 * SECOND}, NOW + 30 * SECOND),
        ({"active_at": instant(NOW + MINUTE)}, NOW + MINUTE),
        ({"active_at": instant(NOW - MINUTE)}, NOW + 10 * SECOND),
        ({"active_at": instant(NOW + 5 * SECOND)}, NOW + 10 * SECOND),
    ],
)
def test_an_activation_is_never_sooner_than_ten_seconds_after_its_append(
    fields: dict[str, Any], active_at: int
) -> None:
    """Whatever the publisher's clock said: so that every worker knows it before a record that it judges."""
    (activation,) = registry(stored(**fields)).activations

    assert activation.active_at == active_at


@pytest.mark.parametrize("is_backfilled", [True, False])
def test_whether_the_past_is_asked_for_belongs_to_the_activation(*, is_backfilled: bool) -> None:
    """The same version can come into force with the past of its new signals or without."""
    known = registry(stored(is_backfilled=is_backfilled))

    assert known.in_force(NOW + ACTIVE_IN_MS_MIN).is_backfilled is is_backfilled
    assert not known.in_force(NOW).is_backfilled


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Stored(1, NOW, None), Refusal.UNREADABLE),
        (Stored(1, NOW, b"{"), Refusal.UNREADABLE),
        (stored(1, text="version: slow-9\n", version="slow-9"), Refusal.SCORECARD),
        (stored(1, text=TEXTS["slow_2"], version="slow-7"), Refusal.VERSION_DIFFERS),
        (stored(1, text=TEXTS["slow_1"].replace("points: ", "points: 1")), Refusal.VERSION_TAKEN),
        (stored(1, version="slow-2", active_at=instant(NOW + ACTIVE_IN_MS_MAX + 1)), Refusal.TOO_FAR),
    ],
)
def test_what_is_refused_leaves_the_old_one_in_force(record: Stored, reason: Refusal) -> None:
    """It is named with its reason, and nothing else is different."""
    known = registry(stored())

    refused = known.take(record)

    assert isinstance(refused, RefusedActivation)
    assert refused.reason is reason
    assert refused.message
    assert known.refused == (refused,)
    assert version_at(known, NOW + ACTIVE_IN_MS_MAX * 2) == "slow-1"


def test_a_comment_makes_no_other_content() -> None:
    """The same version with another layout is the same version; its text stays the first one."""
    known = registry(stored(), stored(1, NOW + MINUTE, text="# as before\n" + TEXTS["slow_1"]))

    assert len(known.activations) == 2
    assert known.versions["slow-1"].text == TEXTS["slow_1"]


def test_a_version_in_force_again_has_another_name() -> None:
    """A roll-back is an activation of its own: every lead is judged anew."""
    known = registry(stored(), stored(1, NOW + MINUTE, version="slow-2"), stored(2, NOW + 2 * MINUTE))

    names = [activation.in_force.name for activation in known.activations]

    assert [activation.version for activation in known.activations] == ["slow-1", "slow-2", "slow-1"]
    assert len(set(names)) == 3


def test_activations_are_in_force_in_the_order_of_their_instants() -> None:
    """One that is planned for later is overtaken; at one instant the later record's is in force."""
    at = instant(NOW + DAY)
    known = registry(
        stored(active_at=at), stored(1, NOW, version="slow-2"), stored(2, NOW, version="slow-2", active_at=at)
    )

    assert version_at(known, NOW + DAY - 1) == "slow-2"
    assert version_at(known, NOW + DAY) == "slow-2"
    assert [activation.offset for activation in known.activations] == [1, 0, 2]


def test_reading_from_the_beginning_again_changes_nothing() -> None:
    """Whoever connects anew reads all of it again; what is known is known."""
    records = (stored(), stored(1, NOW + MINUTE, version="slow-2"))
    known = registry(*records)

    assert [known.take(record) for record in records] == [None, None]
    assert len(known.activations) == 2


def test_another_record_in_a_known_place_is_told() -> None:
    """The topic was made anew: what was in force stays, and somebody has to look."""
    known = registry(stored())

    refused = known.take(stored(0, NOW + DAY, version="slow-2"))

    assert isinstance(refused, RefusedActivation)
    assert refused.reason is Refusal.TOPIC_CHANGED
    assert version_at(known, NOW + 2 * DAY) == "slow-1"


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["slow-1", "slow-2"]), st.integers(0, 90)), max_size=6))
def test_what_is_in_force_depends_on_the_records_only(lines: list[tuple[int, str, int]]) -> None:
    """Known all at once or one by one: at the append time of any record all that judges it was known 10 s before."""
    at = NOW
    records = []
    for offset, (pause, version, ahead) in enumerate(lines):
        at += pause * SECOND
        records.append(PARSED[version](offset, at, NOW + ahead * SECOND))
    whole = Registry(FILE)
    for record in records:
        whole.enter(record)

    growing = Registry(FILE)
    for record in records:
        for judged_at in range(record.appended_at, record.appended_at + ACTIVE_IN_MS_MIN, SECOND):
            known_before = [one for one in records if one.appended_at <= judged_at - ACTIVE_IN_MS_MIN]
            for known in known_before:
                growing.enter(known)
            assert growing.in_force(judged_at).name == whole.in_force(judged_at).name


def _parsed_once(version: str) -> Any:
    """Return a maker of activations of a version, whose text is read once."""
    first = parsed(stored(version=version))
    assert isinstance(first, Activation)

    def made(offset: int, at: int, wanted_at: int) -> Activation:
        active_at = max(wanted_at, at + ACTIVE_IN_MS_MIN)
        return Activation(offset, at, active_at, first.loaded, first.text, instant(NOW), "ada", "")

    return made


PARSED = {version: _parsed_once(version) for version in ("slow-1", "slow-2")}


def test_the_text_of_an_instant_is_whole() -> None:
    """What was published is what is shown."""
    (activation,) = registry(stored(note="more for demos")).activations

    assert (activation.text, activation.note) == (TEXTS["slow_1"], "more for demos")
    assert rfc3339(activation.published_at) == "2026-11-22T10:00:00.000Z"


def challenge(offset: int, at: int, version: str = "slow-2", **fields: Any) -> Stored:
    """Return a record by which a version challenges."""
    return stored(offset, at, version=version, **{"type": "scorecard_challenge", **fields})


def challenger_at(known: Registry, at: int) -> str | None:
    """Return who challenges at an instant."""
    challenger = known.reign_at(at).challenger
    return None if challenger is None else challenger.version


def test_a_challenger_stands_beside_what_is_in_force() -> None:
    """From its instant on; what is in force stays so, under a name that tells of both."""
    known = registry(stored(), challenge(1, NOW + MINUTE))
    begins_at = NOW + MINUTE + ACTIVE_IN_MS_MIN

    before, after = known.in_force(begins_at - 1), known.in_force(begins_at)

    assert (version_at(known, begins_at), before.challenger) == ("slow-1", None)
    assert after.challenger is not None
    assert after.challenger.version == "slow-2"
    assert champion_of(after.name) == before.name
    assert since_of(after.name) == after.since == begins_at
    assert known.next_after(NOW + MINUTE) == begins_at
    assert [one.version for one in known.activations] == ["slow-1"]
    assert [one.version for one in known.challenges] == ["slow-2"]


@pytest.mark.parametrize(
    ("end", "is_left"),
    [
        (stored(2, NOW + 2 * MINUTE, version="slow-2", type="scorecard_withdrawal"), False),
        (stored(2, NOW + 2 * MINUTE, version="slow-2"), False),
        (stored(2, NOW + 2 * MINUTE, version="slow-1"), True),
    ],
)
def test_a_challenge_ends_with_a_withdrawal_or_with_another_version(end: Stored, is_left: bool) -> None:
    """The version in force once more, as at the end of an import, is no other version."""
    known = registry(stored(), challenge(1, NOW + MINUTE), end)
    at = NOW + 2 * MINUTE + ACTIVE_IN_MS_MIN

    assert challenger_at(known, at - 1) == "slow-2"
    assert challenger_at(known, at) == ("slow-2" if is_left else None)
    assert len({known.in_force(one).name for one in (NOW + MINUTE, at - 1, at)}) == 3


def test_the_same_scorecards_are_the_same_objects() -> None:
    """What is remembered of a scorecard is remembered by its object, look after look."""
    known = registry(stored(), challenge(1, NOW + MINUTE))
    at = NOW + 2 * MINUTE
    first = known.in_force(at)
    known.take(stored(2, NOW + 2 * MINUTE, version="slow-1"))

    assert known.in_force(at).challenger is first.challenger
    assert known.in_force(at + MINUTE).challenger is first.challenger


def test_who_cannot_stand_beside_it_does_not() -> None:
    """The version in force judges alone, and the reason is told."""
    text = TEXTS["slow_2"].replace('glob: "/pricing*"', 'glob: "/prices*"').replace("slow-2", "slow-3")
    known = registry(stored(), challenge(1, NOW + MINUTE, "slow-3", text=text))

    reign = known.reign_at(NOW + 2 * MINUTE)

    assert (reign.challenger, reign.in_force.challenger, version_at(known, NOW + 2 * MINUTE)) == (None, None, "slow-1")
    assert "pricing_viewed" in (reign.hindrance or "")


def test_a_version_that_is_in_force_by_then_does_not_challenge_itself() -> None:
    """It was promoted before its challenge began: nothing is judged twice, and no id stands on two topics."""
    begins_at = NOW + 60 * MINUTE
    known = registry(stored(), challenge(1, NOW + MINUTE, active_at=instant(begins_at)))
    known.take(stored(2, NOW + 2 * MINUTE, version="slow-2"))

    reign = known.reign_at(begins_at)

    assert (reign.challenger, reign.in_force.challenger, version_at(known, begins_at)) == (None, None, "slow-2")
    assert "slow-2" in (reign.hindrance or "")


def test_a_file_can_be_challenged() -> None:
    """Nothing was ever published; the file stays in force."""
    known = registry(challenge(0, NOW, "slow-1"))

    reign = known.reign_at(NOW + MINUTE)

    assert reign.activation is None
    assert champion_of(reign.in_force.name) == FILE.fingerprint
