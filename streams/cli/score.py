"""`leadstream score`: a file of activities scored without servers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_option
from streams.cli.progress import byte_progress
from streams.cli.stage_lines import change_line
from streams.cli.terminal import out, print_json, print_table, say

if TYPE_CHECKING:
    from scorer import Scorecard
    from streams.importing.lines import Line
    from streams.offline import OfflineScorer
    from streams.publisher.door import Message

REFUSED_LISTED_MAX = 20


def score(
    file: Annotated[
        Path,
        typer.Argument(
            help="Activities as JSON, one a line, plain or gzip; - reads standard input.", show_default=False
        ),
    ],
    *,
    scorecard: Annotated[
        Path | None, typer.Option("--scorecard", "-s", help="The scorecard; else the example for a software company.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="After the last line let time pass until then (RFC 3339, or now).")
    ] = None,
    has_leads: Annotated[bool, typer.Option("--leads", help="Show every lead's score at the end.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object a line: changes, leads, summary.")] = False,
) -> None:
    """Score a file of activities without servers.

    The lines are those that the topics carry, told apart by their `type`; `leadstream import` writes them. Prints every
    stage change, also those that only time causes, and how many leads stand where. Lines that are no activities are
    listed, and end it with code 1.
    """
    from streams.importing.lines import STANDARD_INPUT, opened
    from streams.translation.translate import milliseconds

    until = None if at is None else milliseconds(instant_option(at, datetime.now(UTC)))
    run = _run(scorecard, is_json=is_json)
    with opened(file) as source:
        size = None if file == STANDARD_INPUT else file.stat().st_size
        with byte_progress(f"scoring {file.name}", size, source.bytes_read):
            for line in source.lines:
                run.take(line)
    run.tell(run.scorer.wake_through(run.scorer.clock if until is None else max(until, run.scorer.clock)))
    if has_leads:
        run.tell_leads()
    run.sum_up()
    if run.refused_count:
        raise typer.Exit(ExitCode.FINDING)


def _run(path: Path | None, *, is_json: bool) -> "_Run":
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
        rules, partitions=settings.partitions, partition_of=partition_of, reasons_max=settings.reasons_max
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

    def take(self, line: "Line") -> None:
        """Score one line and tell what came of it."""
        from streams.importing.lines import LINE_BYTES_MAX
        from streams.offline import LineRefused

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
            print_json(told | {"scorecard": self.scorecard.version})
            return
        say(f"{outcomes.total():,} activities of {sum(stages.values()):,} leads, {self.changes:,} stage changes")
        if stages:
            say(f"as of {instant(self.scorer.clock):%Y-%m-%d %H:%M:%S} UTC, by scorecard {self.scorecard.version}:")
        for stage, count in stages.items():
            say(f"  {stage:<16} {count:>8,}")
        if self.refused_count:
            say(f"{self.refused_count:,} lines refused:")
        for number, reason in self.refused:
            say(f"  line {number}: {reason}")

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
