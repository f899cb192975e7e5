"""One dead letter: a refused record, why it was refused, and its way into a file and back.

What it holds may be personal: nothing here prints it.
"""

import base64
import json
from dataclasses import dataclass

from pydantic import ValidationError

from schemas.dead_letter import DeadLetterHeaders, without_dead_letter_headers
from schemas.letter_line import LetterLine
from streams.partition.records import InputRecord


class LineRefused(Exception):
    """A line of a file is no dead letter."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. ``said`` is None if leadstream did not write it; ``headers`` are the producer's own."""

    partition: int
    offset: int
    timestamp: int
    said: DeadLetterHeaders | None
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def id(self) -> str:
        """How commands name it."""
        return f"{self.partition}/{self.offset}"

    @property
    def size_bytes(self) -> int:
        """Bytes of its key and value."""
        return len(self.key or b"") + len(self.value or b"")

    @classmethod
    def of_record(cls, record: InputRecord) -> "Letter":
        """Read a record of the topic of dead letters."""
        try:
            said = DeadLetterHeaders.from_headers(record.headers)
        except ValidationError:
            said = None
        own = tuple((name, value or b"") for name, value in without_dead_letter_headers(record.headers))
        return cls(record.partition, record.offset, record.timestamp, said, record.key, record.value, own)

    @classmethod
    def of_line(cls, line: str | bytes) -> "Letter":
        """Read a line that `to_line` wrote.

        Raises:
            LineRefused: If it is none. The text names place and rule, never the content.
        """
        try:
            # Not strict: instants and reasons stand as text in it.
            read = LetterLine.model_validate_json(line, strict=False)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "line"
            raise LineRefused(f"{place}: {first['msg']}") from None
        headers = tuple((header.name, header.value) for header in read.headers)
        place_of = (read.letter_partition, read.letter_offset, read.letter_timestamp_ms)
        return cls(*place_of, read.said, read.key, read.value, headers)

    def to_line(self) -> str:
        """Return the letter as one line of a file, without its end.

        Raises:
            ValueError: If leadstream did not write it: there is nothing to say of it.
        """
        if self.said is None:
            raise ValueError(f"{self.id} was not written by leadstream; leave it out")
        return json.dumps(
            {
                "letter_partition": self.partition,
                "letter_offset": self.offset,
                "letter_timestamp_ms": max(-1, self.timestamp),
                "said": self.said.model_dump(mode="json", exclude_none=True),
                "key": _text(self.key),
                "value": _text(self.value),
                "headers": [{"name": name, "value": _text(value)} for name, value in self.headers],
            }
        )


def _text(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")
