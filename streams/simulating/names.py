"""What leads are called in a report: by their ids, or by stand-ins that lead back to nobody."""

import secrets
from collections.abc import Callable
from hashlib import blake2b

Naming = Callable[[str], str]
"""Turns a lead's id into what it is called."""


def by_id(lead_id: str) -> str:
    """Call a lead by its id."""
    return lead_id


def by_stand_in() -> Naming:
    """Return what calls each lead by a stand-in: the same within a report, another one in the next.

    A plain hash of an e-mail address can be guessed, so a secret goes into it that is drawn anew and kept nowhere.
    """
    secret = secrets.token_bytes(32)
    return lambda lead_id: "lead-" + blake2b(lead_id.encode(), key=secret, digest_size=6).hexdigest()
