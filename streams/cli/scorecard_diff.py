"""`leadstream scorecard diff`: what changed between two scorecards, in words, and who would have stood elsewhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_option
from streams.cli.output_file import require_output
from streams.cli.played_history import Html, Until, played_history, require_one, say_unplayed
from streams.cli.terminal import CommandFailed, counted, out, print_json, say

if TYPE_CHECKING:
    from scorer import Scorecard
    from streams.comparison.leads import LeadsCompared
    from streams.comparison.scorecard_changes import ScorecardChanges
    from streams.scorecards.loading import LoadedScorecard

NOTHING_DIFFERS = "nothing differs"
LISTED_MAX = 100_000
ATTRIBUTES_MAX = 5

Old = Annotated[str, typer.Argument(help="The scorecard of before: a file, or a published version.")]
New = Annotated[str, typer.Argument(help="The scorecard of now: a file, or a published version.")]
HistoryFile = Annotated[
    Path | None,
    typer.Option("--history", help="Activities as JSON, one a line, plain or gzip: who would have stood elsewhere?"),
]
By = Annotated[
    list[str] | None, typer.Option("--by", help="Count by this attribute of the profile too; may be repeated.")
]
Listed = Annotated[
    int, typer.Option("--leads", min=0, max=LISTED_MAX, help="How many leads to list, the weightiest first.")
]
HasTopics = Annotated[bool, typer.Option("--topics", help="As --history, over what Kafka retains on the input topics.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]


def diff(  # noqa: PLR0913 - an option each
    old: Old,
    new: New,
    *,
    history: HistoryFile = None,
    has_topics: HasTopics = False,
    until: Until = None,
    by: By = None,
    listed_max: Listed = 1_000,
    html: Html = None,
    is_json: Json = False,
) -> None:
    """Tell what changed from one scorecard to another, in words, and what becomes of the counts of before.

    What surprises comes first: signals that are counted from zero, then the rest by its effect. Comments, layout and
    the version are no differences.

    With --history or --topics both scorecards are played over the same activities, each as if it had been in force all
    the time: who would have stood in another stage, from when on, and which criteria moved them.

    Ends with code 0 if nothing differs, with 1 if something does.
    """
    from streams.cli.scorecard_source import named_scorecards
    from streams.comparison.documents import changes_document
    from streams.comparison.lead_documents import leads_document
    from streams.comparison.scorecard_changes import scorecard_changes

    attributes = _attributes(by)
    _check_together(history, has_topics=has_topics, has_words=until is not None or bool(attributes))
    require_output("--html", html, [Path(old), Path(new), history])
    before, now = named_scorecards([old, new])
    found = scorecard_changes(before.scorecard, now.scorecard)
    leads = None
    if history is not None or has_topics:
        scorecards = (before.scorecard, now.scorecard)
        leads = compared(history, scorecards, found, until, attributes, listed_max)
    if html is not None:
        _write_page(html, (before, now), found, leads)
    if is_json:
        told: dict[str, object] = {"old": _document(old, before), "new": _document(new, now)}
        told |= {"differs": bool(found.changes), "changes": changes_document(found)}
        print_json(told if leads is None else told | {"leads": leads_document(leads)})
    else:
        _tell((old, before), (new, now), found, leads)
    if found.changes:
        raise typer.Exit(ExitCode.FINDING)


def _check_together(history: Path | None, *, has_topics: bool, has_words: bool) -> None:
    """Refuse options that make no sense together.

    Raises:
        CommandFailed: If they do not.
    """
    require_one(history, has_topics=has_topics)
    if history is None and not has_topics and has_words:
        message = "--until and --by say how to look at a history; give --history FILE or --topics too"
        raise CommandFailed(ExitCode.USAGE, message)


def _attributes(by: list[str] | None) -> tuple[str, ...]:
    """Return the attributes to count by, each once.

    Raises:
        CommandFailed: If they are too many.
    """
    names = tuple(dict.fromkeys(by or ()))
    if len(names) > ATTRIBUTES_MAX:
        raise CommandFailed(ExitCode.USAGE, f"--by: {len(names)} attributes, give at most {ATTRIBUTES_MAX}")
    return names


def compared(
    path: Path | None,
    scorecards: "tuple[Scorecard, Scorecard]",
    found: "ScorecardChanges",
    until: str | None,
    attributes: tuple[str, ...],
    listed_max: int,
) -> "LeadsCompared":
    """Play both over a file, or else over the topics, and show how far it is."""
    from streams.comparison.leads import compared_leads
    from streams.translation.translate import milliseconds

    until_at = None if until is None else milliseconds(instant_option(until, datetime.now(UTC), "--until"))
    with played_history(path, until_at) as (history, bounds):
        leads = compared_leads(history, scorecards, found, bounds, by=attributes, listed_max=listed_max)
    say_unplayed(history.reading)
    return leads


def _write_page(
    path: Path,
    pair: "tuple[LoadedScorecard, LoadedScorecard]",
    found: "ScorecardChanges",
    leads: "LeadsCompared | None",
) -> None:
    """Write the page of charts."""
    from streams.comparison.page import report_of
    from streams.report.page import written

    versions = (pair[0].scorecard.version, pair[1].scorecard.version)
    path.write_text(written(report_of(versions, found, leads, datetime.now(UTC))), encoding="utf-8")
    say(f"wrote {path}")


def _document(name: str, loaded: "LoadedScorecard") -> dict[str, object]:
    return {"name": name, "version": loaded.scorecard.version, "fingerprint": loaded.fingerprint}


def _tell(
    before: "tuple[str, LoadedScorecard]",
    now: "tuple[str, LoadedScorecard]",
    found: "ScorecardChanges",
    leads: "LeadsCompared | None",
) -> None:
    """Print what changed, then who would have stood elsewhere."""
    from streams.cli.comparison_text import print_changes, print_leads

    names = (f"{name} ({loaded.scorecard.version})" for name, loaded in (before, now))
    say(f"{' -> '.join(names)}: {counted(len(found.changes), 'change', 'changes')}")
    if not found.changes and (leads is None or not leads.differing):
        out().print(NOTHING_DIFFERS)
        return
    print_changes(found, is_of_several=any(len(loaded.scorecard.scores) > 1 for _, loaded in (before, now)))
    if leads is not None:
        print_leads(leads)
