"""Whether criteria add up: signals that exist, decays of one kind, limits, gates and windows that go together."""

from schemas.duration import duration_text
from schemas.scorecard import ScorecardFile
from schemas.scorecard_criteria import (
    DecayRules,
    EngagementCriterionRules,
    FitCriterionRules,
    FrequencyRules,
    named_decay_kinds,
)
from streams.scorecards.finding import nearest, quoted, shown
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path
from streams.scorecards.rules_conditions import check_where

_MINUTE_MS = 60_000
_RANGE_ENDS = frozenset({"at_least", "above", "at_most", "below"})
# What values counts has no sense where there are none.
_NOT_OF_INACTIVITY = ("per", "decay", "window", "frequency", "limit")
# An award is the points as they are.
_NOT_OF_AWARDS = ("per", "decay", "window", "limit")


def check_engagement_criterion(
    criterion: EngagementCriterionRules, path: Path, file: ScorecardFile, notebook: Notebook
) -> None:
    """Check one criterion on what leads did."""
    check_clip(criterion.cap, criterion.floor, path, notebook)
    _check_points(criterion.points, path, notebook)
    if (criterion.signal is None) == (criterion.inactivity is None):
        both = "both a signal and an inactivity" if criterion.signal else "neither a signal nor an inactivity"
        notebook.note(path, f"it has {both}", "give it one of them")
        return
    if criterion.inactivity is not None:
        _refuse_keys(_NOT_OF_INACTIVITY, path, "an inactivity", notebook)
        for index, name in enumerate(criterion.inactivity.of):
            _check_signal(name, (*path, "inactivity", "of", index), file, notebook)
            if name in criterion.inactivity.of[:index]:
                notebook.note(
                    (*path, "inactivity", "of", index), f"signal {quoted(name)} is listed twice", "remove one"
                )
        return
    _check_signal(criterion.signal or "", (*path, "signal"), file, notebook)
    _check_measure(criterion, path, file, notebook)
    if criterion.decay is not None:
        _check_decay(criterion.decay, criterion.window, path, notebook)
    if criterion.frequency is not None:
        _check_frequency(criterion.frequency, criterion.window, path, notebook)
    if criterion.limit is not None and criterion.limit.per is not None and criterion.limit.per % _MINUTE_MS:
        rule = f"limit counts per {duration_text(criterion.limit.per)}"
        notebook.note((*path, "limit"), rule, "give a span of whole minutes, such as 1m, 1h or 1d")


def check_fit_criterion(criterion: FitCriterionRules, path: Path, file: ScorecardFile, notebook: Notebook) -> None:
    """Check one criterion on what leads are."""
    _check_points(criterion.points, path, notebook)
    check_where(criterion.where, (*path, "where"), file, notebook)
    if len(criterion.where) > 1:
        rule = f"where names {len(criterion.where)} attributes: {', '.join(criterion.where)}"
        notebook.note((*path, "where"), rule, "keep one; give each a criterion of its own")
    for field, condition in criterion.where.items():
        if field == "email":
            fix = "write email_domain; addresses are reduced to their domain"
            notebook.note((*path, "where", "email"), "attribute email is not kept", fix, is_key=True)
        tests = [name for name in type(condition).model_fields if getattr(condition, name) is not None]
        kinds = {"range" if name in _RANGE_ENDS else name for name in tests}
        if len(kinds) > 1 and condition.present is None:
            rule = f"{field} has several tests: {', '.join(tests)}"
            notebook.note((*path, "where", field), rule, "keep one; a range may have two ends")


def check_clip(cap: float | None, floor: float | None, path: Path, notebook: Notebook) -> None:
    """Check a cap and a floor: in order, and leaving nothing at nothing."""
    if cap is not None and floor is not None and cap < floor:
        notebook.note(
            (*path, "cap"), f"cap is {shown(cap)}, below the floor {shown(floor)}", "give a cap above the floor"
        )
    if cap is not None and cap < 0:
        notebook.note(
            (*path, "cap"), f"cap is {shown(cap)}", "give a cap of at least 0: it would take points for nothing"
        )
    if floor is not None and floor > 0:
        rule = f"floor is {shown(floor)}"
        notebook.note((*path, "floor"), rule, "give a floor of at most 0: it would give points for nothing")


def _check_points(points: float, path: Path, notebook: Notebook) -> None:
    """Doubt points that change nothing."""
    if points == 0:
        notebook.doubt((*path, "points"), "points is 0", "give points, or remove the criterion", code="points_zero")


def _refuse_keys(keys: tuple[str, ...], path: Path, owner: str, notebook: Notebook) -> None:
    """Refuse keys that mean nothing beside another."""
    for key in keys:
        if notebook.is_given((*path, key)):
            notebook.note((*path, key), f"{owner} has no {key}", "remove the key", is_key=True)


def _check_signal(name: str, path: Path, file: ScorecardFile, notebook: Notebook) -> None:
    """Check that a signal is defined."""
    if name not in file.signals:
        notebook.note(path, f"signal {quoted(name)} is not defined", nearest(name, file.signals), code="unknown_signal")


def _check_measure(criterion: EngagementCriterionRules, path: Path, file: ScorecardFile, notebook: Notebook) -> None:
    """Check that what is valued per measure has one."""
    signal = file.signals.get(criterion.signal or "")
    if criterion.per == "measure" and signal is not None and signal.measure is None:
        rule = f"signal {quoted(criterion.signal)} has no measure"
        notebook.note((*path, "per"), rule, "give the signal one: measure: {field: minutes}")


def _check_decay(decay: DecayRules, window: int | None, path: Path, notebook: Notebook) -> None:
    """Check that a decay is of one kind, and that a window beside it changes something."""
    kinds = named_decay_kinds(decay)
    if len(kinds) != 1:
        named = ", ".join(kinds) or "no kind"
        notebook.note((*path, "decay"), f"decay names {named}", "name one: half_life, linear or step")
    elif decay.linear is not None and window is not None and window >= decay.linear:
        rule = f"window is {duration_text(window)}, and after {duration_text(decay.linear)} nothing is left"
        fix = "give a shorter window or remove the key"
        notebook.doubt((*path, "window"), rule, fix, code="window_outlasts_decay")


def _check_frequency(frequency: FrequencyRules, window: int | None, path: Path, notebook: Notebook) -> None:
    """Check that a gate can open and close, and that what stands beside it changes something."""
    here = (*path, "frequency")
    if frequency.at_most is not None and frequency.at_most < frequency.at_least:
        rule = f"at_most is {frequency.at_most}, below at_least {frequency.at_least}"
        notebook.note((*here, "at_most"), rule, f"give at least {frequency.at_least}")
    if frequency.at_least == 0 and frequency.at_most is None:
        notebook.note((*here, "at_least"), "at_least is 0, which always holds", "give at least 1, or an at_most")
    if frequency.at_least == 0 and frequency.award == "each" and frequency.at_most is not None:
        fix = "give award: once; no count brings no points"
        notebook.doubt((*here, "at_least"), "at_least is 0", fix, code="frequency_from_zero")
    if frequency.award == "once":
        _refuse_keys(_NOT_OF_AWARDS, path, "a frequency with award: once", notebook)
    elif window is not None and window >= frequency.window:
        rule = f"window is {duration_text(window)}, and the frequency counts {duration_text(frequency.window)} only"
        fix = "give a shorter window or remove the key"
        notebook.doubt((*path, "window"), rule, fix, code="window_outlasts_frequency")
