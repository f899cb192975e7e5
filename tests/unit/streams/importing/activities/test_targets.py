"""An import reaches its target once, however often it was broken off on the way."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.activities import PageView
from schemas.imported import ImportedHeaders
from streams.configuration.settings import Settings
from streams.importing.activities import targets
from streams.importing.activities.pace import Pace
from streams.importing.activities.progress_file import ProgressFile, ProgressUnreadable, import_id_of
from streams.importing.activities.targets import FileTarget, KafkaTarget
from streams.importing.lines import FileUnreadable
from streams.publisher.door import Message, PublishUnavailable

COUNT = 10


class BrokenOff(Exception):
    """The process is gone."""


class Topics:
    """Topics in memory: a publisher that may fail when some of a batch, or all of it, got through; and their reader."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.fails_after: int | None = None

    async def publish(self, messages: Sequence[Message]) -> None:
        """Store messages, perhaps some of them only."""
        for message in messages:
            if self.fails_after is not None and len(self.messages) >= self.fails_after:
                raise PublishUnavailable("Kafka is away")
            self.messages.append(message)

    async def close(self) -> None:
        """Hold nothing."""

    async def ends(self) -> Mapping[str, int]:
        """Return one place for all."""
        return {"page-views/0": len(self.messages)}

    async def numbers_since(self, import_id: str, ends: Mapping[str, int]) -> AsyncIterator[int]:
        """Yield what is behind the end that is given."""
        for message in self.messages[ends["page-views/0"] :]:
            said = ImportedHeaders.from_headers(message.headers)
            if said.id == import_id:
                yield said.number


def views(count: int = COUNT) -> list[PageView]:
    """Return some activities."""
    at = datetime(2024, 3, 1, tzinfo=UTC)
    return [PageView(id=f"a-{number}", lead_id="lead-ada", occurred_at=at, url="/") for number in range(count)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three activities a batch."""
    monkeypatch.setattr(targets, "BATCH_ACTIVITIES", 3)


def send(folder: Path, topics: Topics, *, until: int = COUNT) -> None:
    """Run an import; a process that is killed runs no further than an activity."""
    progress = ProgressFile.opened(folder, "crm-1", "kafka")
    pace = Pace(0, lambda: 0.0, lambda _: None)
    with KafkaTarget(topics, topics, progress, Settings(), pace) as target:
        for number, view in enumerate(views(), 1):
            if number > until:
                raise BrokenOff
            target.take(number, view)


def numbers(topics: Topics) -> list[int]:
    """Return which activities are on the topics."""
    return [ImportedHeaders.from_headers(message.headers).number for message in topics.messages]


@pytest.mark.parametrize("stored", range(COUNT + 1))
def test_what_got_through_and_was_not_noted_is_not_sent_again(tmp_path: Path, stored: int) -> None:
    """Kafka took some of a batch and did not say so: the next run finds them, and sends the others."""
    topics = Topics()
    topics.fails_after = stored if stored < COUNT else None
    if stored < COUNT:
        with pytest.raises(PublishUnavailable):
            send(tmp_path, topics)
        topics.fails_after = None
        send(tmp_path, topics)
    else:
        send(tmp_path, topics)

    assert numbers(topics) == list(range(1, COUNT + 1))
    assert ProgressFile.opened(tmp_path, "crm-1", "kafka").progress.is_finished


def test_what_two_broken_runs_brought_is_found(tmp_path: Path) -> None:
    """A second break in the same batch: what the first run brought of it is still known."""
    topics = Topics()
    for topics.fails_after in (4, 5):
        with pytest.raises(PublishUnavailable):
            send(tmp_path, topics)
    topics.fails_after = None
    send(tmp_path, topics)

    assert numbers(topics) == list(range(1, COUNT + 1))


def test_an_import_that_is_killed_often_still_comes_once(tmp_path: Path) -> None:
    """Each run goes on where the one before was, none is sent twice."""
    topics = Topics()
    for until in range(COUNT):
        with pytest.raises(BrokenOff):
            send(tmp_path, topics, until=until)
    send(tmp_path, topics)

    assert numbers(topics) == list(range(1, COUNT + 1))


def test_a_record_names_its_lead_and_its_import(tmp_path: Path) -> None:
    """It is keyed like a live one, and says which import it is of."""
    topics = Topics()
    send(tmp_path, topics)

    assert topics.messages[0].key == b"lead-ada"
    assert ImportedHeaders.from_headers(topics.messages[0].headers) == ImportedHeaders(id="crm-1", number=1)


@pytest.mark.parametrize("until", range(COUNT))
def test_a_file_goes_on_where_it_was(tmp_path: Path, until: int) -> None:
    """What stands behind the last note is cut off; the whole file is that of one run, and has its name only then."""
    path = tmp_path / "out.ndjson"

    def write(until: int) -> None:
        progress = ProgressFile.opened(tmp_path / "progress", "crm-1", str(path))
        with FileTarget(path, progress) as target:
            for number, view in enumerate(views(), 1):
                if number > until:
                    raise BrokenOff
                target.take(number, view)

    with pytest.raises(BrokenOff):
        write(until)
    assert not path.exists()
    write(COUNT)

    written = [PageView.model_validate_json(line).id for line in path.read_bytes().splitlines()]
    assert written == [view.id for view in views()]


def test_a_partial_file_that_is_gone_is_written_anew(tmp_path: Path) -> None:
    """A note of what no longer is there counts for nothing."""
    progress = ProgressFile.opened(tmp_path, "crm-1", "out.ndjson")
    progress.progress.sent, progress.progress.written_bytes = 2, 400

    with FileTarget(tmp_path / "out.ndjson", progress) as target:
        for number, view in enumerate(views(3), 1):
            target.take(number, view)

    assert len((tmp_path / "out.ndjson").read_bytes().splitlines()) == 3


def test_a_pace_is_kept_on_average() -> None:
    """A batch is waited for as long as the one before takes at the rate, and lost time is not made up for."""
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(100, lambda: now[0], sleep)
    starts = []
    for _ in range(3):
        pace.wait_for(50)
        starts.append(now[0])
    now[0] += 100
    pace.wait_for(50)

    assert [later - earlier for earlier, later in pairwise(starts)] == [0.5, 0.5]
    assert len(slept) == 2


def test_another_content_is_another_import() -> None:
    """An import's id follows from name, mapping and content, in their order, and is safe as a file's name."""
    same = import_id_of("crm", "mapping", ["a", "b"])

    assert same == import_id_of("crm", "mapping", ["a", "b"])
    assert len({same, import_id_of("crm", "mapping", ["b", "a"]), import_id_of("crm", "other", ["a", "b"])}) == 3
    assert ImportedHeaders(id=import_id_of("x" * 64, "", [""]), number=1)


@pytest.mark.parametrize("content", ["", "[]", '{"sent": 1}', '{"import_id": 1, "target": "", "more": 2}'])
def test_a_file_that_is_no_progress_is_told(tmp_path: Path, content: str) -> None:
    """It is not overwritten, and the way out is said."""
    file = ProgressFile.opened(tmp_path, "crm-1", "kafka")
    file.path.write_text(content, encoding="utf-8")

    with pytest.raises(ProgressUnreadable, match="remove it to begin anew"):
        ProgressFile.opened(tmp_path, "crm-1", "kafka")


def test_progress_that_cannot_be_kept_ends_the_import(tmp_path: Path) -> None:
    """Without it a break would double what was sent."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(FileUnreadable, match="--progress-folder"):
        ProgressFile.opened(tmp_path / "file" / "below", "crm-1", "kafka").save()
