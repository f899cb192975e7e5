"""Case files are found beside their scorecards and in folders, and know which scorecard they are for."""

from pathlib import Path

import pytest

from streams.cases.case_file import CasesRefused, load_cases
from streams.cases.finding_files import case_files, scorecard_of

BODY = "cases:\n  a case:\n    expect: {score: 0}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two scorecards, cases beside one of them, and a folder of cases."""
    (tmp_path / "cases").mkdir()
    for name in ("shop.yaml", "school.yaml", "readme.txt"):
        (tmp_path / name).write_text("version: 1\n", encoding="utf-8")
    for name in ("shop.cases.yaml", "cases/school.yaml"):
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    (tmp_path / "cases/winter.yaml").write_text(f"scorecard: ../shop.yaml\n{BODY}", encoding="utf-8")
    return tmp_path


def names(folder: Path, *paths: str) -> list[str]:
    """Return the case files that paths stand for, from the folder on."""
    return [path.relative_to(folder).as_posix() for path in case_files([folder / path for path in paths])]


def test_a_folder_stands_for_all_cases_in_it(folder: Path) -> None:
    """Those beside scorecards, and those of the folder `cases`; nothing twice."""
    assert names(folder, "") == ["shop.cases.yaml", "cases/school.yaml", "cases/winter.yaml"]
    assert names(folder, "cases", "cases/winter.yaml") == ["cases/school.yaml", "cases/winter.yaml"]


def test_a_scorecard_stands_for_its_own_cases(folder: Path) -> None:
    """By their names, or by what they say."""
    assert names(folder, "shop.yaml") == ["shop.cases.yaml", "cases/winter.yaml"]
    assert names(folder, "school.yaml") == ["cases/school.yaml"]


def test_a_case_file_knows_its_scorecard(folder: Path) -> None:
    """It says so, or has its name."""
    found = {path.name: scorecard_of(load_cases(path)).resolve().name for path in case_files([folder])}

    assert found == {"shop.cases.yaml": "shop.yaml", "school.yaml": "school.yaml", "winter.yaml": "shop.yaml"}


def test_the_only_scorecard_is_meant(folder: Path) -> None:
    """In a folder of cases nothing has to be said if there is but one; with two it has."""
    (folder / "cases/spring.yaml").write_text(BODY, encoding="utf-8")

    with pytest.raises(CasesRefused, match="it does not say which scorecard it is for; add scorecard:"):
        scorecard_of(load_cases(folder / "cases/spring.yaml"))
    (folder / "school.yaml").unlink()
    assert scorecard_of(load_cases(folder / "cases/spring.yaml")).name == "shop.yaml"


def test_a_file_that_is_not_there_is_refused(folder: Path) -> None:
    """It is taken for a case file, which then cannot be read."""
    (path,) = case_files([folder / "missing.yaml"])

    with pytest.raises(CasesRefused, match="it cannot be read"):
        load_cases(path)
