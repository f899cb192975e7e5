"""What became another in a scorecard: one part of it, its keys, and what the change does to the counts of before.

A change is read from old to new and can be read the other way round (`Change.mirrored`). Knows no scorecard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Words = str | tuple[str, ...]
"""A value as the file writes it; a tuple is a list whose order says nothing."""

TEXT_CHARACTERS_MAX = 80
ITEMS_SHOWN_MAX = 5


class Effect(StrEnum):
    """What a change does to what was counted and told before it, the most surprising first; see `MEANINGS`."""

    FROM_ZERO = "from_zero"
    FROM_NOW_ON = "from_now_on"
    SET_ASIDE = "set_aside"
    PLACED_ANEW = "placed_anew"
    AT_ONCE = "at_once"
    WORDS = "words"


MEANINGS: Mapping[Effect, str] = {
    Effect.FROM_ZERO: "counted from zero: counts of before do not carry over, a backfill is needed",
    Effect.FROM_NOW_ON: "counted otherwise from now on: counts of before stay as they were counted",
    Effect.SET_ASIDE: "gone: what was counted and told stays, and nothing values it",
    Effect.PLACED_ANEW: "leads that stand there are placed anew by their score, which is told",
    Effect.AT_ONCE: "valued anew at once, with the counts of before",
    Effect.WORDS: "only names: no score and no stage becomes another one",
}


class Kind(StrEnum):
    """Whether a part came, went, or became another."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a part stands: its name, and what it stands in, from the outside in."""

    name: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of a part with what it was and is; None where it is not there."""

    key: str
    old: Words | None
    new: Words | None

    @property
    def text(self) -> str:
        """The change in words.

        Example:
            >>> KeyChange("points", "8", "10").text
            'points 8 -> 10'
            >>> KeyChange("where industry", ("finance", "retail"), ("finance", "software")).text
            'where industry with software, without retail'
        """
        if isinstance(self.old, tuple) and isinstance(self.new, tuple):
            came = [item for item in self.new if item not in set(self.old)]
            went = [item for item in self.old if item not in set(self.new)]
            parts = (f"{word} {_listed(items)}" for word, items in (("with", came), ("without", went)) if items)
            return f"{self.key} {', '.join(parts)}"
        return f"{self.key} {shown(self.old)} -> {shown(self.new)}"


@dataclass(frozen=True, slots=True)
class Change:
    """One part that is not what it was.

    ``part`` says what it is (signal, criterion, stage ...). ``old`` and ``new`` are where it stood and stands; None if
    it is new, or gone. ``keys`` are those that differ; all of them where it is new or gone. ``is_moved``: it stands in
    another part than before, and not only because that has another name.
    """

    part: str
    old: Spot | None
    new: Spot | None
    keys: tuple[KeyChange, ...] = ()
    effect: Effect = Effect.AT_ONCE
    is_moved: bool = False
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Whether it came, went, or became another."""
        if self.old is None:
            return Kind.ADDED
        return Kind.REMOVED if self.new is None else Kind.CHANGED

    @property
    def spot(self) -> Spot:
        """Where it stands, or stood."""
        found = self.new or self.old
        if found is None:
            raise ValueError(f"a change of {self.part} is of one that is nowhere")
        return found

    @property
    def text(self) -> str:
        """The change in words.

        Example:
            >>> changed = (KeyChange("points", "8", "10"), KeyChange("half_life", "10d", "7d"))
            >>> Change("criterion", Spot("pricing"), Spot("pricing"), changed).text
            'criterion pricing: points 8 -> 10; half_life 10d -> 7d'
        """
        said = [*self._moves(), *(key.text for key in self.keys)]
        if self.kind is not Kind.CHANGED:
            is_new = self.kind is Kind.ADDED
            values = ((key.key, key.new if is_new else key.old) for key in self.keys)
            listed = ", ".join(f"{key} {shown(value)}" for key, value in values)
            where = f" in {self.spot.within[-1]}" if len(self.spot.within) > 1 else ""
            said = [f"{'new' if is_new else 'gone'}{where}{f' ({listed})' if listed else ''}"]
        name = f"{self.part} {self.spot.name}".strip()
        return f"{name}: {'; '.join(said)}" if said else name

    @property
    def mirrored(self) -> "Change":
        """The change read from new to old; its effect and notes, which are those of going one way, are left out."""
        keys = tuple(KeyChange(key.key, key.new, key.old) for key in self.keys)
        return Change(self.part, self.new, self.old, keys, is_moved=self.is_moved)

    def _moves(self) -> list[str]:
        if self.old is None or self.new is None:
            return []
        said = [f"was called {self.old.name}"] if self.old.name != self.new.name else []
        if self.is_moved:
            said.append(f"moved from {_inmost(self.old)} to {_inmost(self.new)}")
        return said


def shown(words: Words | None) -> str:
    """Return a value in words, cut to a bearable length.

    Example:
        >>> shown(None), shown(("finance", "software"))
        ('none', 'finance, software')
    """
    if words is None:
        return "none"
    return _listed(words) if isinstance(words, tuple) else _cut(words)


def _listed(items: Sequence[str]) -> str:
    rest = len(items) - ITEMS_SHOWN_MAX
    return ", ".join(_cut(item) for item in items[:ITEMS_SHOWN_MAX]) + (f" and {rest:,} more" if rest > 0 else "")


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_CHARACTERS_MAX else f"{text[: TEXT_CHARACTERS_MAX - 3]}..."


def _inmost(spot: Spot) -> str:
    return spot.within[-1] if spot.within else "the top"
