"""How wide a signal's buckets are and how long its counters are kept: derived from its criteria, or as declared.

A signal is counted for each of two needs apart: in buckets of time for the criteria that fade, in one bucket for ever
for those that do not. So what is kept of a lead is bounded: buckets end with the longest of the fading criteria, and
the one for ever is a single counter. What is declared must be enough for every fading criterion: never wider, never
shorter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.duration import duration_text
from schemas.scorecard import ScorecardFile, SignalRules
from scorer.rules.retention import DAY_MS, KEEP_LEAST_MS, WIDTH_FOR_EVER_MS, derived_keep_ms, derived_width_ms
from scorer.rules.scorecard import InactivityCriterion, SignalCriterion
from streams.scorecards.finding import quoted
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path

Valuer = SignalCriterion | InactivityCriterion
Valuers = Mapping[str, Sequence[tuple[Path, Valuer]]]
"""Signal -> the criteria that look at it, each with its place in the file."""

# Where no criterion tells: fine enough for most that may come.
_UNVALUED_WIDTH_MS = DAY_MS // 24
_UNVALUED_KEEP_MS = 400 * DAY_MS


@dataclass(frozen=True, slots=True)
class Retention:
    """A signal's name in the core, its buckets' width and its counters' keep, in milliseconds."""

    counted_as: str
    width_ms: int
    keep_ms: int | None


@dataclass(frozen=True, slots=True)
class Retentions:
    """How one signal is counted: for the criteria that fade, and for those that do not; None where nobody needs it."""

    fading: Retention | None
    timeless: Retention | None

    @property
    def all(self) -> tuple[Retention, ...]:
        """Return every way in which the signal is counted."""
        return tuple(found for found in (self.fading, self.timeless) if found is not None)

    def counted_for(self, criterion: Valuer) -> str:
        """Return the name in the core under which the counts for a criterion stand."""
        found = self.timeless if is_timeless(criterion) else self.fading
        if found is None:
            raise ValueError(f"criterion {criterion.name!r} is not among those that the retentions were made for")
        return found.counted_as


def is_timeless(criterion: Valuer) -> bool:
    """Tell whether it makes no difference to a criterion when something happened."""
    return derived_width_ms([criterion]) == WIDTH_FOR_EVER_MS


def signal_retentions(file: ScorecardFile, valuers: Valuers, notebook: Notebook) -> dict[str, Retentions]:
    """Return how every signal is counted.

    Args:
        file: A file that broke no rule so far.
        valuers: Which criteria look at which signal.
        notebook: Takes what is declared and is not enough.
    """
    return {name: _retentions(name, signal, valuers.get(name, ()), notebook) for name, signal in file.signals.items()}


def _retentions(
    name: str, signal: SignalRules, valuers: Sequence[tuple[Path, Valuer]], notebook: Notebook
) -> Retentions:
    """Return how one signal is counted. One that nobody values, or that declares buckets, is counted in buckets too."""
    fading = [(path, criterion) for path, criterion in valuers if not is_timeless(criterion)]
    has_buckets = bool(fading) or not valuers or signal.width is not None or signal.keep is not None
    in_buckets = None
    if has_buckets:
        width_ms = _width_ms(name, signal, fading, notebook)
        keep_ms = _keep_ms(name, signal, fading, notebook)
        in_buckets = Retention(_counted_as(name, width_ms, signal), width_ms, keep_ms)
    for_ever = None
    if len(fading) < len(valuers):
        for_ever = Retention(_counted_as(name, WIDTH_FOR_EVER_MS, signal), WIDTH_FOR_EVER_MS, None)
    return Retentions(in_buckets, for_ever)


def signal_name(counted_as: str) -> str:
    """Return the name that the file gives to a signal of the core.

    Example:
        >>> signal_name("pricing_viewed@6h")
        'pricing_viewed'
    """
    return counted_as.partition("@")[0]


def _counted_as(name: str, width_ms: int, signal: SignalRules) -> str:
    """Return a signal's name in the core: counters of another width or measure are of another signal."""
    width = "ever" if width_ms == WIDTH_FOR_EVER_MS else duration_text(width_ms)
    measure = "" if signal.measure is None else f":{signal.measure.field}.{signal.measure.decimals}"
    return f"{name}@{width}{measure}"


def _width_ms(name: str, signal: SignalRules, valuers: Sequence[tuple[Path, Valuer]], notebook: Notebook) -> int:
    """Return the width: declared if it serves every criterion, else derived."""
    path: Path = ("signals", name, "width")
    derived_ms = derived_width_ms([criterion for _, criterion in valuers]) if valuers else _UNVALUED_WIDTH_MS
    if signal.width is None:
        return derived_ms
    if valuers and signal.width > derived_ms:
        rule = f"width is {duration_text(signal.width)}, too wide for its criteria"
        notebook.note(path, rule, f"give at most {duration_text(derived_ms)} or remove the key")
    for criterion_path, criterion in valuers:
        per_ms = _limit_window_ms(criterion)
        if per_ms is not None and per_ms % signal.width:
            limit = f"the limit of criterion {quoted(criterion_path[-1])} per {duration_text(per_ms)}"
            rule = f"width is {duration_text(signal.width)}, which does not divide {limit}"
            notebook.note(path, rule, f"give a divisor of it, such as {duration_text(derived_ms)}, or remove the key")
    return signal.width


def _keep_ms(name: str, signal: SignalRules, valuers: Sequence[tuple[Path, Valuer]], notebook: Notebook) -> int:
    """Return the keep: declared if it is enough for every criterion, else derived."""
    path: Path = ("signals", name, "keep")
    if signal.keep is not None and signal.keep < KEEP_LEAST_MS:
        rule = f"keep is {duration_text(signal.keep)}"
        notebook.note(path, rule, f"give at least {duration_text(KEEP_LEAST_MS)}, or remove the key")
        return signal.keep
    needs: list[int] = []
    for criterion_path, criterion in valuers:
        try:
            need_ms = derived_keep_ms([criterion])
        except ValueError:
            if signal.keep is None:
                rule = "it has a limit per span and never fades, so its counts would pile up for ever"
                fix = f"give it a decay or a window, or signal {quoted(name)} a keep"
                notebook.note((*criterion_path, "limit"), rule, fix)
            continue
        if need_ms is None:
            raise ValueError(f"criterion {criterion.name!r} never fades; its counts need no buckets")
        needs.append(need_ms)
        if signal.keep is not None:
            _check_enough(signal.keep, need_ms, criterion_path, path, notebook)
    if signal.keep is not None:
        return signal.keep
    return max(needs, default=_UNVALUED_KEEP_MS)


def _check_enough(keep_ms: int, need_ms: int, criterion_path: Path, path: Path, notebook: Notebook) -> None:
    """Check that a declared keep is enough for one criterion."""
    if keep_ms < need_ms:
        days = -(-need_ms // DAY_MS)
        rule = f"keep is {duration_text(keep_ms)}, and criterion {quoted(criterion_path[-1])} needs {days}d"
        notebook.note(path, rule, f"give at least {days}d or remove the key")


def _limit_window_ms(criterion: Valuer) -> int | None:
    """Return a criterion's limit window, if it has one."""
    if isinstance(criterion, InactivityCriterion) or criterion.limit is None:
        return None
    return criterion.limit.per_ms
