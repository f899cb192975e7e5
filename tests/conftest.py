"""How hard properties try: `ci` on each change, `dev` while writing, `soak` overnight (HYPOTHESIS_PROFILE=soak)."""

import os

from hypothesis import HealthCheck, settings

# No deadline: a slow machine is not a wrong answer. Random scorecards take a while to draw.
_SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

settings.register_profile("ci", _SHARED, max_examples=50, derandomize=True)
settings.register_profile("dev", _SHARED, max_examples=30)
settings.register_profile("soak", _SHARED, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
