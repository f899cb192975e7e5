"""A journal is packed the same, however it came about."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer import JournalEntry, Verdict
from streams.lead.columns import NamePositions, Positions, names_by_position
from streams.lead.journal_columns import BASE_MS, JournalMemo
from streams.lead.layout import JournalColumns
from tests.strategies import rows

Journal = tuple[JournalEntry, ...]
Step = tuple[int, list[JournalEntry], int]
Laid = tuple[JournalColumns, list[str], list[str]]

NOW = 1_754_000_000_000
VIEW = JournalEntry(NOW, "lead-ada", 7, "page_view", None, Verdict.HUMAN, (("pricing_viewed", 0),))
OPEN = VIEW._replace(type="email_open", correlation="mail-7", counted=())
ORDER = VIEW._replace(type="order_placed", counted=(("order_placed", 1_999), ("customer_seen", 0)))

few_entries = st.sampled_from((VIEW, OPEN, ORDER, VIEW._replace(verdict=Verdict.CERTAIN_BOT, is_retracted=True)))
usual_entries = st.builds(
    lambda entry, fingerprint, at: entry._replace(fingerprint=fingerprint, occurred_at=at),
    few_entries,
    rows.fingerprints,
    st.integers(NOW - BASE_MS // 2, NOW + BASE_MS // 2),
)
journals = st.one_of(rows.journal, st.lists(usual_entries, max_size=6).map(tuple))
steps = st.tuples(st.integers(0, 3), st.lists(usual_entries | rows.entries, max_size=3), st.sampled_from((0, 0, 1, 2)))


def columns_of(memo: JournalMemo) -> Laid:
    """Return what a memo's journal is in a row of its own, with the row's names and ids."""
    names, ids = NamePositions(), Positions()
    return memo.columns(names, ids), names.texts(), ids.texts()


def read_back(columns: JournalColumns, names: list[str], ids: list[str]) -> JournalMemo:
    """Return the memo of a journal that was read."""
    return JournalMemo.of_columns(columns, names_by_position(names), dict(enumerate(ids)))


def fresh(journal: Journal) -> JournalMemo:
    """Return a memo that knew nothing before."""
    memo = JournalMemo()
    memo.follow(journal)
    return memo


def changed(journal: Journal, step: Step) -> Journal:
    """Return a journal that lost some entries at its front and got some at its end, or before the last few."""
    gone, new, late = step
    left = journal[gone:]
    place = max(0, len(left) - late)
    return (*left[:place], *new, *left[place:])


@given(first=journals, steps=st.lists(steps, max_size=5), last=journals)
def test_a_journal_that_goes_on_is_packed_as_one_that_is_new(first: Journal, steps: list[Step], last: Journal) -> None:
    """Whatever comes and goes: new kinds, the last of a kind, another base, numbers that do not fit, another lead's."""
    memo = JournalMemo()
    for journal in (*accumulate(steps, changed, initial=first), last, first):
        memo.follow(journal)

        assert memo.entries == journal
        assert columns_of(memo) == columns_of(fresh(journal))


@given(first=journals, step=steps)
def test_a_journal_that_was_read_goes_on_too(first: Journal, step: Step) -> None:
    """What a row gives is the journal, packed as before; a longer one begins with it."""
    laid = columns_of(fresh(first))

    memo = read_back(*laid)

    assert repr(memo.entries) == repr(first)
    assert columns_of(memo) == laid
    memo.follow(changed(first, step))
    assert columns_of(memo) == columns_of(fresh(changed(first, step)))


def test_what_was_handed_out_stays_as_it_was() -> None:
    """Columns that became a row are not changed by what comes later."""
    journal = (ORDER, VIEW, OPEN, ORDER._replace(fingerprint=8))
    memo = fresh(journal)
    before = columns_of(memo)
    copy = read_back(*before)

    memo.follow((*journal[1:], OPEN._replace(fingerprint=9)))

    assert before == columns_of(fresh(journal))
    assert columns_of(copy) == before


NEW_KIND = VIEW._replace(type="webinar_attended", fingerprint=99)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(((VIEW, OPEN, ORDER), (OPEN, ORDER, entry._replace(fingerprint=99))) for entry in (VIEW, OPEN, ORDER)),
        pytest.param((), (VIEW,), id="the first one"),
        pytest.param((VIEW, OPEN), (VIEW, OPEN, NEW_KIND), id="one of a new kind"),
        pytest.param((VIEW, OPEN, ORDER), (VIEW, NEW_KIND, OPEN, ORDER), id="one that came late"),
        pytest.param((VIEW, OPEN, ORDER), (OPEN, NEW_KIND, ORDER), id="late, and the first goes"),
    ],
)
def test_the_usual_activity_packs_nothing_anew(
    before: Journal, after: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more, and one less at the front: packed anew it were right, and slow, and nothing would tell."""
    memo, expected = fresh(before), columns_of(fresh(after))

    monkeypatch.delattr(JournalMemo, "_pack")
    memo.follow(after)

    assert columns_of(memo) == expected
