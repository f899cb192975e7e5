"""`leadstream scorecard publish --dry-run`: what a release would change, and for whom; nothing is published."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.played_history import require_one
from streams.cli.scorecard_backfill import NewSignals, tell_new_signals
from streams.cli.scorecard_doubts import finding_document, print_finding
from streams.cli.terminal import CommandFailed, counted, out, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scorer import Scorecard
    from streams.comparison.leads import LeadsCompared
    from streams.comparison.scorecard_changes import ScorecardChanges
    from streams.scorecards.finding import Finding
    from streams.scorecards.releasing import Release

LISTED_MAX = 1_000

DryRun = Annotated[bool, typer.Option("--dry-run", help="Publish nothing: tell what would change, as `diff` does.")]
HistoryFile = Annotated[
    Path | None, typer.Option("--history", help="With --dry-run: who would have stood elsewhere, over this file.")
]
HasTopics = Annotated[
    bool, typer.Option("--topics", help="With --dry-run: who would have stood elsewhere, over what Kafka retains.")
]


def check_together(history: Path | None, *, is_dry_run: bool, has_topics: bool) -> None:
    """Refuse options that make no sense together.

    Raises:
        CommandFailed: If they do not.
    """
    if (history is not None or has_topics) and not is_dry_run:
        raise CommandFailed(ExitCode.USAGE, "--history and --topics say what a dry run looks at; give --dry-run too")
    require_one(history, has_topics=has_topics)


def dry_run(
    release: "Release", doubts: "Sequence[Finding]", history: Path | None, *, has_topics: bool, is_json: bool
) -> None:
    """Check a release as publishing would, and tell what is doubtful in it and what it would change.

    Raises:
        CommandFailed: If it could not be published.
    """
    import asyncio

    from streams.cli.scorecard_diff import compared
    from streams.comparison.scorecard_changes import scorecard_changes
    from streams.configuration.settings import load_settings
    from streams.scorecards.releasing import ReleaseRefused, known_scorecards, require_publishable

    settings, now = load_settings(), datetime.now(UTC)
    registry = asyncio.run(known_scorecards(settings)).registry
    try:
        require_publishable(release, registry, settings, now)
    except ReleaseRefused as refused:
        raise CommandFailed(ExitCode.FINDING, str(refused)) from refused
    pair = (registry.reign_at(int(now.timestamp() * 1000)).champion, release.loaded.scorecard)
    found = scorecard_changes(*pair)
    leads = None
    if history is not None or has_topics:
        leads = compared(history, pair, found, None, (), LISTED_MAX)
    new = NewSignals.of(*pair, is_backfilled=release.is_backfilled).with_retained(settings)
    if is_json:
        told = {"doubts": [finding_document(doubt) for doubt in doubts], "backfill": new.document()}
        print_json(_document(pair, found, leads) | told)
    else:
        tell_doubts(release, doubts)
        _tell(pair, found, new, leads)


def tell_doubts(release: "Release", doubts: "Sequence[Finding]") -> None:
    """Print the doubts about a scorecard that is to be published, for who is about to be asked."""
    for doubt in doubts:
        print_finding(doubt, str(release.loaded.path))
    if doubts:
        say(f"{counted(len(doubts), 'doubt', 'doubts')}: it can be published so; what they mean: docs/checking.md")


def tell_changes(old: "Scorecard", release: "Release") -> None:
    """Print what changes by a release, for who is about to be asked."""
    from streams.comparison.scorecard_changes import scorecard_changes

    new = release.loaded.scorecard
    tell_differences(scorecard_changes(old, new), (old, new))
    tell_new_signals(NewSignals.of(old, new, is_backfilled=release.is_backfilled))


def _tell(
    pair: "tuple[Scorecard, Scorecard]", found: "ScorecardChanges", new: NewSignals, leads: "LeadsCompared | None"
) -> None:
    from streams.cli.comparison_text import print_leads

    tell_differences(found, pair)
    tell_new_signals(new)
    if leads is not None:
        print_leads(leads)
    say(
        f"dry run: version {pair[1].version} could come into force in place of {pair[0].version}; nothing was published"
    )


def tell_differences(found: "ScorecardChanges", pair: "tuple[Scorecard, Scorecard]") -> None:
    """Print what differs between two scorecards, an old and a new one."""
    from streams.cli.comparison_text import print_changes

    say(f"{pair[0].version} -> {pair[1].version}: {counted(len(found.changes), 'change', 'changes')}")
    if not found.changes:
        out().print("nothing differs")
    print_changes(found, is_of_several=any(len(one.scores) > 1 for one in pair))


def _document(
    pair: "tuple[Scorecard, Scorecard]", found: "ScorecardChanges", leads: "LeadsCompared | None"
) -> dict[str, object]:
    from streams.comparison.documents import changes_document
    from streams.comparison.lead_documents import leads_document

    told: dict[str, object] = {"is_published": False, "version": pair[1].version, "replaces": pair[0].version}
    told |= {"differs": bool(found.changes), "changes": changes_document(found)}
    return told if leads is None else told | {"leads": leads_document(leads)}
