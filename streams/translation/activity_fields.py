"""What the conditions and measures of a scorecard can look at, as one flat map per activity.

The map lives as long as the activity is matched; nothing of it is kept. A field that is not there is absent, so it
fails every condition but that of absence.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from schemas.activities import Activity, CustomActivity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from schemas.contract import Contract, Scalar
from streams.translation.web_address import UTM_NAMES, utm_parameters, web_address

ADDRESSES_CACHED: Final = 4_096
CACHED_ADDRESS_CHARACTERS_MAX: Final = 256

Fields = dict[str, Scalar]


def activity_fields(wire: Activity) -> Fields:
    """Return an activity's fields by name."""
    return fields_of(wire, type(wire))


# Any: see `streams.translation.translate.activity_of`.
def fields_of(wire: Any, contract: type[Contract]) -> Fields:  # noqa: ANN401
    """Return the fields of what has those of an activity's contract."""
    fields = _BY_CONTRACT[contract](wire)
    if wire.channel is not None:
        fields["channel"] = wire.channel
    return fields


def _page_view(wire: PageView) -> Fields:
    """Return the address and its parts, title, referrer, campaign and seconds."""
    fields = dict(_page_fields(wire.url))
    if wire.title is not None:
        fields["title"] = wire.title
    if wire.referrer:
        fields["referrer"] = wire.referrer
        fields["referrer_host"] = _page_fields(wire.referrer)["host"]
    if wire.duration_seconds is not None:
        fields["duration_seconds"] = wire.duration_seconds
    return fields


def _page_fields(url: str) -> Fields:
    """Return the fields of a page's address, for reading only; the pages of a site are few, so most are known."""
    return _known_page_fields(url) if len(url) <= CACHED_ADDRESS_CHARACTERS_MAX else _new_page_fields(url)


def _new_page_fields(url: str) -> Fields:
    """Take an address apart."""
    address = web_address(url)
    fields: Fields = {"url": url, "host": address.host, "path": address.path}
    if address.query:
        fields["query"] = address.query
        fields |= utm_parameters(address.query)
    return fields


_known_page_fields = lru_cache(maxsize=ADDRESSES_CACHED)(_new_page_fields)


def _email_open(wire: EmailOpen) -> Fields:
    """Return the mail and its campaign."""
    return _given(mail_id=wire.mail_id, campaign=wire.campaign)


def _email_click(wire: EmailClick) -> Fields:
    """Return the mail, its campaign, and the link and its parts."""
    fields = _given(mail_id=wire.mail_id, campaign=wire.campaign) | _page_fields(wire.link_url)
    fields.pop("query", None)
    return fields


def _form_fill(wire: FormFill) -> Fields:
    """Return the form, its page, how many fields were filled in, and each as ``field.NAME``."""
    filled = wire.fields or {}
    fields: Fields = {f"field.{name}": value for name, value in filled.items()}
    fields["form_id"] = wire.form_id
    fields["field_count"] = sum(value != "" for value in filled.values())
    if wire.page_url:
        page = _page_fields(wire.page_url)
        fields |= {name: page[name] for name in _ADDRESS_NAMES}
    return fields


def _unsubscribe(wire: Unsubscribe) -> Fields:
    """Return the list, the mail and the reason given."""
    return _given(list_id=wire.list_id, mail_id=wire.mail_id, reason=wire.reason)


def _custom(wire: CustomActivity) -> Fields:
    """Return the properties under their own names."""
    return dict(wire.properties or {})


def _given(**fields: Scalar | None) -> Fields:
    """Leave out what is not there."""
    return {name: value for name, value in fields.items() if value is not None}


# Any: each function takes the contract that it stands beside, which the type of a mapping cannot say.
_BY_CONTRACT: Final[Mapping[type[Any], Callable[[Any], Fields]]] = {
    PageView: _page_view,
    EmailOpen: _email_open,
    EmailClick: _email_click,
    FormFill: _form_fill,
    Unsubscribe: _unsubscribe,
    CustomActivity: _custom,
}

_ADDRESS_NAMES: Final = ("url", "host", "path")
_COMMON_NAMES: Final = ("channel",)
FIELD_NAMES: Final[Mapping[str, frozenset[str]]] = {
    activity_type: frozenset((*_COMMON_NAMES, *names))
    for activity_type, names in {
        "page_view": (*_ADDRESS_NAMES, "query", *UTM_NAMES, "title", "referrer", "referrer_host", "duration_seconds"),
        "email_open": ("mail_id", "campaign"),
        "email_click": ("mail_id", "campaign", *_ADDRESS_NAMES, *UTM_NAMES),
        "form_fill": (*_ADDRESS_NAMES, "form_id", "field_count"),
        "unsubscribe": ("list_id", "mail_id", "reason"),
    }.items()
}
"""The fields of each type; those of other types are whatever producers send. A form's own fields are ``field.NAME``."""
