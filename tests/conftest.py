"""How hard properties try: `ci` on each change, `dev` while writing, `soak` in `make soak`, `night` by hand.

HYPOTHESIS_PROFILE chooses. On each change the examples are the same ones: others come with `soak`.
"""

import os

from hypothesis import HealthCheck, Phase, settings

# No deadline: a slow machine is not a wrong answer. Random scorecards take a while to draw. No explaining: it traces
# every line, and what was found would end as a test that ran out of time.
_SHARED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)

settings.register_profile("ci", _SHARED, max_examples=60, derandomize=True)
settings.register_profile("dev", _SHARED, max_examples=30)
settings.register_profile("soak", _SHARED, max_examples=1_000)
settings.register_profile("night", _SHARED, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
