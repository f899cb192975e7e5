"""What changed from one scorecard to another, part by part; empty if both decide the same.

Comments, layout, the description and what is written out that holds anyway are no changes; nor is the version, which
is a name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scorer.rules.conditions import DomainKind, Test
from scorer.rules.domains import DomainBook
from scorer.rules.scorecard import FitCriterion, Scorecard
from streams.comparison.change import Change, Effect, KeyChange, Spot
from streams.comparison.key_changes import key_changes
from streams.comparison.scores import ScoreNames, score_changes
from streams.comparison.signals import signal_changes
from streams.comparison.wording import number_text

THE_FILE = "scorecard"
DOMAIN_KINDS = ("competitor", "customer", "disposable", "free")


@dataclass(frozen=True, slots=True)
class ScorecardChanges:
    """What changed, from the whole to its parts, and what stands for what in the scores that both have."""

    changes: tuple[Change, ...]
    scores: tuple[ScoreNames, ...]
    signals: Mapping[str, str]

    @property
    def by_effect(self) -> Mapping[Effect, tuple[Change, ...]]:
        """The changes by what they do to the counts of before; an effect that there is not is left out."""
        found: dict[Effect, tuple[Change, ...]] = {}
        for effect in Effect:
            changes = tuple(change for change in self.changes if change.effect is effect)
            if changes:
                found[effect] = changes
        return found


def scorecard_changes(old: Scorecard, new: Scorecard) -> ScorecardChanges:
    """Return what changed from a scorecard to another.

    Args:
        old: The scorecard of before.
        new: The scorecard of now.

    Returns:
        The changes; none if the two decide the same, whatever their versions.
    """
    signals = signal_changes(old, new)
    scores = score_changes(old, new, signals.names)
    changes = (*_whole(old, new, scores.names), *signals.changes, *scores.changes)
    return ScorecardChanges(changes, scores.names, signals.names)


def _whole(old: Scorecard, new: Scorecard, scores: tuple[ScoreNames, ...]) -> Iterator[Change]:
    """Yield what changed beside signals and scores."""
    spot = Spot("")
    stands_for = {one.old: one.new for one in scores}
    if stands_for.get(old.default_score) != new.default_score:
        yield Change(THE_FILE, spot, spot, (KeyChange("default score", old.default_score, new.default_score),))
    keys = key_changes(_verdicts(old), _verdicts(new))
    if keys:
        yield Change("verdict_weights", spot, spot, keys)
    keys = key_changes(_domains(old), _domains(new)) if _books(old) and _books(new) else ()
    if keys:
        is_counted = any(isinstance(test, DomainKind) for test in _signal_tests(new))
        yield Change("domains", spot, spot, keys, Effect.FROM_NOW_ON if is_counted else Effect.AT_ONCE)


def _verdicts(scorecard: Scorecard) -> dict[str, str]:
    names = ("human", "probable_bot", "certain_bot")
    return {name: number_text(weight) for name, weight in zip(names, scorecard.verdict_weights, strict=True)}


def _domains(scorecard: Scorecard) -> dict[str, tuple[str, ...]]:
    return {
        kind: tuple(sorted({domain for book in _books(scorecard) for domain in getattr(book, kind)}))
        for kind in DOMAIN_KINDS
    }


def _books(scorecard: Scorecard) -> list[DomainBook]:
    """Return what the scorecard knows of domains, as far as a condition asks for it; in a file it is one book."""
    found: list[DomainBook] = []
    for test in (*_signal_tests(scorecard), *_profile_tests(scorecard)):
        if isinstance(test, DomainKind) and not any(test.book is book for book in found):
            found.append(test.book)
    return found


def _signal_tests(scorecard: Scorecard) -> Iterator[Test]:
    for signal in scorecard.signals.values():
        yield from (condition.test for condition in signal.conditions)


def _profile_tests(scorecard: Scorecard) -> Iterator[Test]:
    for score in scorecard.scores.values():
        for group in score.fit.groups:
            for criterion in group.criteria:
                if isinstance(criterion, FitCriterion):
                    yield criterion.condition.test
