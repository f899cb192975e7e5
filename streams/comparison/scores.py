"""What changed in the named scores: sides, groups, criteria, grades; the ladder is `streams.comparison.ladder`'s."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scorer.rules.scorecard import Criterion, Group, Score, Scorecard, Side
from streams.comparison.change import Change, Effect, KeyChange, Spot
from streams.comparison.key_changes import all_keys, key_changes, order_change
from streams.comparison.ladder import ladder_changes
from streams.comparison.matching import Matches, is_reordered, matched
from streams.comparison.wording import (
    WordsByKey,
    clip_words,
    criterion_words,
    number_text,
    score_words,
    stage_words,
)

SIDES = ("engagement", "fit")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a side: ``within`` is the group by the name that stands for it now; ``spot`` is as the file has it."""

    name: str
    within: str
    words: WordsByKey
    spot: Spot

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, whatever it is called."""
        return tuple(sorted(self.words.items()))


@dataclass(frozen=True, slots=True)
class ScoreNames:
    """What stands for what in one named score: name of before to name of now, those that stayed among them."""

    old: str
    new: str
    stages: Mapping[str, str]
    criteria: Mapping[str, str]
    groups: Mapping[tuple[str, str], str]
    """(side, group) to group."""


@dataclass(frozen=True, slots=True)
class ScoreChanges:
    """What changed in the scores, and what stands for what in those that both have."""

    changes: tuple[Change, ...]
    names: tuple[ScoreNames, ...]


def score_changes(was: Scorecard, becomes: Scorecard, signals: Mapping[str, str]) -> ScoreChanges:
    """Return what changed in the named scores.

    One that is called otherwise is known by all that it says, or by being the default.

    Args:
        was: The scorecard of before.
        becomes: The scorecard of now.
        signals: Which signal stands for which of before.
    """
    old, new = tuple(was.scores.values()), tuple(becomes.scores.values())
    translated = {id(one): signals for one in old}
    defaults = (was.scores[was.default_score], becomes.scores[becomes.default_score])
    matches = matched(
        old,
        new,
        [
            lambda one: one.name,
            lambda one: _content(one, translated.get(id(one), {})),
            lambda one: "the default" if any(one is default for default in defaults) else id(one),
        ],
    )
    changes: list[Change] = []
    names: list[ScoreNames] = []
    for before, after in matches.both:
        found = _changed(before, after, signals)
        changes += found.changes
        names += found.names
    changes += [_whole(one, is_new=True) for one in matches.came]
    changes += [_whole(one, is_new=False) for one in matches.gone]
    return ScoreChanges(tuple(changes), tuple(names))


def _content(score: Score, signals: Mapping[str, str]) -> tuple[object, ...]:
    """Return all that a score says, whatever it is called."""
    sides = tuple(
        (side.weight, side.cap, side.floor, tuple(_group_content(group, signals) for group in side.groups))
        for side in (score.engagement, score.fit)
    )
    stages = tuple((stage.name, *sorted(stage_words(stage).items())) for stage in score.stages)
    return (tuple(score_words(score).items()), sides, stages)


def _group_content(group: Group, signals: Mapping[str, str]) -> tuple[object, ...]:
    criteria = tuple((one.name, *sorted(_words(one, signals).items())) for one in group.criteria)
    return (group.name, group.cap, group.floor, criteria)


def _words(criterion: Criterion, signals: Mapping[str, str]) -> WordsByKey:
    return criterion_words(criterion, lambda name: signals.get(name, name))


def _whole(score: Score, *, is_new: bool) -> Change:
    """Return a score that came or went, told as a whole."""
    count = sum(len(group.criteria) for side in (score.engagement, score.fit) for group in side.groups)
    ladder = " < ".join(stage.name for stage in score.stages)
    keys = all_keys({"criteria": str(count), "stages": ladder}, is_new=is_new)
    spot = Spot(score.name)
    effect = Effect.PLACED_ANEW if is_new else Effect.SET_ASIDE
    return Change("score", None if is_new else spot, spot if is_new else None, keys, effect)


def _changed(was: Score, becomes: Score, signals: Mapping[str, str]) -> ScoreChanges:
    """Return what changed in one score."""
    spots = Spot(was.name), Spot(becomes.name)
    changes: list[Change] = []
    keys = key_changes(score_words(was), score_words(becomes))
    if keys or was.name != becomes.name:
        effect = Effect.AT_ONCE if was.name == becomes.name else Effect.PLACED_ANEW
        changes.append(Change("score", *spots, keys, effect))
    criteria: dict[str, str] = {}
    groups: dict[tuple[str, str], str] = {}
    for side_name in SIDES:
        side = _Sides(side_name, was, becomes, signals)
        changes += side.changes()
        criteria |= side.criterion_names()
        groups |= {(side_name, old.name): new.name for old, new in side.groups.both}
    ladder = ladder_changes(was, becomes)
    names = ScoreNames(was.name, becomes.name, ladder.names, criteria, groups)
    return ScoreChanges((*changes, *ladder.changes), (names,))


class _Sides:
    """One side of a score, as it was and as it is."""

    def __init__(self, name: str, was: Score, becomes: Score, signals: Mapping[str, str]) -> None:
        self._name = name
        self._spots = Spot(name, (f"score {was.name}",)), Spot(name, (f"score {becomes.name}",))
        self._was: Side = getattr(was, name)
        self._becomes: Side = getattr(becomes, name)
        self._old_groups = [self._group_part(group, self._spots[0], signals) for group in self._was.groups]
        self._new_groups = [self._group_part(group, self._spots[1], {}) for group in self._becomes.groups]
        self.groups: Matches[_Part] = matched(
            self._old_groups, self._new_groups, [lambda one: one.name, lambda one: one.said]
        )
        stands_for = {old.name: new.name for old, new in self.groups.both}
        self._old = [*self._criterion_parts(self._was, self._spots[0], signals, stands_for)]
        self._new = [*self._criterion_parts(self._becomes, self._spots[1], {}, {})]
        self.criteria: Matches[_Part] = matched(
            self._old,
            self._new,
            [
                lambda one: one.name,
                lambda one: (one.within, one.said),
                lambda one: one.said,
            ],
        )

    def criterion_names(self) -> dict[str, str]:
        """Return which criterion stands for which of before."""
        return {old.name: new.name for old, new in self.criteria.both}

    def changes(self) -> Iterator[Change]:
        """Yield what changed, from the whole to its parts."""
        keys = key_changes(self._side_words(self._was), self._side_words(self._becomes))
        if is_reordered(self._old_groups, self._new_groups, self.groups):
            keys += (self._order("groups", self._old_groups, self._new_groups),)
        if keys:
            yield Change("side", *self._spots, keys)
        yield from self._group_changes()
        yield from self._criterion_changes()

    def _group_changes(self) -> Iterator[Change]:
        for old, new in self.groups.both:
            keys = key_changes(self._clips(self._was, old), self._clips(self._becomes, new))
            both = tuple(pair for pair in self.criteria.both if all(one.within == new.name for one in pair))
            if is_reordered(self._old, self._new, Matches(both, (), ())):
                criteria = [[one for one in part if one.within == new.name] for part in (self._old, self._new)]
                keys += (self._order("criteria", *criteria),)
            if keys or old.name != new.name:
                yield Change("group", old.spot, new.spot, keys, Effect.AT_ONCE if keys else Effect.WORDS)
        for one in self.groups.came:
            yield Change("group", None, one.spot, all_keys(self._clips(self._becomes, one), is_new=True))
        for one in self.groups.gone:
            yield Change("group", one.spot, None, all_keys(self._clips(self._was, one), is_new=False))

    def _criterion_changes(self) -> Iterator[Change]:
        for old, new in self.criteria.both:
            keys, is_moved = key_changes(old.words, new.words), old.within != new.within
            if keys or is_moved or old.name != new.name:
                effect = Effect.AT_ONCE if keys or is_moved else Effect.WORDS
                yield Change("criterion", old.spot, new.spot, keys, effect, is_moved)
        for one in self.criteria.came:
            yield Change("criterion", None, one.spot, all_keys(one.words, is_new=True))
        for one in self.criteria.gone:
            yield Change("criterion", one.spot, None, all_keys(one.words, is_new=False))

    def _group_part(self, group: Group, side: Spot, signals: Mapping[str, str]) -> _Part:
        criteria = (f"{one.name} {sorted(_words(one, signals).items())}" for one in group.criteria)
        words = {"clips": str((group.cap, group.floor)), "criteria": "\n".join(criteria)}
        return _Part(group.name, "", words, Spot(group.name, (*side.within, side.name)))

    def _criterion_parts(
        self, side: Side, spot: Spot, signals: Mapping[str, str], stands_for: Mapping[str, str]
    ) -> Iterator[_Part]:
        for group in side.groups:
            within = (*spot.within, spot.name, f"group {group.name}")
            for one in group.criteria:
                group_name = stands_for.get(group.name, group.name)
                yield _Part(one.name, group_name, _words(one, signals), Spot(one.name, within))

    @staticmethod
    def _clips(side: Side, part: _Part) -> WordsByKey:
        group = next(group for group in side.groups if group.name == part.name)
        return {key: value for key, value in clip_words(group.cap, group.floor).items() if value is not None}

    @staticmethod
    def _side_words(side: Side) -> WordsByKey:
        words = clip_words(side.cap, side.floor) | {"weight": number_text(side.weight)}
        return {key: value for key, value in words.items() if value is not None}

    @staticmethod
    def _order(of: str, old: Sequence[_Part], new: Sequence[_Part]) -> KeyChange:
        return order_change(of, tuple(one.name for one in old), tuple(one.name for one in new))
