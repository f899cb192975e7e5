"""Between the wire and the core: the one module that knows both languages.

Inward, contracts become `scorer` values: instants become milliseconds, ids become fingerprints, and what conditions
look at becomes one flat map. No e-mail address and no correlation passes in clear into what is kept. Outward, the
core's outcomes become contracts; here, and nowhere before, figures are rounded.
"""

import base64
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import scorer
from schemas.activities import Activity, EmailClick, EmailOpen, Unsubscribe
from schemas.contract import POINTS_MAX, TEXT_CHARACTERS_MAX, Contract
from schemas.lead_score import LeadScore, ScoreStanding
from schemas.profile import LeadProfile
from schemas.stage_change import Cause, Reason, StageChange
from scorer.facts.activity import Scalar, Verdict
from scorer.worth.explanation import Line, LineKind
from streams.translation.activity_fields import fields_of

POINTS_DECIMALS = 4
REASONS_SHOWN = 5

# Under any attribute's name, and inside longer text: "Ada <ada@example.com>". A title such as "VP @ Acme" is none.
_EMAIL_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_A_MAIL = frozenset({EmailOpen, EmailClick, Unsubscribe})
_VERDICTS: Mapping[str, Verdict] = {
    "human": Verdict.HUMAN,
    "probable_bot": Verdict.PROBABLE_BOT,
    "certain_bot": Verdict.CERTAIN_BOT,
}
_REASON_TEXTS: Mapping[LineKind, str] = {
    LineKind.CRITERION: "{name}",
    LineKind.CRITERION_CLIP: "{name}, cap or floor",
    LineKind.GROUP_CLIP: "group {name}, cap or floor",
    LineKind.SIDE_CLIP: "{name}, cap or floor",
    LineKind.SIDE_WEIGHT: "{name}, weight",
    LineKind.TOTAL_CLIP: "{name}, end of the scale",
}


def fingerprint(text: str) -> int:
    """Return 64 bits that stand for an id: the same on every machine, for ever."""
    return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")


def milliseconds(instant: datetime) -> int:
    """Return an aware instant as whole milliseconds since 1970, rounded down."""
    passed = instant - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1000 + passed.microseconds // 1000


def instant(at_ms: int) -> datetime:
    """Return milliseconds since 1970 as an instant in UTC.

    Raises:
        OverflowError: If it lies beyond the year 9999.
    """
    return _EPOCH + timedelta(milliseconds=at_ms)


def core_input(wire: Activity | LeadProfile) -> scorer.Activity | scorer.ProfileUpdate:
    """Return what the core takes in for any decoded input."""
    return core_update(wire) if isinstance(wire, LeadProfile) else core_activity(wire)


def core_activity(wire: Activity) -> scorer.Activity:
    """Return a decoded activity as the core's."""
    return activity_of(wire, type(wire), milliseconds(wire.occurred_at))


# Any: whatever has the fields of the contract, which is the model itself or what `quick_input` reads in its place.
def activity_of(wire: Any, contract: type[Contract], occurred_at: int) -> scorer.Activity:  # noqa: ANN401
    """Return what has the fields of an activity's contract as the core's activity.

    ``fields`` holds what conditions and measures look at (`streams.translation.activity_fields`); the core reads it
    once and keeps none of it.

    Args:
        wire: Fields, all of them checked.
        contract: Whose they are.
        occurred_at: When it happened, in milliseconds.
    """
    correlation = wire.correlation
    if correlation is None and contract in _OF_A_MAIL:
        correlation = wire.mail_id
    return scorer.Activity(
        fingerprint=fingerprint(wire.id),
        source=wire.lead_id,
        type=wire.type,
        occurred_at=occurred_at,
        fields=fields_of(wire, contract),
        correlation=None if correlation is None else _pseudonym(correlation),
        verdict=_VERDICTS[wire.verdict],
    )


def core_update(wire: LeadProfile) -> scorer.ProfileUpdate:
    """Return a decoded profile update as the core's."""
    return update_of(wire, milliseconds(wire.occurred_at))


def update_of(wire: Any, occurred_at: int) -> scorer.ProfileUpdate:  # noqa: ANN401 - as above
    """Return what has the fields of a profile update as the core's. E-mail addresses are reduced to their domains.

    Args:
        wire: Fields, all of them checked.
        occurred_at: When it became known, in milliseconds.
    """
    attributes: dict[str, Scalar | None] = {}
    for name, value in wire.attributes.items():
        if "@" in name:
            continue  # an address as the name of an attribute is a producer's slip, and nothing that a scorecard names
        kept_name, kept_value = _kept_attribute(name, value)
        # Where the producer names the domain itself, that is the one to keep.
        if kept_name == name or kept_name not in wire.attributes:
            attributes[kept_name] = kept_value
    return scorer.ProfileUpdate(
        fingerprint=fingerprint(wire.id),
        source=wire.lead_id,
        occurred_at=occurred_at,
        attributes=attributes,
    )


def wire_stage_change(
    change: scorer.StageChange, *, change_id: str, lead_id: str, cause: Cause, reasons_max: int = REASONS_SHOWN
) -> StageChange:
    """Return a stage change as downstream reads it.

    Args:
        change: What the core decided.
        change_id: Derived from the cause, the same for the same decision.
        lead_id: Who moved.
        cause: What made it happen.
        reasons_max: How many terms to name; the others are summed.
    """
    reasons, more_points = _reasons(change.reasons, change.score, reasons_max)
    return StageChange.model_construct(
        id=change_id,
        lead_id=lead_id,
        score_name=change.score_name,
        from_stage=change.from_stage,
        to_stage=change.to_stage,
        changed_at=instant(change.changed_at),
        score=_rounded(change.score),
        engagement=_rounded(_side_points(change.reasons, "engagement")),
        fit=_rounded(_side_points(change.reasons, "fit")),
        grade=change.grade,
        reasons=reasons,
        more_reasons_points=more_points,
        scorecard_version=change.scorecard_version,
        cause=cause,
    )


def wire_lead_score(
    explanations: Mapping[str, scorer.Explanation],
    *,
    lead_id: str,
    state: scorer.LeadState,
    scorecard: scorer.Scorecard,
    scored_at: int,
    reasons_max: int = REASONS_SHOWN,
) -> LeadScore:
    """Return a lead's latest scores as downstream reads them.

    Args:
        explanations: Per named score, `scorer.worth.explain` at ``scored_at``; each score that the lead stands in.
        lead_id: Whose scores.
        state: The lead, judged.
        scorecard: What judged it.
        scored_at: The instant in milliseconds.
        reasons_max: How many terms to name per score; the others are summed.
    """
    return LeadScore.model_construct(
        lead_id=lead_id,
        scored_at=instant(scored_at),
        default_score=scorecard.default_score,
        scores={
            name: _wire_standing(explanation, state.standings[name], reasons_max)
            for name, explanation in explanations.items()
            if name in state.standings
        },
        scorecard_version=scorecard.version,
    )


def _wire_standing(explanation: scorer.Explanation, standing: scorer.Standing, reasons_max: int) -> ScoreStanding:
    """Return where a lead stands in one score."""
    reasons, more_points = _reasons(explanation.lines, explanation.score, reasons_max)
    return ScoreStanding.model_construct(
        score=_rounded(explanation.score),
        engagement=_rounded(explanation.engagement),
        fit=_rounded(explanation.fit),
        grade=standing.grade,
        stage=standing.stage,
        stage_since_at=instant(standing.since_at),
        reasons=reasons,
        more_reasons_points=more_points,
    )


def reason_text(line: Line) -> str:
    """Return one term of a score for people.

    Example:
        >>> reason_text(Line(LineKind.CRITERION, "engagement", "website", "pricing_page_viewed", 18.0, 3.0))
        'pricing_page_viewed 3x: +18.0'
    """
    name = _REASON_TEXTS[line.kind].format(name=line.name or line.side)
    times = f" {line.count:.4g}x" if line.kind is LineKind.CRITERION and line.count else ""
    return f"{name}{times}: {line.points:+.1f}"


def _reasons(lines: Sequence[Line], score: float, reasons_max: int) -> tuple[tuple[Reason, ...], float]:
    """Return the terms that weigh most, and the sum of the others: with them, rounded, they add up to the score."""
    weightiest = sorted((line for line in lines if _rounded(line.points)), key=lambda line: -abs(line.points))
    shown = tuple(
        Reason.model_construct(
            name=line.name or line.side,
            group=line.group,
            side=line.side,
            points=_rounded(line.points),
            text=reason_text(line),
        )
        for line in weightiest[:reasons_max]
    )
    return shown, _rounded(_rounded(score) - math.fsum(reason.points for reason in shown))


def _side_points(lines: Sequence[Line], side: str) -> float:
    """Return what a side was worth before its weight."""
    return math.fsum(line.points for line in lines if line.side == side and line.kind is not LineKind.SIDE_WEIGHT)


def _rounded(points: float) -> float:
    """Round for the wire; adding zero turns -0.0 into 0.0.

    What is beyond the wire's bound is told as the bound: a measure of some trillions, by a producer's slip, gives such
    a term, which a cap then takes back, and no change may stay untold for it.
    """
    return min(max(round(points, POINTS_DECIMALS), -POINTS_MAX), POINTS_MAX) + 0.0


def _pseudonym(text: str) -> str:
    """Return a short stand-in for a correlation: equal texts share it, and it tells nothing of them."""
    digest = blake2b(text.encode("utf-8"), digest_size=8).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _kept_attribute(name: str, value: Scalar | None) -> tuple[str, Scalar | None]:
    """Return the name and value under which an attribute is kept: of an e-mail address only the domain."""
    if name == "email":
        return "email_domain", email_domain(value) if isinstance(value, str) else None
    if isinstance(value, str) and "@" in value and (found := _EMAIL_ADDRESS.search(value)):
        return f"{name}_domain", email_domain(found.group())
    return name, value


def email_domain(address: str) -> str | None:
    """Return the domain of an e-mail address in small letters, None if there is none.

    Example:
        >>> email_domain("Ada@Example.COM")
        'example.com'
    """
    domain = address.rpartition("@")[2].strip().strip(".>").lower() if "@" in address else ""
    return domain[:TEXT_CHARACTERS_MAX] or None
