"""The end of an import: every lead is judged anew, once, now that all of its past is there.

It is the scorecard in force coming into force once more, at one instant on the clock of every partition: what workers
do for every release, with all that holds for one. All that the import put on the topics was stored before.
"""

from dataclasses import dataclass
from datetime import datetime

from schemas.audit_record import AuditAction
from schemas.scorecard_activation import ACTIVE_IN_MS_MIN
from streams.audit import audit_message, audit_record
from streams.configuration.settings import Settings
from streams.publisher.door import Publisher
from streams.scorecards.activation import Activation
from streams.scorecards.releasing import Release, known_scorecards, release_message
from streams.translation.translate import milliseconds


@dataclass(frozen=True, slots=True)
class JudgedAnew:
    """When every lead is judged anew, and by which version."""

    activation: Activation


@dataclass(frozen=True, slots=True)
class NothingInForce:
    """No scorecard was ever published, so none can come into force once more: workers go by a file of theirs."""


async def note_begun(settings: Settings, publisher: Publisher, import_id: str, by: str, now: datetime) -> None:
    """Leave a record of an import on the topic `audit-log`, before it does anything.

    Raises:
        PublishUnavailable: If Kafka does not acknowledge.
    """
    said = audit_record(AuditAction.HISTORY_IMPORTED, import_id, by, now)
    await publisher.publish([audit_message(said, settings.topic_prefix)])


async def judge_anew(
    settings: Settings, publisher: Publisher, import_id: str, by: str, now: datetime
) -> JudgedAnew | NothingInForce:
    """Have every lead judged anew by the scorecard that will be in force.

    Args:
        settings: Where Kafka is.
        publisher: Where the record goes.
        import_id: What is at its end.
        by: Who does it.
        now: This machine's time; workers go by Kafka's.

    Returns:
        The activation; one that is still to come needs no other beside it.

    Raises:
        PublishUnavailable: If Kafka does not acknowledge.
        ReadUnavailable: If it does not say which scorecards there are.
        ScorecardRefused: If the installation's file cannot be used.
    """
    last = next(reversed((await known_scorecards(settings)).registry.activations), None)
    if last is None:
        return NothingInForce()
    if last.active_at > milliseconds(now) + ACTIVE_IN_MS_MIN:
        return JudgedAnew(last)
    note = f"import {import_id} is whole: every lead is judged anew"
    release = Release(last.loaded, last.text, None, ACTIVE_IN_MS_MIN, by, note)
    message = release_message(release, settings.topic_prefix, now)
    detail = {"fingerprint": last.loaded.fingerprint, "key": (message.key or b"").decode(), "note": note}
    said = audit_record(AuditAction.SCORECARD_PUBLISHED, last.version, by, now, **detail)
    await publisher.publish([audit_message(said, settings.topic_prefix)])
    await publisher.publish([message])
    became = (await known_scorecards(settings)).became(message.key or b"")
    return JudgedAnew(became if isinstance(became, Activation) else last)
