"""The shape of a scorecard file: pydantic's mistakes, told by line and with the way out.

A table from pydantic's error types to sentences; the types that the language defines bring their own.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.described import description
from streams.scorecards.finding import FINDINGS_MAX, Finding, nearest, quoted, shown
from streams.scorecards.language import SCORECARD, Language
from streams.scorecards.parts import Path, key_of, value_at
from streams.scorecards.tree import Tree

# {ge} and the like come from pydantic's context of the error.
_FIXES: Mapping[str, str] = {
    "bool_type": "write true or false, without quotes",
    "dict_type": "write keys and values, indented below it",
    "finite_number": "give a finite number",
    "float_type": "write a number, without quotes",
    "greater_than": "give more than {gt}",
    "greater_than_equal": "give at least {ge}",
    "int_type": "write a whole number, without quotes",
    "less_than_equal": "give at most {le}",
    "literal_error": "write {expected}",
    "model_attributes_type": "write keys and values, indented below it",
    "model_type": "write keys and values, indented below it",
    "string_too_long": "give at most {max_length} characters",
    "string_too_short": "give at least {min_length} character(s)",
    "string_type": "write text; what looks like a number goes in quotes",
    "too_long": "list at most {max_length}",
    "too_short": "list at least {min_length}",
    "tuple_type": "write a list: [one, two], or a line with - for each",
}


def shape_findings(tree: Tree, error: ValidationError, language: Language = SCORECARD) -> list[Finding]:
    """Return pydantic's mistakes as findings, each once, at most `FINDINGS_MAX` of them and how many more there are."""
    found: dict[tuple[int, int, str], Finding] = {}
    details = error.errors(include_url=False)
    # A list whose items are refused is also too short without them: only what is innermost is told.
    outer = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    inner = [detail for detail in details if detail["loc"] not in outer]
    inner.sort(key=lambda detail: tree.place(_real_path(tree, detail["loc"])).line)
    for number, detail in enumerate(inner):
        finding = _finding(tree, detail, language)
        if len(found) == FINDINGS_MAX:
            left = f"{len(inner) - number} more mistakes of this kind are not listed"
            rest = Finding(
                finding.line, finding.column, "file", "", left, "correct those above first", code="wrong_value"
            )
            return [*found.values(), rest]
        # Each member of a union reports for itself; one sentence a place is enough.
        found.setdefault((finding.line, finding.column, finding.where), finding)
    return list(found.values())


def _finding(tree: Tree, detail: ErrorDetails, language: Language) -> Finding:
    """Return one mistake as a finding."""
    path = _real_path(tree, detail["loc"])
    part = language.part_of(path, tree.data)
    if detail["type"] == "extra_forbidden":
        return _unknown_key(tree, path, language)
    if detail["type"] == "missing":
        key = str(detail["loc"][-1])
        place = tree.place(path)
        rule = f"key {quoted(key)} is missing"
        fix = f"add {key}: {_description(detail['loc'], language.model)}"
        return Finding(place.line, place.column, part.name, "", rule, fix, code="missing_key")
    if detail["loc"] and detail["loc"][-1] == "[key]":
        place = tree.place(path, is_key=True)
        name = str(path[-1])
        rule, fix = f"name {quoted(name)} is not allowed", _fix(detail, path, language)
        return Finding(place.line, place.column, part.name, name, rule, fix, code="wrong_name")
    place, value = tree.values_at.get(path) or tree.place(path), value_at(tree.data, path)
    written = tree.written(path)
    rule = f"{key_of(path, part) or 'it'} is {_counted(value) if isinstance(value, dict | tuple) else written}"
    fix = _fix(detail, path, language)
    if detail["type"] == "rule" and isinstance(value, int | float):
        fix = f"{fix}; what looks like a number goes in quotes"
    return Finding(place.line, place.column, part.name, written, rule, fix, code="wrong_value")


def _counted(value: dict[str, object] | tuple[object, ...]) -> str:
    """Return a mapping or list within a sentence."""
    kind = "mapping" if isinstance(value, dict) else "list"
    return f"a {kind} of {len(value)}" if value else f"an empty {kind}"


def _fix(detail: ErrorDetails, path: Path, language: Language) -> str:
    """Return the way out of a mistake."""
    kind = detail["type"]
    if kind == "string_pattern_mismatch":
        names = [step for step in reversed(path) if isinstance(step, str)]
        fixes = language.pattern_fixes
        return next((fixes[name] for name in names if name in fixes), detail["msg"])
    if kind in _FIXES:
        bounds = {name: shown(value).replace("'", "") for name, value in detail.get("ctx", {}).items()}
        return _FIXES[kind].format(**bounds)
    return detail["msg"].replace("Value should be", "give")


def _unknown_key(tree: Tree, path: Path, language: Language) -> Finding:
    """Name an unknown key and the known one that was probably meant."""
    key, part, place = str(path[-1]), language.part_of(path[:-1], tree.data), tree.place(path, is_key=True)
    rule, fix = f"key {quoted(key)} is unknown", nearest(key, _known_keys(path[:-1], language.model))
    return Finding(place.line, place.column, part.name, key, rule, fix, code="unknown_key")


def _real_path(tree: Tree, location: tuple[int | str, ...]) -> Path:
    """Return the part of an error's location that the file has: pydantic adds steps of its own."""
    path: Path = ()
    for number, step in enumerate(location):
        if (*path, step) in tree.values_at:
            path = (*path, step)
        elif step != 0 or (*path, *location[number + 1 : number + 2]) not in tree.values_at:
            break  # else one item stands where a list may stand, and pydantic has numbered it
    return path


def _known_keys(path: Path, top: type[BaseModel]) -> list[str]:
    """Return the keys that the language knows at a path."""
    model = _model_at(path, top)
    return [] if model is None else [field.alias or name for name, field in model.model_fields.items()]


def _description(location: tuple[int | str, ...], top: type[BaseModel]) -> str:
    """Return what a missing key says, from its docstring."""
    model = _model_at(tuple(location[:-1]), top)
    if model is None:
        return "a value"
    name = next((name for name, field in model.model_fields.items() if (field.alias or name) == location[-1]), "")
    sentence = description(model, name).partition(". ")[0].rstrip(".")
    return sentence[:1].lower() + sentence[1:] if name else "a value"


def _model_at(path: Path, top: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model that describes the mapping at a path; None where there is none."""
    kind: Any = top
    for step in path:
        if not isinstance(step, int):
            kind = _item(kind)
        model = _model_in(kind)
        if model is None:
            # A mapping's values, or a list's items.
            kind = next(iter(reversed([arg for arg in _arguments(kind) if arg is not Ellipsis])), None)
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if step not in fields:
            return None
        kind = fields[str(step)].annotation
    return _model_in(_item(kind))


def _bare(kind: Any) -> Any:  # noqa: ANN401 - annotations are of any kind
    """Return an annotation without bounds and without None."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        members = [arg for arg in get_args(kind) if arg is not type(None)]
        kind = members[0]
    return kind


def _model_in(kind: Any) -> type[BaseModel] | None:  # noqa: ANN401 - annotations are of any kind
    """Return the model that an annotation stands for."""
    bare = _bare(kind)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _item(kind: Any) -> Any:  # noqa: ANN401 - annotations are of any kind
    """Return what a list holds, where one item may stand for a list of one; what is no list as it is."""
    while get_origin(_bare(kind)) is tuple:
        kind = get_args(_bare(kind))[0]
    return kind


def _arguments(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - annotations are of any kind
    """Return what a container's annotation holds."""
    return get_args(_bare(kind))
