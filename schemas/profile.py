"""What a lead is, as forms, CRMs and enrichment say it."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import MAP_KEYS_MAX, ActivityId, Contract, FieldName, Instant, LeadId, Scalar

AttributeMap = Annotated[dict[FieldName, Scalar | None], Field(max_length=MAP_KEYS_MAX)]


class LeadProfile(Contract):
    """Attributes of a lead. Only those named change; null takes one back.

    Per attribute the latest ``occurred_at`` wins.
    """

    type: Literal["lead_profile"] = "lead_profile"
    id: ActivityId
    """The producer's id of this update; a retry repeats it."""
    lead_id: LeadId
    """Whose attributes these are; the same as the record's key."""
    occurred_at: Instant
    """When it became known, RFC 3339 with an offset."""
    attributes: AttributeMap
    """Name to value: job_title, company_size, country, email ... Of `email` only the domain is kept."""
