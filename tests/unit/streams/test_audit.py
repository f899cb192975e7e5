"""Who did what."""

import getpass
import socket
from datetime import UTC, datetime

import pytest

from schemas.audit_record import AuditAction, AuditRecord
from streams.audit import audit_message, audit_record, current_actor

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_an_actor_is_user_and_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the contract takes it, whatever the machine is called."""
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    monkeypatch.setattr(socket, "gethostname", lambda: "crm\n1" + "x" * 300)

    assert current_actor().startswith("ada@crm?1x")
    audit_record(AuditAction.DEAD_LETTERS_DROPPED, "dead-letters", current_actor(), AT)


def test_a_user_without_a_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose user has no entry."""

    def nobody() -> str:
        raise OSError("no entry")

    monkeypatch.setattr(getpass, "getuser", nobody)

    assert current_actor().startswith("unknown@")


def test_a_record_goes_to_the_only_partition() -> None:
    """In the order in which things were done; long texts are cut."""
    record = audit_record(AuditAction.DEAD_LETTERS_DROPPED, "dead-letters", "ada", AT, count=3, why="x" * 600)

    message = audit_message(record, "crm.")

    assert (message.topic, message.partition) == ("crm.audit-log", 0)
    assert AuditRecord.model_validate_json(message.value or b"").detail == {"count": 3, "why": "x" * 512}
