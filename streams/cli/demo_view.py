"""How the demo looks: its steps, the stage changes, and what it came to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from schemas.stage_change import StageChange
from scorer import Scorecard
from streams.cli.stage_lines import LEAD_WIDTH, change_line
from streams.cli.terminal import Plain, counted, out

BAR_WIDTH = 40


@dataclass(slots=True)
class Shown:
    """What was shown: how many changes, and how many of them time alone caused."""

    changes: int = 0
    by_time: int = 0
    by_stage: Counter[str] = field(default_factory=Counter)


class DemoView:
    """Shows the demo on a terminal, or as plain lines where there is none."""

    def __init__(self, scorecard: Scorecard, lead_width: int = LEAD_WIDTH) -> None:
        """Show stages by this scorecard, and ids of leads whole up to a width in characters."""
        self._scorecard = scorecard
        self._lead_width = lead_width
        self._console = out()
        self.is_terminal = not isinstance(self._console, Plain)
        self.shown = Shown()

    def step(self, text: str) -> None:
        """Say what is done next."""
        self._console.print(Text.assemble(("● ", "bold cyan"), text))

    def detail(self, text: str) -> None:
        """Say something about the step."""
        self._console.print(Text(f"  {text}", style="dim"))

    def scene(self, text: str) -> None:
        """Tell what a lead does."""
        self._console.print(Text(f"  → {text}", style="cyan"))

    def change(self, change: StageChange, took_ms: float | None = None) -> None:
        """Show a stage change, and how long after its cause it was there."""
        self.shown.changes += 1
        self.shown.by_time += change.cause.kind == "wake_up"
        self.shown.by_stage[change.to_stage] += 1
        order = [stage.name for stage in self._scorecard.scores[change.score_name].stages]
        line = change_line(change, order, self._scorecard.default_score, self._lead_width)
        if took_ms is not None:
            line.append(f"  ({took_ms:.0f} ms after)", style="bold cyan")
        self._console.print(line)

    @contextmanager
    def counting(self, doing: str, total: int | None) -> Iterator["Count"]:
        """Show a count that rises below the lines; only where a person sees it."""
        if isinstance(self._console, Plain):
            yield Count(None, None)
            return
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            yield Count(progress, progress.add_task(doing, total=total))

    def summary(self, leads_per_stage: Mapping[str, int], activities: int, seconds: float) -> None:
        """Show what it came to."""
        leads = sum(leads_per_stage.values())
        self._console.print()
        self._console.print(Text("Where the leads stand", style="bold"))
        most = max(leads_per_stage.values(), default=0) or 1
        for stage, count in leads_per_stage.items():
            bar = "█" * round(BAR_WIDTH * count / most)
            self._console.print(Text.assemble(f"  {stage:<12} {count:>6,} ", (bar, "green")))
        self._console.print()
        pace = f" in {seconds:.1f} s ({activities / seconds:,.0f} a second)" if seconds > 0 else ""
        handled = f"{activities:,} activities and profiles of {counted(leads, 'lead', 'leads')}"
        self._console.print(f"the worker handled {handled}{pace}, however long showing its stage changes took")
        self._console.print(
            f"{self.shown.changes:,} stage changes; {self.shown.by_time:,} of them only because time passed"
        )

    def next_steps(self, lines: Mapping[str, str]) -> None:
        """Show where to go next: command and what it does."""
        self._console.print()
        self._console.print(Text("Where to go next", style="bold"))
        width = max(map(len, lines))
        for command, told in lines.items():
            self._console.print(Text.assemble("  ", (f"{command:<{width}}", "bold"), f"  {told}"))


@dataclass(frozen=True, slots=True)
class Count:
    """A count that is shown; nothing where nobody sees it."""

    progress: Progress | None
    task: object

    def set(self, done: int) -> None:
        """Show how many are done."""
        if self.progress is not None:
            self.progress.update(self.task, completed=done)  # type: ignore[arg-type]  # rich's own task id
