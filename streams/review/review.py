"""The way in: every doubt about a scorecard, as findings with their lines.

One function a kind of doubt, in modules by what they look at; `REVIEWERS` is all of them. Doubts are asked for only of
a scorecard that can be used, never where one comes into force or judges: what can be used stays usable.
"""

from collections.abc import Callable, Iterator

from scorer.rules.scorecard import Scorecard
from streams.review import clips, fading, firing, ladder, proportion, ranges, shadowing, thresholds
from streams.review.doubt import Doubt
from streams.review.subject import Subject
from streams.scorecards.finding import FINDINGS_MAX, Finding
from streams.scorecards.loading import Study
from streams.scorecards.notebook import Notebook

Reviewer = Callable[[Subject], Iterator[Doubt]]

REVIEWERS: tuple[Reviewer, ...] = (
    thresholds.threshold_unreachable,
    thresholds.stage_never_left,
    thresholds.band_never_occurs,
    firing.signal_never_matches,
    firing.path_has_query,
    firing.measure_never_a_number,
    firing.criterion_worth_nothing,
    firing.condition_always_holds,
    firing.first_time_behind_gate,
    shadowing.signal_twice,
    shadowing.criterion_twice,
    clips.cap_below_points,
    clips.floor_above_points,
    clips.cap_never_reached,
    clips.floor_never_reached,
    ranges.ranges_overlap,
    ranges.ranges_leave_gap,
    ladder.ladder_flaps,
    fading.decay_outlasts_window,
    fading.window_outlasts_decay,
    fading.points_pile_up,
    proportion.points_exceed_ladder,
    proportion.weak_above_strong,
)
"""Each yields the doubts of the kind that it is named for."""


def doubts(scorecard: Scorecard) -> Iterator[Doubt]:
    """Yield every doubt about a scorecard, kind by kind."""
    subject = Subject(scorecard)
    for reviewer in REVIEWERS:
        yield from reviewer(subject)


def reviewed(study: Study) -> tuple[Finding, ...]:
    """Return all that is wrong or doubtful in a file, in the order of its lines.

    Args:
        study: The file, read.

    Returns:
        What reading it found; where it can be used, doubts too, at most `FINDINGS_MAX` of them.
    """
    notebook = Notebook(study.tree, study.findings)
    if study.loaded is not None:
        for count, doubt in enumerate(doubts(study.loaded.scorecard)):
            if count == FINDINGS_MAX:
                break
            notebook.doubt(doubt.path, doubt.rule, doubt.fix, code=doubt.code)
    return tuple(notebook.sorted_findings())
