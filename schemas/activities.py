"""What a lead did, as producers send it: one contract per topic, all with the same head.

The record's key is the lead's id. A repeat is recognised by ``id``, so a producer that retries must keep it.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from schemas.contract import ActivityId, Address, Contract, Instant, LeadId, Name, ScalarMap, ShortText, Text

Verdict = Literal["human", "probable_bot", "certain_bot"]

RESERVED_TYPES = frozenset(
    {
        "page_view",
        "email_open",
        "email_click",
        "form_fill",
        "unsubscribe",
        "lead_profile",
        "tick",
        # Contracts that are planned. Were these names free today, old records under them could not be replayed then.
        "social_interaction",
        "sales_activity",
        "product_usage",
        "purchase",
        "lead_alias",
        "lead_outcome",
        "lead_erasure",
        "retraction",
    }
)


def _unreserved(name: str) -> str:
    """Return the name of a custom activity's type.

    Raises:
        PydanticCustomError: If a contract of its own has that name, now or soon.
    """
    if name in RESERVED_TYPES:
        raise PydanticCustomError(
            "reserved_type",
            "Type '{name}' is reserved; send it under its own contract or choose another name",
            {"name": name},
        )
    return name


CustomType = Annotated[
    Name,
    AfterValidator(_unreserved),
    Field(json_schema_extra={"not": {"enum": sorted(RESERVED_TYPES)}}),
]


class ActivityHead(Contract):
    """What every activity says: which one it is, whose, and when."""

    id: ActivityId
    """The producer's id of this activity; a retry repeats it. Unique within the lead."""
    lead_id: LeadId
    """Who did it: your own id of the lead, the same as the record's key. Not an e-mail address."""
    occurred_at: Instant
    """When it happened, RFC 3339 with an offset."""
    verdict: Verdict = "human"
    """Who is behind it, as far as the producer knows."""
    correlation: ShortText | None = None
    """What ties activities together, such as the id of one mail."""
    channel: Name | None = None
    """How the lead came: email, paid_search, social ..."""


class PageView(ActivityHead):
    """A lead looked at a page."""

    type: Literal["page_view"] = "page_view"
    url: Address
    """The page's address, whole or from the path on."""
    title: Text | None = None
    """The page's title."""
    referrer: Annotated[str, Field(max_length=2048)] | None = None
    """The address of the page before."""
    duration_seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None
    """How long the page was looked at."""


class EmailOpen(ActivityHead):
    """A lead opened a mail."""

    type: Literal["email_open"] = "email_open"
    mail_id: ShortText | None = None
    """Which mail; it ties opens and clicks together."""
    campaign: ShortText | None = None
    """The campaign that sent the mail."""


class EmailClick(ActivityHead):
    """A lead followed a link of a mail."""

    type: Literal["email_click"] = "email_click"
    mail_id: ShortText | None = None
    """Which mail; it ties opens and clicks together."""
    campaign: ShortText | None = None
    """The campaign that sent the mail."""
    link_url: Address
    """Where the link leads."""


class FormFill(ActivityHead):
    """A lead sent a form."""

    type: Literal["form_fill"] = "form_fill"
    form_id: Annotated[str, Field(min_length=1, max_length=128)]
    """Which form."""
    page_url: Annotated[str, Field(max_length=2048)] | None = None
    """The page that the form is on."""
    fields: ScalarMap | None = None
    """What was filled in. Values serve to match conditions and are never stored."""


class Unsubscribe(ActivityHead):
    """A lead no longer wants mails."""

    type: Literal["unsubscribe"] = "unsubscribe"
    list_id: ShortText | None = None
    """The list that was left; none means all."""
    mail_id: ShortText | None = None
    """The mail whose link was used."""
    reason: Text | None = None
    """What the lead gave as reason."""


class CustomActivity(ActivityHead):
    """Anything else that a lead does and that matters, under a name of your own."""

    type: CustomType
    """What it is, in snake_case: trial_started, webinar_attended ..."""
    properties: ScalarMap | None = None
    """What conditions and measures can look at."""


Activity = PageView | EmailOpen | EmailClick | FormFill | Unsubscribe | CustomActivity
