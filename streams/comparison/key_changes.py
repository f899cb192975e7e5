"""Which keys of a part are not what they were."""

from collections.abc import Mapping

from streams.comparison.change import KeyChange, Words, shown

DECAYS = ("half_life", "linear", "step")


def key_changes(old: Mapping[str, Words], new: Mapping[str, Words]) -> tuple[KeyChange, ...]:
    """Return the keys that differ, in the order of the file; another kind of decay is one change.

    Args:
        old: What the part said.
        new: What it says.

    Example:
        >>> [one.text for one in key_changes({"half_life": "10d", "cap": "40"}, {"linear": "30d", "cap": "40"})]
        ['decay half_life 10d -> linear 30d']
    """
    keys = [*new, *(key for key in old if key not in new)]
    found = [KeyChange(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]
    fading = [one for one in found if one.key in DECAYS]
    if len(fading) == 1 or not fading:
        return tuple(found)
    was, becomes = (
        next((f"{one.key} {shown(value)}" for one, value in side if value is not None), None)
        for side in ([(one, one.old) for one in fading], [(one, one.new) for one in fading])
    )
    merged = KeyChange("decay", was, becomes)
    return tuple(merged if one is fading[0] else one for one in found if one not in fading[1:])


def all_keys(words: Mapping[str, Words], *, is_new: bool) -> tuple[KeyChange, ...]:
    """Return every key of a part that came (``is_new``) or went."""
    return tuple(KeyChange(key, None, value) if is_new else KeyChange(key, value, None) for key, value in words.items())


def order_change(of: str, old: tuple[str, ...], new: tuple[str, ...]) -> KeyChange:
    """Return the change of an order: terms are summed in it, so that a score's last bits can differ."""
    return KeyChange(f"order of {of}", ", ".join(old), ", ".join(new))
