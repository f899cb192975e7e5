"""What people did to dead letters, as the audit log tells it."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas.audit_record import AuditAction, AuditRecord
from streams.audit import audit_record
from streams.letters.notes import Notes, Ranges, Status, range_texts, ranges_of

AT = datetime(2026, 11, 22, tzinfo=UTC)


def note(action: AuditAction, letters: str, partition: int = 3) -> AuditRecord:
    """Return a note of some letters."""
    return audit_record(action, "dead-letters", "ada@crm", AT, letters=letters, partition=partition)


def test_what_was_noted_is_known() -> None:
    """How often a letter was replayed, and that being dropped counts more."""
    notes = Notes(
        [
            audit_record(AuditAction.DEAD_LETTERS_REPLAYED, "dead-letters", "ada@crm", AT, step="begun", count=3),
            note(AuditAction.DEAD_LETTERS_REPLAYED, "17-19"),
            note(AuditAction.DEAD_LETTERS_REPLAYED, "18"),
            note(AuditAction.DEAD_LETTERS_DROPPED, "19-20"),
            audit_record(AuditAction.SCORECARD_PUBLISHED, "2026-11", "ada@crm", AT, letters="17", partition=3),
        ]
    )

    assert [notes.replay_count((3, offset)) for offset in range(16, 22)] == [0, 1, 2, 1, 0, 0]
    assert [notes.status((3, offset)) for offset in range(16, 22)] == [
        Status.OPEN,
        Status.REPLAYED,
        Status.REPLAYED,
        Status.DROPPED,
        Status.DROPPED,
        Status.OPEN,
    ]
    assert notes.status((4, 17)) is Status.OPEN


def test_garbage_in_a_note_names_nothing() -> None:
    """Whoever wrote it: what is no range is left aside."""
    assert ranges_of("") == []
    assert ranges_of("x,-3,5-,7-y,9-8") == [(5, 5), (9, 8)]
    assert Notes([note(AuditAction.DEAD_LETTERS_DROPPED, "9-8")]).status((3, 8)) is Status.OPEN


@given(st.sets(st.integers(0, 400), max_size=200), st.integers(12, 60))
def test_texts_name_exactly_what_they_were_made_of(offsets: set[int], characters_max: int) -> None:
    """Within their bound, whatever it is."""
    texts = list(range_texts(offsets, characters_max))
    named = [offset for text, _ in texts for first, last in ranges_of(text) for offset in range(first, last + 1)]

    assert named == sorted(offsets)
    assert sum(count for _, count in texts) == len(offsets)
    assert all(len(text) <= characters_max for text, _ in texts)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=12))
def test_overlapping_ranges_add_up(found: list[tuple[int, int]]) -> None:
    """The count of an offset is how many ranges it is in."""
    ranges = [(first, first + more) for first, more in found]
    counted = Ranges(ranges)

    assert [counted.count(offset) for offset in range(45)] == [
        sum(first <= offset <= last for first, last in ranges) for offset in range(45)
    ]
