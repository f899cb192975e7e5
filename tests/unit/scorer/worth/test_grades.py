"""Grades: the cell of the fit x engagement matrix."""

import pytest

from scorer.worth.grades import Band, GradeMatrix, grade_of

MATRIX = GradeMatrix(
    fit=(Band("A", 30.0), Band("B", 10.0), Band("C", 0.0)),
    engagement=(Band("1", 50.0), Band("2", 20.0), Band("3", 5.0)),
)


@pytest.mark.parametrize(
    ("engagement", "fit", "grade"),
    [(50.0, 30.0, "A1"), (49.999, 30.0, "A2"), (20.0, 29.999, "B2"), (4.0, 10.0, "B3"), (-100.0, -100.0, "C3")],
)
def test_a_grade_is_the_highest_bands_that_are_met(engagement: float, fit: float, grade: str) -> None:
    """Fit first; the last band takes everything below, whatever its least value."""
    assert grade_of(MATRIX, engagement=engagement, fit=fit) == grade


def test_a_score_without_a_matrix_has_no_grade() -> None:
    """None, not an empty label."""
    assert grade_of(None, engagement=1.0, fit=1.0) is None


@pytest.mark.parametrize("bands", [(), (Band("low", 0.0), Band("high", 10.0))])
def test_bands_out_of_order_are_refused(bands: tuple[Band, ...]) -> None:
    """The first that is met would not be the highest."""
    with pytest.raises(ValueError, match="highest down"):
        GradeMatrix(fit=(Band("A", 0.0),), engagement=bands)
