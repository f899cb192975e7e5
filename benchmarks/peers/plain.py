"""The example scorecard as somebody would write it by hand: counts by day in a dict, valued at each activity.

Less than leadstream promises: repeats count twice, nothing happens by time alone, and a day is one bucket. A state is
what JSON can hold, so that any store takes it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

DAY_MS = 86_400_000
VERDICTS = {"human": 1.0, "probable_bot": 0.25, "certain_bot": 0.0}
SIGNS_OF_LIFE = ("page_viewed", "mail_opened", "mail_clicked", "demo_requested")
SIGNAL_OF_TOPIC = {"email-opens": "mail_opened", "email-clicks": "mail_clicked", "unsubscribes": "newsletter_left"}
FORMS = {"demo_requested": ("demo", "demo_short"), "whitepaper_requested": ("whitepaper",)}
DECIDES = re.compile(r"(?i)\b(head|director|vp|vice president|chief|c[eti]o)\b")
FREE_DOMAINS = frozenset({"gmail.com", "outlook.com", "gmx.de", "yahoo.com"})
THROWAWAY_DOMAINS = frozenset({"mailinator.com", "yopmail.com", "guerrillamail.com"})
GROUP_CAPS = {"website": (-99.0, 45.0), "mails": (-99.0, 20.0), "conversions": (-99.0, 60.0), "silence": (-20.0, 0.0)}

State = dict[str, Any]
Fade = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a signal is worth. ``limit``: counts of a day that matter."""

    group: str
    signal: str
    points: float
    fade: Fade
    limit: float = 1e9
    cap: float = 1e9
    floor: float = -1e9


def _half_life(days: float) -> Fade:
    return lambda age: float(0.5 ** (age / days))


def _linear(days: float) -> Fade:
    return lambda age: max(1.0 - age / days, 0.0)


def _window(days: float) -> Fade:
    return lambda age: 1.0 if age < days else 0.0


def _step(days: float, share: float) -> Fade:
    return lambda age: max(1.0 - share * (age // days), 0.0)


PRODUCT = (
    Criterion("website", "page_viewed", 1, _half_life(7), limit=5, cap=15),
    Criterion("website", "pricing_viewed", 8, _half_life(10), limit=2),
    Criterion("website", "docs_read", 3, _linear(30), cap=15),
    Criterion("website", "careers_viewed", -6, _window(30), floor=-18),
    Criterion("mails", "mail_opened", 1, _half_life(5), limit=1, cap=5),
    Criterion("mails", "mail_clicked", 4, _half_life(14), limit=3),
    Criterion("mails", "newsletter_left", -10, _window(90), floor=-10),
    Criterion("conversions", "demo_requested", 35, _step(14, 0.25), cap=35),
    Criterion("conversions", "whitepaper_requested", 10, _half_life(21), limit=1, cap=10),
    Criterion("conversions", "trial_started", 30, _window(30), cap=30),
    Criterion("conversions", "webinar_minutes", 0.25, _half_life(14), cap=15),
)
LEARNING = (
    Criterion("reading", "docs_read", 10, _half_life(14), limit=4),
    Criterion("reading", "webinar_attended", 15, _half_life(21)),
)
LADDERS: Mapping[str, tuple[tuple[str, float, float, float], ...]] = {
    "product": (
        ("subscriber", -1e9, -1e9, 0),
        ("lead", 15, 8, 0),
        ("mql", 40, 28, 1),
        ("sql", 65, 45, 3),
    ),
    "learning": (("newcomer", -1e9, -1e9, 0), ("learner", 20, 10, 0), ("expert", 60, 40, 0)),
}
"""The rungs: name, entered at, left below, days that a lead stays at least."""


def signals(topic: str, said: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield what an activity counts as, with how much; ``topic`` is without a prefix."""
    match topic:
        case "page-views":
            yield from ((name, 1) for name in _viewed(urlsplit(said["url"]).path, said.get("duration_seconds", 0)))
        case "form-fills":
            yield from ((name, 1) for name, forms in FORMS.items() if said["form_id"] in forms)
        case "custom-activities" if said["type"] == "webinar_attended":
            yield "webinar_attended", 1
            yield "webinar_minutes", said["properties"]["minutes"]
        case "custom-activities" if said["type"] == "trial_started":
            yield "trial_started", 1
        case _ if topic in SIGNAL_OF_TOPIC:
            yield SIGNAL_OF_TOPIC[topic], 1


def _viewed(path: str, seconds: float) -> Iterator[str]:
    yield "page_viewed"
    if path.startswith("/pricing"):
        yield "pricing_viewed"
    elif path.startswith("/careers"):
        yield "careers_viewed"
    elif path.startswith(("/docs/", "/guides/")) and seconds >= 30:
        yield "docs_read"


def scored(state: State | None, topic: str, said: Mapping[str, Any], now: int) -> tuple[State, list[dict[str, Any]]]:
    """Return a lead's state after an activity at an instant in milliseconds, and the stage changes to be told."""
    if state is None:
        state = {"counts": {}, "profile": {}, "fit": 0.0, "stages": {}, "since": {}, "seen_at": now}
    if topic == "lead-profiles":
        state["profile"].update(said["attributes"])
        state["fit"] = _fit(state["profile"])
    weight, day = VERDICTS[said.get("verdict", "human")], str(now // DAY_MS)
    for signal, amount in signals(topic, said):
        days = state["counts"].setdefault(signal, {})
        days[day] = days.get(day, 0.0) + amount * weight
        if signal in SIGNS_OF_LIFE:
            state["seen_at"] = now
    return state, [change for score, points in _scores(state, now) for change in _moved(state, score, points, now)]


def _scores(state: State, now: int) -> Iterator[tuple[str, float]]:
    counts = state["counts"]
    groups = _groups(PRODUCT, counts, now)
    if sum(count for day, count in counts.get("page_viewed", {}).items() if now // DAY_MS - int(day) < 14) >= 15:
        groups["website"] = groups.get("website", 0.0) + 8
    groups["silence"] = -5.0 * ((now - state["seen_at"]) // (30 * DAY_MS))
    engagement = sum(min(max(points, GROUP_CAPS[name][0]), GROUP_CAPS[name][1]) for name, points in groups.items())
    yield "product", min(max(min(max(engagement, -20), 80) + state["fit"], 0), 100)
    yield "learning", min(sum(_groups(LEARNING, counts, now).values()), 100)


def _groups(criteria: tuple[Criterion, ...], counts: Mapping[str, Mapping[str, float]], now: int) -> dict[str, float]:
    groups: dict[str, float] = {}
    for one in criteria:
        days = counts.get(one.signal)
        if days:
            points = 0.0
            for day, count in days.items():
                age = max(now / DAY_MS - int(day) - 0.5, 0.0)
                points += one.points * min(count, one.limit) * one.fade(age)
            groups[one.group] = groups.get(one.group, 0.0) + min(max(points, one.floor), one.cap)
    return groups


def _moved(state: State, score: str, points: float, now: int) -> Iterator[dict[str, Any]]:
    ladder = LADDERS[score]
    before = stage = state["stages"].get(score, 0)
    while stage + 1 < len(ladder) and points >= ladder[stage + 1][1]:
        stage += 1
    if stage == before and now - state["since"].get(score, now) >= ladder[stage][3] * DAY_MS:
        while stage and points < ladder[stage][2]:
            stage -= 1
    if stage != before:
        state["stages"][score], state["since"][score] = stage, now
        moved = {"from": ladder[before][0], "to": ladder[stage][0]}
        yield {"score_name": score, **moved, "score": round(points, 4), "changed_at": now}


def _fit(profile: Mapping[str, Any]) -> float:
    company = 0.0
    if 50 <= (profile.get("company_size") or 0) <= 5000:
        company += 10
    if profile.get("industry") in {"software", "finance", "logistics"}:
        company += 5
    domain = (profile.get("email") or "").rpartition("@")[2]
    if domain in THROWAWAY_DOMAINS:
        company -= 25
    elif domain in {"rival.example", "rival-software.example"}:
        company -= 40
    elif domain and domain not in FREE_DOMAINS:
        company += 5
    title = profile.get("job_title") or ""
    person = (10 if DECIDES.search(title) else 0) - (15 if "student" in title.lower() else 0)
    return min(max(min(company, 20) + min(person, 10), -30), 30)
