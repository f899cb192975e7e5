"""From the wire to the core: contracts become `scorer` values. The way back is `streams.translation.told`.

Instants become milliseconds, ids become fingerprints, and what conditions look at becomes one flat map. No e-mail
address and no correlation passes in clear into what is kept.
"""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

import scorer
from schemas.activities import Activity, EmailClick, EmailOpen, Unsubscribe
from schemas.contract import TEXT_CHARACTERS_MAX, Contract, rfc3339
from schemas.profile import LeadProfile
from scorer.facts.activity import Scalar, Verdict, new_activity
from streams.translation.activity_fields import fields_of

INSTANTS_CACHED: Final = 1_024
"""Instants whose texts are remembered: what is told of one decision names the same one several times."""

# Under any attribute's name, and inside longer text: "Ada <ada@example.com>". A title such as "VP @ Acme" is none.
_EMAIL_ADDRESS: Final = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OF_A_MAIL: Final = frozenset({EmailOpen, EmailClick, Unsubscribe})
_VERDICTS: Final[Mapping[str, Verdict]] = {
    "human": Verdict.HUMAN,
    "probable_bot": Verdict.PROBABLE_BOT,
    "certain_bot": Verdict.CERTAIN_BOT,
}


def fingerprint(text: str) -> int:
    """Return 64 bits that stand for an id: the same on every machine, for ever."""
    return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")


def milliseconds(instant: datetime) -> int:
    """Return an aware instant as whole milliseconds since 1970, rounded down."""
    passed = instant - _EPOCH
    # No product is large: compiled, one beyond 30 bits takes the long way.
    return passed.days * 86_400_000 + passed.seconds * 1_000 + passed.microseconds // 1_000


def instant(at_ms: int) -> datetime:
    """Return milliseconds since 1970 as an instant in UTC.

    Raises:
        OverflowError: If it lies beyond the year 9999.
    """
    return _EPOCH + timedelta(milliseconds=at_ms)


@lru_cache(INSTANTS_CACHED)
def instant_text(at_ms: int) -> str:
    """Return milliseconds since 1970 as RFC 3339 text, as the wire has it.

    Raises:
        OverflowError: If it lies beyond the year 9999.
    """
    return rfc3339(instant(at_ms))


def core_input(wire: Activity | LeadProfile) -> scorer.Activity | scorer.ProfileUpdate:
    """Return what the core takes in for any decoded input."""
    return core_update(wire) if isinstance(wire, LeadProfile) else core_activity(wire)


def core_activity(wire: Activity) -> scorer.Activity:
    """Return a decoded activity as the core's."""
    return activity_of(wire, type(wire), milliseconds(wire.occurred_at))


# Any: whatever has the fields of the contract, which is the model itself or what `quick_input` reads in its place.
def activity_of(wire: Any, contract: type[Contract], occurred_at: int) -> scorer.Activity:  # noqa: ANN401
    """Return what has the fields of an activity's contract as the core's activity.

    ``fields`` holds what conditions and measures look at (`streams.translation.activity_fields`); the core reads it
    once and keeps none of it.

    Args:
        wire: Fields, all of them checked.
        contract: Whose they are.
        occurred_at: When it happened, in milliseconds.
    """
    correlation = wire.correlation
    if correlation is None and contract in _OF_A_MAIL:
        correlation = wire.mail_id
    return new_activity(
        fingerprint(wire.id),
        wire.lead_id,
        wire.type,
        occurred_at,
        fields_of(wire, contract),
        None if correlation is None else _pseudonym(correlation),
        _VERDICTS[wire.verdict],
    )


def core_update(wire: LeadProfile) -> scorer.ProfileUpdate:
    """Return a decoded profile update as the core's."""
    return update_of(wire, milliseconds(wire.occurred_at))


def update_of(wire: Any, occurred_at: int) -> scorer.ProfileUpdate:  # noqa: ANN401 - as above
    """Return what has the fields of a profile update as the core's. E-mail addresses are reduced to their domains.

    Args:
        wire: Fields, all of them checked.
        occurred_at: When it became known, in milliseconds.
    """
    attributes: dict[str, Scalar | None] = {}
    for name, value in wire.attributes.items():
        if "@" in name:
            continue  # an address as the name of an attribute is a producer's slip, and nothing that a scorecard names
        kept_name, kept_value = _kept_attribute(name, value)
        # Where the producer names the domain itself, that is the one to keep.
        if kept_name == name or kept_name not in wire.attributes:
            attributes[kept_name] = kept_value
    return scorer.ProfileUpdate(
        fingerprint=fingerprint(wire.id),
        source=wire.lead_id,
        occurred_at=occurred_at,
        attributes=attributes,
    )


def _pseudonym(text: str) -> str:
    """Return a short stand-in for a correlation: equal texts share it, and it tells nothing of them."""
    digest = blake2b(text.encode("utf-8"), digest_size=8).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _kept_attribute(name: str, value: Scalar | None) -> tuple[str, Scalar | None]:
    """Return the name and value under which an attribute is kept: of an e-mail address only the domain."""
    if name == "email":
        return "email_domain", email_domain(value) if isinstance(value, str) else None
    if isinstance(value, str) and "@" in value and (found := _EMAIL_ADDRESS.search(value)):
        return f"{name}_domain", email_domain(found.group())
    return name, value


def email_domain(address: str) -> str | None:
    """Return the domain of an e-mail address in small letters, None if there is none.

    Example:
        >>> email_domain("Ada@Example.COM")
        'example.com'
    """
    domain = address.rpartition("@")[2].strip().strip(".>").lower() if "@" in address else ""
    return domain[:TEXT_CHARACTERS_MAX] or None
