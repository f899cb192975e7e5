"""`leadstream score`: a file of activities scored without servers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.explain_options import (
    AHEAD,
    BACK,
    Ahead,
    Back,
    HasCurve,
    Picture,
    ScoreName,
    curve_options,
    require_score,
    tell,
)
from streams.cli.instants import instant_option
from streams.cli.output_file import require_output
from streams.cli.progress import byte_progress
from streams.cli.stage_lines import change_line
from streams.cli.terminal import CommandFailed, counted, out, print_json, print_table, say, say_refused

if TYPE_CHECKING:
    from scorer import LeadState, Scorecard
    from streams.importing.lines import Line
    from streams.offline import OfflineScorer
    from streams.publisher.door import Message

REFUSED_LISTED_MAX = 20


File = Annotated[
    Path,
    typer.Argument(help="Activities as JSON, one a line, plain or gzip; - reads standard input.", show_default=False),
]
ScorecardFile = Annotated[
    Path | None, typer.Option("--scorecard", "-s", help="The scorecard; else the example for a software company.")
]
AsOf = Annotated[
    str | None,
    typer.Option("--at", help="As of then (RFC 3339, or now): time passes until it, what comes later is left out."),
]
Partitions = Annotated[
    int | None, typer.Option(min=1, max=10_000, help="As many as the topics have; else LEADSTREAM_PARTITIONS.")
]
Explain = Annotated[
    str | None,
    typer.Option("--explain", metavar="LEAD", help="Show this lead's changes only, and why it has its score."),
]


def score(  # noqa: PLR0913 - an option each
    file: File,
    *,
    scorecard: ScorecardFile = None,
    at: AsOf = None,
    partitions: Partitions = None,
    has_leads: Annotated[bool, typer.Option("--leads", help="Show every lead's score at the end.")] = False,
    explained: Explain = None,
    score_name: ScoreName = None,
    has_curve: HasCurve = False,
    picture: Picture = None,
    back: Back = BACK,
    ahead: Ahead = AHEAD,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object a line: changes, leads, summary.")] = False,
) -> None:
    """Score a file of activities without servers.

    The lines are those that the topics carry, told apart by their `type`; `leadstream import` writes them. Prints every
    stage change, also those that only time causes, and how many leads stand where. Lines that are no activities are
    listed, and end it with code 1.

    Scores and stages depend on the lines alone. The instants that changes are dated with depend on the number of
    partitions too where lines are not in order of time: each partition has a clock of its own. Ids of changes name the
    record that caused them, so they differ from those of topics on which it has another place.

    With `--explain LEAD` the lead is explained as `leadstream lead explain` explains one of the tables.
    """
    from streams.importing.lines import STANDARD_INPUT, opened
    from streams.translation.translate import milliseconds

    curve = curve_options(back, ahead, picture, has_curve=has_curve)
    if explained is None and (curve.is_asked or score_name is not None):
        message = "--score, --curve and --picture are of one lead; say which by --explain LEAD"
        raise CommandFailed(ExitCode.USAGE, message)
    require_output("--picture", picture, [file, scorecard])
    until = None if at is None else milliseconds(instant_option(at, datetime.now(UTC)))
    run = _run(scorecard, until, partitions, is_json=is_json)
    run.only = explained
    named = require_score(score_name, run.scorecard)
    with opened(file) as source:
        size = None if file == STANDARD_INPUT else file.stat().st_size
        with byte_progress(f"scoring {file.name}", size, source.bytes_read):
            for line in source.lines:
                run.take(line)
    run.tell(run.scorer.wake_through(run.scorer.clock if until is None else until))
    if has_leads:
        run.tell_leads()
    if explained is not None:
        tell(explained, run.lead(explained), run.scorecard, run.scorer.clock, named, curve, is_json=is_json)
    run.sum_up()
    if run.refused_count:
        raise typer.Exit(ExitCode.FINDING)


def _run(path: Path | None, until: int | None, partitions: int | None, *, is_json: bool) -> "_Run":
    """Put the scorer together out of the settings."""
    from scorer import JournalBounds
    from streams.configuration.settings import load_settings
    from streams.example import example_scorecard
    from streams.kafka.partitioner import partition_of
    from streams.offline import NEVER_MS, OfflineScorer
    from streams.partition.fold import FoldRules
    from streams.scorecards.loading import load

    settings = load_settings()
    scorecard = load(path or example_scorecard()).scorecard
    bounds = JournalBounds(settings.journal_entries_max, settings.journal_age_seconds * 1000)
    rules = FoldRules(scorecard, bounds, NEVER_MS)
    scorer = OfflineScorer(
        rules,
        partitions=partitions or settings.partitions,
        partition_of=partition_of,
        reasons_max=settings.reasons_max,
        until=until,
    )
    return _Run(scorer, scorecard, is_json=is_json)


@dataclass(slots=True)
class _Run:
    """One scoring of one file, and what was told of it."""

    scorer: "OfflineScorer"
    scorecard: "Scorecard"
    is_json: bool
    refused_count: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    changes: int = 0
    only: str | None = None

    def take(self, line: "Line") -> None:
        """Score one line and tell what came of it."""
        from streams.importing.lines import LINE_BYTES_MAX
        from streams.translation.activity_lines import LineRefused

        if line.text is None:
            self._refuse(line.number, f"longer than {LINE_BYTES_MAX} bytes")
        elif line.text.strip():
            try:
                self.tell(self.scorer.take(line.text))
            except LineRefused as refusal:
                self._refuse(line.number, str(refusal))

    def tell(self, messages: Iterable["Message"]) -> None:
        """Print the stage changes among what would be published."""
        from schemas.stage_change import StageChange

        for message in messages:
            if message.topic != "stage-changes" or message.value is None:
                continue
            self.changes += 1
            change = StageChange.model_validate_json(message.value)
            if self.only not in (None, change.lead_id):
                continue
            if self.is_json:
                print_json(change.model_dump(mode="json"))
            else:
                stages = self.scorecard.scores[change.score_name].stages
                order = [stage.name for stage in stages]
                out().print(change_line(change, order, self.scorecard.default_score))

    def tell_leads(self) -> None:
        """Print every lead as it stands at the end."""
        rows = []
        for lead_id, state in self.scorer.leads():
            wire = self.scorer.lead_score(lead_id, state)
            if self.is_json:
                print_json(wire.model_dump(mode="json"))
            else:
                standing = wire.scores[wire.default_score]
                rows.append((lead_id, standing.stage, f"{standing.score:.1f}", standing.grade))
        if rows:
            print_table(("lead", "stage", "score", "grade"), rows)

    def lead(self, lead_id: str) -> "LeadState":
        """Return a lead of the file.

        Raises:
            CommandFailed: If there is none of that id.
        """
        found = dict(self.scorer.leads()).get(lead_id)
        if found is None:
            message = f"--explain {lead_id}: no line of the file is of this lead; ids are case-sensitive (see --leads)"
            raise CommandFailed(ExitCode.NOT_FOUND, message)
        return found

    def sum_up(self) -> None:
        """Tell how many leads stand where, and what was refused."""
        from streams.translation.translate import instant

        stages = self._leads_per_stage()
        outcomes = self.scorer.outcomes
        if self.is_json:
            told: dict[str, object] = {"type": "summary", "activities": outcomes.total(), "outcomes": dict(outcomes)}
            told |= {"stage_changes": self.changes, "leads": sum(stages.values()), "leads_per_stage": stages}
            told |= {
                "refused": self.refused_count,
                "refused_lines": [{"line": n, "reason": r} for n, r in self.refused],
            }
            told["left_out_after_at"] = self.scorer.left_out_count
            print_json(told | {"scorecard": self.scorecard.version})
            return
        activities = counted(outcomes.total(), "activity", "activities")
        changes = counted(self.changes, "stage change", "stage changes")
        say(f"{activities} of {counted(sum(stages.values()), 'lead', 'leads')}, {changes}")
        if outcomes["repeat"]:
            say(f"  {counted(outcomes['repeat'], 'repeat', 'repeats')} among them, not counted again")
        if self.scorer.left_out_count:
            say(f"  {self.scorer.left_out_count:,} more left out: later than --at")
        if stages:
            say(f"as of {instant(self.scorer.clock):%Y-%m-%d %H:%M:%S} UTC, by scorecard {self.scorecard.version}:")
        for stage, count in stages.items():
            say(f"  {stage:<16} {count:>8,}")
        say_refused(self.refused_count, self.refused)

    def _leads_per_stage(self) -> dict[str, int]:
        """Count leads by stage of the default score, from the top down."""
        name = self.scorecard.default_score
        counts = Counter(state.standings[name].stage for _, state in self.scorer.leads() if name in state.standings)
        return (
            {stage.name: counts[stage.name] for stage in reversed(self.scorecard.scores[name].stages)} if counts else {}
        )

    def _refuse(self, number: int, reason: str) -> None:
        self.refused_count += 1
        if len(self.refused) < REFUSED_LISTED_MAX:
            self.refused.append((number, reason))
