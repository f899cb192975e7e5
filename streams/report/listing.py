"""A table to sort, filter and page through: its first page as HTML, all rows as data for the page's script.

Who opens the page where scripts are not run, or prints it, has the first page. Texts that many rows share are sent
once: a column is then a list of words, and for each row a place among them.
"""

from collections.abc import Sequence
from math import isfinite
from xml.etree.ElementTree import Element

from streams.report.markup import element, embedded, legible, verbatim
from streams.report.sections import TABLE_ROWS_MAX, Cell, Column, Table
from streams.report.wording import instant, number

PAGE_ROWS = 50
CONTROLS_MIN = 12
"""Rows from which on there is something to find; fewer are seen at a glance."""

CHOICES_MAX = 12
"""Different texts of a column that gets a filter of its own."""

CHOOSERS_MAX = 4
SHORT_CHARACTERS_MAX = 28
_EXACT_MAX = 2**53
"""Whole numbers up to here are the same for a browser."""

Data = dict[str, object]


def listed(table: Table, place: int) -> list[Element]:
    """Return a table's controls, first page and data.

    Args:
        table: What to show.
        place: Which section it is, for names that are unique in the page.
    """
    rows = table.rows[:TABLE_ROWS_MAX]
    total = max(table.rows_total or 0, len(table.rows))
    columns = [_data(column, [row[at] for row in rows]) for at, column in enumerate(table.columns)]
    data = {"name": legible(table.rows_name), "total": total, "rows": len(rows), "page": PAGE_ROWS, "columns": columns}
    parts = [_controls(table, columns, place)] if len(rows) >= CONTROLS_MIN else []
    if total > len(rows):
        said = f"The page holds {number(len(rows))} of {number(total)} {table.rows_name}."
        parts.append(element("p", {"class": "note"}, said))
    status = f"{number(len(rows))} {table.rows_name}" if rows else f"There are no {table.rows_name}."
    if len(rows) > PAGE_ROWS:
        status = f"1–{PAGE_ROWS} of {status}"
    return [
        *parts,
        element("div", {"class": "wide"}, _first_page(table, rows, [str(one["look"]) for one in columns])),
        element("p", {"class": "status", "role": "status"}, status),
        _pager(),
        verbatim("script", {"type": "application/json"}, embedded(data)),
    ]


def _first_page(table: Table, rows: Sequence[tuple[Cell, ...]], looks: list[str]) -> Element:
    heads = (element("th", {"scope": "col", "class": column.kind}, _head(column)) for column in table.columns)
    lines = ([_cell(column, cell) for column, cell in zip(table.columns, row, strict=True)] for row in rows[:PAGE_ROWS])
    body = (
        element("tr", None, *(element("td", {"class": look}, text) for look, text in zip(looks, line, strict=True)))
        for line in lines
    )
    return element(
        "table",
        {"class": "listing", "data-rows": len(rows), "data-page": PAGE_ROWS},
        element("thead", None, element("tr", None, *heads)),
        element("tbody", None, *body),
    )


def _head(column: Column) -> str:
    unit = column.unit or ("UTC" if column.kind == "instant" else "")
    return f"{column.label} ({unit})" if unit else column.label


def _cell(column: Column, cell: Cell) -> str:
    """Return a cell as the page's script writes it too."""
    if column.kind == "text":
        return "–" if cell is None else str(cell)
    value = _numeric(cell)
    return instant(value) if column.kind == "instant" else number(value, column.decimals)


def _look(column: Column, cells: list[Cell]) -> str:
    """Return the classes of a column's cells: short texts stand on one line, however narrow the page."""
    if column.kind != "text":
        return column.kind
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return "text short" if longest <= SHORT_CHARACTERS_MAX else "text long"


def _numeric(cell: Cell) -> int | float | None:
    """Return a cell of a number or an instant, or None for what is neither.

    Raises:
        ValueError: If it is a text.
    """
    if isinstance(cell, str):
        msg = f'"{cell}" stands in a column of numbers; give the column the kind "text"'
        raise ValueError(msg)
    if cell is None or not isfinite(cell):
        return None
    return cell if abs(cell) < _EXACT_MAX else float(cell)


def _data(column: Column, cells: list[Cell]) -> Data:
    """Return a column for the page's script."""
    data: Data = {"kind": column.kind, "head": legible(_head(column)), "look": _look(column, cells)}
    if column.kind != "text":
        values = [_numeric(cell) for cell in cells]
        exact = column.kind == "instant"
        rounded = [
            None if value is None else int(value) if exact else round(value, column.decimals) for value in values
        ]
        return {**data, "decimals": column.decimals, "values": rounded}
    texts = [None if cell is None else legible(str(cell)) for cell in cells]
    words = list(dict.fromkeys(text for text in texts if text is not None))
    if len(words) * 2 > len(texts):
        return {**data, "values": texts}
    places = {word: at for at, word in enumerate(words)}
    return {**data, "words": words, "values": [-1 if text is None else places[text] for text in texts]}


def _controls(table: Table, columns: list[Data], place: int) -> Element:
    """Return what filters the table; hidden until the script is there to obey it."""
    parts = []
    if any(column.kind == "text" for column in table.columns):
        asked = {"type": "search", "autocomplete": "off", "spellcheck": "false"}
        parts.append(_named(f"Find in {table.rows_name}", f"find-{place}", element("input", asked)))
    choosers = 0
    for at, data in enumerate(columns):
        words = data.get("words")
        if not isinstance(words, list) or not 2 <= len(words) <= CHOICES_MAX or choosers == CHOOSERS_MAX:
            continue
        choosers += 1
        options = [element("option", {"value": ""}, "all")]
        options += [element("option", {"value": number}, words[number]) for number in _sorted(words)]
        chooser = element("select", {"data-column": at}, *options)
        parts.append(_named(table.columns[at].label, f"choose-{place}-{at}", chooser))
    parts.append(element("button", {"type": "button", "class": "save"}, "Save as CSV"))
    return element("div", {"class": "controls", "hidden": ""}, *parts)


def _named(name: str, its_id: str, control: Element) -> Element:
    """Return a control below its name, which a press on the name leads to."""
    control.set("id", its_id)
    return element("div", None, element("label", {"for": its_id}, name), control)


def _sorted(words: list[str]) -> list[int]:
    return sorted(range(len(words)), key=lambda at: words[at].casefold())


def _pager() -> Element:
    names = ("First", "Previous", "Next", "Last")
    buttons = (element("button", {"type": "button", "class": name.lower()}, name) for name in names)
    return element("div", {"class": "pager", "hidden": ""}, *buttons)
