"""Records of an import: what leads did in past years, known by their headers and by nothing else.

They are late by their nature, so the lateness bound does not count for them. They are counted where they happened and
tell nothing: a lead stands where it stood, without a wake-up, until it does something itself, is said to be something,
or every lead is judged anew. All of it follows from the records, so a replay decides the same. Pure.

Anybody who may write to an input can write such headers; those that lack a field or break a bound count as none.
"""

from dataclasses import replace

from pydantic import ValidationError

from schemas.imported import ImportedHeaders, is_import_header
from scorer import UNJUDGED, LeadState, Outcome
from streams.lead.lead import Lead
from streams.partition.records import InputRecord
from streams.partition.settling import Settled

VALUE_BYTES_MAX = 64
"""No field of an import's headers is longer than this as text."""


def is_history(record: InputRecord) -> bool:
    """Return whether a record is part of an import."""
    ours = [(name, value) for name, value in record.headers if is_import_header(name)]
    if not ours or any(len(value or b"") > VALUE_BYTES_MAX for _, value in ours):
        return False
    try:
        ImportedHeaders.from_headers(ours)
    except ValidationError:
        return False
    return True


def muted(before: Lead, outcome: Outcome) -> Settled:
    """Return what something in a lead's past comes to: a row that nobody is told of, and no wake-up.

    Args:
        before: The lead's row before it.
        outcome: What `scorer.recall` made of it.
    """
    # Not shown any more, so that whatever judges the lead next tells its score too.
    beside = None if before.challenge is None else before.challenge.without_outlook()
    lead = Lead(outcome.state, before.shown_at, is_shown=False, memo=before.memo, challenge=beside)
    return Settled(lead, None, ())


def is_muted(lead: Lead) -> bool:
    """Tell whether more is known of a lead's past than was judged."""
    return lead.state.judged_by == UNJUDGED


def as_told(state: LeadState, stranger: LeadState) -> LeadState:
    """Return a lead whose past was not judged as downstream is to know it: where it stood, or where anybody begins."""
    return replace(state, standings={**stranger.standings, **state.standings})
