"""The documents name everything that an operator, a marketer or a consumer meets."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from schemas.export import FILES, json_schema
from schemas.refusals import Reason
from schemas.topics import TOPICS
from streams.cli import main
from streams.cli.exit_codes import ExitCode
from streams.configuration.settings import PREFIX, Settings
from streams.example import example_scorecard
from streams.monitoring.metrics import Metrics
from streams.scorecards.loading import load
from tests.docs.pages import PAGES, ROOT, named

LOGGED = re.compile(r"\blog\.(?:info|warning|error|critical)\(\s*\"([a-z]+(?:_[a-z]+)+)\b")
INTERNAL = re.compile(r"DESIGN\.md|FAUST\.md|STYLE\.md|OPERATIONS\.md|FIELD\.md|\.\./shared", re.IGNORECASE)


def text_of(name: str) -> str:
    """Return a page's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    """Return every command, as it is typed."""
    tree = typer.main.get_command(main.application())
    return [
        f"leadstream {name} {below}".strip()
        for name, command in tree.commands.items()  # type: ignore[attr-defined]  # a group
        for below in getattr(command, "commands", {"": None})
    ]


def metric_names() -> set[str]:
    """Return every metric as Prometheus sees it, without the parts of histograms."""
    families = Metrics(lambda: 0.0).registry.collect()
    return {exported_name(family.name, family.type) for family in families}


def exported_name(family: str, kind: str) -> str:
    """Return a family's name as Prometheus sees it."""
    ending = {"counter": "_total", "info": "_info"}.get(kind, "")
    return family.removesuffix(ending) + ending


def events() -> set[str]:
    """Return every event that the code logs, by name."""
    return {
        name
        for path in sorted((ROOT / "streams").rglob("*.py"))
        for name in LOGGED.findall(path.read_text(encoding="utf-8"))
    }


def test_every_event_of_the_log_is_told_of() -> None:
    """Whoever reads a line at night finds its first word in one table."""
    page = text_of("docs/running.md").partition("### Logs")[2].partition("\n## ")[0]

    assert len(events()) > 30
    assert sorted(event for event in events() if f"`{event}`" not in page) == []


def test_the_readme_names_every_command() -> None:
    """Whoever reads the first page knows what can be done."""
    assert [command for command in commands() if f"`{command}`" not in text_of("README.md")] == []


def test_every_setting_is_described() -> None:
    """No setting has to be found in the code."""
    page = text_of("docs/settings.md")

    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in page] == []


def test_no_page_names_a_setting_that_there_is_not() -> None:
    """A renamed setting is renamed everywhere."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    wrong = [
        (named(page), name)
        for page in PAGES
        for name in re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8"))
        if name not in known
    ]

    assert wrong == []


def test_every_topic_is_described() -> None:
    """No topic has to be found in the code."""
    assert [name for name in TOPICS if f"`{name}`" not in text_of("docs/contracts.md")] == []


def test_every_metric_is_described_and_no_other() -> None:
    """The table of metrics is the list of metrics."""
    page = text_of("docs/running.md")
    rows = re.findall(r"^\| ((?:`(?:leadstream|process)_\w+`(?:, )?)+) \|", page, re.MULTILINE)
    described = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    # Where the process is not Linux's, nothing is exported of it.
    exported = metric_names() | {name for name in described if name.startswith("process_")}

    assert described == exported


def test_every_reason_of_refusal_is_described() -> None:
    """Whoever finds a dead letter finds what to do."""
    described = set(re.findall(r"^\| `(\w+)` \|", text_of("docs/running.md"), re.MULTILINE))

    assert {reason.value for reason in Reason} <= described


def test_every_exit_code_is_described() -> None:
    """The table of exit codes is the table in the code."""
    described = text_of("docs/running.md").replace("`", "")

    assert [code for code in ExitCode if f"| {code.value} | {code.meaning} |" not in described] == []


@pytest.mark.parametrize("contract", sorted(FILES))
def test_every_key_of_a_file_that_people_write_is_described(contract: str) -> None:
    """The reference has a row for each key that its JSON Schema knows anywhere, and no other."""
    schema = json_schema(contract)
    parts = [schema, *schema["$defs"].values()]
    keys = sorted(key for part in parts for key in part["properties"])
    page = text_of("docs/language.md")
    chapter = page[page.index(f"schemas/json/{contract}.schema.json") :].partition("\n## ")[0]

    assert sorted(re.findall(r"^\| `(\w+)` \|", chapter, re.MULTILINE)) == keys


def test_every_stage_of_the_example_is_described() -> None:
    """The example's stages are named where scorecards are explained."""
    stages = {stage.name for score in load(example_scorecard()).scorecard.scores.values() for stage in score.stages}
    pages = text_of("docs/scorecards.md") + text_of("README.md") + text_of("ARCHITECTURE.md")

    assert [stage for stage in stages if not re.search(rf"\b{stage}\b", pages)] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_sends_readers_to_what_they_do_not_have(page: Path) -> None:
    """Documents of other places are not named."""
    assert INTERNAL.findall(page.read_text(encoding="utf-8")) == []


def test_the_written_pages_are_those_of_the_code() -> None:
    """The reference pages are what the code says today."""
    command = (sys.executable, "tools/reference_pages.py", "--check")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
