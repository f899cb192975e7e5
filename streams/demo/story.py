"""The demo's live part: what one promising lead does, from the first look to the call for a demo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.activities import Activity, FormFill, PageView
from schemas.contract import Scalar
from schemas.profile import LeadProfile
from streams.demo.history import SITE

LEAD_ID = "grace-live"


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that the lead does: how it is told, and the activity at an instant."""

    told: str
    make: Callable[[datetime], Activity | LeadProfile]


def _looks_at(path: str, seconds: int) -> Scene:
    def make(at: datetime) -> PageView:
        return PageView(
            id=f"live-{path}", lead_id=LEAD_ID, occurred_at=at, url=SITE + path, duration_seconds=float(seconds)
        )

    return Scene(f"looks at {path}", make)


def _is_known(at: datetime) -> LeadProfile:
    attributes: dict[str, Scalar | None] = {
        "email": "grace@harbor-shipping.example",
        "job_title": "VP Marketing",
        "company_size": 900,
    }
    return LeadProfile(id="live-profile", lead_id=LEAD_ID, occurred_at=at, attributes=attributes)


def _asks_for_demo(at: datetime) -> FormFill:
    return FormFill(id="live-demo", lead_id=LEAD_ID, occurred_at=at, form_id="demo", page_url=f"{SITE}/demo")


SCENES: Sequence[Scene] = (
    _looks_at("/", 20),
    _looks_at("/pricing", 90),
    _looks_at("/docs/quickstart", 120),
    _looks_at("/pricing/enterprise", 60),
    Scene("is recognised: VP Marketing of a company of 900", _is_known),
    Scene("asks for a demo", _asks_for_demo),
)
