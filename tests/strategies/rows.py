"""Any lead that a table could have to keep, sensible or not: for properties of the codec."""

from hypothesis import strategies as st

from scorer import Attribute, Cell, CellKey, JournalEntry, LeadState, Standing, Verdict
from streams.lead.lead import Challenge, Lead

texts = st.one_of(
    st.sampled_from(("lead-ada", "anon-7", "pricing_page_viewed", "page_view", "default", "email_domain", "")),
    st.text(max_size=12),
)
instants = st.integers(min_value=0, max_value=253_402_300_799_999)
integers = st.one_of(st.integers(-(2**53), 2**53), st.integers(-(2**90), 2**90), st.integers(2**63, 2**64))
fingerprints = st.integers(min_value=0, max_value=2**64 - 1)
scalars = st.one_of(st.text(max_size=12), integers, st.floats(allow_nan=False), st.booleans())

cells = st.dictionaries(
    st.builds(CellKey, texts, texts, st.sampled_from(Verdict).map(int), st.integers(0, 2**40)),
    st.builds(Cell, integers, integers, integers),
    max_size=8,
)
entries = st.builds(
    JournalEntry,
    occurred_at=instants,
    source=texts,
    fingerprint=fingerprints,
    type=texts,
    correlation=st.none() | texts,
    verdict=st.sampled_from(Verdict),
    counted=st.lists(st.tuples(texts, integers), max_size=3).map(tuple),
    is_retracted=st.booleans(),
)
journal = st.lists(entries, max_size=6).map(tuple)
profile = st.dictionaries(
    st.tuples(texts, texts), st.builds(Attribute, instants, fingerprints, st.none() | scalars), max_size=6
)
standings = st.dictionaries(texts, st.builds(Standing, texts, instants, st.none() | texts), max_size=3)

leads = st.builds(
    Lead,
    state=st.builds(
        LeadState,
        cells=cells,
        journal=journal,
        profile=profile,
        standings=standings,
        judged_at=instants,
        judged_by=texts,
    ),
    shown_at=instants,
    is_shown=st.booleans(),
    challenge=st.none() | st.builds(Challenge, texts, standings),
)
