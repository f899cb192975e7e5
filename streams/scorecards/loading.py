"""Scorecard files: read, checked, and made into what the core uses.

`check` names every mistake with its line and the way out; `load` takes a file only if there is none. A file is data:
reading it runs nothing of it and is bounded in size, depth and time, whatever it holds.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from schemas.scorecard import ScorecardFile
from scorer.rules.domains import DomainBook
from scorer.rules.scorecard import Scorecard
from streams.scorecards.build import built_scorecard
from streams.scorecards.domains import domain_book
from streams.scorecards.finding import Finding, ScorecardRefused, ScorecardUnreadable
from streams.scorecards.notebook import Notebook
from streams.scorecards.retention import signal_name
from streams.scorecards.rules_scores import check_file, check_scores
from streams.scorecards.rules_signals import check_signals, check_valued
from streams.scorecards.shape import shape_findings
from streams.scorecards.tree import FILE_BYTES_MAX, Tree, read_tree

__all__ = [
    "Finding",
    "LoadedScorecard",
    "ScorecardRefused",
    "ScorecardUnreadable",
    "Study",
    "check",
    "content_of",
    "load",
    "read",
    "signal_name",
    "studied",
]

FINGERPRINT_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class LoadedScorecard:
    """A scorecard in order.

    ``fingerprint`` stands for all that decides scores: it stays the same through changes of comments and layout, and
    changes with every other. ``warnings`` are doubts that do not refuse the file.
    """

    scorecard: Scorecard
    fingerprint: str
    path: Path
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """All that reading a file gives, for who has more to say of it: ``loaded`` is None if it holds a mistake.

    ``findings`` are its mistakes and doubts, by line; ``tree`` knows where its values stand.
    """

    tree: Tree
    findings: tuple[Finding, ...]
    loaded: LoadedScorecard | None


def load(path: Path) -> LoadedScorecard:
    """Read a scorecard file.

    Args:
        path: The file.

    Returns:
        The scorecard, ready for the core.

    Raises:
        ScorecardUnreadable: If it cannot be read.
        ScorecardRefused: If it holds a mistake; one line each.
    """
    return read(content_of(path), path)


def content_of(path: Path) -> bytes:
    """Return a file's bytes, one more than are allowed at most.

    Raises:
        ScorecardUnreadable: If it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        rule, fix = f"it cannot be read: {error.strerror or error}", "give the path of a scorecard file"
        finding = Finding(1, 1, "file", "", rule, fix, code="file_unreadable")
        raise ScorecardUnreadable(str(path), [finding]) from error


def check(path: Path) -> list[Finding]:
    """Return all that is wrong or doubtful in a scorecard file, in the order of its lines; empty if nothing is."""
    try:
        return list(load(path).warnings)
    except ScorecardRefused as refused:
        return list(refused.findings)


def read(content: bytes, path: Path) -> LoadedScorecard:
    """Read a scorecard from bytes.

    Args:
        content: The file's content.
        path: What to call it.

    Raises:
        ScorecardRefused: If it holds a mistake; one line each.
    """
    study = studied(content, path)
    if study.loaded is None:
        raise ScorecardRefused(str(path), study.findings)
    return study.loaded


def studied(content: bytes, path: Path) -> Study:
    """Read a scorecard from bytes, whatever is wrong with it.

    Args:
        content: The file's content.
        path: What to call it.
    """
    tree = read_tree(content)
    notebook = Notebook(tree)
    file = _shaped(tree, notebook)
    loaded = None
    if file is not None:
        book = domain_book(file.domains)
        check_signals(file, notebook)
        check_scores(file, notebook)
        check_file(file, notebook)
        if not notebook.has_errors:
            check_valued(file, notebook)
            scorecard = built_scorecard(file, book, notebook)
            if scorecard is not None:
                warnings = tuple(notebook.sorted_findings())
                loaded = LoadedScorecard(scorecard, _fingerprint(file, book), path, warnings)
    return Study(tree, tuple(notebook.sorted_findings()), loaded)


def _shaped(tree: Tree, notebook: Notebook) -> ScorecardFile | None:
    """Return the file as the language's model; None if it has another shape."""
    if tree.data is None:
        return None
    try:
        return ScorecardFile.model_validate(tree.data)
    except ValidationError as error:
        told = {(finding.line, finding.column) for finding in notebook.findings}
        notebook.findings += [
            finding for finding in shape_findings(tree, error) if (finding.line, finding.column) not in told
        ]
        return None


def _fingerprint(file: ScorecardFile, book: DomainBook) -> str:
    """Return what stands for all that decides scores.

    The order of scores, groups and criteria belongs to it, since terms are summed in that order; where a condition asks
    for kinds of domains, so do the public lists, which other releases of their packages change.
    """
    content = file.model_dump_json(exclude={"description"}, exclude_none=True)
    digest = sha256(content.encode("utf-8"))
    if '"domain_kind"' in content:
        for domains in (book.free, book.disposable):
            digest.update("\n".join(sorted(domains)).encode("utf-8"))
    return digest.hexdigest()[:FINGERPRINT_CHARACTERS]
