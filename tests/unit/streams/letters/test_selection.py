"""Which dead letters are meant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.refusals import Reason
from streams.letters.letter import Letter
from streams.letters.selection import Selection
from tests.builders.letters import letter
from tests.builders.records import NOW

AT = datetime.fromtimestamp(NOW / 1000, UTC)
MEANT: list[dict[str, Any]] = [
    {},
    {"reasons": frozenset({Reason.TOO_LATE, Reason.SCHEMA})},
    {"topics": frozenset({"page-views"})},
    {"partitions": (3, 3)},
    {"partitions": (0, 7)},
    {"offsets": (42, 50)},
    {"since": AT},
    {"until": AT + timedelta(milliseconds=1)},
    {"lead": "lead-ada"},
    {"ids": frozenset({"3/17"})},
]
OTHERS: list[dict[str, Any]] = [
    {"reasons": frozenset({Reason.SCHEMA})},
    {"topics": frozenset({"email-opens"})},
    {"partitions": (4, 7)},
    {"partitions": (0, 2)},
    {"offsets": (0, 41)},
    {"since": AT + timedelta(milliseconds=1)},
    {"until": AT},
    {"lead": "lead-bob"},
    {"ids": frozenset({"3/18"})},
]


@pytest.mark.parametrize("asked", MEANT)
def test_what_is_asked_for_is_meant(asked: dict[str, Any]) -> None:
    """Nothing asked means all; ends are included, but for `until`."""
    assert Selection(**asked).takes(letter())


@pytest.mark.parametrize("asked", OTHERS)
def test_what_is_not_asked_for_is_not_meant(asked: dict[str, Any]) -> None:
    """One question that is answered no is enough."""
    assert not Selection(**asked).takes(letter())
    assert not Selection(**{"reasons": frozenset({Reason.TOO_LATE}), **asked}).takes(letter())


def test_a_lead_is_found_by_its_key_and_in_the_body() -> None:
    """A record without a key, or under a wrong one, is of the lead that it names; whatever else stands there is not."""
    ada = Selection(lead="lead-ada")

    assert ada.takes(letter(key=None))
    assert ada.takes(letter(value=b"no JSON"))
    assert ada.takes(letter(key=b"lead-bob"))
    for value in (b"no JSON", b"[]", b'{"lead_id": 7}', None, b"[" * 100_000):
        assert not ada.takes(letter(key=b"lead-bob", value=value))


def test_what_others_wrote_has_no_source() -> None:
    """Without a question about it, it is meant."""
    foreign = Letter(3, 17, NOW, None, b"lead-ada", None)

    assert Selection().takes(foreign)
    assert Selection(lead="lead-ada").takes(foreign)
    assert not Selection(topics=frozenset({"page-views"})).takes(foreign)
    assert not Selection(partitions=(0, 9)).takes(foreign)


def test_the_audit_log_learns_what_was_asked_but_not_of_whom() -> None:
    """A lead's id stays out of the records of what people did."""
    asked = Selection(
        reasons=frozenset({Reason.SCHEMA, Reason.FUTURE}),
        partitions=(3, 7),
        since=AT,
        lead="lead-ada",
        ids=frozenset({"a"}),
    )

    assert asked.described() == (
        "reason=future,schema partitions=3-7 since=2026-11-22T10:00:00.000Z lead=one ids=1 named"
    )
    assert Selection().described() == "all"
