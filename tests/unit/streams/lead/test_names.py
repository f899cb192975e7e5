"""Names of a row come back as they were put in, and those of this trade take a byte for each piece."""

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.lead import names
from streams.lead.names import PIECES, REMEMBERED_MAX, packed_names, unpacked_names

texts = st.one_of(
    st.text(max_size=12),
    st.text(string.ascii_lowercase + "_@:.", max_size=20),
    st.lists(st.sampled_from(PIECES), max_size=5).map("".join),
)


@given(st.lists(texts, max_size=6))
def test_names_come_back_as_they_were(given_names: list[str]) -> None:
    """Whatever characters they are of, and in their order."""
    assert [*unpacked_names(packed_names(given_names))] == given_names


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pricing_page_viewed@6h", "a85fa5830a00"),
        ("webinar_attended@12h:minutes.0", "b6130c0f1200"),
        ("xyzzy", "78797a7a7900"),
        ("angebot_geöffnet", "01616e6765626f745f6765c3b666666e657400"),
        ("a\tb", "0161096200"),
        ("", "00"),
    ],
)
def test_a_name_becomes_these_bytes_for_ever(name: str, data: str) -> None:
    """Rows that were written are read by every later version."""
    assert packed_names([name]) == bytes.fromhex(data)
    assert [*unpacked_names(bytes.fromhex(data))] == [name]


def test_no_piece_becomes_another() -> None:
    """The table is what rows were written with; a piece that is changed or moved changes the names in them."""
    assert hashlib.sha256("\n".join(PIECES).encode()).hexdigest()[:16] == "4a0158f7ac480239"
    assert all(len(packed_names([piece])) == 2 for piece in PIECES)


def test_a_name_with_what_ends_one_leaves_all_as_they_are() -> None:
    """They are few, and of somebody who tries what goes."""
    assert packed_names(["page_view", "a\0b"]) == ["page_view", "a\0b"]


def test_names_of_this_trade_are_small() -> None:
    """A third of what they take as text, at most."""
    usual = ["demo_requested@1h", "mail_opened@3h", "pricing_viewed@8h", "trial_started", "whitepaper_downloaded@1d"]

    assert len(packed_names(usual)) * 3 <= sum(map(len, usual))


def test_what_is_remembered_is_bounded() -> None:
    """Somebody who makes up a new name for each activity does not fill the memory."""
    for number in range(2 * REMEMBERED_MAX):
        data = packed_names([f"made-up-{number}"])
        assert [*unpacked_names(data)] == [f"made-up-{number}"]

    assert len(names._bytes_of) <= REMEMBERED_MAX
    assert len(names._name_of) <= REMEMBERED_MAX
