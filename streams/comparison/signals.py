"""What changed in the signals: what is counted, how, and what becomes of the counts of before.

The rules are those of `streams.scorecards.retention`: counts stand under a signal's name, its buckets' width and its
measure. Where one of these is another, counting begins at zero; where only the conditions are, old and new counts
stand together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scorer.rules.decay import factor_of
from scorer.rules.scorecard import InactivityCriterion, Score, Scorecard, Signal, SignalCriterion
from streams.comparison.change import Change, Effect, KeyChange, Spot
from streams.comparison.key_changes import all_keys, key_changes
from streams.comparison.matching import matched
from streams.comparison.wording import FOR_EVER, WordsByKey, signal_words, span_text
from streams.scorecards.retention import signal_name

NAMES_SHOWN_MAX = 5
SHARE_FELT_MIN = 0.01
"""Less than a hundredth of its points is left of a count: that it is kept for a shorter or longer time is not told."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """A signal of the file and the ways in which the core counts it."""

    name: str
    words: WordsByKey
    ways: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class SignalChanges:
    """What changed, and which name now stands for which of before (those that stayed among them)."""

    changes: tuple[Change, ...]
    names: Mapping[str, str]


def signal_changes(old: Scorecard, new: Scorecard) -> SignalChanges:
    """Return what changed in the signals of two scorecards."""
    matches = matched(_counted(old), _counted(new), [lambda one: one.name, lambda one: tuple(one.words.items())])
    changes = [change for was, becomes in matches.both if (change := _changed(was, becomes, old, new)) is not None]
    changes += [_came(one, new) for one in matches.came]
    changes += [
        Change("signal", Spot(one.name), None, all_keys(one.words, is_new=False), Effect.SET_ASIDE)
        for one in matches.gone
    ]
    return SignalChanges(tuple(changes), {was.name: becomes.name for was, becomes in matches.both})


def _counted(scorecard: Scorecard) -> list[_Counted]:
    ways: dict[str, list[Signal]] = {}
    for signal in scorecard.signals.values():
        ways.setdefault(signal_name(signal.name), []).append(signal)
    return [
        _Counted(name, signal_words(found[0].activity_type, found[0].conditions, found[0].measure), tuple(found))
        for name, found in ways.items()
    ]


def _came(one: _Counted, new: Scorecard) -> Change:
    notes = _begin_at_nothing(one.ways, new)
    return Change("signal", None, Spot(one.name), all_keys(one.words, is_new=True), Effect.FROM_ZERO, notes=notes)


def _changed(was: _Counted, becomes: _Counted, old: Scorecard, new: Scorecard) -> Change | None:
    """Return what changed in a signal; None if nothing did."""
    known = {(way.name, way.width_ms) for way in was.ways}
    fresh = tuple(way for way in becomes.ways if (way.name, way.width_ms) not in known)
    keys = key_changes(was.words, becomes.words)
    effect = Effect.FROM_NOW_ON if keys else Effect.AT_ONCE
    notes = list(_begin_at_nothing(fresh, new))
    if fresh:
        effect = Effect.FROM_ZERO
    keys += key_changes({"buckets": _widths(was.ways)}, {"buckets": _widths(becomes.ways)})
    for before, after in _kept_otherwise(was.ways, becomes.ways):
        if not _is_felt(before, after, (*old.scores.values(), *new.scores.values())):
            continue
        keys += (KeyChange("kept", span_text(before.keep_ms), span_text(after.keep_ms)),)
        notes.append(_keep_note(before, after))
    if not keys and not fresh:
        return None
    return Change("signal", Spot(was.name), Spot(becomes.name), keys, effect, notes=tuple(notes))


def _kept_otherwise(old: Iterable[Signal], new: Iterable[Signal]) -> Iterable[tuple[Signal, Signal]]:
    """Yield the same counters, where they are kept for another time than before."""
    before = {(way.name, way.width_ms): way for way in old}
    for way in new:
        was = before.get((way.name, way.width_ms))
        if was is not None and was.keep_ms != way.keep_ms:
            yield was, way


def _is_felt(before: Signal, after: Signal, scores: Iterable[Score]) -> bool:
    """Tell whether what only one of the two keeps can be worth something that is noticed."""
    ends_ms = [keep_ms for keep_ms in (before.keep_ms, after.keep_ms) if keep_ms is not None]
    criteria = (one for score in scores for group in score.engagement.groups for one in group.criteria)
    return any(
        _share_left(one, min(ends_ms)) >= SHARE_FELT_MIN
        for one in criteria
        if isinstance(one, SignalCriterion) and one.signal in (before.name, after.name)
    )


def _share_left(criterion: SignalCriterion, age_ms: int) -> float:
    """Return the share of its points that a count keeps at an age, as a criterion has it."""
    if criterion.frequency is not None:
        return float(age_ms < criterion.frequency.window_ms)
    if criterion.window_ms is not None and age_ms >= criterion.window_ms:
        return 0.0
    return factor_of(criterion.decay)(age_ms)


def _keep_note(before: Signal, after: Signal) -> str:
    is_longer = after.keep_ms is None or (before.keep_ms is not None and after.keep_ms > before.keep_ms)
    if is_longer:
        return f"counts older than {span_text(before.keep_ms)} are gone already"
    return f"counts older than {span_text(after.keep_ms)} go, and a roll-back does not bring them back"


def _widths(ways: Iterable[Signal]) -> str:
    widths = sorted({way.width_ms for way in ways})
    return " and ".join("one " + FOR_EVER if (text := span_text(width)) == FOR_EVER else text for width in widths)


def _begin_at_nothing(fresh: Iterable[Signal], scorecard: Scorecard) -> tuple[str, ...]:
    """Return a note that names the criteria that look at counters which begin at zero."""
    names = {way.name for way in fresh}
    found = []
    for score in scorecard.scores.values():
        for group in score.engagement.groups:
            for criterion in group.criteria:
                looked_at: set[str] = set()
                if isinstance(criterion, InactivityCriterion):
                    looked_at = set(criterion.signals)
                elif isinstance(criterion, SignalCriterion):
                    looked_at = {criterion.signal}
                found += [criterion.name] if looked_at & names else []
    if not found:
        return ()
    rest = len(found) - NAMES_SHOWN_MAX
    more = f" and {rest:,} more" if rest > 0 else ""
    verb = "begins" if len(found) == 1 else "begin"
    return (f"{', '.join(found[:NAMES_SHOWN_MAX])}{more} {verb} at nothing",)
