"""A lead's curve as a picture: one SVG file that needs nothing else, for light and dark pages.

What was is a thin line (what is known of it today), what will be a thick one; the thresholds of the stages lie behind
it, and each change of stage is a dot with its day.
"""

from collections.abc import Iterator, Sequence
from html import escape

from scorer.foresight.curve import CurvePoint
from scorer.rules.scorecard import Score
from streams.cli.explained import Explained
from streams.translation.translate import instant

WIDTH, HEIGHT = 900, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 120, 40, 40
DAY_MARKS = 6

_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #444 } .title { font-size: 15px; font-weight: 600; fill: #111 }
.axis, .threshold { stroke: #bbb } .threshold { stroke-dasharray: 4 4 } .now { stroke: #777 }
.was { stroke: #5b7a99; stroke-width: 1.5 } .will { stroke: #1f5fbf; stroke-width: 2.5 }
.was, .will { fill: none; stroke-linejoin: round } .turn { fill: #c2410c }
@media (prefers-color-scheme: dark) { text { fill: #bbb } .title { fill: #eee } .axis, .threshold { stroke: #555 }
.now { stroke: #999 } .was { stroke: #8aa9c8 } .will { stroke: #6aa5ff } .turn { fill: #fb923c } }
""".strip()


def picture(told: Explained) -> str:
    """Return the picture of an explanation that has a curve, as the text of an SVG file."""
    points, score = told.curve, told.scorecard.scores[told.score_name]
    frame = _Frame(points, score)
    title = escape(f"{told.lead_id}: {told.score_name}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        f'<title id="t">{title}</title><desc id="d">{escape(_described(told))}</desc><style>{_STYLE}</style>',
        f'<text class="title" x="{LEFT}" y="22">{title}</text>',
        *_thresholds(frame, score),
        *_days(frame),
        _line("was", frame, [point for point in points if point.at <= told.explanation.at]),
        _line("will", frame, [point for point in points if point.at >= told.explanation.at]),
        *_now(frame, told),
        *_turns(frame, told),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


class _Frame:
    """Where an instant and a score lie in the picture."""

    def __init__(self, points: Sequence[CurvePoint], score: Score) -> None:
        self.from_at, self.to_at = points[0].at, points[-1].at
        self.low = min(0.0, *(point.score for point in points))
        self.high = max([self.low + 1.0, *(point.score for point in points), *_entered(score)])

    def x(self, at: int) -> float:
        """Return how far right an instant lies."""
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - self.from_at) / max(1, self.to_at - self.from_at)

    def y(self, score: float) -> float:
        """Return how far down a score lies."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - score) / (self.high - self.low)


def _entered(score: Score) -> list[float]:
    """Return the thresholds that are on the scale."""
    return [stage.enter_at for stage in score.stages if score.lowest <= stage.enter_at <= score.highest]


def _described(told: Explained) -> str:
    first, last, known = told.curve[0], told.curve[-1], told.explanation
    return (
        f"{first.score:.1f} points on {_day(first.at)}, {known.score:.1f} on {_day(known.at)}, "
        f"{last.score:.1f} on {_day(last.at)} if nothing more happens"
    )


def _line(kind: str, frame: _Frame, points: Sequence[CurvePoint]) -> str:
    drawn = " ".join(f"{frame.x(point.at):.1f},{frame.y(point.score):.1f}" for point in points)
    return f'<polyline class="{kind}" points="{drawn}"/>' if len(points) > 1 else ""


def _thresholds(frame: _Frame, score: Score) -> Iterator[str]:
    right = WIDTH - RIGHT
    for stage in score.stages:
        if score.lowest <= stage.enter_at <= score.highest:
            y = frame.y(stage.enter_at)
            yield f'<line class="threshold" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text x="{right + 6}" y="{y + 4:.1f}">{escape(stage.name)} {stage.enter_at:g}</text>'
    for points in (frame.low, frame.high):
        yield f'<text x="{LEFT - 6}" y="{frame.y(points) + 4:.1f}" text-anchor="end">{points:.0f}</text>'


def _days(frame: _Frame) -> Iterator[str]:
    bottom = HEIGHT - BOTTOM
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>'
    for mark in range(DAY_MARKS):
        at = frame.from_at + (frame.to_at - frame.from_at) * mark // (DAY_MARKS - 1)
        yield f'<text x="{frame.x(at):.1f}" y="{bottom + 20}" text-anchor="middle">{_day(at)}</text>'


def _now(frame: _Frame, told: Explained) -> Iterator[str]:
    at = told.explanation.at
    if frame.from_at <= at <= frame.to_at:
        x = frame.x(at)
        yield f'<line class="now" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x + 4:.1f}" y="{TOP + 10}">{told.explanation.score:.1f}</text>'


def _turns(frame: _Frame, told: Explained) -> Iterator[str]:
    for turn in told.way.turns if told.way is not None else ():
        if told.explanation.at < turn.changed_at <= frame.to_at:
            x, y = frame.x(turn.changed_at), frame.y(turn.score)
            said = escape(f"{turn.to_stage}, {instant(turn.changed_at):%Y-%m-%d %H:%M:%S} UTC")
            yield f'<circle class="turn" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{said}</title></circle>'
            yield f'<text x="{x + 6:.1f}" y="{y - 6:.1f}">{escape(turn.to_stage)} {_day(turn.changed_at)}</text>'


def _day(at_ms: int) -> str:
    return f"{instant(at_ms):%Y-%m-%d}"
