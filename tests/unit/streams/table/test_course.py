"""How far something long is, as the table keeps it and people read it."""

import pytest

from streams.table.course import Course, Errand, course_of


def test_what_is_written_is_read_again() -> None:
    """An empty text, or one of another version, is none."""
    course = Course(Errand.REPLAY, 100, 250, 1_100)

    assert course_of(course.text()) == course
    assert [course_of(text) for text in ("", "replay", "replay 1 2", "dance 1 2 3", "sweep a b c")] == [None] * 5


@pytest.mark.parametrize(
    ("begun", "at", "target", "figures"),
    [
        (100, 350, 1_100, (250, 750, 0.25)),
        (0, 0, 0, (0, 0, 1.0)),
        (100, 100, 100, (0, 0, 1.0)),
        (100, 300, 200, (200, 0, 1.0)),
        (100, 50, 200, (0, 100, 0.0)),
    ],
    ids=["under way", "nothing at all", "nothing to do", "beyond the target", "went back"],
)
def test_figures_never_leave_their_bounds(begun: int, at: int, target: int, figures: tuple[int, int, float]) -> None:
    """Done, left and the share, whatever the table went through."""
    course = Course(Errand.SWEEP, begun, at, target)

    assert (course.done, course.left, course.share) == figures
