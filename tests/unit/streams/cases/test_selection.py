"""Which cases words select."""

import pytest

from streams.cases.selection import selection


@pytest.mark.parametrize(
    ("words", "is_taken"),
    [
        ("demo", True),
        ("DEMO", True),
        ("trial", False),
        ("not trial", True),
        ("demo and mql", True),
        ("demo and trial", False),
        ("trial or mql", True),
        ("trial or demo and not mql", False),
        ("a demo makes", True),
        ("", True),
    ],
)
def test_words_select_by_name(words: str, is_taken: bool) -> None:
    """All words of one alternative are in the name, or are not where `not` stands before them."""
    assert selection(words).takes("A demo makes an MQL") is is_taken
