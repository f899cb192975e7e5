"""How wide a signal's buckets are and how long its counters are kept: derived from its criteria, or as declared.

What is declared must be enough for every criterion: never wider, never shorter than derived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.duration import duration_text
from schemas.scorecard import ScorecardFile, SignalRules
from scorer.retention import DAY_MS, KEEP_LEAST_MS, WIDTH_FOR_EVER_MS, derived_keep_ms, derived_width_ms
from scorer.scorecard import InactivityCriterion, SignalCriterion
from streams.scorecard_file.finding import quoted
from streams.scorecard_file.notebook import Notebook
from streams.scorecard_file.parts import Path

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


def signal_retentions(file: ScorecardFile, valuers: Valuers, notebook: Notebook) -> dict[str, Retention]:
    """Return every signal's retention.

    Args:
        file: A file that broke no rule so far.
        valuers: Which criteria look at which signal.
        notebook: Takes what is declared and is not enough.
    """
    retentions: dict[str, Retention] = {}
    for name, signal in file.signals.items():
        found = valuers.get(name, ())
        width_ms = _width_ms(name, signal, found, notebook)
        retentions[name] = Retention(
            counted_as=_counted_as(name, width_ms, signal),
            width_ms=width_ms,
            keep_ms=_keep_ms(name, signal, found, notebook),
        )
    return retentions


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


def _keep_ms(name: str, signal: SignalRules, valuers: Sequence[tuple[Path, Valuer]], notebook: Notebook) -> int | None:
    """Return the keep: declared if it is enough for every criterion, else derived."""
    path: Path = ("signals", name, "keep")
    if signal.keep is not None and signal.keep < KEEP_LEAST_MS:
        rule = f"keep is {duration_text(signal.keep)}"
        notebook.note(path, rule, f"give at least {duration_text(KEEP_LEAST_MS)}, or remove the key")
        return signal.keep
    needs: list[int | None] = []
    for criterion_path, criterion in valuers:
        try:
            need_ms = derived_keep_ms([criterion])
        except ValueError:
            if signal.keep is None:
                rule = "it has a limit per span and never fades, so its counts would pile up for ever"
                fix = f"give it a decay or a window, or signal {quoted(name)} a keep"
                notebook.note((*criterion_path, "limit"), rule, fix)
            continue
        needs.append(need_ms)
        if signal.keep is not None:
            _check_enough(signal.keep, need_ms, criterion_path, path, notebook)
    if signal.keep is not None:
        return signal.keep
    if not needs:
        return _UNVALUED_KEEP_MS
    finite = [need_ms for need_ms in needs if need_ms is not None]
    return max(finite) if len(finite) == len(needs) else None


def _check_enough(keep_ms: int, need_ms: int | None, criterion_path: Path, path: Path, notebook: Notebook) -> None:
    """Check that a declared keep is enough for one criterion."""
    criterion = f"criterion {quoted(criterion_path[-1])}"
    rule = f"keep is {duration_text(keep_ms)}, and {criterion} needs"
    if need_ms is None:
        fix = f"remove the key, or give the criterion window: {duration_text(keep_ms)}"
        notebook.note(path, f"{rule} the counts for ever", fix)
    elif keep_ms < need_ms:
        days = -(-need_ms // DAY_MS)
        notebook.note(path, f"{rule} {days}d", f"give at least {days}d or remove the key")


def _limit_window_ms(criterion: Valuer) -> int | None:
    """Return a criterion's limit window, if it has one."""
    if isinstance(criterion, InactivityCriterion) or criterion.limit is None:
        return None
    return criterion.limit.per_ms
