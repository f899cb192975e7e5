"""The stages of two ladders beside each other: which is the same, and which is higher."""

from scorer.rules.scorecard import Score, Stage
from streams.comparison.matching import Matches, is_reordered
from streams.comparison.scores import ScoreNames


class Rungs:
    """Both ladders of one score.

    A stage that only one ladder has stands where its threshold puts it among those that both have. Where both have the
    same stages in another order, the height in their own ladder counts.
    """

    def __init__(self, old: Score, new: Score, names: ScoreNames) -> None:
        self.names = names
        self.old = tuple(stage.name for stage in old.stages)
        self.new = tuple(stage.name for stage in new.stages)
        by_name = {stage.name: stage for stage in new.stages}
        both = tuple((stage, by_name[names.stages[stage.name]]) for stage in old.stages if stage.name in names.stages)
        pairs = tuple(sorted(both, key=lambda pair: new.stages.index(pair[1])))
        self._old_ranks, self._new_ranks = self._ranks(old.stages, new.stages, pairs)

    @property
    def has_one_ground(self) -> bool:
        """Whether leads of whom nothing is known stand alike in both."""
        return self.is_same(self.old[0], self.new[0])

    def direction(self, which: int, before: str, after: str) -> str:
        """Return whether a move in the old (0) or the new (1) ladder is a rise or a fall."""
        ladder = self.new if which else self.old
        return "rises" if ladder.index(after) > ladder.index(before) else "falls"

    def is_same(self, old: str, new: str) -> bool:
        """Tell whether a stage of the new ladder is one of the old."""
        return self.names.stages.get(old) == new

    def ascent(self, old: str, new: str) -> int:
        """Return 1 if the new ladder's stage is higher, -1 if it is lower, 0 if neither."""
        before, after = self._old_ranks[old], self._new_ranks[new]
        return (after > before) - (after < before)

    @staticmethod
    def _ranks(
        old: tuple[Stage, ...], new: tuple[Stage, ...], both: tuple[tuple[Stage, Stage], ...]
    ) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
        if is_reordered(old, new, Matches(both, (), ())):
            return (
                {stage.name: (float(height), 0.0) for height, stage in enumerate(old)},
                {stage.name: (float(height), 0.0) for height, stage in enumerate(new)},
            )
        ranks: list[dict[str, tuple[float, float]]] = []
        for which, stages in enumerate((old, new)):
            anchors = {pair[which].name: float(2 * place) for place, pair in enumerate(both)}
            found: dict[str, tuple[float, float]] = {}
            last = -1.0
            for stage in stages:
                last = anchors.get(stage.name, last if last % 2 else last + 1)
                found[stage.name] = (last, 0.0 if stage.name in anchors else stage.enter_at)
            ranks.append(found)
        return ranks[0], ranks[1]
