"""A file of activities is scored without servers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.cli.exit_codes import ExitCode
from streams.configuration.settings import Settings
from streams.demo.history import history
from streams.importing.lines import LINE_BYTES_MAX
from tests.command_line import Command, Ended

UNTIL = datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two weeks of some invented leads."""
    path = tmp_path / "activities.ndjson"
    lines = (item.model_dump_json(exclude_none=True) for item in history(seed=3, leads=14, days=14, until=UNTIL))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def documents(ended: Ended) -> list[dict[str, object]]:
    """Return the JSON lines of a command's output."""
    return [json.loads(line) for line in ended.out.splitlines()]


def test_changes_leads_and_summary_agree(leadstream: Command, file: Path) -> None:
    """The last change of a lead leads to the stage that it stands in at the end, and the summary counts them."""
    ended = leadstream("score", str(file), "--json", "--leads")

    told = documents(ended)
    summary = told[-1]
    changes = [one for one in told if one["type"] == "stage_change"]
    leads = {one["lead_id"]: one for one in told if one["type"] == "lead_score"}
    stages = {one["lead_id"]: one["to_stage"] for one in changes if one["score_name"] == "product"}
    assert ended.code == ExitCode.OK
    assert len(changes) == summary["stage_changes"]
    assert len(changes) > 10
    assert len(leads) == summary["leads"]
    for lead_id, lead in leads.items():
        assert lead["scores"]["product"]["stage"] == stages.get(lead_id, "subscriber")  # type: ignore[index]


def test_a_file_scores_the_same_every_time(leadstream: Command, file: Path) -> None:
    """Same lines, same changes, same ids, same instants."""
    assert leadstream("score", str(file), "--json").out == leadstream("score", str(file), "--json").out


def test_a_repeated_file_adds_nothing(leadstream: Command, file: Path, tmp_path: Path) -> None:
    """Lines that come twice are recognised: where the leads stand is the same."""
    doubled = tmp_path / "doubled.ndjson"
    lines = file.read_text(encoding="utf-8").splitlines()[-200:]
    once = tmp_path / "once.ndjson"
    once.write_text("\n".join(lines), encoding="utf-8")
    doubled.write_text("\n".join(line for line in lines for _ in range(2)), encoding="utf-8")

    single, double = (documents(leadstream("score", str(path), "--json", "--leads")) for path in (once, doubled))

    assert [one for one in double if one["type"] == "lead_score"] == [
        one for one in single if one["type"] == "lead_score"
    ]
    assert double[-1]["outcomes"]["repeat"] == len(lines)  # type: ignore[index]


def test_time_goes_on_after_the_last_line(leadstream: Command, file: Path) -> None:
    """With `--at` leads fade until then, and what time alone changes is told at its own instant."""
    told = documents(leadstream("score", str(file), "--json", "--at", "2027-06-01T00:00:00Z"))

    changes = [one for one in told if one["type"] == "stage_change"]
    assert {one["cause"]["kind"] for one in changes if one["changed_at"] > "2026-11-23"} == {"wake_up"}  # type: ignore[index, operator]
    assert told[-1]["leads_per_stage"]["sql"] == 0  # type: ignore[index]


def test_bad_lines_are_listed_and_harm_nothing_else(leadstream: Command, file: Path) -> None:
    """A line that is no activity is named by number and rule; the others count as if it were not there."""
    before = documents(leadstream("score", str(file), "--json"))
    bad = ["{", '{"type": "page_view"}', "[]", '{"type": "walk", "id": "1"}', "x" * 300_000]
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*bad, "", *lines]), encoding="utf-8")

    ended = leadstream("score", str(file), "--json")

    *changes, summary = documents(ended)
    assert ended.code == ExitCode.FINDING
    assert changes == before[:-1]
    assert [line["line"] for line in summary["refused_lines"]] == [1, 2, 3, 4, 5]  # type: ignore[attr-defined]
    assert "occurred_at" in str(summary["refused_lines"])


def test_people_read_lines_and_a_summary(leadstream: Command, file: Path) -> None:
    """Without `--json` each change is a line, and where the leads stand is told at the end."""
    ended = leadstream("score", str(file), "--leads")

    assert " → lead " in ended.out
    assert "[learning]" in ended.out
    assert "by scorecard 2026-11" in ended.err
    assert "subscriber" in ended.err


@pytest.mark.parametrize("at", ["yesterday", "2026-11-22", "2026-11-22T10:00:00"])
def test_an_instant_that_is_none_is_told(leadstream: Command, file: Path, at: str) -> None:
    """An instant needs a time and an offset; the error shows one."""
    ended = leadstream("score", str(file), "--at", at)

    assert ended.code == ExitCode.USAGE
    assert "2026-11-22T10:00:00Z" in ended.err


def test_a_bad_scorecard_is_told(leadstream: Command, file: Path, tmp_path: Path) -> None:
    """Nothing is scored by a scorecard that cannot be used; its mistakes are named by line."""
    path = tmp_path / "bad.yaml"
    path.write_text("version: 1\n", encoding="utf-8")

    ended = leadstream("score", str(file), "--scorecard", str(path))

    assert ended.code == ExitCode.FINDING
    assert f"{path}:1: " in ended.err


def test_what_comes_after_the_instant_is_left_out(leadstream: Command, file: Path, tmp_path: Path) -> None:
    """`--at` within the file answers as of then, as if its later lines had not come, and says how many it left out."""
    at = "2026-11-15T00:00:00Z"
    lines = file.read_text(encoding="utf-8").splitlines()
    earlier = [line for line in lines if json.loads(line)["occurred_at"] < at]
    cut = tmp_path / "cut.ndjson"
    cut.write_text("\n".join(earlier), encoding="utf-8")

    *whole, summary = documents(leadstream("score", str(file), "--json", "--leads", "--at", at))
    *expected, _ = documents(leadstream("score", str(cut), "--json", "--leads", "--at", at))

    assert whole == expected
    assert 0 < summary["left_out_after_at"] == len(lines) - len(earlier)  # type: ignore[operator]
    assert f"{len(lines) - len(earlier)} more left out" in leadstream("score", str(file), "--at", at).err


def test_a_line_as_long_as_a_record_may_be_is_scored(leadstream: Command, tmp_path: Path) -> None:
    """What a worker takes, `score` takes: the bounds are one."""
    assert Settings.model_fields["record_bytes_max"].default == LINE_BYTES_MAX
    line = (
        '{"type": "page_view", "id": "v1", "lead_id": "ada", "occurred_at": "2026-11-02T09:00:00Z", "url": "/pricing"'
    )
    path = tmp_path / "long.ndjson"
    path.write_text(f'{line}, "more": "{"x" * 200_000}"}}\n', encoding="utf-8")

    ended = leadstream("score", str(path))

    assert ended.code == ExitCode.OK
    assert ended.err.startswith("1 activity of 1 lead, 0 stage changes\n")


def test_repeats_and_many_refusals_are_told_to_people(leadstream: Command, file: Path) -> None:
    """How many lines were repeats is said; of many bad lines the first are listed and the rest counted."""
    first = file.read_text(encoding="utf-8").splitlines()[0]
    file.write_text("\n".join([first, first, *["{"] * 23]), encoding="utf-8")

    ended = leadstream("score", str(file))

    assert "  1 repeat among them, not counted again\n" in ended.err
    assert "23 lines refused:\n  line 3: " in ended.err
    assert ended.err.endswith("\n  ... and 3 more\n")
    assert "at line 1" not in ended.err


def test_partitions_have_clocks_of_their_own(leadstream: Command, tmp_path: Path) -> None:
    """A line out of order is judged at its partition's clock, which another lead moves only if it lives there too."""
    demo = '"type": "form_fill", "form_id": "demo"'
    line = f'{{{{{demo}, "id": "{{0}}", "lead_id": "{{0}}", "occurred_at": "2026-11-{{1}}T09:00:00Z"}}}}'
    path = tmp_path / "late.ndjson"
    path.write_text(f"{line.format('ada', '09')}\n{line.format('bob', '02')}\n", encoding="utf-8")

    def changed_at(partitions: str) -> str:
        told = documents(leadstream("score", str(path), "--json", "--partitions", partitions))
        return next(str(one["changed_at"]) for one in told if one.get("lead_id") == "bob")

    assert changed_at("1") == "2026-11-09T09:00:00.000Z"
    assert changed_at("1000") == "2026-11-02T09:00:00.000Z"


def test_a_missing_scorecard_is_not_found(leadstream: Command, file: Path, tmp_path: Path) -> None:
    """A file that is not there ends it with the code of things that are not there."""
    assert leadstream("score", str(file), "-s", str(tmp_path / "absent.yaml")).code == ExitCode.NOT_FOUND
