"""What is worked out once for a scorecard and remembered for the last few.

By the object, not by what it says: two scorecards that say the same, as a file and its publication do, would be
compared in full at every look-up, and a look-up is in every step of every lead.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

from scorer.rules.scorecard import Scorecard

Result = TypeVar("Result")

SCORECARDS_MAX: Final = 32
"""For how many scorecards a result is remembered."""


def once_for_each(work_out: Callable[[Scorecard], Result]) -> Callable[[Scorecard], Result]:
    """Return a function that remembers its answers.

    Args:
        work_out: A function of a scorecard alone.

    Returns:
        The same, which works the answer out once for each of the last scorecards that it was asked about.
    """
    # The scorecard is kept with the answer, so that its identity stays its own.
    known: dict[int, tuple[Scorecard, Result]] = {}

    @wraps(work_out)
    def remembered(scorecard: Scorecard) -> Result:
        found = known.get(id(scorecard))
        if found is not None and found[0] is scorecard:
            return found[1]
        answer = work_out(scorecard)
        while len(known) >= SCORECARDS_MAX:
            known.pop(next(iter(known)), None)
        known[id(scorecard)] = (scorecard, answer)
        return answer

    return remembered
