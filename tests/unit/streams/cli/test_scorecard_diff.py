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


VISITS = "".join(
    f'{{"type": "form_fill", "id": "{lead}-{day}", "lead_id": "lead-{lead}", "occurred_at": "2026-11-0{day}T09:00:00Z",'
    f' "form_id": "{form}", "channel": "webinar"}}\n'
    for lead, day, form in (("ada", 2, "demo"), ("ada", 3, "whitepaper"), ("bob", 4, "newsletter"))
)


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """What two leads did; one of them comes close to a threshold."""
    path = tmp_path / "visits.ndjson"
    path.write_text(VISITS, encoding="utf-8")
    return path


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The example, in which marketing's stage is entered later."""
    path = tmp_path / "stricter.yaml"
    text = example_scorecard().read_text(encoding="utf-8").replace("enter_at: 40", "enter_at: 50")
    path.write_text(text, encoding="utf-8")
    return path


def test_who_would_have_stood_elsewhere_is_told(leadstream: Command, stricter: Path, visits: Path) -> None:
    """With when and why; who stands alike is not listed."""
    ended = leadstream("scorecard", "diff", str(example_scorecard()), str(stricter), "--history", str(visits))

    assert ended.code == ExitCode.FINDING
    assert "1 lead differs (50.0 %)" in ended.out
    assert "2026-11-03 09:00:00  lead-ada  [product]  mql -> lead  45.0 -> 45.0  the ladder" in ended.out
    assert "lead-bob" not in ended.out


def test_machines_get_leads_too(leadstream: Command, stricter: Path, visits: Path) -> None:
    """By channel and by attributes of the profile."""
    arguments = ("--history", str(visits), "--by", "country", "--json")
    ended = leadstream("scorecard", "diff", str(example_scorecard()), str(stricter), *arguments)

    leads = json.loads(ended.out)["leads"]
    assert (leads["leads"], leads["differing"]) == (2, 1)
    product = leads["scores"][0]
    assert product["segments"]["channel"] == [{"value": "webinar", "leads": 2, "down": 1}]
    assert product["segments"]["country"][0]["value"] == "(none)"
    assert leads["listed"][0]["cause"]["is_score"] is False


def test_a_page_is_written(leadstream: Command, stricter: Path, visits: Path, tmp_path: Path) -> None:
    """Beside what is told, with a history or without."""
    arguments = ("scorecard", "diff", str(example_scorecard()), str(stricter))
    whole, short = tmp_path / "whole.html", tmp_path / "short.html"

    ended = leadstream(*arguments, "--history", str(visits), "--html", str(whole))
    leadstream(*arguments, "--html", str(short))

    assert f"wrote {whole}" in ended.err
    assert "lead-ada" in whole.read_text(encoding="utf-8")
    assert "enter_at 40 -&gt; 50" in short.read_text(encoding="utf-8")


def test_nothing_differs_from_oneself_on_a_history(leadstream: Command, visits: Path) -> None:
    """Nor does any lead."""
    ended = leadstream(
        "scorecard", "diff", str(example_scorecard()), str(example_scorecard()), "--history", str(visits)
    )

    assert (ended.code, ended.out) == (ExitCode.OK, "nothing differs\n")


def test_lines_that_are_refused_are_told(leadstream: Command, visits: Path) -> None:
    """They are left out under both."""
    visits.write_text(VISITS + "no activity\n", encoding="utf-8")
    ended = leadstream(
        "scorecard", "diff", str(example_scorecard()), str(example_scorecard()), "--history", str(visits)
    )

    assert "1 line of the history refused" in ended.err
    assert "line 4" in ended.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--by", "country"), "give --history FILE or --topics too"),
        (("--until", "now"), "give --history FILE or --topics too"),
        (("--topics", "--history", "visits.ndjson"), "either --history FILE or --topics"),
        (tuple(f"--by=a{number}" for number in range(6)), "give at most 5"),
    ],
)
def test_options_that_make_no_sense_are_told(leadstream: Command, options: tuple[str, ...], told: str) -> None:
    """Before anything is read."""
    ended = leadstream("scorecard", "diff", "absent.yaml", "absent.yaml", *options)

    assert ended.code == ExitCode.USAGE
    assert told in ended.err


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
