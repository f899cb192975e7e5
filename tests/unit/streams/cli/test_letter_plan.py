"""What the commands of `dead-letters` know of what people did before."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

import streams.letters.shelf
from schemas.audit_record import AuditAction
from streams.audit import audit_message, audit_record
from streams.cli.letter_plan import known_notes
from streams.configuration.settings import Settings
from tests.builders.records import NOW, Record


def log_of(monkeypatch: pytest.MonkeyPatch, *values: bytes | None) -> None:
    """Let the audit log hold some records."""

    async def read(_settings: Settings, topic: str) -> AsyncGenerator[Record]:
        for offset, value in enumerate(values):
            yield Record(topic, 0, offset, NOW, None, value, ())

    monkeypatch.setattr(streams.letters.shelf, "read_to_end", read)


def noted() -> bytes | None:
    """Return a note of a replay."""
    record = audit_record(
        AuditAction.DEAD_LETTERS_REPLAYED, "dead-letters", "ada", datetime.now(UTC), partition=3, letters="17-18"
    )
    return audit_message(record, "").value


async def test_notes_that_nobody_can_read_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A newer leadstream's note may be of a letter that is shown as open: silence would let it be replayed twice."""
    log_of(monkeypatch, b'{"type": "audit_record"}', noted(), None)

    notes = await known_notes()

    assert (notes.unreadable, notes.replay_count((3, 18))) == (2, 1)
    assert "2 records of audit-log cannot be read" in " ".join(capsys.readouterr().err.split())


async def test_a_log_that_is_whole_needs_no_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is said of nothing."""
    log_of(monkeypatch, noted())

    assert (await known_notes()).unreadable == 0
    assert capsys.readouterr().err == ""
