"""Which criteria, stages, caps and floors of a scorecard no case touches.

Touched is what is seen at an instant of which a case expects something: a criterion that contributes there, a cap or
floor that cuts there, the stage that the lead is in; and the stages of the stage changes that a case lists. Caps and
floors that can never cut are not asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scorer import Line, LineKind, Scorecard
from scorer.rules.scorecard import Score
from streams.cases.comparing import contributes
from streams.cases.playing import Played
from streams.cases.reach import cuts

KINDS = ("criterion", "stage", "clip")
PLURALS = {"criterion": "criteria", "stage": "stages", "clip": "caps and floors"}


class Part(NamedTuple):
    """One part of a scorecard that a case can touch."""

    score: str
    kind: str
    name: str


@dataclass(slots=True)
class Coverage:
    """What cases touched of one scorecard."""

    parts: tuple[Part, ...]
    touched: set[Part] = field(default_factory=set)

    @classmethod
    def of(cls, scorecard: Scorecard) -> "Coverage":
        """Begin with nothing touched."""
        return cls(tuple(part for score in scorecard.scores.values() for part in _parts(score)))

    def count(self, kind: str) -> tuple[int, int]:
        """Return how many parts of a kind are touched, and how many there are."""
        parts = [part for part in self.parts if part.kind == kind]
        return sum(part in self.touched for part in parts), len(parts)

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that no case touches, as the scorecard orders them."""
        return tuple(part for part in self.parts if part not in self.touched)

    @property
    def percent(self) -> float:
        """The share of all parts that is touched, in percent."""
        return 100.0 * (1 - len(self.missing) / len(self.parts)) if self.parts else 100.0


def touched_by(played: Played) -> frozenset[Part]:
    """Return what a case touches."""
    touched: set[Part] = set()
    for seen in played.seen:
        name = seen.look.score.name
        touched.add(Part(name, "stage", seen.standing.stage))
        touched.update(part for line in seen.explanation.lines for part in _touched(name, line))
    case = played.case
    if case.changes is not None and case.score is not None:
        stages = {change.to_stage for change in case.changes if change.to_stage is not None}
        touched.update(Part(case.score.name, "stage", stage) for stage in stages)
    return frozenset(touched)


def _parts(score: Score) -> Iterator[Part]:
    """Yield all that a case can touch of a score."""
    for side in (score.engagement, score.fit):
        for group in side.groups:
            yield from (Part(score.name, "criterion", criterion.name) for criterion in group.criteria)
    yield from (Part(score.name, "stage", stage.name) for stage in score.stages)
    yield from (Part(score.name, "clip", f"{clip} of {name}") for clip, name in cuts(score))


def _touched(score: str, line: Line) -> Iterable[Part]:
    """Return what a line of an explanation touches; the ends of the scale are no part of the count."""
    if not contributes(line.points):
        return ()
    clip = "cap of" if line.points < 0 else "floor of"
    match line.kind:
        case LineKind.CRITERION:
            return (Part(score, "criterion", line.name),)
        case LineKind.CRITERION_CLIP | LineKind.SIDE_CLIP:
            return (Part(score, "clip", f"{clip} {line.name}"),)
        case LineKind.GROUP_CLIP:
            return (Part(score, "clip", f"{clip} group {line.name}"),)
        case _:
            return ()


def in_words(parts: Iterable[Part], default_score: str) -> list[str]:
    """Return parts for people; the default score needs no naming."""
    named = {"criterion": "criterion ", "stage": "stage ", "clip": ""}
    return [
        f"{named[part.kind]}{part.name}{'' if part.score == default_score else f' of score {part.score}'}"
        for part in parts
    ]
