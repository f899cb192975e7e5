"""A contract as headers."""

from datetime import UTC, datetime

from schemas.contract import Contract, Instant
from schemas.header_fields import texts_of, written


class Said(Contract):
    """What is said."""

    at: Instant
    count: int
    note: str | None = None


def test_each_field_is_a_header_and_nothing_is_none() -> None:
    """Instants as on the wire; what has no value has no header."""
    said = Said(at=datetime(2026, 11, 22, tzinfo=UTC), count=3)

    assert written(said, "x_") == (("x_at", b"2026-11-22T00:00:00.000Z"), ("x_count", b"3"))


def test_the_last_of_a_name_counts() -> None:
    """As Kafka's readers take it; others' headers and empty ones are left aside."""
    headers = (("x_count", b"1"), ("x_count", b"2"), ("y", b"3"), ("x_at", None))

    assert texts_of(headers, "x_") == {"count": "2"}
