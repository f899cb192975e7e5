"""Outcomes are read as tools export them, and what cannot be used is named."""

import gzip
from pathlib import Path

import pytest

from streams.simulating.outcomes import Fate, Outcomes, OutcomesRefused, read_outcomes

NOON = 1_795_348_800_000
"""2026-11-22T12:00:00Z."""
DAY_BEGAN = NOON - 12 * 3_600_000


def read(folder: Path, text: str, *won: str) -> Outcomes:
    """Read a file of a text."""
    path = folder / "outcomes.csv"
    path.write_text(text, encoding="utf-8")
    return read_outcomes(path, won)


@pytest.mark.parametrize(
    "text",
    [
        "lead_id,outcome,occurred_at\nlead-ada,won,2026-11-22T12:00:00Z\n",
        "\ufeffowner;Outcome;occurred_at;lead_id\n\nbob;WON;2026-11-22 13:00:00+01:00;lead-ada\n",
        'lead_id\toutcome\toccurred_at\nlead-ada\t"won"\t2026-11-22T12:00:00.000Z',
        '{"lead_id": "lead-ada", "outcome": "won", "occurred_at": "2026-11-22T12:00:00Z", "value": 7}\n\n',
    ],
)
def test_each_form_says_the_same(tmp_path: Path, text: str) -> None:
    """Commas, semicolons, tabs and JSON; a mark of byte order, other columns and empty lines do not matter."""
    found = read(tmp_path, text)

    assert found.by_lead == {"lead-ada": Fate(is_won=True, at=NOON)}
    assert (found.rows, found.refused) == (1, 0)
    packed = tmp_path / "outcomes.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_outcomes(packed).by_lead == found.by_lead


def test_a_day_is_its_first_instant(tmp_path: Path) -> None:
    """What happened on that day may have come of the outcome: it is not taken for a reason."""
    assert read(tmp_path, "lead_id,outcome,occurred_at\na,lost,2026-11-22\n").by_lead == {
        "a": Fate(is_won=False, at=DAY_BEGAN)
    }


def test_of_several_outcomes_the_first_that_is_won_counts(tmp_path: Path) -> None:
    """Rejected, accepted and won: it is won, and was when it was accepted."""
    rows = [
        "a,rejected,2026-11-20",
        "a,won,2026-11-24",
        "a,accepted,2026-11-22",
        "b,lost,2026-11-24",
        "b,lost,2026-11-22",
    ]
    found = read(tmp_path, "\n".join(["lead_id,outcome,occurred_at", *rows])).by_lead

    assert found == {"a": Fate(is_won=True, at=DAY_BEGAN), "b": Fate(is_won=False, at=DAY_BEGAN)}


def test_words_of_ones_own(tmp_path: Path) -> None:
    """Named words are won, all others lost."""
    rows = "lead_id,outcome,occurred_at\na,Closed Won,2026-11-22\nb,nurture,2026-11-22\n"

    assert [fate.is_won for fate in read(tmp_path, rows, "closed won").by_lead.values()] == [True, False]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,wonn,2026-11-22", 'did you mean "won"?'),
        ("a,won,22/11/2026", "occurred_at"),
        ("a,won,2026-11-22T12:00:00", "occurred_at"),
        ("a,won,2026-02-30", "occurred_at"),
        ("a,won", "occurred_at"),
        (",won,2026-11-22", "lead_id"),
        ("a,,2026-11-22", "outcome"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, said: str) -> None:
    """It is left out with the reason; the others count."""
    found = read(tmp_path, f"lead_id,outcome,occurred_at\n{row}\nb,won,2026-11-22\n")

    assert list(found.by_lead) == ["b"]
    ((number, reason),) = found.refused_listed
    assert (number, found.refused) == (2, 1)
    assert said in reason


@pytest.mark.parametrize(
    "text", ["", "\n\n", "lead_id,outcome,occurred_at\n", "lead,outcome,occurred_at\na,won,2026-11-22\n"]
)
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """Without rows, or without a column, nothing can be made of it."""
    with pytest.raises(OutcomesRefused, match="lead_id"):
        read(tmp_path, text)


@pytest.mark.parametrize("text", ['{"lead_id": [', "{" + "[" * 100_000, '{"lead_id": 7, "outcome": "won"}'])
def test_broken_json_is_a_bad_row(tmp_path: Path, text: str) -> None:
    """However deep it is: a row that cannot be used, and no fault."""
    assert read(tmp_path, text).refused == 1
