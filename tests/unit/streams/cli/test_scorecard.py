"""A scorecard file is checked before anything uses it."""

import json
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from tests.command_line import Command


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A scorecard with one mistake, in line 6."""
    path = tmp_path / "broken.yaml"
    text = example_scorecard().read_text(encoding="utf-8").replace("half_life: 7d", "half_lief: 7d")
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_told_in_short(leadstream: Command) -> None:
    """The example is fine, and its scores and stages are named."""
    ended = leadstream("scorecard", "check", str(example_scorecard()))

    assert ended.code == ExitCode.OK
    assert "fine: version 2026-11" in ended.out
    assert "subscriber < lead < mql < sql" in ended.out


def test_a_mistake_is_named_by_line(leadstream: Command, broken: Path) -> None:
    """File and line come first, as editors and people look for them, and the way out is there."""
    line = 1 + broken.read_text(encoding="utf-8").splitlines().index(
        next(line for line in broken.read_text(encoding="utf-8").splitlines() if "half_lief" in line)
    )

    ended = leadstream("scorecard", "check", str(broken))

    assert ended.code == ExitCode.FINDING
    assert f"{broken}:{line}: " in ended.out
    assert "half_life" in ended.out


def test_every_file_is_looked_at(leadstream: Command, broken: Path) -> None:
    """A bad file does not hide what the next one holds; machines get one object a file."""
    ended = leadstream("scorecard", "check", str(broken), str(example_scorecard()), "--json")

    first, second = map(json.loads, ended.out.splitlines())
    assert ended.code == ExitCode.FINDING
    assert (first["is_usable"], second["is_usable"]) == (False, True)
    assert first["findings"][0]["severity"] == "error"
    assert (second["version"], second["findings"]) == ("2026-11", [])


def test_a_missing_file_is_told(leadstream: Command, broken: Path, tmp_path: Path) -> None:
    """A file that is not there is listed like a finding, and has an exit code of its own, whatever else was found."""
    ended = leadstream("scorecard", "check", str(tmp_path / "absent.yaml"), str(broken))

    assert ended.code == ExitCode.NOT_FOUND
    assert "cannot be read" in ended.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--active-in", "9s"), "give 10s to 366d"),
        (("--active-in", "soon"), "write a whole number and one unit"),
        (("--at", "noon"), "give an instant as RFC 3339"),
        (("--note", "n" * 513), "at most 512"),
        (("--by", " Ada"), "--by: give 1 to 256 printable characters"),
    ],
)
def test_an_option_of_a_release_that_makes_no_sense_is_told(
    leadstream: Command, options: tuple[str, str], told: str
) -> None:
    """Before anything is asked of Kafka."""
    ended = leadstream("scorecard", "publish", str(example_scorecard()), *options)

    assert ended.code == ExitCode.USAGE
    assert told in ended.err


def test_a_broken_file_is_not_published(leadstream: Command, broken: Path) -> None:
    """It is checked first, and its mistake named by line."""
    ended = leadstream("scorecard", "publish", str(broken), "--yes")

    assert ended.code == ExitCode.FINDING
    assert f"{broken}:" in ended.err


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """A scorecard with one doubt: a form's id that is a number."""
    path = tmp_path / "doubtful.yaml"
    text = example_scorecard().read_text(encoding="utf-8").replace("form_id: whitepaper", "form_id: 42")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("options", "code", "summary"),
    [
        ((), ExitCode.OK, "can be used, 1 doubt:"),
        (("--strict",), ExitCode.FINDING, "can be used, 1 doubt:"),
        (("--strict", "--allow", "signal_never_matches"), ExitCode.OK, "fine:"),
        (("--strict", "--allow", "signal_twice"), ExitCode.FINDING, "can be used, 1 doubt:"),
    ],
)
def test_a_doubt_fails_where_it_is_asked_to(
    leadstream: Command, doubtful: Path, options: tuple[str, ...], code: ExitCode, summary: str
) -> None:
    """CI asks for it; a kind of doubt that is meant can be left out."""
    ended = leadstream("scorecard", "check", str(doubtful), *options)

    assert (ended.code, summary in ended.out) == (code, True)
    assert ("[signal_never_matches]" in ended.out) == ("doubt" in summary)


def test_a_machine_is_told_the_code_of_a_doubt(leadstream: Command, doubtful: Path) -> None:
    """By which scripts tell kinds apart."""
    ended = leadstream("scorecard", "check", str(doubtful), "--json")

    told = json.loads(ended.out)
    assert told["is_usable"]
    assert [(one["severity"], one["code"], one["where"]) for one in told["findings"]] == [
        ("warning", "signal_never_matches", 'signal "whitepaper_requested"')
    ]


def test_a_code_that_there_is_not_is_named_with_the_nearest(leadstream: Command, doubtful: Path) -> None:
    """A misspelt code would leave out nothing, in silence."""
    ended = leadstream("scorecard", "check", str(doubtful), "--allow", "signal_never_match")

    assert ended.code == ExitCode.USAGE
    assert 'did you mean "signal_never_matches"?' in ended.err
