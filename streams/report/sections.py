"""What a report is made of: titles, figures, tables and charts, as plain values.

The building blocks know nothing of leads or scorecards: who has something to report says it in them, and
`streams/report/page.py` makes the page. Texts may hold anything; the page escapes them. Numbers stay numbers, so that
the page can align, sort and shorten them. An instant is an `int` of milliseconds since 1970, shown in UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "instant"]
"""How a column is aligned, sorted and shown: ``instant`` takes milliseconds since 1970."""

Cell = str | int | float | None
"""One value of a table; ``None`` is shown as a dash and sorted last."""

TABLE_ROWS_MAX = 200_000
"""Rows of a table that a page carries: some 15 MB, which a browser still opens at once."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure: ``value`` with its ``unit``, what it is, and a short ``note`` that sets it in proportion."""

    label: str
    value: int | float | str
    note: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that a reader should know if they read nothing else: three to six."""

    title: str
    tiles: tuple[Tile, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    ``unit`` stands in the head, not in each cell. ``decimals`` of a number column: as many in each cell, so that they
    align.
    """

    label: str
    kind: Kind = "text"
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to sort, filter and page through.

    ``rows_name`` is what a row is, in the plural ("leads", "stage changes"). ``rows_total`` says how many there are
    when ``rows`` holds only the most telling of them; the page says so too. Columns of few different texts get a filter
    of their own.

    Raises:
        ValueError: If a row is not as long as there are columns.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""
    rows_name: str = "rows"
    rows_total: int | None = None

    def __post_init__(self) -> None:
        """Hold the rows against the columns."""
        width = len(self.columns)
        for number, row in enumerate(self.rows, 1):
            if len(row) != width:
                msg = f'table "{self.title}", row {number}: {len(row)} cells for {width} columns; give each column one'
                raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one line or one kind of bar; ``None`` is a gap."""

    label: str
    values: tuple[int | float | None, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A value for each category, of one series or of two or three beside each other.

    Bars lie, one category below the other, so that long names fit. ``upright`` is for categories that are ranges in
    order, such as scores from 0 to 10, 10 to 20 and so on. Bars begin at zero.

    Raises:
        ValueError: If a series has not a value for each category.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: str = ""
    upright: bool = False
    decimals: int = 0

    def __post_init__(self) -> None:
        """Hold the series against the categories."""
        _fitting(self.title, self.series, len(self.categories), "categories")


@dataclass(frozen=True, slots=True)
class Curve:
    """How values go over time: a line for each series, labelled at its end.

    ``steps``: a value holds from its instant until the next, as counts of leads in a stage do; else values are joined
    by straight lines. ``panels``: each series has a picture of its own, all on one scale, for values that jump, such as
    how many did something on a day; as lines they would lie across each other.

    Raises:
        ValueError: If instants are not in order, or a series has not a value for each.
    """

    title: str
    instants: tuple[int, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: str = ""
    steps: bool = False
    decimals: int = 0
    panels: bool = False

    def __post_init__(self) -> None:
        """Hold the series against the instants."""
        _fitting(self.title, self.series, len(self.instants), "instants")
        if any(later <= earlier for earlier, later in zip(self.instants, self.instants[1:], strict=False)):
            msg = f'chart "{self.title}": its instants are not in order; sort them and name each once'
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from where to where: ``counts[i][j]`` from ``sources[i]`` to ``targets[j]``.

    Where both sides have the same names, in the order of a ladder from its lowest rung, the page tells who rose, who
    fell and who stayed.

    Raises:
        ValueError: If the counts are not one row for each source with one cell for each target, or below zero.
    """

    title: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    unit: str = ""
    note: str = ""
    sources_title: str = "from"
    targets_title: str = "to"

    def __post_init__(self) -> None:
        """Hold the counts against both sides."""
        if [len(row) for row in self.counts] != [len(self.targets)] * len(self.sources):
            msg = (
                f'chart "{self.title}": give {len(self.sources)} rows of {len(self.targets)} counts, one for each pair'
            )
            raise ValueError(msg)
        if any(count < 0 for row in self.counts for count in row):
            msg = f'chart "{self.title}": a count is below zero; counts say how many went that way'
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Prose:
    """What is to be said in words, a paragraph each."""

    title: str
    paragraphs: tuple[str, ...]


Section = Figures | Table | Bars | Curve | Flow | Prose


@dataclass(frozen=True, slots=True)
class Report:
    """One page: what it is about, who made it of what, and its sections in reading order.

    ``generated_by`` stands at the foot: the command, its version, when and of which input.
    """

    title: str
    subtitle: str
    generated_by: str
    sections: tuple[Section, ...]


def _fitting(title: str, series: tuple[Series, ...], count: int, of_what: str) -> None:
    """Refuse a series that does not fit the axis.

    Raises:
        ValueError: If one does not.
    """
    for one in series:
        if len(one.values) != count:
            msg = f'chart "{title}", series "{one.label}": {len(one.values)} values for {count} {of_what}; give as many'
            raise ValueError(msg)
