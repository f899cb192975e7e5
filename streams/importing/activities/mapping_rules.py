"""What must hold of a mapping beyond its shape: values that come from one place, known types, fields that they have."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from zoneinfo import available_timezones

from schemas.activities import RESERVED_TYPES, CustomActivity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from schemas.contract import Contract
from schemas.import_mapping import ImportMappingFile, PlaceRules, ReadRules, SourceRules, TypeRules
from schemas.profile import LeadProfile
from streams.importing.activities.times import NAMED_FORMATS, has_zone, pattern_problem, zone_of
from streams.scorecards.finding import nearest, quoted
from streams.scorecards.notebook import Notebook

CONTRACT_OF_TYPE: Mapping[str, type[Contract]] = MappingProxyType(
    {
        "page_view": PageView,
        "email_open": EmailOpen,
        "email_click": EmailClick,
        "form_fill": FormFill,
        "unsubscribe": Unsubscribe,
        "lead_profile": LeadProfile,
    }
)
MAP_OF_CONTRACT: Mapping[type[Contract], str] = MappingProxyType(
    {CustomActivity: "properties", FormFill: "fields", LeadProfile: "attributes"}
)
"""Where a contract keeps what the mapping calls properties."""
MAPPED_ELSEWHERE = frozenset({"id", "type", "lead_id", "occurred_at", *MAP_OF_CONTRACT.values()})


def contract_of(activity_type: str) -> type[Contract]:
    """Return the contract of a type of activity; that of custom ones for a name that is free."""
    return CONTRACT_OF_TYPE.get(activity_type, CustomActivity)


def fields_of(contract: type[Contract]) -> frozenset[str]:
    """Return the fields of a contract that a mapping gives under `fields`."""
    return frozenset(contract.model_fields) - MAPPED_ELSEWHERE


def check_mapping(
    file: ImportMappingFile, places: Iterable[tuple[tuple[str, ...], PlaceRules]], notebook: Notebook
) -> None:
    """Write down all that is wrong with a mapping of the right shape."""
    for path, place in places:
        _check_place(file, path, place, notebook)
    if file.format == "ndjson" and file.csv is not None:
        notebook.note(("csv",), "csv is for files of format csv", "remove it, or write format: csv", is_key=True)
    _check_types(file.type, notebook)
    _check_times(file, notebook)
    _check_fields(file, notebook)


def _check_place(file: ImportMappingFile, path: tuple[str, ...], place: PlaceRules, notebook: Notebook) -> None:
    """A value has one origin, of the kind that the files have."""
    wanted, other = ("column", "path") if file.format == "csv" else ("path", "column")
    has_constant = isinstance(place, ReadRules) and place.constant is not None
    given = [name for name in ("column", "path") if getattr(place, name) is not None] + ["constant"] * has_constant
    if other in given:
        notebook.note(
            (*path, other), f"{other} is not for files of format {file.format}", f"write {wanted}:", is_key=True
        )
    elif len(given) != 1:
        said = f"{' and '.join(given)} are both given" if given else "nothing says where the value stands"
        notebook.note(path, said, f"give {wanted}:" + (" or constant:" if isinstance(place, ReadRules) else ""))
    if has_constant and isinstance(place, SourceRules | TypeRules) and (place.values or place.kind):
        notebook.note((*path, "constant"), "a constant is what it is", "remove values and as beside it", is_key=True)


def _types_of(rules: TypeRules) -> dict[tuple[str, ...], str]:
    """Return the types that may come out, by where the mapping names them; none if only the rows tell."""
    if rules.values is not None:
        return {("type", "values", key): name for key, name in rules.values.items()}
    return {("type", "constant"): rules.constant} if isinstance(rules.constant, str) else {}


def _check_types(rules: TypeRules, notebook: Notebook) -> None:
    """Types are those of a contract, or free."""
    if rules.constant is not None and not isinstance(rules.constant, str):
        notebook.note(("type", "constant"), "a type is text", "write a type such as page_view")
    for path, name in _types_of(rules).items():
        if name in RESERVED_TYPES and name not in CONTRACT_OF_TYPE:
            fix = f"choose another name, or one of {', '.join(CONTRACT_OF_TYPE)}"
            notebook.note(path, f"type {quoted(name)} is reserved", fix)
    for key in rules.leave_out:
        if rules.values is not None and key in rules.values:
            notebook.note(("type", "leave_out"), f"{quoted(key)} is also among values", "keep it in one of the two")


def _check_times(file: ImportMappingFile, notebook: Notebook) -> None:
    """Formats can be read by, and times without a zone have one."""
    rules, path = file.occurred_at, ("occurred_at", "format")
    formats = (rules.format,) if isinstance(rules.format, str) else rules.format
    for name in formats:
        if name not in NAMED_FORMATS and (problem := pattern_problem(name)) is not None:
            fix = nearest(name, NAMED_FORMATS) if "%" not in name else "write it as in %d/%m/%Y %H:%M:%S"
            notebook.note(path, f"format {quoted(name)}: {problem}", fix)
        elif rules.zone is None and name != NAMED_FORMATS[0] and not has_zone(name):
            fix = "add zone:, such as zone: Europe/Paris, or %z where the times say it"
            notebook.note(path, f"times of format {quoted(name)} name no zone", fix)
    if rules.zone is not None and zone_of(rules.zone) is None:
        fix = nearest(rules.zone, available_timezones()) if available_timezones() else "write UTC, or install tzdata"
        notebook.note(("occurred_at", "zone"), f"no zone is called {quoted(rules.zone)}", fix)


def _check_fields(file: ImportMappingFile, notebook: Notebook) -> None:
    """Every field belongs to a type that may come out, and none that such a type needs is missing."""
    types = _types_of(file.type)
    contracts = {contract_of(name) for name in types.values()} or {*CONTRACT_OF_TYPE.values(), CustomActivity}
    known = frozenset().union(*(fields_of(contract) for contract in contracts))
    for name in file.fields:
        if name not in known:
            of = ", ".join(sorted(set(types.values()))) or "any type"
            where = "under properties, if it is a field of your own"
            fix = f"{nearest(name, known)} Or put it {where}" if known else where
            notebook.note(("fields", name), f"{of} has no field {quoted(name)}", fix, is_key=True)
    for path, name in types.items():
        for field, info in contract_of(name).model_fields.items():
            if info.is_required() and field not in file.fields and field not in MAPPED_ELSEWHERE:
                fix = f"add {field}: with its column under fields"
                notebook.note(path, f"type {name} needs a field {quoted(field)}", fix)
    if file.properties and not any(contract in MAP_OF_CONTRACT for contract in contracts):
        rule = f"{', '.join(sorted(set(types.values())))} takes no properties"
        notebook.note(("properties",), rule, "map its fields under fields, or choose a type of your own", is_key=True)
