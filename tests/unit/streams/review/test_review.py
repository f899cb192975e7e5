"""Every kind of doubt about a scorecard: line, code, what is wrong and the way out; and what only looks like one.

`tests/golden/scorecard` has one scorecard without doubts and a table of changes to it with all that is then said.
"""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from streams.example import example_scorecard
from streams.review.review import REVIEWERS, reviewed
from streams.scorecards.codes import DOUBTS, MISTAKES
from streams.scorecards.finding import FINDINGS_MAX, Finding
from streams.scorecards.loading import studied

GOLDEN = Path(__file__).parents[3] / "golden" / "scorecard"
SCORECARD = (GOLDEN / "reviewed.yaml").read_text(encoding="utf-8")
ENTRIES: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(GOLDEN / "doubts.yaml")


def text_of(entry: dict[str, Any]) -> str:
    """Return the scorecard with an entry's changes, each of which must find its place."""
    text = SCORECARD
    for there, instead in entry["replace"].items():
        assert text.count(there) == 1, there
        text = text.replace(there, instead)
    return text


def findings(text: str) -> tuple[Finding, ...]:
    """Return all that is said of a file."""
    return reviewed(studied(text.encode(), Path("s.yaml")))


def test_nothing_is_said_of_the_scorecard_that_is_changed() -> None:
    """So all that is said is said of a change."""
    assert findings(SCORECARD) == ()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_a_doubt_is_named_by_line_with_the_way_out(entry: dict[str, Any]) -> None:
    """All that is said of the file is said of its change, and nothing is said of what is meant."""
    said = [f"{finding.code} {finding.text('s.yaml').removeprefix('s.yaml:')}" for finding in findings(text_of(entry))]

    assert said == entry["said"]


def test_every_kind_of_doubt_has_an_entry() -> None:
    """A new reviewer without a planted mistake would go unnoticed; its name is the code of what it finds."""
    said = {line.split()[0] for entry in ENTRIES for line in entry["said"]}

    assert {reviewer.__name__ for reviewer in REVIEWERS} <= said & set(DOUBTS)


def test_every_kind_is_met_by_something_that_is_meant() -> None:
    """Silence is tested as well as speech: more than a quarter of the entries look like a mistake and are none."""
    assert sum(not entry["said"] for entry in ENTRIES) * 4 > len(ENTRIES)


def test_entries_have_names_of_their_own() -> None:
    """The table is long, and no entry stands in another's place."""
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES)


def test_the_worked_example_is_without_doubts() -> None:
    """What people copy from."""
    path = example_scorecard()

    assert reviewed(studied(path.read_bytes(), path)) == ()


def test_a_file_with_a_mistake_is_not_doubted() -> None:
    """Mistakes first: a scorecard that cannot be built cannot be reviewed."""
    said = findings(SCORECARD.replace("half_life: 7d", "half_lief: 7d"))

    assert [(finding.severity, finding.code) for finding in said] == [("error", "unknown_key")]


def test_every_code_of_a_finding_is_in_a_table() -> None:
    """Of mistakes and of doubts, from the file's text to its sense."""
    table: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(GOLDEN / "mistakes.yaml")
    lines = (GOLDEN / "in_order.yaml").read_text(encoding="utf-8").splitlines()
    found: set[tuple[str, str]] = set()
    for mistake in table:
        changed = [mistake.get("lines", {}).get(number, line) or None for number, line in enumerate(lines, 1)]
        whole = mistake.get("file", "\n".join(line for line in changed if line is not None) + "\n")
        found |= {(finding.severity, finding.code) for finding in findings(str(whole))}

    assert {code for severity, code in found if severity == "error"} <= set(MISTAKES)
    assert {code for severity, code in found if severity == "warning"} <= set(DOUBTS)


def test_no_more_doubts_are_told_than_anybody_reads() -> None:
    """A scorecard of a thousand mistakes does not end in a thousand lines."""
    criteria = "\n".join(
        f"            again_{number}:\n              signal: mail_clicked\n              points: 2\n"
        "              decay: {half_life: 14d}"
        for number in range(2 * FINDINGS_MAX)
    )

    assert len(findings(SCORECARD.replace("            demo:\n", f"{criteria}\n            demo:\n"))) == FINDINGS_MAX
