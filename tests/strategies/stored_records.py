"""Some days of one partition: records of all topics in the order in which Kafka stored them."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.builders.records import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    Record,
    form_fill,
    page_view,
    profile,
    renumbered,
    tick,
)

GAPS = st.sampled_from((0, 0, 1, SECOND, MINUTE, HOUR, DAY, 3 * DAY))
LEADS = st.sampled_from(("lead-ada", "lead-bob", "lead-eve"))
KINDS = st.sampled_from(("view", "view", "view", "blog", "form", "profile", "tick", "repeat", "rubbish"))
INDUSTRIES = st.sampled_from(("software", "farming"))


@st.composite
def stored_records(draw: st.DrawFn, records_max: int = 25) -> list[Record]:
    """Return views, forms, profiles, ticks, repeats and rubbish of three leads, with offsets per topic."""
    records: list[Record] = []
    at = NOW
    for number in range(draw(st.integers(1, records_max))):
        at += draw(GAPS)
        records.append(_one(draw, records, draw(KINDS), at, f"activity-{number}"))
    return renumbered(records)


def _one(draw: st.DrawFn, earlier: list[Record], kind: str, at: int, activity_id: str) -> Record:
    """Return one record of a kind; a repeat has the content of an earlier one."""
    if kind == "tick" or (kind == "repeat" and not earlier):
        return tick(at=at)
    if kind == "repeat":
        return replace(draw(st.sampled_from(earlier)), timestamp=at)
    lead = draw(LEADS)
    if kind == "form":
        return form_fill("demo", lead=lead, at=at, id=activity_id)
    if kind == "profile":
        return profile(lead=lead, at=at, industry=draw(INDUSTRIES))
    view = page_view("/blog" if kind == "blog" else "/pricing", lead=lead, at=at, id=activity_id)
    return replace(view, value=b"rubbish") if kind == "rubbish" else view
