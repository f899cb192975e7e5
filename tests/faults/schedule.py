"""Which fault comes when: drawn from a seed, so that a run can be had again."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tests.faults.kinds import NATURES, Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a schedule.

    ``at_seconds`` counts from the first activity. ``seconds`` is how long it lasts. ``draw`` is a number that chooses
    among what there is to hit then.
    """

    number: int
    kind: Kind
    at_seconds: float
    seconds: float
    draw: int


def drawn(
    seed: int, faults: int, seconds: float, session_seconds: float, *, kinds: Collection[Kind] = tuple(Kind)
) -> tuple[Fault, ...]:
    """Draw a run's faults.

    Each kind comes once before any comes twice, as far as there are faults enough. They are spread over the run by how
    long each needs; a run that is too short for them begins them sooner, never fewer.

    Args:
        seed: Same seed, same faults.
        faults: How many.
        seconds: How long activities come.
        session_seconds: The workers' session time-out: pauses outlast it.
        kinds: Which kinds there are.
    """
    dice = random.Random(seed)
    chosen = _placed(_chosen(dice, faults, kinds), dice)
    spans = [_span(dice, kind, session_seconds) for kind in chosen]
    needed = [span + NATURES[kind].calm_seconds for kind, span in zip(chosen, spans, strict=True)]
    stretch = seconds / sum(needed) if needed else 0.0
    at_seconds, found = 0.0, []
    for number, (kind, span, need) in enumerate(zip(chosen, spans, needed, strict=True)):
        found.append(Fault(number, kind, round(at_seconds, 3), span, dice.randrange(1 << 30)))
        at_seconds += need * stretch
    return tuple(found)


def _chosen(dice: random.Random, faults: int, kinds: Collection[Kind]) -> list[Kind]:
    """Draw which kinds come, each once before any comes twice."""
    every = [kind for kind in NATURES if kind in kinds]
    chosen = dice.sample(every, min(faults, len(every)))
    more = dice.choices(every, [NATURES[kind].weight for kind in every], k=faults - len(chosen))
    return [*chosen, *more]


def _placed(chosen: Sequence[Kind], dice: random.Random) -> list[Kind]:
    """Shuffle, with those that must come early among the first."""
    ranks = [(dice.random() * NATURES[kind].until_share, number) for number, kind in enumerate(chosen)]
    return [chosen[number] for _, number in sorted(ranks)]


def _span(dice: random.Random, kind: Kind, session_seconds: float) -> float:
    """Draw how long a fault lasts."""
    shortest, longest = NATURES[kind].seconds
    outlasting = session_seconds if kind is Kind.WORKER_PAUSE else 0.0
    return round(outlasting + dice.uniform(shortest, longest), 3)
