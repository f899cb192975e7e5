"""Where an import goes: to Kafka or into a file, in batches, each noted in the progress file once its target has it."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from msgspec.structs import replace

from schemas.activities import Activity
from schemas.imported import ImportedHeaders
from schemas.profile import LeadProfile
from streams.configuration.settings import Settings
from streams.feed import message_of
from streams.importing.activities.pace import Pace
from streams.importing.activities.progress_file import ProgressFile
from streams.importing.lines import FileUnreadable
from streams.publisher.door import Message, Publisher

BATCH_ACTIVITIES = 1_000
ENDS_EVERY_BATCHES = 200
"""How often it is noted where the topics end: an import that goes on reads back what lies behind."""


class Target(Protocol):
    """Takes the activities of an import in order, each with its number; a context manager that is done at its end."""

    def take(self, number: int, activity: Activity | LeadProfile) -> None:
        """Take an activity, unless an earlier run brought it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class Kafka(Protocol):
    """What an import asks of Kafka beside publishing."""

    async def ends(self) -> Mapping[str, int]:
        """Return where the topics of activities end, by `topic/partition`."""
        ...

    def numbers_since(self, import_id: str, ends: Mapping[str, int]) -> AsyncIterator[int]:
        """Yield the numbers of an import's activities that stand behind some ends."""
        ...


class KafkaTarget:
    """Sends an import to the topics.

    Args:
        publisher: Where to send; closed at the end.
        kafka: Tells what is there already.
        progress: How far earlier runs came.
        settings: Names and counts of the topics.
        pace: How fast at most.
    """

    def __init__(
        self, publisher: Publisher, kafka: Kafka, progress: ProgressFile, settings: Settings, pace: Pace
    ) -> None:
        self._publisher = publisher
        self._kafka = kafka
        self._file = progress
        self._settings = settings
        self._pace = pace
        self._batch: list[tuple[int, Message]] = []
        self._batches_since_ends = ENDS_EVERY_BATCHES
        self._there: Collection[int] = ()
        self._runner = asyncio.Runner()

    def take(self, number: int, activity: Activity | LeadProfile) -> None:
        """Take an activity; sends a batch when there are enough.

        Raises:
            PublishUnavailable: If Kafka does not acknowledge.
            ReadUnavailable: If Kafka does not say where its topics end.
        """
        if number <= self._file.progress.sent:
            return
        headers = ImportedHeaders(id=self._file.progress.import_id, number=number).to_headers()
        # Stamped when it is sent, as live traffic is: on a broker that goes by it, the past is no time to store at.
        message = replace(message_of(activity, self._settings), headers=headers, timestamp_ms=None)
        self._batch.append((number, message))
        if len(self._batch) >= BATCH_ACTIVITIES:
            self._send()

    def _send(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        progress = self._file.progress
        # Noted before a batch: whatever of it gets through and is not noted lies behind. While some of it did so in
        # an earlier run, the earlier ends stand: a second break would find only what lies behind later ones.
        if self._batches_since_ends >= ENDS_EVERY_BATCHES and not self._there:
            progress.ends = dict(self._runner.run(self._kafka.ends()))
            self._file.save()
            self._batches_since_ends = 0
        self._batches_since_ends += 1
        messages = [message for number, message in batch if number not in self._there]
        self._pace.wait_for(len(messages))
        self._runner.run(self._publisher.publish(messages))
        progress.sent = batch[-1][0]
        self._there = [number for number in self._there if number > progress.sent]
        self._file.save()

    async def _numbers_there(self) -> Collection[int]:
        """Return which activities got through without being noted."""
        progress = self._file.progress
        since = self._kafka.numbers_since(progress.import_id, progress.ends)
        return {number async for number in since if number > progress.sent}

    def __enter__(self) -> Self:
        if self._file.progress.ends:
            self._there = self._runner.run(self._numbers_there())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._send()
                self._file.progress.is_finished = True
                self._file.save()
        finally:
            self._runner.run(self._publisher.close())
            self._runner.close()


class FileTarget:
    """Writes an import into a file of JSON lines, which gets its name when it is whole.

    Args:
        path: The file.
        progress: How far earlier runs came.
    """

    def __init__(self, path: Path, progress: ProgressFile) -> None:
        self._path = path
        self._partial = path.with_name(path.name + ".partial")
        self._file = progress
        self._stream: BinaryIO | None = None
        self._last = progress.progress.sent

    def take(self, number: int, activity: Activity | LeadProfile) -> None:
        """Write an activity as one line.

        Raises:
            OSError: If the disk is full.
        """
        if self._stream is None:
            raise RuntimeError("a file takes activities inside its with statement")
        if number <= self._file.progress.sent:
            return
        self._stream.write(activity.model_dump_json(exclude_none=True).encode() + b"\n")
        self._last = number
        if number - self._file.progress.sent >= BATCH_ACTIVITIES:
            self._note()

    def _note(self) -> None:
        if self._stream is not None:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._file.progress.sent = self._last
            self._file.progress.written_bytes = self._stream.tell()
            self._file.save()

    def __enter__(self) -> Self:
        progress = self._file.progress
        try:
            is_there = self._partial.exists() and self._partial.stat().st_size >= progress.written_bytes
            if progress.sent and not is_there:
                # What an earlier run wrote is gone: it is written again.
                progress.sent = progress.written_bytes = self._last = 0
            self._stream = self._partial.open("r+b" if self._partial.exists() else "wb")
            self._stream.truncate(progress.written_bytes)
            self._stream.seek(progress.written_bytes)
        except OSError as error:
            raise FileUnreadable(f"{self._path}: {error.strerror}; name a file that can be written") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._stream is None:
            return
        if kind is None:
            self._note()
        self._stream.close()
        if kind is None:
            self._partial.replace(self._path)
            self._file.progress.is_finished = True
            self._file.save()


class NoTarget:
    """Takes activities and does nothing with them: a dry run."""

    def take(self, number: int, activity: Activity | LeadProfile) -> None:
        """Take an activity."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
