"""A file of activities as a history: lines in their places, bad ones told and left out."""

import gzip
from itertools import pairwise
from pathlib import Path

from streams.history.file import file_history
from streams.kafka.partitioner import partition_of
from streams.partition.records import Taken
from tests.builders.histories import PARTITIONS, demo_lines, written


def items(path: Path) -> tuple[list[Taken], int, list[tuple[int, str]]]:
    """Return a file's records, how many lines were refused, and which."""
    with file_history(path, partitions=PARTITIONS) as opened:
        taken = [item for run in opened.runs() for item in run.items if isinstance(item, Taken)]
        assert opened.reading.total == opened.reading.done == path.stat().st_size
        return taken, opened.reading.refused, opened.reading.refused_listed


def test_each_line_has_its_place(tmp_path: Path) -> None:
    """A lead's lines are on the partition of its key, in the order of the file, offsets without holes."""
    lines = demo_lines(leads=6, days=5)
    taken, refused, _ = items(written(tmp_path, lines))

    assert (len(taken), refused) == (len(lines), 0)
    assert all(item.record.partition == partition_of(item.lead_id.encode(), PARTITIONS) for item in taken)
    places = sorted((item.record.topic, item.record.partition, item.record.offset) for item in taken)
    assert all(two[2] == one[2] + 1 or two[2] == 0 for one, two in pairwise(places))
    assert all(item.appended_at == item.record.timestamp for item in taken)


def test_gzip_is_the_same_history(tmp_path: Path) -> None:
    """Compressed or not, the same records."""
    plain = written(tmp_path, demo_lines(leads=3, days=3))
    packed = tmp_path / "history.ndjson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert items(packed)[0] == items(plain)[0]


def test_bad_lines_are_named_and_empty_ones_are_not(tmp_path: Path) -> None:
    """A line that is no activity is told by its number; one of nothing but blanks is passed over."""
    good = demo_lines(leads=2, days=2)
    taken, refused, listed = items(written(tmp_path, [good[0], b"{", b"  ", b"x" * 300_000, *good[1:]]))

    assert len(taken) == len(good)
    assert refused == 2
    assert [number for number, _ in listed] == [2, 4]
    assert "longer than" in listed[1][1]
