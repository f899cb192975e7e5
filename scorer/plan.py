"""What of a scorecard can be worked out once: which signals an activity may match, and when cells expire.

A plan is a function of its scorecard alone and is kept for the last few scorecards. Knows no lead and no instant.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scorer.scorecard import Criterion, Scorecard, Signal, SignalCriterion

_PLANS_MAX = 32
_ANY_TYPE = "*"


@dataclass(frozen=True, slots=True)
class SignalPlan:
    """A signal with what decides when its cells expire.

    ``align_ms`` is the least span that holds whole limit windows of every criterion of the signal (1 with no limit):
    the cells of one limit window expire together, so a limit never lets a score rise as time passes.
    """

    signal: Signal
    align_ms: int

    def expires_at(self, bucket: int) -> int | None:
        """Return the instant from which a bucket's cell is valued no more; None if never."""
        signal = self.signal
        if signal.keep_ms is None:
            return None
        end_at = (bucket + 1) * signal.width_ms
        return -(-end_at // self.align_ms) * self.align_ms + signal.keep_ms


@dataclass(frozen=True, slots=True)
class Plan:
    """A scorecard, prepared.

    ``signals_by_type`` holds, in the order of their names, the signals that an activity of a type may match;
    ``signals_of_any_type`` those for all other types.
    """

    scorecard: Scorecard
    signals: Mapping[str, SignalPlan]
    signals_by_type: Mapping[str, tuple[Signal, ...]]
    signals_of_any_type: tuple[Signal, ...]

    def candidates(self, activity_type: str) -> tuple[Signal, ...]:
        """Return the signals that an activity of a type may match, in the order of their names."""
        return self.signals_by_type.get(activity_type, self.signals_of_any_type)


@lru_cache(maxsize=_PLANS_MAX)
def plan_of(scorecard: Scorecard) -> Plan:
    """Return the plan of a scorecard; asking again for one of the last few costs a look-up."""
    align_ms: dict[str, int] = {}
    for criterion in criteria_of(scorecard):
        if (
            isinstance(criterion, SignalCriterion)
            and criterion.limit is not None
            and criterion.limit.per_ms is not None
        ):
            align_ms[criterion.signal] = math.lcm(align_ms.get(criterion.signal, 1), criterion.limit.per_ms)
    signals = [scorecard.signals[name] for name in sorted(scorecard.signals)]
    types = {signal.activity_type for signal in signals} - {_ANY_TYPE}
    return Plan(
        scorecard=scorecard,
        signals={signal.name: SignalPlan(signal, align_ms.get(signal.name, 1)) for signal in signals},
        signals_by_type={
            type_: tuple(signal for signal in signals if signal.activity_type in (type_, _ANY_TYPE)) for type_ in types
        },
        signals_of_any_type=tuple(signal for signal in signals if signal.activity_type == _ANY_TYPE),
    )


def criteria_of(scorecard: Scorecard) -> Iterator[Criterion]:
    """Yield every criterion of every score, in the order of the file."""
    for score in scorecard.scores.values():
        for side in (score.engagement, score.fit):
            for group in side.groups:
                yield from group.criteria
