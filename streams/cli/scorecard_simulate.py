"""`leadstream scorecard simulate`: a scorecard over what happened, before it is released."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_option
from streams.cli.output_file import require_output
from streams.cli.played_history import Html, Until, played_history, require_one, say_unplayed
from streams.cli.terminal import CommandFailed, print_json, say, say_refused

if TYPE_CHECKING:
    from scorer import Scorecard
    from streams.simulating.outcomes import Outcomes
    from streams.simulating.simulation import Simulation, Wish

CHANGES_MAX = 100_000


ScorecardFile = Annotated[Path, typer.Argument(help="The scorecard file.", show_default=False)]
HistoryFile = Annotated[
    Path | None,
    typer.Option("--history", help="Activities as JSON, one a line, plain or gzip; - reads standard input."),
]
Topics = Annotated[bool, typer.Option("--topics", help="What Kafka retains on the input topics.")]
From = Annotated[
    str | None,
    typer.Option("--from", help="Tell what happens from then on (RFC 3339); what was before is played all the same."),
]
OutcomesFile = Annotated[
    Path | None, typer.Option("--outcomes", help="Who was won or lost: CSV or NDJSON of lead_id,outcome,occurred_at.")
]
Won = Annotated[
    list[str] | None, typer.Option("--won", help="An outcome that is won; may be repeated. Else won and accepted.")
]
RestLost = Annotated[bool, typer.Option("--rest-lost", help="Leads without an outcome count as lost at the end.")]
Changes = Annotated[
    int, typer.Option("--changes", min=0, max=CHANGES_MAX, help="How many stage changes to list, the latest.")
]
LeadIds = Annotated[
    bool, typer.Option("--lead-ids/--no-lead-ids", help="Call leads by their ids, or by stand-ins drawn anew.")
]
IsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def simulate(  # noqa: PLR0913 - one for each option
    scorecard: ScorecardFile,
    *,
    history: HistoryFile = None,
    has_topics: Topics = False,
    from_: From = None,
    until: Until = None,
    outcomes: OutcomesFile = None,
    won: Won = None,
    is_rest_lost: RestLost = False,
    changes: Changes = 1_000,
    has_lead_ids: LeadIds = True,
    html: Html = None,
    is_json: IsJson = False,
) -> None:
    """Play what happened through a scorecard, and tell what would have come of it.

    Needs neither a worker nor Redis, and changes nothing. Tells stage changes, how many leads stood where on which day,
    how scores are spread, whom each criterion gave points, which caps bit, and, with outcomes, what the stages were
    worth. Nothing personal is in it but leads' ids.

    Ends with code 1 if lines were refused, of the history or of the outcomes.
    """
    from streams.scorecards.loading import load
    from streams.simulating.simulation import Wish

    _check_together(history, outcomes, has_topics=has_topics, has_words=bool(won or is_rest_lost))
    require_output("--html", html, [scorecard, history, outcomes])
    from_at, until_at = _instants(from_, until)
    loaded, fates = load(scorecard), _outcomes(outcomes, won)
    wish = Wish(from_at, changes, None if fates is None else fates.by_lead, is_rest_lost=is_rest_lost)
    simulation = _simulation(history, until_at, loaded.scorecard, wish)
    _tell(simulation, html, has_lead_ids=has_lead_ids, is_json=is_json)
    if _tell_refused(simulation, fates):
        raise typer.Exit(ExitCode.FINDING)


def _check_together(history: Path | None, outcomes: Path | None, *, has_topics: bool, has_words: bool) -> None:
    """Refuse options that make no sense together.

    Raises:
        CommandFailed: If they do not.
    """
    require_one(history, has_topics=has_topics)
    if history is None and not has_topics:
        raise CommandFailed(ExitCode.USAGE, "nothing is to be played; give --history FILE or --topics")
    if outcomes is None and has_words:
        raise CommandFailed(ExitCode.USAGE, "--won and --rest-lost say how to read --outcomes FILE; give that too")
    if history is not None and outcomes == history:
        raise CommandFailed(ExitCode.USAGE, f"--outcomes {outcomes} is the history itself; give a file of outcomes")


def _instants(from_: str | None, until: str | None) -> tuple[int, int | None]:
    """Return the instants of two options in milliseconds.

    Raises:
        CommandFailed: If one is none, or if they are the wrong way round.
    """
    from streams.translation.translate import milliseconds

    now = datetime.now(UTC)
    from_at = 0 if from_ is None else milliseconds(instant_option(from_, now, "--from"))
    until_at = None if until is None else milliseconds(instant_option(until, now, "--until"))
    if until_at is not None and until_at < from_at:
        raise CommandFailed(ExitCode.USAGE, f"--until {until} is before --from {from_}; turn them round")
    return from_at, until_at


def _outcomes(path: Path | None, won: list[str] | None) -> "Outcomes | None":
    """Read the outcomes, if there are any."""
    from streams.simulating.outcomes import read_outcomes

    return None if path is None else read_outcomes(path, frozenset(word.strip().lower() for word in won or ()))


def _simulation(path: Path | None, until: int | None, scorecard: "Scorecard", wish: "Wish") -> "Simulation":
    """Play it, and show how far it is."""
    from streams.simulating.simulation import simulate as simulated

    with played_history(path, until) as (history, bounds):
        return simulated(history, scorecard, bounds, wish)


def _tell(simulation: "Simulation", html: Path | None, *, has_lead_ids: bool, is_json: bool) -> None:
    """Write the page, if one is wanted, and print what came of it."""
    from streams.cli.simulation_text import print_simulation
    from streams.report.page import written
    from streams.simulating.document import document_of
    from streams.simulating.names import by_id, by_stand_in
    from streams.simulating.page import report_of

    told = document_of(simulation, by_id if has_lead_ids else by_stand_in())
    if html is not None:
        html.write_text(written(report_of(told, datetime.now(UTC))), encoding="utf-8")
        say(f"wrote {html}")
    if is_json:
        print_json(told)
    else:
        print_simulation(told)


def _tell_refused(simulation: "Simulation", fates: "Outcomes | None") -> bool:
    """Say which lines were refused, and what was left out; tell whether lines were."""
    say_unplayed(simulation.reading)
    if fates is not None:
        say_refused(fates.refused, fates.refused_listed, of=" of the outcomes")
    return bool(simulation.reading.refused or (fates is not None and fates.refused))
