"""The fit x engagement matrix: which cell of it a lead is in. Knows no lead, only the two numbers."""

from scorer.scorecard import Band, GradeMatrix


def grade_of(matrix: GradeMatrix | None, *, engagement: float, fit: float) -> str | None:
    """Return the grade: the fit band's label followed by the engagement band's.

    Args:
        matrix: The two axes; None for a score without grades.
        engagement: The value of the side that decays, clipped, before its weight.
        fit: The value of the side that does not.

    Returns:
        A label such as ``"A1"``; None without a matrix.
    """
    if matrix is None:
        return None
    return band_of(matrix.fit, fit).label + band_of(matrix.engagement, engagement).label


def band_of(bands: tuple[Band, ...], value: float) -> Band:
    """Return the highest band whose least value is met, else the last one, which takes everything below."""
    return next((band for band in bands if value >= band.at_least), bands[-1])
