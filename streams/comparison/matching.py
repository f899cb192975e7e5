"""Which parts of two scorecards are the same part: by name first, then by what they say, so that a new name is seen.

Symmetric: seen from the other side the same parts belong together.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Matches(Generic[Item]):
    """Parts that belong together, old and new, in the order of the new; then what is gone, and what came."""

    both: tuple[tuple[Item, Item], ...]
    gone: tuple[Item, ...]
    came: tuple[Item, ...]


def matched(
    old: Sequence[Item], new: Sequence[Item], likenesses: Sequence[Callable[[Item], Hashable]]
) -> Matches[Item]:
    """Return which items belong together.

    Args:
        old: The items of before.
        new: The items of now.
        likenesses: What two items have in common that belong together, the surest first. Of items that are alike, the
            first belongs to the first, and so on.

    Example:
        >>> matched(["pricing", "blog"], ["Blog", "pricing", "docs"], [str, str.lower]).both
        (('blog', 'Blog'), ('pricing', 'pricing'))
    """
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for likeness in likenesses:
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, item in enumerate(old):
            if place not in taken:
                waiting[likeness(item)].append(place)
        for place, item in enumerate(new):
            alike = waiting.get(likeness(item)) if place not in partner else None
            if alike:
                partner[place] = alike.popleft()
                taken.add(partner[place])
    return Matches(
        tuple((old[partner[place]], item) for place, item in enumerate(new) if place in partner),
        tuple(item for place, item in enumerate(old) if place not in taken),
        tuple(item for place, item in enumerate(new) if place not in partner),
    )


def is_reordered(old: Sequence[Item], new: Sequence[Item], matches: Matches[Item]) -> bool:
    """Tell whether items that belong together stand in another order than before."""
    old_places = {id(item): place for place, item in enumerate(old)}
    new_places = {id(item): place for place, item in enumerate(new)}
    by_old = sorted(matches.both, key=lambda pair: old_places[id(pair[0])])
    order = [new_places[id(item)] for _, item in by_old]
    return order != sorted(order)
