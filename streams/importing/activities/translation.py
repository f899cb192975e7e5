"""A row as an activity, by a mapping or by the contracts alone.

An id that the export does not give is derived from all that is said of an activity. So rows that say the same are one
activity, in whichever file they stand and however often they are imported.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from pydantic import ValidationError

from schemas.activities import Activity
from schemas.contract import Contract, rfc3339
from schemas.inputs import line_adapter, refusal_text
from schemas.profile import LeadProfile
from streams.importing.activities.mapping import ImportMapping
from streams.importing.activities.mapping_rules import MAP_OF_CONTRACT, contract_of, fields_of
from streams.importing.activities.rows import CellRefused, Cells, Refusal, Row
from streams.importing.activities.times import TimeCounts, TimeReader, zone_of
from streams.importing.activities.values import Reader, lead_id_reader, place_reader, source_reader

TYPE_FIX = "map it under type, values:, or list it under leave_out:"
OWN_FIX = "send what docs/contracts.md says, or give a mapping"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no activity of a lead by the mapping's own word."""

    what: str


Answer = Activity | LeadProfile | LeftOut | Refusal


def own_activity(file: str, line: int, raw: bytes) -> Activity | LeadProfile | Refusal:
    """Return a line that is written by leadstream's own contracts."""
    try:
        found: Activity | LeadProfile = line_adapter().validate_json(raw)
    except ValidationError as error:
        return Refusal(file, line, "line", None, refusal_text(error), OWN_FIX)
    return found


class Translator:
    """Turns the rows of one file into activities.

    Args:
        mapping: What is what.
        file: What to call the file in refusals.
        columns: The columns of a CSV file; None for JSON lines.
        times: Where it is counted how times were read.
    """

    def __init__(self, mapping: ImportMapping, file: str, columns: Sequence[str] | None, times: TimeCounts) -> None:
        rules, decimal = mapping.file, mapping.csv.decimal
        self._file = file
        self._lead_id = lead_id_reader(rules.lead_id, columns)
        self._type = source_reader("type", rules.type, columns, decimal)
        self._type_place = place_reader(rules.type, columns) if rules.type.constant is None else None
        self._leave_out = frozenset(rules.type.leave_out)
        self._occurred_at = place_reader(rules.occurred_at, columns)
        formats = rules.occurred_at.format
        zone = None if rules.occurred_at.zone is None else zone_of(rules.occurred_at.zone)
        self._times = TimeReader((formats,) if isinstance(formats, str) else formats, zone, times)
        self._id = None if rules.id is None else place_reader(rules.id, columns)
        self._id_prefix = "" if rules.id is None else rules.id.prefix
        self._fields: Mapping[str, Reader] = {
            name: source_reader(name, _as_contract(name, source), columns, decimal)
            for name, source in rules.fields.items()
        }
        self._properties: Mapping[str, Reader] = {
            name: source_reader(name, source, columns, decimal) for name, source in rules.properties.items()
        }
        self._readers_of: dict[type[Contract], tuple[Mapping[str, Reader], str | None]] = {}

    def read(self, row: Row) -> Answer:
        """Return what a row is: an activity, nothing by the mapping's word, or refused."""
        try:
            return self._read(row.cells)
        except CellRefused as refused:
            return refused.of(self._file, row.line)

    def _read(self, cells: Cells) -> Activity | LeadProfile | LeftOut:
        if self._type_place is not None and self._leave_out:
            found = self._type_place(cells)
            if isinstance(found, str | None) and (found or "") in self._leave_out:
                return LeftOut(found or "")
        activity_type = self._type(cells)
        if not isinstance(activity_type, str):
            raise CellRefused("type", None, "nothing stands there, or no text", TYPE_FIX)
        body: dict[str, Any] = {
            "type": activity_type,
            "lead_id": self._lead_id(cells),
            "occurred_at": self._instant(cells),
        }
        fields, own_map = self._readers(contract_of(activity_type))
        body |= {name: value for name, read in fields.items() if (value := read(cells)) is not None}
        if own_map is not None:
            found = {name: value for name, read in self._properties.items() if (value := read(cells)) is not None}
            body |= {own_map: found} if found or own_map == "attributes" else {}
        body["id"] = self._activity_id(cells, body)
        return _checked(body)

    def _instant(self, cells: Cells) -> datetime:
        found = self._occurred_at(cells)
        if found is None:
            raise CellRefused("occurred_at", None, "nothing stands there", "fill it in, or leave the row out")
        return self._times.instant(found)

    def _readers(self, contract: type[Contract]) -> tuple[Mapping[str, Reader], str | None]:
        """Return what reads the fields that a contract has, and where it keeps properties, if it does."""
        if contract not in self._readers_of:
            known = fields_of(contract)
            fields = {name: read for name, read in self._fields.items() if name in known}
            self._readers_of[contract] = (fields, MAP_OF_CONTRACT.get(contract))
        return self._readers_of[contract]

    def _activity_id(self, cells: Cells, body: Mapping[str, Any]) -> str:
        if self._id is not None:
            found = self._id(cells)
            if isinstance(found, bool) or not isinstance(found, str | int):
                raise CellRefused(
                    "id", None, "nothing stands there, or no id", "fill it in, or remove id: for derived ones"
                )
            return f"{self._id_prefix}{found}"
        return derived_id(body)


def derived_id(body: Mapping[str, Any]) -> str:
    """Return the id of an activity from all that is said of it."""
    said = {**body, "occurred_at": rfc3339(body["occurred_at"])}
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, default=str)
    return f"import-{blake2b(text.encode(), digest_size=12).hexdigest()}"


def _as_contract(name: str, source: Any) -> Any:  # noqa: ANN401 - a source, or a copy of it
    """Return where a field comes from, read as a number where its contract wants one."""
    if name == "duration_seconds" and source.kind is None and source.constant is None and source.values is None:
        return source.model_copy(update={"kind": "number"})
    return source


def _checked(body: Mapping[str, Any]) -> Activity | LeadProfile:
    """Return what a row says by its contract.

    Raises:
        CellRefused: If it breaks a rule of it; the first is told.
    """
    try:
        found: Activity | LeadProfile = line_adapter().validate_python(body)
    except ValidationError as error:
        raise _refused(error, body) from None
    return found


def _refused(error: ValidationError, body: Mapping[str, Any]) -> CellRefused:
    """Return the first rule that a row breaks, by the field that breaks it."""
    detail = error.errors(include_url=False)[0]
    # The contract's own name, which the union puts first, says nothing to who made the row.
    part = str(next(iter(detail["loc"][1:]), "type"))
    if detail["type"] == "missing":
        return CellRefused(
            part, None, f"nothing stands there, and {body['type']} needs it", "fill it in, or leave the row out"
        )
    value = body.get(part)
    shown = value if isinstance(value, str | int | float) else None
    return CellRefused(part, shown, refusal_text(error).partition(": ")[2], "mend the row, or its mapping")
