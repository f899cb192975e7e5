"""`leadstream lead explain`: why a lead of the tables has its score, what would change it, and what will."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from streams.cli.explain_options import (
    AHEAD,
    BACK,
    Ahead,
    Back,
    HasCurve,
    Picture,
    ScoreName,
    curve_options,
    require_score,
    tell,
)
from streams.cli.instants import instant_option
from streams.cli.lead_lookup import found_lead, now_for

LeadIdArgument = Annotated[str, typer.Argument(metavar="LEAD", help="The lead's id.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object for machines.")]


def explain_lead(
    lead_id: LeadIdArgument,
    *,
    score_name: ScoreName = None,
    at: Annotated[str | None, typer.Option("--at", help="At which instant (RFC 3339); else now.")] = None,
    has_curve: HasCurve = False,
    picture: Picture = None,
    back: Back = BACK,
    ahead: Ahead = AHEAD,
    is_json: Json = False,
) -> None:
    """Explain a lead's score: the lines that add up to it, what would change it, and what will.

    An instant of the future says what score and stage fade to if nothing more happens. One of the past goes by what is
    known today, and leaves out what happened in the time bucket that it lies in.
    """
    from streams.translation.translate import milliseconds

    options = curve_options(back, ahead, picture, has_curve=has_curve)
    _, state, scorecard = found_lead(lead_id)
    explained = require_score(score_name, scorecard)
    instant = now_for(state) if at is None else milliseconds(instant_option(at, datetime.now(UTC)))
    tell(lead_id, state, scorecard, instant, explained, options, is_json=is_json)
