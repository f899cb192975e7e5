"""What the contracts let the fields of an activity hold: text or numbers, within which bounds, always or at times.

A table beside `streams.translation.activity_fields`, which makes the fields; a test compares the two by random
activities. What is not in it may hold anything: activities of your own, a form's own fields, attributes of profiles.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from streams.translation.web_address import UTM_NAMES

ANY_TYPE = "*"
SECONDS_MAX = 86_400.0
FIELDS_MAX = 64.0


@dataclass(frozen=True, slots=True)
class FieldValues:
    """What a field may hold.

    ``lowest`` and ``highest`` bound its numbers, all of them whole with ``is_whole``; ``lacks`` are characters that no
    text of it has.
    """

    is_text: bool = True
    is_number: bool = True
    is_truth: bool = True
    is_always_there: bool = False
    lowest: float = -math.inf
    highest: float = math.inf
    is_whole: bool = False
    lacks: str = ""


ANYTHING = FieldValues()
_TEXT = FieldValues(is_number=False, is_truth=False)
_TEXT_ALWAYS = FieldValues(is_number=False, is_truth=False, is_always_there=True)
_HOST = FieldValues(is_number=False, is_truth=False, lacks="/?#@")
_HOST_ALWAYS = FieldValues(is_number=False, is_truth=False, is_always_there=True, lacks="/?#@")
_SECONDS = FieldValues(is_text=False, is_truth=False, lowest=0.0, highest=SECONDS_MAX)
_FIELD_COUNT = FieldValues(
    is_text=False, is_truth=False, is_always_there=True, lowest=0.0, highest=FIELDS_MAX, is_whole=True
)
_UTM: Mapping[str, FieldValues] = dict.fromkeys(UTM_NAMES, _TEXT)
_ADDRESS: Mapping[str, FieldValues] = {"url": _TEXT_ALWAYS, "host": _HOST_ALWAYS, "path": _TEXT_ALWAYS}
_CHANNEL: Mapping[str, FieldValues] = {"channel": _TEXT}

CONTRACTS: Mapping[str, Mapping[str, FieldValues]] = MappingProxyType(
    {
        "page_view": {
            **_CHANNEL,
            **_ADDRESS,
            **_UTM,
            **dict.fromkeys(("query", "title", "referrer"), _TEXT),
            "referrer_host": _HOST,
            "duration_seconds": _SECONDS,
        },
        "email_open": {**_CHANNEL, **dict.fromkeys(("mail_id", "campaign"), _TEXT)},
        "email_click": {**_CHANNEL, **_ADDRESS, **_UTM, **dict.fromkeys(("mail_id", "campaign"), _TEXT)},
        "form_fill": {
            **_CHANNEL,
            "form_id": _TEXT_ALWAYS,
            "field_count": _FIELD_COUNT,
            "url": _TEXT,
            "host": _HOST,
            "path": _TEXT,
        },
        "unsubscribe": {**_CHANNEL, **dict.fromkeys(("list_id", "mail_id", "reason"), _TEXT)},
    }
)
"""Activity type -> field -> what it may hold."""


def field_values(activity_type: str, field: str) -> FieldValues:
    """Return what a field of an activity of a type may hold.

    Example:
        >>> field_values("page_view", "duration_seconds").highest
        86400.0
    """
    return CONTRACTS.get(activity_type, {}).get(field, ANYTHING)
