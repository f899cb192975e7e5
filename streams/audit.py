"""Who did what: records of what people change, for the topic `audit-log`."""

import getpass
import socket
from datetime import datetime

from schemas.audit_record import AuditAction, AuditRecord
from streams.publisher.door import Message

AUDIT_LOG = "audit-log"
ACTOR_CHARACTERS_MAX = 256


def current_actor() -> str:
    """Return who runs this process, as user and machine; ``unknown`` stands for what cannot be told."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    name = "".join(sign if sign.isprintable() else "?" for sign in f"{user}@{socket.gethostname()}")
    return name.strip()[:ACTOR_CHARACTERS_MAX]


def audit_message(record: AuditRecord, topic_prefix: str) -> Message:
    """Return an audit record as a message: on the topic's only partition, in the order in which things were done."""
    return Message(topic_prefix + AUDIT_LOG, 0, None, record.model_dump_json().encode())


def audit_record(
    action: AuditAction, subject: str, actor: str, at: datetime, **detail: str | int | bool
) -> AuditRecord:
    """Return what a person did.

    Args:
        action: What, from a closed set.
        subject: What to.
        actor: Who; see `current_actor`.
        at: When, by this machine's clock.
        detail: What else is worth knowing, free of personal data of leads; texts are cut at 512 characters.
    """
    bounded: dict[str, str | bool | int | float] = {
        name: value[:512] if isinstance(value, str) else value for name, value in detail.items()
    }
    return AuditRecord(at=at, actor=actor, action=action, subject=subject, detail=bounded)
