"""What became of leads: a file that says who was won or lost, and when.

CSV with a head, or one JSON object a line; plain or gzip. Wanted are `lead_id`, `outcome` and `occurred_at`; what else
there is is passed over. A day without a time counts as its first instant (UTC): then nothing of that day, which may
have come of the outcome itself, is taken for a reason of it.
"""

import csv
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from schemas.contract import Instant
from streams.importing.lines import Line, opened
from streams.scorecards.finding import nearest
from streams.translation.translate import milliseconds

COLUMNS = ("lead_id", "outcome", "occurred_at")
WON = frozenset({"won", "accepted"})
LOST = frozenset({"lost", "rejected"})
"""What outcomes are called, unless the caller names those that are won."""
ROWS_MAX = 2_000_000
REFUSED_LISTED_MAX = 20
LEAD_ID_CHARACTERS_MAX = 256
DELIMITERS = (",", ";", "\t")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


class OutcomesRefused(ValueError):
    """A file of outcomes cannot be used as a whole; the text says why, and what to give."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a lead: whether it was won, and when that was known, in milliseconds."""

    is_won: bool
    at: int


@dataclass(slots=True)
class Outcomes:
    """The outcomes of a file, one a lead: the first that is won, else the first.

    ``rows``: how many there were. ``refused`` of them say nothing that can be used; the first few are listed with their
    line and the reason.
    """

    by_lead: dict[str, Fate] = field(default_factory=dict)
    rows: int = 0
    refused: int = 0
    refused_listed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, lead_id: str, fate: Fate) -> None:
        """Add what is said of a lead."""
        known = self.by_lead.get(lead_id)
        if known is None or (fate.is_won, -fate.at) > (known.is_won, -known.at):
            self.by_lead[lead_id] = fate

    def refuse(self, number: int, reason: str) -> None:
        """Count a row that cannot be used."""
        self.refused += 1
        if len(self.refused_listed) < REFUSED_LISTED_MAX:
            self.refused_listed.append((number, reason))


def read_outcomes(path: Path, won: Collection[str] = ()) -> Outcomes:
    """Read a file of outcomes.

    Args:
        path: The file; ``-`` is standard input.
        won: The outcomes that are won, all others being lost; none for the usual words.

    Raises:
        FileUnreadable: If it cannot be read.
        OutcomesRefused: If a column is missing, or if it has more than `ROWS_MAX` rows.
    """
    outcomes = Outcomes()
    with opened(path) as source:
        for number, row in _rows(source.lines, path):
            outcomes.rows += 1
            if outcomes.rows > ROWS_MAX:
                raise OutcomesRefused(f"{path}: more than {ROWS_MAX:,} rows; give fewer")
            try:
                lead_id, fate = _read(row, won)
            except ValueError as error:
                outcomes.refuse(number, str(error))
            else:
                outcomes.add(lead_id, fate)
    if not outcomes.rows:
        raise OutcomesRefused(f"{path}: it holds no outcome; give lines with {', '.join(COLUMNS)}")
    return outcomes


def _rows(lines: Iterator[Line], path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield rows with their lines' numbers, whichever of the two forms the file has."""
    first = next((line for line in lines if line.text is None or line.text.strip()), None)
    if first is None:
        return
    if (first.text or b"").lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        yield from _objects(first, lines)
    else:
        yield from _records(first, lines, path)


def _objects(first: Line, lines: Iterator[Line]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line in _chained(first, lines):
        text = (line.text or b"").removeprefix(b"\xef\xbb\xbf")
        if line.text is not None and not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        yield line.number, row if isinstance(row, dict) else {}


def _records(head: Line, lines: Iterator[Line], path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    text = _decoded(head).removeprefix("\ufeff")
    delimiter = max(DELIMITERS, key=text.count)
    names = [name.strip().lower() for name in next(csv.reader([text], delimiter=delimiter), [])]
    if missing := [name for name in COLUMNS if name not in names]:
        found = nearest(missing[0], [name for name in names if name.isidentifier()])
        wanted = f"give a head with {', '.join(COLUMNS)}, or one JSON object a line"
        raise OutcomesRefused(f"{path}, line {head.number}: there is no column {missing[0]} ({found}); {wanted}")
    for line in lines:
        cells = next(csv.reader([_decoded(line)], delimiter=delimiter), [])
        if cells:
            yield line.number, dict(zip(names, cells, strict=False))


def _chained(first: Line, lines: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from lines


def _decoded(line: Line) -> str:
    return (line.text or b"").decode("utf-8", errors="replace")


def _read(row: Mapping[str, Any], won: Collection[str]) -> tuple[str, Fate]:
    """Return what a row says of which lead.

    Raises:
        ValueError: If it says nothing that can be used; without the row's own words but for the outcome.
    """
    lead_id, outcome, occurred_at = (row.get(name) for name in COLUMNS)
    if not isinstance(lead_id, str) or not lead_id.strip() or len(lead_id) > LEAD_ID_CHARACTERS_MAX:
        raise ValueError(f"lead_id: a text of 1 to {LEAD_ID_CHARACTERS_MAX} characters is wanted")
    word = outcome.strip().lower() if isinstance(outcome, str) else ""
    if not word or len(word) > LEAD_ID_CHARACTERS_MAX:
        raise ValueError("outcome: a word such as won or lost is wanted")
    if not won and word not in WON | LOST:
        raise ValueError(f"outcome {word}: {nearest(word, WON | LOST)}; or name those that are won with --won")
    is_won = word in (won or WON)
    return lead_id.strip(), Fate(is_won, _instant_ms(occurred_at))


def _instant_ms(text: object) -> int:
    """Return an instant, or the first instant of a day, in milliseconds.

    Raises:
        ValueError: If it is neither.
    """
    given = text.strip() if isinstance(text, str) else ""
    try:
        if _DAY.fullmatch(given):
            day = date.fromisoformat(given)
            return milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
        return milliseconds(_INSTANT.validate_json(json.dumps(given.replace(" ", "T", 1))))
    except (ValueError, ValidationError):
        rule = "an instant with its offset such as 2026-10-03T14:07:00+02:00 is wanted, or a day such as 2026-10-03"
        raise ValueError(f"occurred_at: {rule}") from None
