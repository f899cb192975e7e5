"""`leadstream lead`: one lead as the tables have it, and why it has its score."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.instants import instant_option
from streams.cli.terminal import CommandFailed, out, print_json, print_pairs, print_table, say

if TYPE_CHECKING:
    from scorer import Explanation, LeadState, Scorecard
    from streams.configuration.settings import Settings

app = typer.Typer(help="Look a lead up.", no_args_is_help=True)

LeadIdArgument = Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]
ACTIVITIES_SHOWN = 10


@app.command("show")
def show(lead_id: LeadIdArgument, *, is_json: Json = False) -> None:
    """Show a lead: its scores and stages now, its profile, and what it did lately."""
    from scorer import explain_all
    from streams.scorecards.loading import signal_name
    from streams.translation.translate import instant, wire_lead_score

    settings, state, scorecard = _found(lead_id)
    at = _now(state)
    wire = wire_lead_score(
        explain_all(state, scorecard, at),
        lead_id=lead_id,
        state=state,
        scorecard=scorecard,
        scored_at=at,
        reasons_max=settings.reasons_max,
    )
    told = wire.model_dump(mode="json")
    told["profile"] = _profile(state)
    told["activities"] = [
        {"occurred_at": _text(entry.occurred_at), "type": entry.type, "verdict": entry.verdict.name.lower()}
        | {"signals": [signal_name(name) for name, _ in entry.counted], "is_retracted": entry.is_retracted}
        for entry in reversed(state.journal)
    ]
    told["judged_by"] = state.judged_by
    if is_json:
        print_json(told)
        return
    print_pairs({"lead": lead_id, "as of": f"{instant(at):%Y-%m-%d %H:%M:%S} UTC", "scorecard": scorecard.version})
    rows = [
        (name, one.stage, f"{one.stage_since_at:%Y-%m-%d %H:%M}", f"{one.score:.1f}", one.grade, _because(one))
        for name, one in sorted(wire.scores.items(), key=lambda item: item[0] != wire.default_score)
    ]
    out().print()
    print_table(("score", "stage", "since", "points", "grade", "because"), rows)
    _show_rest(told)
    say(f"why: leadstream lead explain {lead_id}")


def _because(standing: object) -> str:
    from streams.cli.stage_lines import because

    return because(standing.reasons)  # type: ignore[attr-defined]  # a ScoreStanding, imported only where it is used


def _show_rest(told: dict[str, object]) -> None:
    """Show profile and recent activities to people."""
    profile, activities = told["profile"], told["activities"]
    if isinstance(profile, dict) and profile:
        out().print()
        print_table(("profile", ""), profile.items())
    if isinstance(activities, list) and activities:
        out().print()
        shown = activities[:ACTIVITIES_SHOWN]
        rows = [(one["occurred_at"], one["type"], one["verdict"], ", ".join(one["signals"])) for one in shown]
        print_table((f"last {len(shown)} of {len(activities)} remembered", "type", "by", "counts as"), rows)
        out().print()


@app.command("explain")
def explain_lead(
    lead_id: LeadIdArgument,
    *,
    score_name: Annotated[str | None, typer.Option("--score", help="Which score; else the default one.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="At which instant (RFC 3339); else now.")] = None,
    is_json: Json = False,
) -> None:
    """Explain a lead's score: the lines that add up to it, now, in the future or in the past.

    An instant of the future says what score and stage fade to if nothing more happens. One of the past goes by what is
    known today, and leaves out what happened in the time bucket that it lies in.
    """
    from scorer import explain
    from streams.cli.foresight import stage_at
    from streams.translation.translate import milliseconds

    _, state, scorecard = _found(lead_id)
    if score_name is not None and score_name not in scorecard.scores:
        message = f"--score {score_name}: scorecard {scorecard.version} has {', '.join(scorecard.scores)}"
        raise CommandFailed(ExitCode.USAGE, message)
    instant = _now(state) if at is None else milliseconds(instant_option(at, datetime.now(UTC)))
    explained = score_name or scorecard.default_score
    explanation = explain(state, scorecard, instant, explained)
    stage_now = explanation.stage
    if explained in state.standings:
        stage_now = state.standings[explained].stage
    if at is not None and not explanation.is_past:
        explanation = replace(explanation, stage=stage_at(state, scorecard, instant, explained))
    if is_json:
        print_json(_as_json(lead_id, explanation, explained, scorecard) | {"stage_now": stage_now})
    else:
        _show_explanation(lead_id, explanation, explained, stage_now)


def _as_json(lead_id: str, explanation: "Explanation", score_name: str, scorecard: "Scorecard") -> dict[str, object]:
    lines = [
        {"kind": line.kind.value, "side": line.side, "group": line.group, "name": line.name}
        | {"points": line.points, "count": line.count}
        for line in explanation.lines
    ]
    return {
        "lead_id": lead_id,
        "score_name": score_name,
        "at": _text(explanation.at),
        "score": explanation.score,
        "engagement": explanation.engagement,
        "fit": explanation.fit,
        "grade": explanation.grade,
        "stage": explanation.stage,
        "scorecard_version": scorecard.version,
        "is_past": explanation.is_past,
        "straddling_count": explanation.straddling_count,
        "lines": lines,
    }


def _show_explanation(lead_id: str, explanation: "Explanation", score_name: str, stage_now: str | None) -> None:
    """Show the lines as a sum that people can follow."""
    from scorer import LineKind

    names = {
        LineKind.CRITERION: "{name}",
        LineKind.CRITERION_CLIP: "  {name}: cap or floor",
        LineKind.GROUP_CLIP: "  group {name}: cap or floor",
        LineKind.SIDE_CLIP: "  {name}: cap or floor",
        LineKind.SIDE_WEIGHT: "  {name}: weight",
        LineKind.TOTAL_CLIP: "  end of the scale",
    }
    rows: list[tuple[object, ...]] = [
        (
            line.side,
            line.group,
            names[line.kind].format(name=line.name),
            f"{line.count:g}" if line.count else None,
            f"{line.points:+.2f}",
        )
        for line in explanation.lines
    ]
    rows.append(("", "", score_name, None, f"{explanation.score:.2f}"))
    out().print(f"{lead_id} at {_text(explanation.at)}")
    print_table(("side", "group", "because", "count", "points"), rows)
    told = {"grade": explanation.grade or "none"}
    if not explanation.is_past:
        told["stage"] = explanation.stage or "not worked out: too many changes until then"
    if explanation.stage != stage_now:
        told["stage now"] = stage_now or "none"
    print_pairs(told)
    if explanation.is_past:
        say("the stage at that instant is not told: a stage remembers its path")
    if explanation.straddling_count:
        say(f"left out: {explanation.straddling_count} counts in time buckets that this instant lies in")


def _found(lead_id: str) -> "tuple[Settings, LeadState, Scorecard]":
    """Return the settings, the lead's state and the scorecard that judged it.

    Raises:
        CommandFailed: If there is no such lead.
    """
    from streams.configuration.settings import load_settings

    settings = load_settings()
    state = asyncio.run(_state(settings, lead_id))
    if state is None:
        prefix = f"{settings.redis_prefix}, {settings.partitions} partitions"
        message = f"no lead {lead_id} in these tables ({prefix}); ids are case-sensitive, and new leads need a worker"
        raise CommandFailed(ExitCode.NOT_FOUND, message)
    return settings, state, asyncio.run(_scorecard(settings, state.judged_by))


async def _scorecard(settings: "Settings", judged_by: str) -> "Scorecard":
    """Return the scorecard that judged a lead: a published one, or the file if it is that, or for want of it."""
    from streams.kafka.reader import ReadUnavailable
    from streams.scorecards.loading import load
    from streams.scorecards.releasing import known_scorecards

    file = load(settings.scorecard).scorecard
    if file.version == judged_by:
        return file  # a version has one content: it need not be looked for
    try:
        published = (await known_scorecards(settings)).registry.versions.get(judged_by)
    except ReadUnavailable as error:
        say(f"note: {error}")
        published = None
    if published is not None:
        return published.loaded.scorecard
    say(f"note: a worker judged it by scorecard {judged_by}; this is by {file.version}")
    return file


async def _state(settings: "Settings", lead_id: str) -> "LeadState | None":
    from streams.kafka.partitioner import partition_of
    from streams.lead.codec import decoded_lead
    from streams.table.redis import RedisTable

    table = RedisTable.from_settings(settings)
    try:
        row = await table.lead(partition_of(lead_id.encode(), settings.partitions), lead_id)
    finally:
        await table.close()
    return None if row is None else decoded_lead(row).state


def _now(state: "LeadState") -> int:
    """Return now in milliseconds; never before the lead was judged, however far off this clock is."""
    return max(int(datetime.now(UTC).timestamp() * 1000), state.judged_at)


def _profile(state: "LeadState") -> dict[str, object]:
    from scorer.facts.profile import attributes

    return dict(sorted(attributes(state.profile).items()))


def _text(at_ms: int) -> str:
    from schemas.contract import rfc3339
    from streams.translation.translate import instant

    return rfc3339(instant(at_ms))
