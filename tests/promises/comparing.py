"""What must hold of a comparison of two scorecards, as checks that a planted bug has to turn red."""

from dataclasses import replace

from scorer import Scorecard
from streams.comparison.change import Change
from streams.comparison.scorecard_changes import scorecard_changes


def decides_the_same(old: Scorecard, new: Scorecard) -> bool:
    """Tell whether two scorecards are the same but for their versions, the order of terms among what they are."""
    orders = [
        [(group.name, [one.name for one in group.criteria]) for side in (s.engagement, s.fit) for group in side.groups]
        for card in (old, new)
        for s in card.scores.values()
    ]
    count = len(old.scores)
    return replace(old, version="") == replace(new, version="") and orders[:count] == orders[count:]


def check_changes(old: Scorecard, new: Scorecard) -> None:
    """Changes are told exactly where the scorecards differ, read the same from either side, and none is to oneself."""
    assert scorecard_changes(new, replace(new, version="2026-04")).changes == ()
    forth = scorecard_changes(old, new).changes
    back = scorecard_changes(new, old).changes

    assert (not forth) == decides_the_same(old, new), [change.text for change in forth]
    assert sorted(map(_comparable, forth), key=repr) == sorted((_comparable(one.mirrored) for one in back), key=repr)


def _comparable(change: Change) -> tuple[object, ...]:
    keys = frozenset((key.key, key.old, key.new) for key in change.keys)
    return (change.part, change.old, change.new, change.is_moved, keys)
