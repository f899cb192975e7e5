"""The mapping file: read like a scorecard, checked, and every mistake named by its line with the way out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from schemas.import_mapping import CsvRules, ImportMappingFile, PlaceRules
from streams.importing.activities.mapping_rules import check_mapping
from streams.scorecards.finding import Finding
from streams.scorecards.language import Language
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Part
from streams.scorecards.shape import shape_findings
from streams.scorecards.tree import FILE_BYTES_MAX, Tree, read_tree

MAPPING = Language(
    name="mapping",
    keys="name, format, lead_id, type, occurred_at",
    model=ImportMappingFile,
    values_max=10_000,
    part_of=lambda _path, _data: Part("mapping", 0),
)


class MappingRefused(Exception):
    """A mapping file holds mistakes; its text is one line for each."""

    def __init__(self, path: Path, findings: Sequence[Finding]) -> None:
        """Keep what was found, by line."""
        self.findings = tuple(sorted(findings, key=lambda finding: (finding.line, finding.column)))
        super().__init__("\n".join(_of_mapping(finding).text(str(path)) for finding in self.findings))


class MappingUnreadable(MappingRefused):
    """There is no such file, or it cannot be read."""


@dataclass(frozen=True)
class ImportMapping:
    """A mapping in order."""

    file: ImportMappingFile

    @property
    def csv(self) -> CsvRules:
        """How CSV files are written."""
        return self.file.csv or CsvRules()

    @cached_property
    def fingerprint(self) -> str:
        """What stands for all that decides what a row becomes: the same mapping in another layout has the same."""
        return sha256(self.file.model_dump_json(exclude_none=True).encode()).hexdigest()

    @property
    def columns(self) -> list[str]:
        """The columns that the mapping reads, in the order of the file."""
        return [place.column for _, place in places_of(self.file) if place.column is not None]


def places_of(file: ImportMappingFile) -> Iterator[tuple[tuple[str, ...], PlaceRules]]:
    """Yield everything that says where a value stands, with its path in the mapping file."""
    yield ("lead_id",), file.lead_id
    yield ("type",), file.type
    yield ("occurred_at",), file.occurred_at
    if file.id is not None:
        yield ("id",), file.id
    tables: Mapping[str, Mapping[str, PlaceRules]] = {"fields": file.fields, "properties": file.properties}
    for table, sources in tables.items():
        for name, source in sources.items():
            yield (table, name), source


def load_mapping(path: Path) -> ImportMapping:
    """Read a mapping file.

    Raises:
        MappingUnreadable: If it cannot be read.
        MappingRefused: If it holds a mistake; one line each.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        rule = f"it cannot be read: {error.strerror or error}"
        raise MappingUnreadable(
            path, [Finding(1, 1, "mapping", "", rule, "give the path of a mapping file")]
        ) from error
    tree = read_tree(content, MAPPING)
    notebook = Notebook(tree)
    file = _shaped(tree, notebook)
    if file is not None:
        check_mapping(file, places_of(file), notebook)
    if file is None or notebook.has_errors:
        raise MappingRefused(path, notebook.findings)
    return ImportMapping(file)


def _shaped(tree: Tree, notebook: Notebook) -> ImportMappingFile | None:
    """Return the file as the mapping's model; None if it has another shape."""
    if tree.data is None:
        return None
    try:
        return ImportMappingFile.model_validate(tree.data)
    except ValidationError as error:
        told = {(finding.line, finding.column) for finding in notebook.findings}
        found = shape_findings(tree, error, MAPPING)
        notebook.findings += [finding for finding in found if (finding.line, finding.column) not in told]
        return None


def _of_mapping(finding: Finding) -> Finding:
    """Return what the rules wrote down, named as part of a mapping: their notebook knows the parts of scorecards."""
    return replace(finding, where="mapping") if finding.where == "scorecard" else finding
