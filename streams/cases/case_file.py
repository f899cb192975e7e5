"""Case files: read, checked for their shape, and where each of their values stands.

What a case says of a scorecard is not known here (`streams.cases.compiling`). A file is data: reading it runs nothing
of it and is bounded in size, depth and time, whatever it holds.
"""

from dataclasses import dataclass
from pathlib import Path as FilePath

from pydantic import ValidationError

from schemas.cases import CasesFile
from streams.scorecards.finding import Finding, ScorecardRefused, quoted
from streams.scorecards.language import Language
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Part, Path, value_at
from streams.scorecards.shape import shape_findings
from streams.scorecards.tree import FILE_BYTES_MAX, Tree, read_tree

_KINDS = {"cases": "case", "leads": "lead"}


class CasesRefused(ScorecardRefused):
    """A case file cannot be read or holds mistakes of shape; its text is one line for each."""


@dataclass(frozen=True, slots=True)
class LoadedCases:
    """A case file whose shape is in order. ``shown`` is how messages call it."""

    path: FilePath
    file: CasesFile
    tree: Tree

    @property
    def shown(self) -> str:
        """The path as it was given."""
        return str(self.path)

    def line(self, path: Path) -> int:
        """Return the line on which a value (or its key) stands; of what is not there, its nearest parent's."""
        return self.tree.place(path).line

    def is_list(self, path: Path) -> bool:
        """Return whether a list stands at a path."""
        return isinstance(value_at(self.tree.data, path), tuple)


def part_of_cases(path: Path, _data: object = None) -> Part:
    """Return the smallest named part of a case file that a path leads into.

    Example:
        >>> part_of_cases(("cases", "a demo makes an mql", "did", 0)).name
        'case "a demo makes an mql"'
    """
    if len(path) < 2 or path[0] not in _KINDS:
        return Part("case file", 0)
    return Part(f"{_KINDS[str(path[0])]} {quoted(path[1])}", 2)


CASES = Language(
    name="list of cases",
    keys="now, cases",
    model=CasesFile,
    values_max=200_000,
    part_of=part_of_cases,
    pattern_fixes={
        "activity": "write a type in snake_case, such as page_view or trial_started",
        "cases": "write what the case says, without control characters and without spaces at its ends",
    },
)


def load_cases(path: FilePath) -> LoadedCases:
    """Read a case file.

    Args:
        path: The file.

    Raises:
        CasesRefused: If it cannot be read or holds a mistake; one line each.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        finding = Finding(1, 1, "file", "", f"it cannot be read: {reason}", "give the path of a case file")
        raise CasesRefused(str(path), [finding]) from error
    return read_cases(content, path)


def read_cases(content: bytes, path: FilePath) -> LoadedCases:
    """Read cases from bytes.

    Args:
        content: The file's content.
        path: What to call it.

    Raises:
        CasesRefused: If it holds a mistake; one line each.
    """
    tree = read_tree(content, language=CASES)
    notebook = Notebook(tree, language=CASES)
    if tree.data is not None:
        try:
            file = CasesFile.model_validate(tree.data)
        except ValidationError as error:
            told = {(finding.line, finding.column) for finding in notebook.findings}
            found = shape_findings(tree, error, language=CASES)
            notebook.findings += [finding for finding in found if (finding.line, finding.column) not in told]
        else:
            if not notebook.has_errors:
                return LoadedCases(path, file, tree)
    raise CasesRefused(str(path), notebook.sorted_findings())
