"""What changed, as documents for machines: the words of the text, and the values behind them."""

from collections.abc import Mapping

from streams.comparison.change import MEANINGS, Change, Spot
from streams.comparison.scorecard_changes import ScorecardChanges


def changes_document(found: ScorecardChanges) -> list[Mapping[str, object]]:
    """Return what changed in a scorecard, one object a part, in the order of the file."""
    return [_change_document(change) for change in found.changes]


def _change_document(change: Change) -> Mapping[str, object]:
    return {
        "kind": change.kind.value,
        "part": change.part,
        "old": _spot_document(change.old),
        "new": _spot_document(change.new),
        "is_moved": change.is_moved,
        "keys": [{"key": key.key, "old": key.old, "new": key.new} for key in change.keys],
        "effect": change.effect.value,
        "meaning": MEANINGS[change.effect],
        "notes": list(change.notes),
        "text": change.text,
    }


def _spot_document(spot: Spot | None) -> Mapping[str, object] | None:
    return None if spot is None else {"name": spot.name, "within": list(spot.within)}
