"""`leadstream scorecard test`, as people and CI servers call it."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scorer import JournalBounds
from streams.cli.exit_codes import ExitCode
from streams.configuration.settings import Settings
from tests.command_line import Command

EXAMPLE = "deploy/scorecards/software_company.yaml"
CASES = "deploy/scorecards/software_company.cases.yaml"
BAD = """now: 2026-10-03 14:07
cases:
  a demo is a lead:
    did: [{form_fill: demo, at: now}]
    expect: {stage: lead}
  a demo is an mql:
    did: [{form_fill: demo, at: now}]
    expect: {stage: mql}
  a demo is a king:
    did: [{form_fill: demo, at: now}]
    expect: {stage: king}
"""


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A case that passes, one that fails, one that names no stage."""
    path = tmp_path / "bad.cases.yaml"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_the_worked_cases_of_the_example_cover_all_of_it(leadstream: Command) -> None:
    """Every criterion, stage, cap and floor of the scorecard that this project ships has a case that shows it."""
    ended = leadstream("scorecard", "test", EXAMPLE, "--coverage-min", "100")

    assert ended.code == ExitCode.OK, ended.out
    assert "22 of 22 criteria" in ended.out
    assert "(100 %)" in ended.out


def test_what_failed_is_told_and_ends_with_code_1(leadstream: Command, bad: Path) -> None:
    """One sign a case, then each that did not pass, by file and line."""
    ended = leadstream("scorecard", "test", str(bad), "-s", EXAMPLE)

    assert ended.code == ExitCode.FINDING
    assert f"{bad} .FE" in ended.out
    assert f"FAILED {bad}:6: a demo is an mql" in ended.out
    assert f"MISTAKEN {bad}:9: a demo is a king" in ended.out
    assert 'line 11: score "product" has no stage "king"; known are' in ended.out
    assert "1 passed, 1 failed, 1 with mistakes in" in ended.out


def test_words_select_cases(leadstream: Command, bad: Path) -> None:
    """The others are left out, and counted; words that select none are told."""
    chosen = leadstream("scorecard", "test", str(bad), "-s", EXAMPLE, "-k", "lead", "-v")
    none = leadstream("scorecard", "test", str(bad), "-s", EXAMPLE, "-k", "emperor")

    assert (chosen.code, none.code) == (ExitCode.OK, ExitCode.NOT_FOUND)
    assert f"passed   {bad}:3: a demo is a lead" in chosen.out
    assert "1 passed, 2 left out" in chosen.out
    assert "no case has such a name" in none.err


def test_machines_get_one_document(leadstream: Command, bad: Path, tmp_path: Path) -> None:
    """JSON on standard output, JUnit's XML in a file."""
    report = tmp_path / "report.xml"
    ended = leadstream("scorecard", "test", str(bad), "-s", EXAMPLE, "--json", "--junit", str(report))
    document = json.loads(ended.out)

    assert ended.code == ExitCode.FINDING
    assert document["is_good"] is False
    cases = document["files"][0]["cases"]
    assert [case["outcome"] for case in cases] == ["passed", "failed", "mistaken"]
    assert [(one["line"], one["what"], one["got"]) for one in cases[1]["differences"]] == [(8, "stage", "lead")]
    assert document["coverage"][0]["criterion"] == {"touched": 1, "total": 22}
    assert len(list(ET.parse(report).iter("testcase"))) == 3  # noqa: S314 - what this project wrote itself


def test_too_little_coverage_fails(leadstream: Command, bad: Path) -> None:
    """Although every case that is played passes."""
    ended = leadstream("scorecard", "test", str(bad), "-s", EXAMPLE, "-k", "lead", "--coverage-min", "50")

    assert ended.code == ExitCode.FINDING
    assert "less than 50 % covered" in ended.out


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("empty.cases.yaml", "", ExitCode.FINDING, "the file is empty"),
        (
            "lost.cases.yaml",
            "cases:\n  a:\n    expect: {score: 0}\n",
            ExitCode.FINDING,
            "it does not say",
        ),
        ("alone.yaml", "version: 1\n", ExitCode.NOT_FOUND, "no cases; write them in NAME.cases.yaml"),
    ],
)
def test_files_that_cannot_be_used_are_told(
    leadstream: Command, tmp_path: Path, name: str, content: str, code: ExitCode, told: str
) -> None:
    """Empty, for no scorecard, without cases."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    ended = leadstream("scorecard", "test", str(tmp_path / name))

    assert ended.code == code
    assert told in ended.out + ended.err


def test_a_report_that_cannot_be_written_is_told(leadstream: Command, tmp_path: Path) -> None:
    """With the reason and the way out, and without a traceback."""
    ended = leadstream("scorecard", "test", CASES, "-k", "prices", "--junit", str(tmp_path / "no" / "report.xml"))

    assert ended.code == ExitCode.USAGE
    assert "there is no folder" in ended.err


def test_journals_are_bounded_as_a_workers(leadstream: Command, bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default as its settings say, and by those that somebody set; no other setting has a say here."""
    fields = Settings.model_fields
    age_ms = fields["journal_age_seconds"].default * 1000
    assert JournalBounds() == JournalBounds(fields["journal_entries_max"].default, age_ms)

    monkeypatch.setenv("LEADSTREAM_PARTITIONS", "0")
    assert leadstream("scorecard", "test", str(bad), "-s", EXAMPLE, "-k", "lead").code == ExitCode.OK
    monkeypatch.delenv("LEADSTREAM_PARTITIONS")
    monkeypatch.setenv("LEADSTREAM_JOURNAL_ENTRIES_MAX", "0")
    ended = leadstream("scorecard", "test", str(bad), "-s", EXAMPLE, "-k", "lead")
    assert (ended.code, "LEADSTREAM_JOURNAL_ENTRIES_MAX" in ended.err) == (ExitCode.SETTINGS, True)
