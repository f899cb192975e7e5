"""A scorecard and its challenger on the same cells: what is counted for both, and what the challenger may look at.

A challenger decides what it would decide had it come into force at the same instant. So a signal that it alone counts
begins at zero with it, as at a release; one that both count is counted once. Rules:

- the champion values what it valued before: whatever is counted beside it, it does not look at;
- no count goes that the challenger still values: else what it decides would depend on when a lead is looked at;
- nobody challenges itself: what both tell of one cause has one id for each version;
- one signal has one meaning: where the two match other activities under one name, the challenger is refused.
"""

from dataclasses import dataclass, replace

from scorer import Scorecard
from scorer.rules.plan import SignalPlan, criteria_of, plan_of
from scorer.rules.scorecard import InactivityCriterion, Signal, SignalCriterion
from streams.scorecards.retention import signal_name

NAMES_SHOWN_MAX = 5
OTHER = (
    "it counts other activities than the signal of that name in force does, and each is counted once for both; give it"
    " another name in the challenger, and it is counted from the challenge on"
)
BRIEF = (
    "in force its counts go before a limit of the challenger's is over; give it another width in the challenger, and it"
    " is counted from the challenge on"
)


class ContestRefused(Exception):
    """Two scorecards cannot judge the same cells. The text names the signals, the rule and the way out."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Two scorecards on the same cells.

    ``champion`` is the one in force, which counts for both, ``alone`` the same without that. ``fresh`` names the
    signals that are counted from now on, for the challenger alone; ``clipped`` those whose counts it values for less
    long than it would, because the champion lets them go.
    """

    champion: Scorecard
    challenger: Scorecard
    fresh: tuple[str, ...]
    clipped: tuple[str, ...]
    alone: Scorecard


def contest_of(champion: Scorecard, challenger: Scorecard) -> Contest:
    """Put a challenger beside a scorecard.

    Args:
        champion: The scorecard in force.
        challenger: The other.

    Raises:
        ContestRefused: If they are one version, or if a signal of the challenger counts other activities than the
            champion's of that name.
    """
    if champion.version == challenger.version:
        raise ContestRefused(f"version {challenger.version} is in force itself; let another one challenge it")
    ours, theirs = plan_of(champion).signals, plan_of(challenger).signals
    counted, looked_at = dict(champion.signals), dict[str, Signal]()
    fresh, clipped, refused, brief = list[str](), list[str](), list[str](), list[str]()
    for name in sorted(_valued(challenger)):
        signal, known = challenger.signals[name], champion.signals.get(name)
        looked_at[name] = signal
        if known is None:
            counted[name] = _kept_for(theirs[name])
            fresh.append(name)
        elif replace(known, keep_ms=signal.keep_ms) != signal:
            refused.append(name)
        elif (keep_ms := _keep_within(ours[name], theirs[name])) != signal.keep_ms:
            (clipped if keep_ms is None or keep_ms >= 1 else brief).append(name)
            looked_at[name] = replace(signal, keep_ms=None if keep_ms is None else max(1, keep_ms))
    if refused:
        raise ContestRefused(f"signal {_shown(refused)}: {OTHER}")
    if brief:
        raise ContestRefused(f"signal {_shown(brief)}: {BRIEF}")
    return Contest(
        replace(champion, signals=counted) if fresh else champion,
        replace(challenger, signals=looked_at),
        _names(fresh),
        _names(clipped),
        alone=champion,
    )


def _valued(scorecard: Scorecard) -> set[str]:
    """Return the signals that some criterion looks at."""
    names = set[str]()
    for criterion in criteria_of(scorecard):
        if isinstance(criterion, InactivityCriterion):
            names.update(criterion.signals)
        elif isinstance(criterion, SignalCriterion):
            names.add(criterion.signal)
    return names


def _kept_for(plan: SignalPlan) -> Signal:
    """Return a signal as the champion counts it for the challenger: no cell goes before the challenger is done with it.

    Nothing of the champion's aligns its cells to limit windows, so they are kept for a window longer.
    """
    if plan.keep_ms is None:
        return plan.signal
    return replace(plan.signal, keep_ms=plan.keep_ms + plan.align_ms)


def _keep_within(ours: SignalPlan, theirs: SignalPlan) -> int | None:
    """Return for how long the challenger may value the cells of a signal that the champion lets go at its own time."""
    if ours.keep_ms is None:
        return theirs.keep_ms
    # Cells go a whole limit window after they end; where the challenger's reaches beyond, it has to be done before.
    slack_ms = 0 if ours.align_ms % theirs.align_ms == 0 else theirs.align_ms
    keep_ms = ours.keep_ms - slack_ms
    return keep_ms if theirs.keep_ms is None else min(theirs.keep_ms, keep_ms)


def _names(signals: list[str]) -> tuple[str, ...]:
    """Return signals by their names in the file, each once."""
    return tuple(dict.fromkeys(signal_name(name) for name in signals))


def _shown(signals: list[str]) -> str:
    names = _names(signals)
    rest = len(names) - NAMES_SHOWN_MAX
    return ", ".join(f'"{name}"' for name in names[:NAMES_SHOWN_MAX]) + (f" and {rest} more" if rest > 0 else "")
