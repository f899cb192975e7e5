"""The table of what fields may hold is true of the fields that are made of activities, whatever producers send."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas.activities import Activity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from streams.review.fields import CONTRACTS, FieldValues
from streams.translation.activity_fields import FIELD_NAMES, activity_fields

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = st.text(max_size=20)
MAYBE = st.none() | TEXT
HEAD = {
    "id": st.just("a-1"),
    "lead_id": st.just("lead-ada"),
    "occurred_at": st.just(NOW),
    "channel": st.none() | st.just("email"),
}
PIECES = st.sampled_from(("https://", "//", "/", "?", "#", "@", ":", "[", "]", "a.example", "%3F", "utm_source=x", "&"))
ADDRESSES = st.lists(PIECES | st.text(max_size=3), min_size=1, max_size=8).map("".join).filter(bool)
SCALARS = TEXT | st.booleans() | st.integers(-5, 5)
ACTIVITIES: st.SearchStrategy[Activity] = st.one_of(
    st.builds(
        PageView,
        **HEAD,
        url=ADDRESSES,
        title=MAYBE,
        referrer=ADDRESSES,
        duration_seconds=st.none() | st.floats(0, 86_400),
    ),
    st.builds(EmailOpen, **HEAD, mail_id=MAYBE, campaign=MAYBE),
    st.builds(EmailClick, **HEAD, mail_id=MAYBE, campaign=MAYBE, link_url=ADDRESSES),
    st.builds(
        FormFill,
        **HEAD,
        form_id=st.just("demo"),
        page_url=st.none() | ADDRESSES,
        fields=st.none() | st.dictionaries(st.sampled_from(("name", "size")), SCALARS),
    ),
    st.builds(Unsubscribe, **HEAD, list_id=MAYBE, mail_id=MAYBE, reason=MAYBE),
)


def is_allowed(value: object, allowed: FieldValues) -> bool:
    """Tell whether a field may hold a value."""
    if isinstance(value, str):
        return allowed.is_text and not set(value) & set(allowed.lacks)
    assert isinstance(value, (int, float))
    is_in = allowed.lowest <= value <= allowed.highest
    return allowed.is_number and is_in and (not allowed.is_whole or float(value).is_integer())


@given(ACTIVITIES)
def test_fields_hold_what_the_table_says(activity: Activity) -> None:
    """Kind, bounds, and what is always there."""
    fields, table = activity_fields(activity), CONTRACTS[activity.type]

    assert [name for name, allowed in table.items() if allowed.is_always_there and name not in fields] == []
    assert [name for name, value in fields.items() if name in table and not is_allowed(value, table[name])] == []


def test_the_table_has_every_field() -> None:
    """A field that a contract gains cannot be forgotten."""
    assert {activity: frozenset(table) for activity, table in CONTRACTS.items()} == dict(FIELD_NAMES)
