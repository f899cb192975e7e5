"""What few leads say of a share: Wilson's interval, held against published figures and against its own definition."""

from math import comb, isclose, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.simulating.intervals import interval

COUNTS = st.integers(1, 5_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_figures(part: int, whole: int, low: float, high: float) -> None:
    """The examples of R. G. Newcombe, Statistics in Medicine 17, 1998, pages 857-872, table I, method 3."""
    found = interval(part, whole)

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(COUNTS, st.floats(0.5, 0.999))
def test_its_ends_are_the_shares_that_just_agree(counts: tuple[int, int], confidence: float) -> None:
    """At either end the counted share is z standard deviations of that end away; it lies between, within 0 and 1."""
    part, whole = counts
    found = interval(part, whole, confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)

    assert found is not None
    assert 0 <= found.low <= part / whole <= found.high <= 1
    for end in (found.low, found.high):
        assert isclose(abs(part / whole - end), z * sqrt(end * (1 - end) / whole), rel_tol=1e-6, abs_tol=1e-9)


@given(COUNTS)
def test_lost_is_the_mirror_of_won(counts: tuple[int, int]) -> None:
    """Whichever of the two is counted, the same is said."""
    part, whole = counts
    won, lost = interval(part, whole), interval(whole - part, whole)

    assert won is not None
    assert lost is not None
    assert isclose(won.low, 1 - lost.high, abs_tol=1e-12)
    assert isclose(won.high, 1 - lost.low, abs_tol=1e-12)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_it_holds_the_true_share_about_as_often_as_it_says(share: float) -> None:
    """Reckoned over every count that thirty leads can give: near 95 % on all of these shares, nowhere far below."""
    whole = 30
    held = 0.0
    for part in range(whole + 1):
        found = interval(part, whole)
        assert found is not None
        held += comb(whole, part) * share**part * (1 - share) ** (whole - part) * (found.low <= share <= found.high)

    assert 0.92 <= held <= 0.99


def test_of_nobody_nothing_is_said() -> None:
    """No lead, no interval."""
    assert interval(0, 0) is None


@pytest.mark.parametrize(("part", "whole", "confidence"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0), (1, 2, 0.0)])
def test_what_cannot_be_counted_is_refused(part: int, whole: int, confidence: float) -> None:
    """More than the whole, fewer than none, certainty: an error that names them."""
    with pytest.raises(ValueError, match="give 0 <= part <= whole"):
        interval(part, whole, confidence)
