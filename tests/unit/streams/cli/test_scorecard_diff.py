"""Two scorecards are compared in words, without servers."""

import json
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from streams.example import example_scorecard
from streams.kafka.reader import ReadUnavailable
from streams.scorecards import releasing
from streams.scorecards.registry import Registry
from streams.scorecards.releasing import KnownScorecards
from tests.builders.activations import FILE, stored
from tests.command_line import Command


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The example, with another threshold and another half-life."""
    path = tmp_path / "next.yaml"
    text = example_scorecard().read_text(encoding="utf-8").replace("enter_at: 40", "enter_at: 35")
    path.write_text(text.replace("half_life: 10d", "half_life: 1d").replace("2026-11", "2026-12"), encoding="utf-8")
    return path


def test_nothing_differs_from_oneself(leadstream: Command) -> None:
    """Scripts see it by the exit code, people by the words."""
    ended = leadstream("scorecard", "diff", str(example_scorecard()), str(example_scorecard()))

    assert ended.code == ExitCode.OK
    assert ended.out == "nothing differs\n"


def test_what_surprises_comes_first(leadstream: Command, edited: Path) -> None:
    """That a signal is counted from zero stands above the edit that people made."""
    ended = leadstream("scorecard", "diff", str(example_scorecard()), str(edited))

    lines = ended.out.splitlines()
    assert ended.code == ExitCode.FINDING
    assert lines[0].startswith("counted from zero")
    assert "  signal pricing_viewed: buckets 8h -> 30m" in lines
    assert "  score product, stage mql: enter_at 40 -> 35" in lines
    assert "(2026-11) -> " in ended.err
    assert "(2026-12): 3 changes" in ended.err


def test_machines_get_one_object(leadstream: Command, edited: Path) -> None:
    """With both versions and every change."""
    ended = leadstream("scorecard", "diff", str(example_scorecard()), str(edited), "--json")

    told = json.loads(ended.out)
    assert ended.code == ExitCode.FINDING
    assert (told["old"]["version"], told["new"]["version"], told["differs"]) == ("2026-11", "2026-12", True)
    assert [change["part"] for change in told["changes"]] == ["signal", "criterion", "stage"]


def test_a_file_that_is_not_there_is_told(leadstream: Command) -> None:
    """What can only be a file is not looked up in Kafka."""
    ended = leadstream("scorecard", "diff", str(example_scorecard()), "absent.yaml")

    assert ended.code == ExitCode.NOT_FOUND
    assert "absent.yaml" in ended.err


@pytest.fixture
def topic(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A topic of scorecards with one version; the installation's file is the example."""
    assert leadstream  # which takes the settings of others away first
    monkeypatch.setenv("LEADSTREAM_SCORECARD", str(example_scorecard()))
    registry = Registry(FILE)
    registry.take(stored(version="slow-1"))

    async def known(_settings: object) -> KnownScorecards:
        return KnownScorecards(registry, {})

    monkeypatch.setattr(releasing, "known_scorecards", known)
    return registry


@pytest.mark.usefixtures("topic")
def test_versions_that_were_published_are_compared(leadstream: Command) -> None:
    """By their names, one with the other or with a file; the installation's own file has a version too."""
    same = leadstream("scorecard", "diff", "slow-1", "slow-1")
    with_file = leadstream("scorecard", "diff", "2026-11", str(example_scorecard()))

    assert (same.code, same.out) == (ExitCode.OK, "nothing differs\n")
    assert (with_file.code, with_file.out) == (ExitCode.OK, "nothing differs\n")


@pytest.mark.usefixtures("topic")
def test_what_is_neither_a_file_nor_a_version_is_told(leadstream: Command) -> None:
    """With the versions that there are."""
    ended = leadstream("scorecard", "diff", "slow-1", "slow-7")

    assert ended.code == ExitCode.NOT_FOUND
    assert "no file and no version slow-7; versions: 2026-11, slow-1" in ended.err


@pytest.mark.usefixtures("topic")
def test_a_version_that_cannot_be_looked_up_is_told(leadstream: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no file may be a version: that needs Kafka."""

    async def unreachable(_settings: object) -> KnownScorecards:
        raise ReadUnavailable("Kafka does not answer")

    monkeypatch.setattr(releasing, "known_scorecards", unreachable)
    ended = leadstream("scorecard", "diff", str(example_scorecard()), "2026-13")

    assert ended.code == ExitCode.UNREACHABLE
    assert "there is no file 2026-13" in ended.err
