"""One value of a row, as the mapping says: where it stands, what it means, what it is read as. Compiled once a file."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TypeAlias

from schemas.import_mapping import LeadIdRules, PlaceRules, ReadRules, SourceRules, TypeRules
from streams.importing.activities.rows import CellRefused, Cells
from streams.scorecards.finding import nearest

Value: TypeAlias = str | int | float | bool
Reader = Callable[[Cells], object]
"""Returns what stands in a row; None where nothing does."""

TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "y", "1", "on"), True),
    **dict.fromkeys(("false", "no", "n", "0", "off"), False),
}


def place_reader(rules: PlaceRules, columns: Sequence[str] | None) -> Reader:
    """Return what finds the value of a place in a row.

    Args:
        rules: A column or a path.
        columns: The columns of the file, in their order; None for JSON lines.
    """
    if rules.column is not None and columns is not None:
        return _cell_reader(columns.index(rules.column))
    return _path_reader(tuple((rules.path or "").split(".")))


def _cell_reader(index: int) -> Reader:
    def read(cells: Cells) -> object:
        return str(cells[index]).strip() or None  # type: ignore[index]  # a CSV file's are a list

    return read


def _path_reader(steps: tuple[str, ...]) -> Reader:
    def read(cells: Cells) -> object:
        found: object = cells
        for step in steps:
            if not isinstance(found, dict):
                return None
            found = found.get(step)
        return (found.strip() or None) if isinstance(found, str) else found

    return read


def source_reader(part: str, rules: ReadRules, columns: Sequence[str] | None, decimal: str) -> Reader:
    """Return what reads a value and says what it means.

    Args:
        part: What the value is for, as a refusal names it.
        rules: Where it comes from.
        columns: As for `place_reader`.
        decimal: What stands before the decimals of a number in text.
    """
    if rules.constant is not None:
        constant = rules.constant
        return lambda _: constant
    place = place_reader(rules, columns)
    if isinstance(rules, SourceRules | TypeRules) and rules.values is not None:
        return _table_reader(part, place, rules.values)
    if rules.kind is None:
        return place
    convert = {"text": _text, "number": _number_of(decimal), "truth": _truth}[rules.kind]

    def read(cells: Cells) -> object:
        found = place(cells)
        return None if found is None else convert(part, found)

    return read


def lead_id_reader(rules: LeadIdRules, columns: Sequence[str] | None) -> Reader:
    """Return what reads whose activity a row is; numbers become text."""
    read = source_reader("lead_id", rules, columns, ".")

    def lead_id(cells: Cells) -> str:
        found = read(cells)
        if found is None:
            raise CellRefused("lead_id", None, "nothing stands there", "fill it in, or leave the row out")
        text = _text("lead_id", found)
        if rules.is_email_hashed:
            if "@" not in text:
                raise CellRefused("lead_id", text, "it is no e-mail address", "mend it, or remove email_to_sha256")
            text = hashlib.sha256(text.lower().encode()).hexdigest()
        return rules.prefix + text

    return lead_id


def _table_reader(part: str, place: Reader, table: Mapping[str, object]) -> Reader:
    def read(cells: Cells) -> object:
        found = place(cells)
        if found is None and "" not in table:
            return None
        key = "" if found is None else _text(part, found)
        if key not in table:
            raise CellRefused(part, key, "it is not among the mapping's values", f"add it; {nearest(key, table)}")
        return table[key]

    return read


def _text(part: str, found: object) -> str:
    """Return a value as text, as JSON writes it.

    Raises:
        CellRefused: If it is an object or a list.
    """
    if isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int | float):
        return f"{found:.15g}" if isinstance(found, float) else str(found)
    raise CellRefused(part, None, "an object or a list stands there", "lead the path to a text or a number in it")


def _number_of(decimal: str) -> Callable[[str, object], object]:
    def number(part: str, found: object) -> object:
        if isinstance(found, int | float) and not isinstance(found, bool):
            return found
        text = _text(part, found)
        plain = text.replace(",", ".") if decimal == "," and "." not in text else text
        try:
            value = int(plain) if plain.lstrip("+-").isdecimal() and len(plain) < 19 else float(plain)
        except ValueError:
            value = float("nan")
        # Python also takes 1_000, which no export means as a number.
        if "_" in plain or not isfinite(value):
            rule = f"it is no number with {'a comma' if decimal == ',' else 'a point'} before its decimals"
            raise CellRefused(part, text, rule, "write it without signs between thousands, or set decimal: under csv")
        return value

    return number


def _truth(part: str, found: object) -> object:
    if isinstance(found, bool):
        return found
    text = _text(part, found)
    if text.lower() not in TRUTHS:
        raise CellRefused(part, text, "it is neither true nor false", f"write one of {', '.join(TRUTHS)}")
    return TRUTHS[text.lower()]
