"""Writes docs/language.md: every key of the files that people write, from their JSON Schemas.

Part of `tools/reference_pages.py`. A part of a file is called by where it stands: ``signals.NAME.measure``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.export import json_schema

Schema = Mapping[str, Any]
NAME, ENTRY = ".NAME", "[]"
REF = "#/$defs/"
SHOWN_MAX = 1_000_000
"""Bounds beyond this guard the machine and tell people nothing."""
SCALARS = {"string", "boolean", "integer", "number"}
SCALAR = "text, a number, `true` or `false`"

HEAD = """# Every key of the files that you write

The reference: all that may stand in a scorecard, in worked cases and in a mapping of an import, with its bounds. What
it is for, with examples, is on the page named beside each. Editors that know YAML schemas complete the same keys.

`NAME` stands for a name of your own, `[]` for each entry of a list. An unknown key is a mistake; the nearest known one
is told.
"""

FILES: Mapping[str, tuple[str, str, str]] = {
    "scorecard": ("Scorecard", "`NAME.yaml`", "[scorecards.md](scorecards.md)"),
    "cases": ("Worked cases", "`NAME.cases.yaml`", "[cases.md](cases.md)"),
    "import_mapping": ("Import mapping", "The file of `--mapping`", "[importing.md](importing.md)"),
}
"""Contract -> what it is called, which file it is, and where it is told."""


def language_page(written: str) -> str:
    """Return the page.

    Args:
        written: The line that says who wrote it.
    """
    parts = [f"{written}\n{HEAD}"]
    for contract, (title, file, page) in FILES.items():
        schema = json_schema(contract)
        places = dict(_places(schema, schema, ""))
        parts.append(f"\n## {title}\n\n{file}, told in {page}. {schema['description'].strip()}\n")
        parts.append(f"\nSchema: `schemas/json/{contract}.schema.json`\n{_keys(schema, title, places)}")
        for definition, place in places.items():
            part = schema["$defs"][definition]
            parts.append(f"\n### {title}: `{place}`\n\n{_cell(part['description'])}\n{_keys(part, title, places)}")
    return "".join(parts)


def _places(schema: Schema, part: Schema, base: str, met: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Yield each definition below a part with the place where it is first met, in the order of the file."""
    for key, value in part["properties"].items():
        for ending, definition in _refs(value):
            if definition in met:
                continue
            place = f"{base}.{key}{ending}".removeprefix(".")
            found = [(definition, place)]
            found += _places(schema, schema["$defs"][definition], place, met | {definition})
            yield from found
            met |= {name for name, _ in found}


def _refs(value: Schema) -> Iterator[tuple[str, str]]:
    """Yield the definitions that a value can be made of, each with how it stands there: alone, by name, in a list."""
    if "$ref" in value:
        yield "", value["$ref"].removeprefix(REF)
    for choice in value.get("anyOf", ()):
        yield from _refs(choice)
    for ending, inner in ((NAME, _values(value)), (ENTRY, value.get("items"))):
        if isinstance(inner, dict):
            yield from ((f"{ending}{more}", definition) for more, definition in _refs(inner))


def _values(value: Schema) -> Any:  # noqa: ANN401 - any JSON value
    """Return what the values of a map may be; None if it is no map, or nothing is said of them."""
    return next(iter(value.get("patternProperties", {}).values()), value.get("additionalProperties"))


def _keys(part: Schema, title: str, places: Mapping[str, str]) -> str:
    """Return a table of all keys of a part, those that are needed first."""
    needed = set(part.get("required", ()))
    rows = ["\n| key | value | if left out | meaning |\n| --- | --- | --- | --- |\n"]
    for key, value in sorted(part["properties"].items(), key=lambda item: item[0] not in needed):
        without = "(needed)" if key in needed else _default(value)
        shape = _shape(value, title, places)
        rows.append(f"| `{key}` | {_cell(shape)} | {without} | {_cell(value['description'])} |\n")
    return "".join(rows)


def _default(value: Schema) -> str:
    """Return what holds where a key is left out; nothing if that is as if there were none."""
    if "default" not in value or value["default"] in ((), [], {}, ""):
        return ""
    default = value["default"]
    if isinstance(default, dict):
        return ", ".join(f"`{key}: {_figure(one)}`" for key, one in default.items() if not isinstance(one, list))
    return f"`{_figure(default)}`"


def _shape(value: Schema, title: str, places: Mapping[str, str]) -> str:
    """Return what a value may be, with its bounds."""
    if "$ref" in value:
        place = places[value["$ref"].removeprefix(REF)]
        return f"[`{_tail(place)}`](#{_anchor(f'{title}: {place}')})"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    kind = value.get("type")
    if isinstance(kind, list) or {str(one.get("type")) for one in value.get("anyOf", ())} == SCALARS:
        return SCALAR
    if "anyOf" in value:
        return "; or ".join(dict.fromkeys(_shape(one, title, places) for one in value["anyOf"]))
    if kind == "array":
        most = f" of at most {value['maxItems']:,}" if "maxItems" in value else ""
        return f"list{most}: {_shape(value['items'], title, places)}"
    if kind == "object":
        return _map_shape(value, title, places)
    return _text_shape(value) if kind == "string" else _number_shape(value)


def _map_shape(value: Schema, title: str, places: Mapping[str, str]) -> str:
    inner = _values(value)
    most = f", at most {value['maxProperties']:,}" if "maxProperties" in value else ""
    return f"by name{most}" + (f": {_shape(inner, title, places)}" if isinstance(inner, dict) and inner else "")


def _text_shape(value: Schema) -> str:
    if "examples" in value:
        return f"such as {', '.join(f'`{one}`' for one in value['examples'])}"
    word = "snake_case" if value.get("pattern", "").startswith("^[a-z][a-z0-9_]*") else "text"
    return f"{word}, at most {value['maxLength']:,} characters" if "maxLength" in value else word


def _number_shape(value: Schema) -> str:
    word = _WORDS[value["type"]]
    low, high = value.get("minimum"), value.get("maximum")
    if low is None or high is None or high > SHOWN_MAX:
        return word
    return f"{word}, {low:,g} to {high:,g}" if isinstance(low, float) else f"{word}, {low:,} to {high:,}"


_WORDS = {"integer": "whole number", "number": "number", "boolean": "`true`, `false`"}


def _figure(value: object) -> str:
    """Return a value as the file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _tail(place: str) -> str:
    """Return the last part of a place, with the key that an own name or an entry stands under."""
    parts = place.split(".")
    return ".".join(parts[-2:]) if parts[-1] == "NAME" else parts[-1]


def _anchor(heading: str) -> str:
    """Return what a heading is called in links."""
    kept = "".join(letter for letter in heading.lower() if letter.isalnum() or letter in "-_ ")
    return kept.replace(" ", "-")


def _cell(text: str) -> str:
    """Return text for a cell of a table: on one line, in the code marks of Markdown."""
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")
