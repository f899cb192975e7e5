"""From YAML text to plain data and the line of every value.

The language needs mappings, lists and scalars, so nothing else of YAML is let in: no tags (which could build objects),
no anchors and aliases (nine lines of which can stand for a billion nodes), no second document, no empty values, no key
twice. The text is read event by event against bounds, so that no input costs more than they allow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from streams.scorecards.finding import FINDINGS_MAX, Finding, quoted, shown
from streams.scorecards.language import SCORECARD, Language
from streams.scorecards.parts import Path, value_at

FILE_BYTES_MAX = 1_048_576
DEPTH_MAX = 24
SCALAR_CHARACTERS_MAX = 4_096
INTEGER_MAX = 2**63 - 1

# YAML 1.2's core schema, without its octal and hexadecimal forms: 0123 may be a postcode and stays text.
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBERS_BEGIN = frozenset("+-.0123456789")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# libyaml does in a second what Python does in twenty; a Python without it has the same parser, slower.
_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_PROBLEMS = (
    ("cannot start any token", "a tab, or one of @ ` %, begins a value", "indent with spaces; put such text in quotes"),
    ("mapping values are not allowed", "a colon where no key can be", "put text with a colon in quotes"),
    ("expected ',' or '}'", "a { is not closed", "close it with }, with commas between what it holds"),
    ("expected ',' or ']'", "a [ is not closed", "close it with ], with commas between what it holds"),
    ("expected ':'", "a line without a key", "write KEY: value"),
)
"""What the parser says (a part that both parsers share), the same for people, and the way out."""
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class Place(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Tree:
    """A file's data (mappings, tuples, scalars), and where each value and each key of it stands.

    ``texts`` has scalars as they are written: ``1.10`` is the number 1.1, and people look for what they wrote.
    """

    data: object = None
    texts: dict[Path, str] = field(default_factory=dict)
    values_at: dict[Path, Place] = field(default_factory=dict)
    keys_at: dict[Path, Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def written(self, path: Path) -> str:
        """Return a value as the file has it, on one line, cut to a bearable length."""
        return shown(self.texts.get(path, value_at(self.data, path)))

    def place(self, path: Path, *, is_key: bool = False) -> Place:
        """Return where a value (or its key) stands; of what is not there, where its nearest parent does."""
        if is_key and path in self.keys_at:
            return self.keys_at[path]
        while path and path not in self.values_at:
            path = path[:-1]
        # A mapping begins on the line after its key; people look for the key.
        return self.keys_at.get(path) or self.values_at.get(path) or Place(1, 1)


class _Stop(Exception):
    """Reading cannot go on."""

    def __init__(self, place: Place, value: str, rule: str, fix: str) -> None:
        super().__init__(rule)
        self.finding = Finding(place.line, place.column, "file", value, rule, fix, code="not_yaml")


def read_tree(content: bytes, language: Language = SCORECARD) -> Tree:
    """Read a file's bytes.

    Args:
        content: The whole file.
        language: What kind of file it is.

    Returns:
        The tree; where ``findings`` is not empty, ``data`` may be incomplete.
    """
    tree = Tree()
    try:
        reader = _Reader(tree, _events(_text(content, language)), language)
        reader.read_document()
    except _Stop as stop:
        tree.findings.append(stop.finding)
    return tree


def _text(content: bytes, language: Language) -> str:
    """Return the bytes as text.

    Raises:
        _Stop: If there are too many or they are not UTF-8.
    """
    if len(content) > FILE_BYTES_MAX:
        rule = f"the file has {len(content)} bytes, at most {FILE_BYTES_MAX} are read"
        raise _Stop(Place(1, 1), str(len(content)), rule, f"remove what is no part of the {language.name}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        rule = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise _Stop(Place(line, 1), f"0x{content[error.start]:02x}", rule, "save the file in UTF-8") from None


def _events(text: str) -> Iterator[Event]:
    """Yield the parser's events.

    Raises:
        _Stop: If the text is no YAML.
    """
    try:
        yield from yaml.parse(text, Loader=_PARSER)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        problem = str(error.problem or error.context or "it cannot be read")
        fix = "check the indentation (spaces only), the colons and the quotes up to here"
        said = (known for known in _PROBLEMS if known[0] in problem)
        _, rule, way_out = next(said, ("", " ".join(problem.split()), ""))
        raise _Stop(place, "", f"this is no YAML: {rule}", "; ".join(filter(None, (way_out, fix)))) from None
    except ReaderError as error:
        sign = error.character if isinstance(error.character, int) else ord(error.character)
        line = text.partition(chr(sign))[0].count("\n") + 1
        raise _Stop(Place(line, 1), "", f"character U+{sign:04X} is not allowed", "remove it") from None
    except (YAMLError, ValueError, IndexError) as error:
        # The parser meets some malformed directives and escapes with an error of Python's own.
        raise _Stop(Place(1, 1), "", f"this is no YAML: {' '.join(str(error).split())[:200]}", "correct it") from None


class _Reader:
    """Builds a tree from events, one node after the other, never deeper or longer than the bounds."""

    def __init__(self, tree: Tree, events: Iterator[Event], language: Language) -> None:
        self._tree = tree
        self._language = language
        self._events = events
        self._nodes = 0

    def read_document(self) -> None:
        """Read the one document of the file into the tree."""
        is_started = False
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if is_started:
                    raise _Stop(
                        _place(event), "---", "a second document begins", f"keep one {self._language.name} a file"
                    )
                is_started = True
                self._tree.data = self._node(next(self._events), (), 0)
        if not is_started:
            fix = f"write a {self._language.name}: {self._language.keys}"
            raise _Stop(Place(1, 1), "", "the file is empty", fix)

    def _node(self, event: Event, path: Path, depth: int) -> object:
        """Return one node's data."""
        place = _place(event)
        self._nodes += 1
        if self._nodes > self._language.values_max:
            rule = f"the file has more than {self._language.values_max} values"
            raise _Stop(place, "", rule, f"remove what is no part of the {self._language.name}")
        if depth > DEPTH_MAX:
            rule = f"values are nested more than {DEPTH_MAX} deep"
            raise _Stop(place, "", rule, f"no part of a {self._language.name} is; unnest them")
        self._refuse_features(event, place)
        self._tree.values_at[path] = place
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, depth)
        if isinstance(event, SequenceStartEvent):
            return self._list(path, depth)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        raise _Stop(place, "", "this is no value", "write a value, a list or keys and values")

    def _refuse_features(self, event: Event, place: Place) -> None:
        """Refuse what the language does without."""
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, AliasEvent):
            raise _Stop(place, f"*{anchor}", f"*{anchor} is an alias", "write the value out where it is used")
        if anchor is not None:
            raise _Stop(place, f"&{anchor}", f"&{anchor} is an anchor", "remove it; values are written out")
        if tag is not None:
            raise _Stop(place, str(tag), f"{tag} is a tag", "remove it; values are plain")

    def _mapping(self, path: Path, depth: int) -> dict[str, object]:
        """Return a mapping; its keys are always text."""
        found: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            place = _place(event)
            if not isinstance(event, ScalarEvent):
                raise _Stop(place, "", "a key is not a name", "write NAME: value; put text with { or [ in quotes")
            self._refuse_features(event, place)
            key = str(event.value)
            here = (*path, key)
            if key in found:
                first = self._tree.keys_at[here].line
                self._find(
                    place, path, key, f"key {quoted(key)} is there twice", f"remove one; the first is on line {first}"
                )
                self._node(next(self._events), (*path, key, "again"), depth + 1)
                continue
            self._tree.keys_at[here] = place
            found[key] = self._node(next(self._events), here, depth + 1)
        return found

    def _list(self, path: Path, depth: int) -> tuple[object, ...]:
        """Return a list."""
        found: list[object] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            found.append(self._node(event, (*path, len(found)), depth + 1))
        return tuple(found)

    def _scalar(self, event: ScalarEvent, path: Path) -> object:
        """Return a scalar: text if it is in quotes, else what it looks like."""
        text, place = str(event.value), _place(event)
        name = str(path[-1]) if path else "file"
        if len(text) > SCALAR_CHARACTERS_MAX:
            rule = f"{name} has {len(text)} characters"
            self._find(place, path, shown(text), rule, f"give at most {SCALAR_CHARACTERS_MAX}")
            return ""
        self._tree.texts[path] = f'"{text}"' if event.style else text
        if event.style:
            return text
        if text in _NULLS:
            # The parser places what is not there on the line after; people look for the key.
            place = place if text else self._tree.keys_at.get(path, place)
            self._find(place, path, text, f"{name} is empty", "give a value or remove the key")
            return None
        if text in _TRUTHS:
            return _TRUTHS[text]
        if text[0] not in _NUMBERS_BEGIN:
            return text  # as nearly all: to match three patterns takes longer
        if _NOT_FINITE.fullmatch(text):
            self._find(place, path, text, f"{name} is {text}", "give a finite number or put text in quotes")
            return None
        return self._number(text, path, place)

    def _number(self, text: str, path: Path, place: Place) -> object:
        """Return a plain scalar as a number if it is one, else as text."""
        if _INTEGER.fullmatch(text):
            if len(text) < 20 and abs(int(text)) <= INTEGER_MAX:
                return int(text)
        elif not _FLOAT.fullmatch(text):
            return text
        elif abs(float(text)) < float("inf"):
            return float(text)
        self._find(place, path, shown(text), f"{shown(text)} is too large a number", "put it in quotes if it is a name")
        return None

    def _find(self, place: Place, path: Path, value: str, rule: str, fix: str) -> None:
        """Note a mistake after which reading goes on, unless there were too many."""
        if len(self._tree.findings) == FINDINGS_MAX:
            raise _Stop(place, "", f"there are more than {FINDINGS_MAX} mistakes", "correct those above first")
        part = self._language.part_of(path, None)
        self._tree.findings.append(Finding(place.line, place.column, part.name, value, rule, fix, code="not_yaml"))


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)
