"""A history that stands in a file: activities and profile updates, one JSON object a line, plain or gzip.

As in `leadstream score`: each lead belongs to the partition that Kafka would give it, and a line counts as stored when
it happened, so one that is out of order is judged at its partition's clock.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from streams.history.history import RUN_RECORDS_MAX, Reading, Run
from streams.importing.lines import LINE_BYTES_MAX, STANDARD_INPUT, Line, LineSource, opened
from streams.kafka.partitioner import partition_of
from streams.offline import StoredRecord
from streams.partition.records import Decoded, Taken
from streams.translation.activity_lines import LineRefused, read_line

KEYS_REMEMBERED = 65_536


class FileHistory:
    """The lines of an opened file.

    Args:
        name: What to call it.
        source: The lines.
        size: Bytes of the file; None if nobody knows.
        partitions: How many partitions the topics would have.
        until: Milliseconds since the epoch: what happened later is left out and counted; None takes everything.
    """

    unit = "bytes"

    def __init__(self, name: str, source: LineSource, size: int | None, *, partitions: int, until: int | None) -> None:
        self.name = name
        self.reading = Reading(size)
        self.ends_at = until
        self._source = source
        self._until = until
        self._offsets = Counter[tuple[str, int]]()
        self._partition_of = lru_cache(KEYS_REMEMBERED)(lambda key: partition_of(key, partitions))

    def runs(self) -> Iterator[Run]:
        """Yield the lines, some thousand at once, by partition."""
        waiting: dict[int, list[Decoded]] = {}
        count = 0
        for line in self._source.lines:
            item = self._item(line)
            if item is None:
                continue
            waiting.setdefault(item.record.partition, []).append(item)
            count += 1
            if count == RUN_RECORDS_MAX:
                yield from self._handed_over(waiting)
                waiting, count = {}, 0
        yield from self._handed_over(waiting)

    def _handed_over(self, waiting: dict[int, list[Decoded]]) -> Iterator[Run]:
        self.reading.done = self._source.bytes_read()
        for partition, items in sorted(waiting.items()):
            yield Run(partition, items)

    def _item(self, line: Line) -> Taken | None:
        """Return a line as a record in its place; None if it is none, or left out."""
        text = line.text
        if text is None:
            self.reading.refuse(line.number, f"longer than {LINE_BYTES_MAX} bytes")
            return None
        if not text.strip():
            return None
        try:
            topic, content = read_line(text)
        except LineRefused as refusal:
            self.reading.refuse(line.number, str(refusal))
            return None
        at = content.occurred_at
        if self._until is not None and at > self._until:
            self.reading.left_out += 1
            return None
        key = content.source.encode()
        place = (topic, self._partition_of(key))
        offset = self._offsets[place]
        self._offsets[place] = offset + 1
        return Taken(StoredRecord(*place, offset, at, key, text), at, content.source, content)


@contextmanager
def file_history(path: Path, *, partitions: int, until: int | None = None) -> Iterator[FileHistory]:
    """Open a file as a history; ``-`` is standard input. Other arguments as for `FileHistory`.

    Raises:
        FileUnreadable: If it cannot be opened, or, while it is played, not read.
    """
    with opened(path) as source:
        size = None if path == STANDARD_INPUT else path.stat().st_size
        yield FileHistory(str(path), source, size, partitions=partitions, until=until)
