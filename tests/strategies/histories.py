"""Random histories: what leads of some sources did over some days, and what they were said to be."""

from collections.abc import Sequence

from hypothesis import strategies as st

from scorer.facts.activity import Activity, ProfileUpdate, Scalar, Verdict

START_AT = 1_772_323_200_000
"""2026-03-01T00:00:00Z: a history's first instant, and the edge of every bucket and limit window of whole days."""

DAY_MS = 86_400_000
SPAN_MS = 20 * DAY_MS
SOURCES = ("anonymous-7", "lead-ada")

_FIELDS: dict[str, st.SearchStrategy[dict[str, Scalar]]] = {
    "email_click": st.fixed_dictionaries({"campaign": st.sampled_from(("spring", "Autumn", "winter"))}),
    "email_open": st.just({}),
    "form_fill": st.fixed_dictionaries({"form_id": st.sampled_from(("demo", "newsletter"))}),
    "order": st.fixed_dictionaries({}, optional={"amount": st.sampled_from((19.99, 250, -40.5, 0))}),
    "page_view": st.fixed_dictionaries(
        {"path": st.sampled_from(("/pricing", "/Pricing/teams", "/blog"))},
        optional={"seconds": st.integers(0, 90) | st.just("unknown")},
    ),
    "unsubscribe": st.just({}),
}
_VERDICTS = (*(Verdict.HUMAN,) * 5, Verdict.PROBABLE_BOT, Verdict.CERTAIN_BOT)

_ATTRIBUTES: dict[str, st.SearchStrategy[Scalar | None]] = {
    "industry": st.sampled_from(("Software", "farming", None)),
    "country": st.sampled_from(("FR", "us", None)),
    "employees": st.none() | st.integers(1, 2000) | st.just("many"),
    "phone": st.sampled_from(("+33 1 23", None)),
    "title": st.sampled_from(("Head of Sales", "Chief Engineer", "student")),
    "email_domain": st.sampled_from(("gmail.com", "mailinator.com", "acme.example", "eu.rival.example", "?")),
}


def instants(span_ms: int = SPAN_MS) -> st.SearchStrategy[int]:
    """Return instants of a span, often on the edges of minutes, hours and days, and one millisecond off them."""
    edge = st.builds(
        lambda unit_ms, number, shift: START_AT + min(span_ms, max(0, number * unit_ms % (span_ms + unit_ms) + shift)),
        st.sampled_from((60_000, 3_600_000, DAY_MS)),
        st.integers(0, 2**20),
        st.sampled_from((-1, 0, 1)),
    )
    return st.integers(START_AT, START_AT + span_ms) | edge


@st.composite
def activities(draw: st.DrawFn, fingerprint: int, sources: Sequence[str] = SOURCES, span_ms: int = SPAN_MS) -> Activity:
    """Return one activity of any type, verdict and source."""
    type_ = draw(st.sampled_from(sorted(_FIELDS)))
    return Activity(
        fingerprint=fingerprint,
        source=draw(st.sampled_from(sources)),
        type=type_,
        occurred_at=draw(instants(span_ms)),
        fields=draw(_FIELDS[type_]),
        correlation=draw(st.none() | st.sampled_from(("mail-1", "mail-2"))),
        verdict=draw(st.sampled_from(_VERDICTS)),
    )


@st.composite
def profile_updates(
    draw: st.DrawFn, fingerprint: int, sources: Sequence[str] = SOURCES, span_ms: int = SPAN_MS
) -> ProfileUpdate:
    """Return one update of some attributes, some of them taken back."""
    return ProfileUpdate(
        fingerprint=fingerprint,
        source=draw(st.sampled_from(sources)),
        occurred_at=draw(instants(span_ms)),
        attributes=draw(st.fixed_dictionaries({}, optional=_ATTRIBUTES)),
    )


@st.composite
def activity_lists(
    draw: st.DrawFn, sources: Sequence[str] = SOURCES, span_ms: int = SPAN_MS, size_max: int = 16
) -> list[Activity]:
    """Return activities in no order of time, each with a fingerprint of its own."""
    size = draw(st.integers(0, size_max))
    return [draw(activities(fingerprint, sources, span_ms)) for fingerprint in range(1, size + 1)]


@st.composite
def histories(
    draw: st.DrawFn, sources: Sequence[str] = SOURCES, span_ms: int = SPAN_MS, size_max: int = 16
) -> list[Activity | ProfileUpdate]:
    """Return activities and profile updates, mixed, in no order of time.

    Args:
        draw: Hypothesis' own.
        sources: The ids of the person that they come under.
        span_ms: They occur within so many milliseconds after `START_AT`.
        size_max: The most of them.

    Returns:
        What happened; fingerprints count from 1.
    """
    happened: list[Activity | ProfileUpdate] = []
    for fingerprint in range(1, draw(st.integers(0, size_max)) + 1):
        if draw(st.integers(0, 5)) == 0:
            happened.append(draw(profile_updates(fingerprint, sources, span_ms)))
        else:
            happened.append(draw(activities(fingerprint, sources, span_ms)))
    return happened
