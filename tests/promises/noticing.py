"""Whether a promise's check notices a planted bug: a check that cannot fail proves nothing."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

EXAMPLES_MAX = 600

# The first failure is enough: it is not made smaller, and not kept. The examples are the same on every run.
_SEARCH = settings(
    max_examples=EXAMPLES_MAX,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    deadline=None,
    report_multiple_bugs=False,
)


def is_noticed(check: Callable[..., None], *strategies: st.SearchStrategy[Any]) -> bool:
    """Return whether a check fails on one of many examples; its arguments are drawn from the strategies."""

    @_SEARCH
    @given(st.tuples(*strategies))
    def tried(example: tuple[Any, ...]) -> None:
        check(*example)

    try:
        tried()
    except AssertionError:
        return True
    return False
