"""Imported activities arrive whole, or not at all."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.activities import PageView
from schemas.inputs import line_adapter
from streams.configuration.settings import Settings
from streams.feed import message_of
from streams.importing import kafka_sink
from streams.importing.kafka_sink import KafkaSink
from streams.importing.lines import FileUnreadable
from streams.importing.sinks import FileSink, Sink
from streams.publisher.door import Message, PublishUnavailable

SETTINGS = Settings(partitions=4)


def view(number: int) -> PageView:
    """Return a page view."""
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    return PageView(id=f"view-{number}", lead_id=f"visitor-{number}", occurred_at=at, url="/pricing")


def break_off(sink: Sink) -> None:
    """Take an activity, then come to grief."""
    with sink:
        sink.take(view(1))
        raise KeyError


class Kafka:
    """A publisher that remembers, in one event loop as real ones must be used."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()
        self.is_closed = False
        self.is_away = False

    async def publish(self, messages: Sequence[Message]) -> None:
        """Remember messages, or be away."""
        self.loops.add(asyncio.get_running_loop())
        if self.is_away:
            raise PublishUnavailable("away")
        self.messages += messages

    async def close(self) -> None:
        """Remember that it was closed."""
        self.loops.add(asyncio.get_running_loop())
        self.is_closed = True


def test_a_file_holds_a_line_for_each(tmp_path: Path) -> None:
    """What was taken can be read back, line by line."""
    target = tmp_path / "views.ndjson"
    with FileSink(target) as sink:
        sink.take(view(1))
        sink.take(view(2))
        assert not target.exists()

    assert [line_adapter().validate_json(line) for line in target.read_bytes().splitlines()] == [view(1), view(2)]
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_import_leaves_the_old_file(tmp_path: Path) -> None:
    """A file that was there stays as it was when the import breaks off, and no half of a new one is left."""
    target = tmp_path / "views.ndjson"
    target.write_text("old", encoding="utf-8")

    with pytest.raises(KeyError):
        break_off(FileSink(target))

    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The error names the file and the way out."""
    with (
        pytest.raises(FileUnreadable, match=r"absent/views\.ndjson: No such file"),
        FileSink(tmp_path / "absent/views.ndjson"),
    ):
        pass


def test_kafka_gets_every_activity_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches go out as they fill, the rest at the end, and the connection is closed."""
    monkeypatch.setattr(kafka_sink, "BATCH_RECORDS", 3)
    kafka = Kafka()
    with KafkaSink(kafka, SETTINGS) as sink:
        for number in range(5):
            sink.take(view(number))
        assert len(kafka.messages) == 3

    assert kafka.messages == [message_of(view(number), SETTINGS) for number in range(5)]
    assert (kafka.is_closed, len(kafka.loops)) == (True, 1)


def test_a_kafka_that_is_away_is_told() -> None:
    """What is not acknowledged is no import: the error comes out, and the connection is closed all the same."""
    kafka = Kafka()
    kafka.is_away = True

    with pytest.raises(PublishUnavailable), KafkaSink(kafka, SETTINGS) as sink:
        sink.take(view(1))

    assert kafka.is_closed


def test_a_failed_import_sends_no_rest() -> None:
    """When reading breaks off, what was not sent yet stays unsent."""
    kafka = Kafka()

    with pytest.raises(KeyError):
        break_off(KafkaSink(kafka, SETTINGS))

    assert (kafka.messages, kafka.is_closed) == ([], True)
