"""What a lead is said to be: attributes by source, each the latest word of that source.

The greatest stamp (occurred at, fingerprint) wins per source and attribute, so the order of arrival does not matter.
``None`` is a value that wins like any other and stays: a tombstone, or an older value would come back. Nothing is
taken back here, only superseded. Knows no scorecard.
"""

from collections.abc import Mapping
from typing import Final

from scorer.facts.activity import ProfileUpdate, Scalar
from scorer.facts.state import Attribute

ATTRIBUTES_MAX: Final = 256
"""How many attributes of all sources a lead keeps, tombstones among them: the latest. A bound on its memory."""


def folded(profile: Mapping[tuple[str, str], Attribute], update: ProfileUpdate) -> dict[tuple[str, str], Attribute]:
    """Return a profile with an update in it; an attribute with a greater stamp stays as it is.

    Args:
        profile: Attributes by (source, name).
        update: What a source says, and when.

    Returns:
        The new profile, of at most `ATTRIBUTES_MAX` attributes.
    """
    return united(
        profile,
        {
            (update.source, name): Attribute(update.occurred_at, update.fingerprint, value)
            for name, value in update.attributes.items()
        },
    )


def united(
    profile: Mapping[tuple[str, str], Attribute], other: Mapping[tuple[str, str], Attribute]
) -> dict[tuple[str, str], Attribute]:
    """Return two profiles as one: per source and name the attribute with the greatest stamp.

    Args:
        profile: Attributes by (source, name).
        other: More of them.

    Returns:
        The union, of at most `ATTRIBUTES_MAX` attributes, those with the greatest stamps.
    """
    union = dict(profile)
    for key, attribute in other.items():
        before = union.get(key)
        if before is None or _rank(attribute) > _rank(before):
            union[key] = attribute
    if len(union) > ATTRIBUTES_MAX:
        latest = sorted(union.items(), key=lambda item: (_rank(item[1]), item[0]))[-ATTRIBUTES_MAX:]
        union = dict(latest)
    return union


def attributes(profile: Mapping[tuple[str, str], Attribute]) -> dict[str, Scalar]:
    """Return the merged view: per name the value with the greatest stamp over all sources, tombstones left out.

    Args:
        profile: Attributes by (source, name).

    Returns:
        Values by name. Of two sources with one stamp the one that is later in the alphabet wins.
    """
    winners: dict[str, tuple[tuple[int, int, str], Scalar | None]] = {}
    for (source, name), attribute in profile.items():
        stamp = (attribute.occurred_at, attribute.fingerprint, source)
        before = winners.get(name)
        if before is None or stamp > before[0]:
            winners[name] = (stamp, attribute.value)
    return {name: value for name, (_, value) in winners.items() if value is not None}


def _rank(attribute: Attribute) -> tuple[int, int, str]:
    # One id with two contents breaks the contract; the value's text still makes every order of arrival agree.
    return (attribute.occurred_at, attribute.fingerprint, repr(attribute.value))
