"""Which fault comes when: drawn from a seed, so that a run can be had again."""

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tests.faults.kinds import NATURES, USUAL, Kind


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


LONE_FAULTS_MIN = 20
"""A run of so many faults begins with a kill and a stop that nothing else disturbs, to tell how soon those are over."""
LONE = ((Kind.WORKER_KILL, 4.0), (Kind.WORKER_STOP, 15.5))
LONE_UNTIL_SECONDS = 19.0


def drawn(
    seed: int, faults: int, seconds: float, session_seconds: float, *, kinds: Collection[Kind] = USUAL
) -> tuple[Fault, ...]:
    """Draw a run's faults.

    Each kind comes once before any comes more often than it has to, as far as there are faults enough. They are spread
    over the run by how long each needs; a run that is too short for them begins them sooner, never fewer. What is not
    drawn but set: a long run begins with a kill and a stop in quiet.

    Args:
        seed: Same seed, same faults.
        faults: How many.
        seconds: How long activities come.
        session_seconds: The workers' session time-out: pauses outlast it.
        kinds: Which kinds there are.
    """
    dice = random.Random(seed)
    lone = [pair for pair in LONE if pair[0] in kinds] if faults >= LONE_FAULTS_MIN else []
    chosen = _placed(_chosen(dice, faults, kinds, [kind for kind, _ in lone]), dice)
    spans = [_span(dice, kind, session_seconds) for kind in chosen]
    needed = [span + NATURES[kind].calm_seconds for kind, span in zip(chosen, spans, strict=True)]
    at_seconds = LONE_UNTIL_SECONDS if lone else 0.0
    stretch = max(seconds - at_seconds, 0.0) / sum(needed) if needed else 0.0
    found = [Fault(number, kind, at, 0.0, dice.randrange(1 << 30)) for number, (kind, at) in enumerate(lone)]
    for kind, span, need in zip(chosen, spans, needed, strict=True):
        found.append(Fault(len(found), kind, round(at_seconds, 3), span, dice.randrange(1 << 30)))
        at_seconds += need * stretch
    return tuple(found)


def _chosen(dice: random.Random, faults: int, kinds: Collection[Kind], lone: Sequence[Kind]) -> list[Kind]:
    """Draw which kinds come beside those that come alone: what has to come, then each once, then by weight."""
    every = [kind for kind in NATURES if kind in kinds]
    due = Counter({kind: NATURES[kind].of_twenty * faults // LONE_FAULTS_MIN for kind in every}) - Counter(lone)
    chosen = list(due.elements())[:faults]
    others = [kind for kind in every if kind not in chosen and kind not in lone]
    chosen += dice.sample(others, min(faults - len(lone) - len(chosen), len(others)))
    more = faults - len(lone) - len(chosen)
    weights = [NATURES[kind].weight for kind in every]
    return [*chosen, *(dice.choices(every, weights if any(weights) else None, k=more) if more else ())]


def _placed(chosen: Sequence[Kind], dice: random.Random) -> list[Kind]:
    """Shuffle, with those that must come early among the first."""
    ranks = [(dice.random() * NATURES[kind].until_share, number) for number, kind in enumerate(chosen)]
    return [chosen[number] for _, number in sorted(ranks)]


def _span(dice: random.Random, kind: Kind, session_seconds: float) -> float:
    """Draw how long a fault lasts."""
    shortest, longest = NATURES[kind].seconds
    outlasting = session_seconds if kind is Kind.WORKER_PAUSE else 0.0
    return round(outlasting + dice.uniform(shortest, longest), 3)
