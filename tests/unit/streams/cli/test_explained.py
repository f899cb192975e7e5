"""A lead of a file is explained without servers: to people, to machines, and as a picture."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from streams.cli.exit_codes import ExitCode
from streams.cli.sparkline import sparkline
from tests.command_line import Command

VISITS = [
    ("page_view", "2026-11-02T09:00:00Z", {"url": "https://example.com/pricing"}),
    ("page_view", "2026-11-02T09:10:00Z", {"url": "https://example.com/pricing/teams"}),
    ("page_view", "2026-11-02T09:20:00Z", {"url": "https://example.com/pricing"}),
    ("form_fill", "2026-11-03T14:30:00Z", {"form_id": "demo"}),
]
AT = "2026-11-10T00:00:00Z"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What Ada did, and Bob once."""
    path = tmp_path / "visits.ndjson"
    lines = [
        {"type": kind, "id": str(number), "lead_id": "lead-ada", "occurred_at": at, **fields}
        for number, (kind, at, fields) in enumerate(VISITS)
    ]
    lines.append({**lines[0], "id": "b", "lead_id": "lead-bob"})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_people_are_told_why_what_would_change_it_and_what_will(leadstream: Command, file: Path) -> None:
    """The sum with what bounds took, falls with their instants, ways up, what to find out, and the curve."""
    ended = leadstream("score", str(file), "--explain", "lead-ada", "--at", AT, "--curve")

    assert ended.code == ExitCode.OK
    assert "by its limit" in ended.out
    assert "falls to lead on 2026-12-01 14:30:00 UTC" in ended.out
    assert "to rise to sql (65 points) now, any of" in ended.out
    assert "1 trial_started: " in ended.out
    assert "if its profile turned out so" in ended.out
    assert "2026-10-11 to 2027-01-09" in ended.out
    assert "lead-bob" not in ended.out


def test_machines_get_one_object_that_adds_up(leadstream: Command, file: Path) -> None:
    """Criteria with what bounds took add up to the score; the curve has the falls among its points."""
    ended = leadstream("score", str(file), "--explain", "lead-ada", "--at", AT, "--curve", "--json")

    (told,) = [one for line in ended.out.splitlines() if (one := json.loads(line))["type"] == "explanation"]
    parts = sum(one["points"] for one in (*told["criteria"], *told["bounds"]))
    assert parts == pytest.approx(told["score"], abs=1e-9)
    assert any(one["by_limit"] < 0 for one in told["criteria"])
    falls = told["if_silent"]["stage_changes"]
    assert [(fall["from_stage"], fall["to_stage"]) for fall in falls] == [("mql", "lead"), ("lead", "subscriber")]
    assert {fall["at"] for fall in falls} <= {point["at"] for point in told["curve"]}
    assert told["would_rise"]["stages"][0]["stage"] == "sql"
    assert told["would_rise"]["stages"][0]["ways"][0]["count"] == 1
    assert told["would_fit"][0]["points"] == pytest.approx(10)


def test_another_score_is_explained_by_its_name(leadstream: Command, file: Path) -> None:
    """Each named score has ways up of its own."""
    ended = leadstream("score", str(file), "--explain", "lead-ada", "--at", AT, "--score", "learning")

    assert "to rise to learner (20 points) now, any of" in ended.out
    assert "2 docs_read (page_viewed too): 20.0 points" in ended.out
    assert "it stays where it is" in ended.out


def test_a_picture_is_a_file_of_its_own(leadstream: Command, file: Path, tmp_path: Path) -> None:
    """Well-formed SVG, without a reference to anything else, with the stages, the falls and the lead's id as text."""
    path = tmp_path / "curve.svg"
    hostile = file.read_text(encoding="utf-8").replace("lead-ada", "<script>&")
    file.write_text(hostile, encoding="utf-8")

    ended = leadstream("score", str(file), "--explain", "<script>&", "--at", AT, "--picture", str(path))

    assert ended.code == ExitCode.OK
    text = path.read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314 - written a moment ago
    assert "<script" not in text
    assert "href" not in text
    told = " ".join(root.itertext())
    assert all(word in told for word in ("<script>&: product", "mql 40", "lead 2026-12-01", "if nothing more happens"))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--explain", "lead-eve"), ExitCode.NOT_FOUND, "no line of the file is of this lead"),
        (("--explain", "lead-ada", "--score", "liking"), ExitCode.USAGE, "has product, learning"),
        (("--curve",), ExitCode.USAGE, "say which by --explain LEAD"),
        (("--explain", "lead-ada", "--picture", "curve.png"), ExitCode.USAGE, "a name that ends in .svg"),
        (("--explain", "lead-ada", "--picture", "nowhere/curve.svg"), ExitCode.USAGE, "there is no folder nowhere"),
        (("--explain", "lead-ada", "--curve", "--back", "1 month"), ExitCode.USAGE, "such as 30m, 12h or 7d"),
    ],
)
def test_what_cannot_be_done_is_told(
    leadstream: Command, file: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """Value, rule and way out."""
    ended = leadstream("score", str(file), *arguments)

    assert ended.code == code
    assert told in ended.err


def test_a_row_of_blocks_is_as_high_as_its_values() -> None:
    """From end to end, beyond them as at them; in ASCII too; where all is alike it is low."""
    assert sparkline([-5, 0, 50, 99, 100, 200], 0, 100) == "▁▁▅███"
    assert sparkline([0, None, 100], 0, 100, is_plain=True) == "_ #"
    assert sparkline([3, 3], 3, 3) == "▁▁"
