"""Writes docs/settings.md, docs/contracts.md and docs/language.md from the code, so that they say what the code does.

`python tools/reference_pages.py` writes all, with `--check` it only compares. Example records are the golden ones that
the contracts' own tests read.
"""

import argparse
import json
import pathlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from language_page import language_page
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from topic_notes import TOPIC_NOTES

from schemas.export import CONTRACTS, json_schema
from schemas.topics import TOPICS, Topic
from streams.configuration.settings import PREFIX, Settings
from streams.configuration.settings_rules import RULES

ROOT = pathlib.Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
WRITTEN = "<!-- Written by tools/reference_pages.py; do not edit. -->"

SECTIONS = {
    "kafka_bootstrap": "Kafka",
    "redis_url": "Redis",
    "topic_prefix": "Topics",
    "group": "Being one of several workers",
    "scorecard": "What counts",
    "batch_records_max": "Limits on work and memory",
    "metrics_host": "Being watched",
}
"""The first setting of each section, in the order of the fields."""

SETTINGS_HEAD = f"""{WRITTEN}
# Settings

Every setting is an environment variable with the prefix `{PREFIX}`. An empty one counts as unset. A value that breaks a
bound or a rule ends a command that reads settings with exit code 4 and a line that names the variable, its value, the
rule and the way out. Values of secrets are never shown. A worker names variables with the prefix that no setting reads,
in a warning.

Durations are seconds, sizes are bytes, truth values are `true` and `false` (`1`, `0`, `yes`, `no`, `on` and `off` too).
"""

CONTRACTS_HEAD = f"""{WRITTEN}
# Topics and contracts

Bodies are JSON objects in UTF-8; the key of a record is the lead's id, also UTF-8. All topics have the same number of
partitions. A record belongs on the partition that murmur2 of its lead's id names, as Kafka's Java clients do it
(librdkafka: `partitioner=murmur2_random`). One that comes to another, because its key is wrong, missing or hashed
otherwise, is forwarded to it and counts there, a moment later. Instants are RFC 3339 texts with an offset. Unknown
fields are ignored; a wrong type is refused and never coerced. What nests over 200 deep, a number of over 4,300 digits
and half of a surrogate pair are refused wherever they stand, in a field that is ignored too. Contracts only ever gain
optional fields. The JSON Schemas are in `schemas/json/`. Producers may compress their batches with any of Kafka's
codecs.

Inputs are stamped by the broker (`message.timestamp.type=LogAppendTime`). `leadstream topics create` makes the topics
as this page says; `leadstream topics check` tells what differs.

The records of the topics with direction `in`, one a line, are also what `leadstream score` reads and
`leadstream import` writes. There `type` tells them apart, so there it is needed.
"""

OUTPUT_HEADERS = """
Headers of `stage-changes`, `challenger-stage-changes` and `lead-scores`: `content-type`, `ce_specversion`, `ce_id`,
`ce_source`, `ce_type`, `ce_time` and `ce_subject` (CloudEvents 1.0, binary mode). Every output also has
`leadstream_positions`: a JSON object with `epoch`, `sequence`, `commit`, `clock` and `watermarks`, which say where its
partition stood before the decision.
"""


def settings_page() -> str:
    """Return the page of all settings."""
    parts = [SETTINGS_HEAD]
    for name, field in Settings.model_fields.items():
        if name in SECTIONS:
            parts.append(
                f"\n## {SECTIONS[name]}\n\n| variable | value | default | meaning |\n| --- | --- | --- | --- |\n"
            )
        cells = (f"`{PREFIX}{name.upper()}`", _kind(field), _default(field), _cell(field.description or ""))
        parts.append(f"| {' | '.join(cells)} |\n")
    parts.append("\n## Rules between settings\n\nA worker does not start while one of these is broken.\n\n")
    parts += (f"- `{PREFIX}{rule.field.upper()}`: {_rule(rule.words)}.\n" for rule in RULES)
    return "".join(parts)


def contracts_page() -> str:
    """Return the page of all topics and what they carry."""
    parts = [CONTRACTS_HEAD, "\n| topic | direction | kept | contract | carries |\n| --- | --- | --- | --- | --- |\n"]
    parts += (
        f"| [`{topic.name}`](#{topic.name}) | {topic.direction} | {_kept(topic)} | `{_contract_name(topic)}` | "
        f"{_cell(topic.description)} |\n"
        for topic in TOPICS.values()
    )
    parts.append(OUTPUT_HEADERS)
    parts += (_topic_section(topic) for topic in TOPICS.values())
    return "".join(parts)


def files_page() -> str:
    """Return the page of every key of the files that people write."""
    return language_page(WRITTEN)


PAGES = {"settings.md": settings_page, "contracts.md": contracts_page, "language.md": files_page}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare the pages; returns 1 if a comparison found a difference."""
    parser = argparse.ArgumentParser(description="Write the pages of docs that follow from the code.")
    parser.add_argument("--check", action="store_true", help="only compare; exit with 1 where a page differs")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "docs", help="where the pages are")
    options = parser.parse_args(arguments)
    is_stale = False
    for name, page in PAGES.items():
        path = options.folder / name
        if path.exists() and path.read_text(encoding="utf-8") == page():
            continue
        is_stale = True
        if options.check:
            sys.stderr.write(f"{path} differs from the code; run python tools/reference_pages.py\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(), encoding="utf-8")
            print(f"{path} written")
    return int(is_stale and options.check)


def _kind(field: FieldInfo) -> str:
    """Return what a setting may be: its type in plain words, and its bounds."""
    choices = _choices(field.annotation)
    if choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    if field.annotation is bool:
        return "`true` or `false`"
    bounds = {name: getattr(item, name) for item in field.metadata for name in ("ge", "le") if hasattr(item, name)}
    if bounds:
        word = "whole number" if field.annotation is int else "number"
        return f"{word}, {_figure(bounds['ge'])} to {_figure(bounds['le'])}"
    if SecretStr in (field.annotation, *get_args(field.annotation)):
        return "text, secret"
    return "file" if "Path" in str(field.annotation) else "text"


def _choices(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401 - any type
    """Return the texts that a setting may be, if they are a closed set."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(choice for part in get_args(annotation) for choice in _choices(part))


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "none"
    if value is PydanticUndefined:
        return "needed"
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return f"`{text}`" if text else "empty"


def _figure(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _rule(words: str) -> str:
    """Return a rule's words with variables in place of their values; a field of the rule's own is "its value"."""
    texts = {name.upper(): f"`{PREFIX}{name.upper()}`" for name in Settings.model_fields}
    return words.format(**texts, **dict.fromkeys(Settings.model_fields, "its value"))


def _kept(topic: Topic) -> str:
    if topic.retention_ms is None:
        return "the latest of each key (compacted)"
    return f"{topic.retention_ms // 86_400_000} days"


def _contract_name(topic: Topic) -> str:
    return next(name for name, contract in CONTRACTS.items() if contract is topic.contract)


def _topic_section(topic: Topic) -> str:
    """Return one topic: what it carries, its fields, and an example record."""
    name = _contract_name(topic)
    schema = json_schema(name)
    definitions = schema.get("$defs", {})
    intro = f"\n## {topic.name}\n\n{topic.description} {_prose(schema)}\n"
    if topic.name in TOPIC_NOTES:
        intro += f"\n{TOPIC_NOTES[topic.name]}\n"
    parts = [intro, _fields(schema)]
    parts += (
        f"\n`{nested}`: {_prose(definitions[nested])}\n{_fields(definitions[nested])}"
        for nested in _mentioned(schema, definitions)
        if "properties" in definitions[nested]
    )
    example = json.loads((GOLDEN / name / "v1" / "full.json").read_text(encoding="utf-8"))
    parts.append(f"\n```json {name}\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n")
    return "".join(parts)


def _mentioned(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    """Yield the definitions in the order in which a contract first mentions them."""
    text = json.dumps({key: value for key, value in schema.items() if key != "$defs"})
    yield from sorted(definitions, key=lambda name: (f'"#/$defs/{name}"' not in text, list(definitions).index(name)))


def _fields(schema: Mapping[str, Any]) -> str:
    """Return a table of a contract's fields, those that are needed first."""
    needed = set(schema.get("required", ()))
    rows = ["\n| field | needed | value | meaning |\n| --- | --- | --- | --- |\n"]
    for name, field in sorted(schema["properties"].items(), key=lambda item: item[0] not in needed):
        mark = "yes" if name in needed else ""
        meaning = _prose(field) or ("May be left out: the topic tells." if "const" in field else "")
        rows.append(f"| `{name}` | {mark} | {_shape(field)} | {_cell(meaning)} |\n")
    return "".join(rows)


def _shape(schema: Mapping[str, Any]) -> str:
    """Return what a field may hold, with its bounds."""
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if "$ref" in schema:
        return f"`{schema['$ref'].rsplit('/', 1)[-1]}`"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_shape(part) for part in schema["anyOf"]))
    return _SHAPES.get(schema.get("type", ""), _any_shape)(schema)


def _text_shape(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "date-time":
        return "instant"
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    snake_case = ", snake_case" if schema.get("pattern", "").startswith("^[a-z][a-z0-9_]*") else ""
    return f"text, {least} to {most} characters{snake_case}" if most else f"text{snake_case}"


def _number_shape(schema: Mapping[str, Any]) -> str:
    word = "whole number" if schema["type"] == "integer" else "number"
    if "minimum" not in schema or "maximum" not in schema:
        return word
    return f"{word}, {_figure(schema['minimum'])} to {_figure(schema['maximum'])}"


def _list_shape(schema: Mapping[str, Any]) -> str:
    return f"list of {_shape(schema['items'])}, at most {schema['maxItems']}"


def _map_shape(schema: Mapping[str, Any]) -> str:
    values = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
    of = f" of {_shape(values)}" if isinstance(values, dict) and values else ""
    return f"map{of}, at most {schema['maxProperties']} keys" if "maxProperties" in schema else f"map{of}"


def _any_shape(schema: Mapping[str, Any]) -> str:
    return str(schema.get("type", "any"))


_SHAPES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string": _text_shape,
    "integer": _number_shape,
    "number": _number_shape,
    "array": _list_shape,
    "object": _map_shape,
    "boolean": lambda _: "truth value",
    "null": lambda _: "null",
}


def _prose(schema: Mapping[str, Any]) -> str:
    return " ".join(str(schema.get("description", "")).split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main())
