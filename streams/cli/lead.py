"""`leadstream lead`: one lead as the tables have it, and why it has its score."""

from typing import TYPE_CHECKING

import typer

from streams.cli.instants import instant_shown
from streams.cli.lead_explain import Json, LeadIdArgument, explain_lead
from streams.cli.lead_lookup import found_lead, now_for
from streams.cli.terminal import out, print_json, print_pairs, print_table, say

if TYPE_CHECKING:
    from scorer import LeadState

app = typer.Typer(help="Look a lead up.", no_args_is_help=True)

ACTIVITIES_SHOWN = 10


@app.command("show")
def show(lead_id: LeadIdArgument, *, is_json: Json = False) -> None:
    """Show a lead: its scores and stages now, its profile, and what it did lately."""
    from scorer import explain_all
    from streams.scorecards.loading import signal_name
    from streams.translation.told import wire_lead_score
    from streams.translation.translate import instant

    settings, state, scorecard = found_lead(lead_id)
    at = now_for(state)
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
        {"occurred_at": instant_shown(entry.occurred_at), "type": entry.type, "verdict": entry.verdict.name.lower()}
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


def _profile(state: "LeadState") -> dict[str, object]:
    from scorer.facts.profile import attributes

    return dict(sorted(attributes(state.profile).items()))


app.command("explain")(explain_lead)
