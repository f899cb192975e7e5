"""Decays and windows that leave each other nothing to do, and points that never go."""

import math
from collections.abc import Iterator

from schemas.duration import duration_text
from scorer.rules.decay import Decay, HalfLife, NoDecay, Step, factor_of
from scorer.rules.scorecard import SignalCriterion
from streams.review.doubt import Doubt
from streams.review.subject import Subject

FADED_LEAST = 0.1
"""A decay that takes less than this share of the points within the window is doubted."""

HALF_LIVES_KEPT = 14
"""Counts are kept for so many half-lives: a window beyond them ends nothing."""


def decay_outlasts_window(subject: Subject) -> Iterator[Doubt]:
    """Doubt decays that have hardly begun when the window ends."""
    for placed, criterion in subject.on_signals():
        if isinstance(criterion.decay, NoDecay) or _is_award(criterion):
            continue
        spans = [(criterion.window_ms, "window")]
        if criterion.frequency is not None:
            spans.append((criterion.frequency.window_ms, "frequency"))
        window_ms, key = min((span, name) for span, name in [*spans, (math.inf, "")] if span is not None)
        if math.isinf(window_ms):
            continue
        left = factor_of(criterion.decay)(window_ms - 1)
        if left > 1 - FADED_LEAST:
            rule = f"the {key} ends after {duration_text(int(window_ms))}, when {left:.0%} of the points are left"
            fix = "give a shorter decay, or write decay: none"
            yield Doubt("decay_outlasts_window", (*placed.path, "decay"), rule, fix)


def window_outlasts_decay(subject: Subject) -> Iterator[Doubt]:
    """Doubt windows that end when nothing is left; of linear decays the rules of the language say so."""
    for placed, criterion in subject.on_signals():
        gone_ms = _gone_ms(criterion.decay)
        if criterion.window_ms is None or _is_award(criterion) or criterion.window_ms < gone_ms:
            continue
        rule = (
            f"window is {duration_text(criterion.window_ms)}, and after {duration_text(int(gone_ms))} nothing is left"
        )
        yield Doubt("window_outlasts_decay", (*placed.path, "window"), rule, "give a shorter window or remove the key")


def points_pile_up(subject: Subject) -> Iterator[Doubt]:
    """Doubt points for every count, for ever, which no cap bounds."""
    for placed, criterion in subject.on_signals():
        group, side = placed.within.group, placed.within.side
        is_bounded = any(bound is not None for bound in (criterion.cap, group.cap, side.cap, criterion.limit))
        never_ends = isinstance(criterion.decay, NoDecay) and criterion.window_ms is None
        if criterion.points > 0 and never_ends and criterion.frequency is None and not is_bounded:
            rule = "its points never fade, and nothing bounds them: every lead that comes often ends at the top"
            yield Doubt("points_pile_up", placed.path, rule, "give it a decay, a window or a cap")


def _gone_ms(decay: Decay) -> float:
    """Return the age from which on nothing is valued; infinite where that is never, or told elsewhere."""
    if isinstance(decay, HalfLife):
        return HALF_LIVES_KEPT * decay.half_life_ms
    return decay.period_ms * math.ceil(1 / decay.share) if isinstance(decay, Step) else math.inf


def _is_award(criterion: SignalCriterion) -> bool:
    return criterion.frequency is not None and criterion.frequency.is_award
