"""What the guide to scorecards shows is the language: its parts load, its figures are right, and no key is left out."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import pytest

import schemas.scorecard
import schemas.scorecard_criteria
from schemas.scorecard_conditions import ConditionRules, Rules
from scorer.facts.state import Standing
from scorer.judging.ladder import step
from scorer.rules.decay import factor_of
from scorer.rules.scorecard import SignalCriterion
from streams.scorecards.loading import LoadedScorecard, check, read
from streams.translation.activity_fields import FIELD_NAMES
from tests.docs.pages import ROOT, Block, blocks

GUIDE = ROOT / "docs" / "scorecards.md"
DAY_MS = 86_400_000

SIGNAL = "    activity: page_view\n    measure: {field: duration_seconds}\n"
VISITS = "signals:\n  visits:\n    activity: page_view\n"
VISITS_SCORE = (
    "scores:\n  interest:\n    engagement: {groups: {web: {criteria: {visiting: {signal: visits, points: 1}}}}}\n"
)
STAGES = "    stages: [{name: subscriber}]\n"


def whole(text: str) -> str:
    """A whole file stands as it is."""
    return text


def around_signals(text: str) -> str:
    """Signals want a score."""
    return f"version: guide\n{VISITS}{indent(text, '  ')}{VISITS_SCORE}{STAGES}"


def around_criteria(text: str) -> str:
    """Criteria want the signals that they name, and a group."""
    names = set(re.findall(r"signal: (\w+)", text))
    names |= {name for of in re.findall(r"of: \[([^\]]*)\]", text) for name in of.split(", ")}
    signals = "".join(f"  {name}:\n{SIGNAL}" for name in sorted(names))
    group = f"    engagement:\n      groups:\n        web:\n          criteria:\n{indent(text, ' ' * 12)}"
    return f"version: guide\nsignals:\n{signals}scores:\n  interest:\n{group}{STAGES}"


def around_fit(text: str) -> str:
    """Criteria on the profile want a group."""
    group = f"    fit:\n      groups:\n        company:\n          criteria:\n{indent(text, ' ' * 12)}"
    return f"version: guide\nscores:\n  interest:\n{group}{STAGES}"


def around_score(text: str) -> str:
    """Parts of a score want a side."""
    return f"version: guide\n{VISITS}{VISITS_SCORE}{indent(text, '    ')}"


def around_top(text: str) -> str:
    """Parts of the file want a score."""
    return f"version: guide\n{VISITS}{VISITS_SCORE}{STAGES}{text}"


AROUND: dict[str, Callable[[str], str]] = {
    "signals": around_signals,
    "criteria": around_criteria,
    "fit": around_fit,
    "score": around_score,
    "top": around_top,
}
WITH_MISTAKES = {"mistakes.yaml", "together.yaml"}
YAML_BLOCKS = [block for block in blocks(GUIDE) if block.language == "yaml"]


def loaded(block: Block) -> LoadedScorecard:
    """Load a block of the guide as, or in, a scorecard file."""
    return read(AROUND.get(block.name, whole)(block.text).encode(), Path(f"line-{block.line}.yaml"))


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=lambda block: f"line-{block.line}")
def test_what_the_guide_shows_can_be_used(block: Block) -> None:
    """Each part loads without a mistake; those that show mistakes have some."""
    assert block.name in AROUND or block.name.endswith(".yaml"), "name what kind of part it is"
    if block.name in WITH_MISTAKES:
        return

    assert loaded(block).scorecard.scores


def test_a_part_with_a_mistake_is_noticed(tmp_path: Path) -> None:
    """A misspelt key in a part would be found."""
    path = tmp_path / "part.yaml"
    path.write_text(around_criteria("pricing:\n  signal: pricing_viewed\n  points: 8\n  decay: {half_lief: 7d}\n"))

    assert [finding.rule for finding in check(path)] == ['key "half_lief" is unknown']


def test_the_table_of_decays_is_right() -> None:
    """Every figure of the table is what ten points are worth at that age."""
    table = re.search(r"^\| decay \|(.*)\|$\n.*\n((?:^\|.*\|$\n)+)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert table is not None
    ages_ms = [int(cell.split()[0]) * DAY_MS for cell in table[1].split("|")]
    wrong = []
    for row in table[2].splitlines():
        written, *figures = (cell.strip() for cell in row.strip("|").split("|"))
        decay = written.strip("`")
        part = Block(1, "yaml", "criteria", f"fading:\n  signal: visits\n  points: 10\n  decay: {decay}\n")
        criterion = loaded(part).scorecard.scores["interest"].engagement.groups[0].criteria[0]
        assert isinstance(criterion, SignalCriterion)
        factor = factor_of(criterion.decay)
        right = [f"{10 * factor(age_ms):.1f}" for age_ms in ages_ms]
        wrong += [(decay, right)] if right != figures else []

    assert wrong == []


def test_the_table_of_the_ladder_is_right() -> None:
    """Every row of the table is the stage that the score leads to, ten days after the row before."""
    rows = re.findall(r"^\| ([\d.]+) \|.*\| `(\w+)` \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    (first,) = (block for block in YAML_BLOCKS if block.name == "first.yaml")
    score = loaded(first).scorecard.scores["interest"]
    standing = None
    for number, (points, stage) in enumerate(rows):
        at = 10 * DAY_MS * number
        standing = Standing(step(score, standing, float(points), at).name, at, None)
        assert standing.stage == stage, points

    assert len(rows) == 6


def language() -> Iterator[type[Rules]]:
    """Yield every part of the file's language."""
    for module in (schemas.scorecard, schemas.scorecard_criteria):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Rules) and value is not Rules:
                yield value
    yield ConditionRules


def test_every_key_of_the_language_is_explained() -> None:
    """No key has to be found in the schema."""
    guide = GUIDE.read_text(encoding="utf-8")
    keys = {(field.alias or name) for part in language() for name, field in part.model_fields.items()}

    assert sorted(key for key in keys if not re.search(rf"(`{key}`|[`{{ ]{key}:)", guide)) == []


def test_every_field_of_an_activity_is_named() -> None:
    """The table of fields has every field that conditions can look at, and no other."""
    guide = GUIDE.read_text(encoding="utf-8")
    for activity, fields in FIELD_NAMES.items():
        row = re.search(rf"^\| `{activity}` \| (.*) \|$", guide, re.MULTILINE)
        assert row is not None, activity
        assert set(re.findall(r"`(\w+)`", row[1])) | {"channel"} == fields
