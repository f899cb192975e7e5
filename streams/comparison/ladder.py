"""What changed in a ladder: rungs that came, went, were renamed, or have other thresholds.

Where a lead's rung is no more (also under another name), the lead is placed anew by its score at the activation, as
`scorer.judging.ladder` does it: what it owes to hysteresis and dwell is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scorer.rules.scorecard import Score, Stage
from streams.comparison.change import Change, Effect, Spot
from streams.comparison.key_changes import all_keys, key_changes, order_change
from streams.comparison.matching import is_reordered, matched
from streams.comparison.wording import stage_words


@dataclass(frozen=True, slots=True)
class LadderChanges:
    """What changed, and which stage stands for which of before (those that stayed among them)."""

    changes: tuple[Change, ...]
    names: Mapping[str, str]


def ladder_changes(was: Score, becomes: Score) -> LadderChanges:
    """Return what changed in the ladder of a score."""
    within, among = (f"score {was.name}",), (f"score {becomes.name}",)
    matches = matched(
        was.stages, becomes.stages, [lambda stage: stage.name, lambda stage: tuple(stage_words(stage).items())]
    )
    changes = []
    for old, new in matches.both:
        keys = key_changes(stage_words(old), stage_words(new))
        if keys or old.name != new.name:
            effect = Effect.AT_ONCE if old.name == new.name else Effect.PLACED_ANEW
            changes.append(Change("stage", Spot(old.name, within), Spot(new.name, among), keys, effect))
    if is_reordered(was.stages, becomes.stages, matches):
        order = order_change("stages", _names(was.stages), _names(becomes.stages))
        changes.append(Change("score", Spot(was.name), Spot(becomes.name), (order,)))
    changes += [
        Change("stage", None, Spot(stage.name, among), all_keys(stage_words(stage), is_new=True))
        for stage in matches.came
    ]
    for stage in matches.gone:
        keys = all_keys(stage_words(stage), is_new=False)
        changes.append(Change("stage", Spot(stage.name, within), None, keys, Effect.PLACED_ANEW))
    return LadderChanges(tuple(changes), {old.name: new.name for old, new in matches.both})


def _names(stages: tuple[Stage, ...]) -> tuple[str, ...]:
    return tuple(stage.name for stage in stages)
