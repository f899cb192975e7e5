"""What `lead explain` and `score --explain` share: options of the curve, and telling it to people, machines, a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed, print_json, say

if TYPE_CHECKING:
    from scorer import LeadState, Scorecard
    from streams.cli.explained import Explained

BACK, AHEAD = "30d", "60d"

ScoreName = Annotated[str | None, typer.Option("--score", help="Which score; else the default one.")]
HasCurve = Annotated[bool, typer.Option("--curve", help="The score's curve too: as it was, and if nothing happens.")]
Picture = Annotated[
    Path | None, typer.Option("--picture", help="Write the curve into this file as a picture (SVG).", metavar="FILE")
]
Back = Annotated[str, typer.Option("--back", help="How far back the curve goes, such as 30d.")]
Ahead = Annotated[str, typer.Option("--ahead", help="How far ahead it goes, such as 60d.")]


@dataclass(frozen=True, slots=True)
class CurveOptions:
    """What was asked for of the curve; spans in milliseconds."""

    is_shown: bool
    picture: Path | None
    back_ms: int
    ahead_ms: int

    @property
    def is_asked(self) -> bool:
        """Whether a curve is needed at all."""
        return self.is_shown or self.picture is not None


def curve_options(back: str, ahead: str, picture: Path | None, *, has_curve: bool) -> CurveOptions:
    """Return the options of the curve.

    Raises:
        CommandFailed: If one cannot be used.
    """
    if picture is not None and picture.suffix.lower() != ".svg":
        raise CommandFailed(ExitCode.USAGE, f"--picture {picture}: it is written as SVG; give a name that ends in .svg")
    return CurveOptions(has_curve, picture, _span_ms("--back", back), _span_ms("--ahead", ahead))


def _span_ms(option: str, text: str) -> int:
    from pydantic_core import PydanticCustomError

    from schemas.duration import duration_ms

    try:
        return duration_ms(text)
    except PydanticCustomError as error:
        raise CommandFailed(ExitCode.USAGE, f"{option} {text}: {error.message()}") from error


def require_score(score_name: str | None, scorecard: "Scorecard") -> str:
    """Return the name of the score that is meant.

    Raises:
        CommandFailed: If the scorecard has none of that name.
    """
    if score_name is not None and score_name not in scorecard.scores:
        message = f"--score {score_name}: scorecard {scorecard.version} has {', '.join(scorecard.scores)}"
        raise CommandFailed(ExitCode.USAGE, message)
    return score_name or scorecard.default_score


def tell(
    lead_id: str,
    state: "LeadState",
    scorecard: "Scorecard",
    at: int,
    score_name: str,
    options: CurveOptions,
    *,
    is_json: bool,
) -> None:
    """Explain a lead's score at an instant: on the screen or as JSON, and into a picture if one is asked for.

    Raises:
        CommandFailed: If the picture cannot be written.
    """
    from streams.cli.explained import Span, as_json, explained
    from streams.cli.explained_view import show, spark_instants

    span = None
    if options.is_asked:
        from_at = max(0, at - options.back_ms)
        to_at = at + options.ahead_ms
        span = Span(from_at, to_at, spark_instants(from_at, to_at))
    told = explained(lead_id, state, scorecard, at, score_name, span)
    if is_json:
        print_json(as_json(told))
    else:
        show(told, span if options.is_shown else None)
    if options.picture is not None:
        _write(options.picture, told)


def _write(path: Path, told: "Explained") -> None:
    from streams.cli.curve_picture import picture

    try:
        path.write_text(picture(told), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandFailed(ExitCode.USAGE, f"--picture {path}: {reason}; give a file that can be written") from error
    say(f"the curve is in {path}")
