"""The two ends of an import into Kafka: who does it is noted before, and every lead is judged anew after."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from streams.cli.instants import instant_shown
from streams.cli.terminal import say

if TYPE_CHECKING:
    from streams.configuration.settings import Settings
    from streams.importing.activities.progress_file import ProgressFile
    from streams.publisher.door import Publisher

Answer = TypeVar("Answer")

BY_HAND = "leads are judged by it when a scorecard comes into force: leadstream scorecard publish FILE"


def begin(progress: "ProgressFile", settings: "Settings") -> None:
    """Leave a record of an import that begins, before it does anything."""
    from streams.audit import current_actor
    from streams.importing.activities.judging_anew import note_begun

    if progress.progress.is_begun:
        return
    import_id, now = progress.progress.import_id, datetime.now(UTC)
    _publishing(settings, lambda publisher: note_begun(settings, publisher, import_id, current_actor(), now))


def have_judged(progress: "ProgressFile", settings: "Settings") -> None:
    """Have every lead judged anew, and say when."""
    from streams.audit import current_actor
    from streams.importing.activities.judging_anew import JudgedAnew, judge_anew
    from streams.scorecards.finding import ScorecardRefused

    import_id, now = progress.progress.import_id, datetime.now(UTC)
    try:
        answer = _publishing(
            settings, lambda publisher: judge_anew(settings, publisher, import_id, current_actor(), now)
        )
    except ScorecardRefused as refused:
        say(f"{refused}\nthe scorecards cannot be told without it; {BY_HAND}")
        return
    if isinstance(answer, JudgedAnew):
        progress.progress.is_judged = True
        progress.save()
        at = instant_shown(answer.activation.active_at)
        say(f"every lead is judged anew by version {answer.activation.version} at {at}")
    else:
        say(f"no scorecard was ever published; {BY_HAND}")


def _publishing(settings: "Settings", do: Callable[["Publisher"], Awaitable[Answer]]) -> Answer:
    """Do something with a publisher, and close it."""
    from streams.publisher.kafka import KafkaPublisher

    async def done() -> Answer:
        publisher = KafkaPublisher.from_settings(settings)
        try:
            return await do(publisher)
        finally:
            await publisher.close()

    return asyncio.run(done())
