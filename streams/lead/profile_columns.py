"""A lead's profile as columns. It seldom changes, so what was packed is kept beside the lead while it does not."""

from collections.abc import Mapping
from itertools import accumulate
from operator import sub
from types import MappingProxyType
from typing import Final, NamedTuple

from scorer import Attribute, Scalar
from streams.lead.columns import (
    Column,
    Packed,
    Positions,
    Texts,
    all_made,
    column_of,
    filled,
    packed,
    placed,
    texts_at,
    unpacked,
)
from streams.lead.layout import ProfileColumns

Profile = Mapping[tuple[str, str], Attribute]


NO_PROFILE: Final = ProfileColumns([], [], [], [], [], b"")


class PackedProfile(NamedTuple):
    """A profile and its columns, but for the positions of texts, which are the row's."""

    profile: Profile
    values: list[Scalar | None]
    sources: tuple[str, ...]
    names: tuple[str, ...]
    stamps: Column
    instants: Column
    fingerprints: Packed

    def columns(self, names: Positions, ids: Positions) -> ProfileColumns:
        """Return the columns of a row whose texts stand at these positions."""
        sources, attributes = placed(self.sources, ids), placed(self.names, names)
        return ProfileColumns(self.values, sources, attributes, self.stamps, self.instants, self.fingerprints)


def packed_profile(profile: Profile, before: PackedProfile | None) -> PackedProfile:
    """Return a profile packed.

    Args:
        profile: Attributes by (source, name); nobody changes it.
        before: What it was earlier, or any other; it saves work and changes nothing.
    """
    if before is not None and before.profile is profile:
        return before
    ordered = sorted(profile.items())
    stamped = [(attribute.occurred_at, attribute.fingerprint) for _, attribute in ordered]
    stamps = {stamp: place for place, stamp in enumerate(dict.fromkeys(stamped))}
    instants = [occurred_at for occurred_at, _ in stamps]
    return PackedProfile(
        profile,
        [attribute.value for _, attribute in ordered],
        tuple([source for (source, _), _ in ordered]),
        tuple([name for (_, name), _ in ordered]),
        column_of([stamps[stamp] for stamp in stamped]),
        [*map(sub, instants, (0, *instants))],
        packed("Q", [fingerprint for _, fingerprint in stamps]),
    )


def unpacked_profile(columns: ProfileColumns, names: Texts, ids: Texts) -> Profile:
    """Return the profile that columns stand for.

    Raises:
        ValueError: If columns that belong together differ in length.
        KeyError: If a position points nowhere.
        IndexError: If a stamp is none.
    """
    size = len(columns.values)
    stamps = [*zip(accumulate(columns.instants), unpacked("Q", columns.fingerprints), strict=True)]
    keys = zip(texts_at(columns.sources, size, ids), texts_at(columns.names, size, names), strict=True)
    stamped = zip(map(stamps.__getitem__, filled(columns.stamps, size)), columns.values, strict=True)
    attributes = all_made(Attribute, [(*stamp, value) for stamp, value in stamped])
    return MappingProxyType(dict(zip(keys, attributes, strict=True)))
