"""From what a case says that a lead did to the records of a topic: fields as conditions name them become the wire's."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from schemas.contract import Scalar
from streams.translation.activity_fields import FIELD_NAMES
from streams.translation.web_address import UTM_NAMES

Fields = Mapping[str, Scalar]
Wire = dict[str, Any]

HOST = "example.com"
"""The site of a page of which a case names only what follows its host."""
FORM_FIELD = "field."


def wire_of(activity: str, fields: Fields) -> Wire:
    """Return an activity's fields as its contract has them; whether they are good, the contract says.

    Args:
        activity: Its type.
        fields: By the names that conditions use.
    """
    wire = _BY_TYPE.get(activity, _custom)(fields)
    wire["type"] = activity
    if "channel" in fields:
        wire["channel"] = fields["channel"]
    return wire


def has_field(activity: str, name: str) -> bool:
    """Return whether activities of a type can have a field; those of one's own can have any."""
    names = FIELD_NAMES.get(activity)
    if names is None or (activity == "form_fill" and name.startswith(FORM_FIELD)):
        return True
    return name in names and name != "field_count"


def field_names(activity: str) -> frozenset[str]:
    """Return the fields that a known type of activity can have."""
    return FIELD_NAMES.get(activity, frozenset()) - {"field_count"}


def address_of(fields: Fields) -> Scalar | None:
    """Return the address that its parts make; None if there are none."""
    utm = {name: str(fields[name]) for name in UTM_NAMES if name in fields}
    address = fields.get("url")
    if address is None:
        if not utm and not any(name in fields for name in ("host", "path", "query")):
            return None
        path = str(fields.get("path", "/"))
        # A worker takes addresses apart: what is put together here must come out as it was said.
        path = quote(path if path.startswith("/") else f"/{path}", safe="/%:@!$&'()*+,;=~-._")
        address = f"https://{fields.get('host', HOST)}{path}" if "host" in fields else path
    query = "&".join(filter(None, (str(fields.get("query", "")), urlencode(utm))))
    return f"{address}{'&' if '?' in str(address) else '?'}{query}" if query else address


def _page_view(fields: Fields) -> Wire:
    wire = _given(fields, "title", "duration_seconds")
    wire["url"] = "/" if (address := address_of(fields)) is None else address
    referrer = fields.get("referrer", f"https://{fields['referrer_host']}/" if "referrer_host" in fields else None)
    return wire | ({} if referrer is None else {"referrer": referrer})


def _email_click(fields: Fields) -> Wire:
    address = address_of(fields)
    return _given(fields, "mail_id", "campaign") | {"link_url": f"https://{HOST}/" if address is None else address}


def _form_fill(fields: Fields) -> Wire:
    wire = _given(fields, "form_id")
    if (address := address_of(fields)) is not None:
        wire["page_url"] = address
    filled = {name.removeprefix(FORM_FIELD): value for name, value in fields.items() if name.startswith(FORM_FIELD)}
    return wire | ({"fields": filled} if filled else {})


def _custom(fields: Fields) -> Wire:
    properties = {name: value for name, value in fields.items() if name != "channel"}
    return {"properties": properties} if properties else {}


def _given(fields: Fields, *names: str) -> Wire:
    return {name: fields[name] for name in names if name in fields}


_BY_TYPE: Mapping[str, Callable[[Fields], Wire]] = {
    "page_view": _page_view,
    "email_open": lambda fields: _given(fields, "mail_id", "campaign"),
    "email_click": _email_click,
    "form_fill": _form_fill,
    "unsubscribe": lambda fields: _given(fields, "list_id", "mail_id", "reason"),
}
