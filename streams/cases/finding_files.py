"""Which case files are meant, and which scorecard each is for.

`NAME.cases.yaml` beside `NAME.yaml` is for it. A file in a folder `cases` says for which scorecard it is, has its name,
or is for the only scorecard beside the folder.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from streams.cases.case_file import CasesRefused, LoadedCases, load_cases
from streams.scorecards.finding import Finding
from streams.scorecards.tree import FILE_BYTES_MAX

ENDINGS = (".yaml", ".yml")
CASES_ENDINGS = tuple(f".cases{ending}" for ending in ENDINGS)
FOLDER = "cases"
FILES_MAX = 1_000
_CASES_KEY = re.compile(rb"^cases[ \t]*:", re.MULTILINE)


def is_case_file(path: Path) -> bool:
    """Return whether a path is that of a case file: by its name, or since it has cases.

    Example:
        >>> is_case_file(Path("software_company.cases.yaml")), is_case_file(Path("software_company.yaml"))
        (True, False)
    """
    return path.name.endswith(CASES_ENDINGS) or (path.suffix in ENDINGS and _has_cases(path))


def _has_cases(path: Path) -> bool:
    """Return whether a file looks as if it held cases; one that cannot be read does not."""
    try:
        with path.open("rb") as stream:
            return _CASES_KEY.search(stream.read(FILE_BYTES_MAX)) is not None
    except OSError:
        return False


def case_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the case files that paths stand for, each once: of a folder all in it, of a scorecard those beside it.

    Args:
        paths: Case files, scorecards and folders.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found.update(dict.fromkeys(_in_folder(path)))
        elif is_case_file(path) or not path.exists():
            found[path] = None
        else:
            found.update(dict.fromkeys(_beside(path)))
    return tuple(found)[:FILES_MAX]


def scorecard_of(loaded: LoadedCases) -> Path:
    """Return the path of the scorecard that a case file is for.

    Raises:
        CasesRefused: If that cannot be told.
    """
    path = loaded.path
    if loaded.file.scorecard is not None:
        if "\0" in loaded.file.scorecard:
            raise _refused(loaded, "the scorecard's path holds a zero byte", "give the path of a file")
        return path.parent / loaded.file.scorecard
    name = next((path.name.removesuffix(end) for end in (*CASES_ENDINGS, *ENDINGS) if path.name.endswith(end)), "")
    folders = [path.parent] if path.name.endswith(CASES_ENDINGS) else []
    folders += [path.parent.parent] if path.absolute().parent.name == FOLDER else []
    named = [folder / f"{name}{ending}" for folder in folders for ending in ENDINGS]
    if there := [candidate for candidate in named if candidate.exists()]:
        return there[0]
    if path.absolute().parent.name == FOLDER and len(alone := list(_scorecards(path.parent.parent))) == 1:
        return alone[0]
    raise _refused(loaded, "it does not say which scorecard it is for", "add scorecard: and its path from this file on")


def _refused(loaded: LoadedCases, rule: str, fix: str) -> CasesRefused:
    return CasesRefused(loaded.shown, [Finding(1, 1, "case file", "", rule, fix)])


def _in_folder(folder: Path) -> Iterator[Path]:
    """Yield the case files of a folder, and of the folder `cases` in it."""
    is_inner = folder.absolute().name == FOLDER
    for path in sorted(folder.iterdir()):
        if path.is_file() and (path.name.endswith(CASES_ENDINGS) or (is_inner and is_case_file(path))):
            yield path
    inner = folder / FOLDER
    if inner.is_dir():
        yield from (path for path in sorted(inner.iterdir()) if path.is_file() and path.suffix in ENDINGS)


def _beside(scorecard: Path) -> Iterator[Path]:
    """Yield the case files that are for a scorecard."""
    yield from (
        path for ending in CASES_ENDINGS if (path := scorecard.with_name(f"{scorecard.stem}{ending}")).is_file()
    )
    inner = scorecard.parent / FOLDER
    if not inner.is_dir():
        return
    for path in sorted(inner.iterdir()):
        if path.is_file() and path.suffix in ENDINGS and _is_for(path, scorecard):
            yield path


def _is_for(path: Path, scorecard: Path) -> bool:
    """Return whether a case file is for a scorecard; one that cannot tell is, so that its mistake is told."""
    try:
        return scorecard_of(load_cases(path)).resolve() == scorecard.resolve()
    except CasesRefused:
        return True


def _scorecards(folder: Path) -> Iterator[Path]:
    """Yield the scorecards of a folder, as far as names tell."""
    return (
        path for path in sorted(folder.iterdir()) if path.suffix in ENDINGS and not path.name.endswith(CASES_ENDINGS)
    )
