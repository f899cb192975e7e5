"""What people are shown of why a lead has its score: a sum, what its bounds take, what would change it, its curve."""

import sys
from collections.abc import Iterator

from scorer import LineKind
from scorer.foresight.breakdown import Part
from scorer.foresight.fitting import Fitting
from scorer.foresight.rises import Rise
from streams.cli.explained import Explained, Span
from streams.cli.sparkline import sparkline
from streams.cli.terminal import out, print_pairs, print_table, say
from streams.translation.translate import instant

WAYS_SHOWN = 3
TURNS_SHOWN = 4
FITTINGS_SHOWN = 3
SPARKS = 60
"""How many columns a curve has in a terminal."""
NOW = "|"

_BOUNDS = {
    LineKind.GROUP_CLIP: "  group {name}: cap or floor",
    LineKind.SIDE_CLIP: "  {name}: cap or floor",
    LineKind.SIDE_WEIGHT: "  {name}: weight",
    LineKind.TOTAL_CLIP: "  end of the scale",
}


def spark_instants(from_at: int, to_at: int) -> tuple[int, ...]:
    """Return the instants of a curve's columns, in milliseconds: evenly from one end to the other."""
    return tuple(from_at + (to_at - from_at) * column // (SPARKS - 1) for column in range(SPARKS))


def show(told: Explained, span: Span | None) -> None:
    """Show an explanation to people; its curve if there is one, over the span that it was asked for."""
    out().print(f"{told.lead_id} at {_day_and_time(told.explanation.at)} UTC")
    _show_sum(told)
    _show_standing(told)
    for line in (*_ahead(told), *_rising(told), *_fitting(told)):
        out().print(line)
    if span is not None and told.curve:
        _show_curve(told, span)


def _show_sum(told: Explained) -> None:
    """Show criteria and bounds, as a sum that people can follow."""
    rows: list[tuple[object, ...]] = [
        (
            part.side,
            part.group,
            part.criterion.name,
            f"{part.count:g}" if part.count else None,
            f"{part.points:+.2f}",
            _taken(part),
        )
        for part in told.breakdown.parts
    ]
    rows += [
        (bound.side, "", _BOUNDS[bound.kind].format(name=bound.name), None, f"{bound.points:+.2f}", "")
        for bound in told.breakdown.bounds
    ]
    rows.append(("", "", told.score_name, None, f"{told.breakdown.score:.2f}", ""))
    print_table(("side", "group", "because", "count", "points", "taken off"), rows)


def _counted(part: Part) -> str | None:
    return f"{part.count:g}" if part.count else None


def _taken(part: Part) -> str:
    """Return what limit, cap and floor change of a criterion, in words."""
    changes = [(part.by_limit, "limit"), (part.by_clip, "cap" if part.by_clip < 0 else "floor")]
    return ", ".join(f"{points:+.2f} by its {name}" for points, name in changes if round(points, 2))


def _show_standing(told: Explained) -> None:
    """Show grade and stage, and what has to be said of them."""
    explanation = told.explanation
    pairs = {"grade": explanation.grade or "none"}
    if not explanation.is_past:
        pairs["stage"] = told.stage or "not worked out: too many changes until then"
    if told.stage != told.stage_now:
        pairs["stage now"] = told.stage_now or "none"
    print_pairs(pairs)
    if explanation.is_past:
        say("the stage at that instant is not told: a stage remembers its path")
    if explanation.straddling_count:
        say(f"left out: {explanation.straddling_count} counts in time buckets that this instant lies in")


def _ahead(told: Explained) -> Iterator[str]:
    """Yield what happens if nothing more does."""
    if told.way is None:
        return
    order = [stage.name for stage in told.scorecard.scores[told.score_name].stages]
    coming = [turn for turn in told.way.turns if turn.changed_at > told.explanation.at]
    yield ""
    yield "if nothing more happens"
    for turn in coming[:TURNS_SHOWN]:
        is_up = order.index(turn.to_stage) > order.index(turn.from_stage or order[0])
        verb = "rises" if is_up else "falls"
        yield f"  {verb} to {turn.to_stage} on {_day_and_time(turn.changed_at)} UTC, with {turn.score:.1f}"
    if len(coming) > TURNS_SHOWN:
        yield f"  ... and {len(coming) - TURNS_SHOWN} more changes"
    elif told.way.is_cut_short:
        yield f"  beyond {_day_and_time(told.way.known_until)} UTC it is not worked out: too much changes until then"
    elif not coming:
        yield "  it stays where it is"


def _rising(told: Explained) -> Iterator[str]:
    """Yield what would make the lead rise."""
    if told.rises is None:
        return
    enter_at = {stage.name: stage.enter_at for stage in told.scorecard.scores[told.score_name].stages}
    for target in told.rises.targets:
        ways = told.rises.to(target)
        yield ""
        yield f"to rise to {target} ({enter_at[target]:g} points) now, any of"
        yield from (f"  {_way(way)}" for way in ways[:WAYS_SHOWN])
        if len(ways) > WAYS_SHOWN:
            yield f"  ... or {len(ways) - WAYS_SHOWN} more, in --json"
        elif not ways and not told.rises.is_cut_short:
            yield "  nothing of one kind is enough at once"
    if told.rises.is_cut_short:
        yield "  (not all was tried: this lead did too much)"


def _way(way: Rise) -> str:
    """Return a way up in words.

    It names what else the activity counts as, and the stage if that is beyond the one that was asked for.
    """
    from streams.scorecards.loading import signal_name

    name = signal_name(way.deed.signal)
    each = " each" if way.count > 1 else ""
    much = "" if way.measure is None else f" with {way.deed.measure_field} {way.measure:g}{each}"
    also = sorted({signal_name(one) for one in way.deed.also} - {name})
    besides = f" ({', '.join(also)} too)" if also else ""
    beyond = f", and so to {way.stage}" if way.stage != way.target else ""
    return f"{way.count} {name}{much}{besides}: {way.score:.1f} points{beyond}"


def _fitting(told: Explained) -> Iterator[str]:
    """Yield what it is worth to find out about the lead."""
    if not told.fittings:
        return
    yield ""
    yield "if its profile turned out so"
    yield from (f"  {_found_out(one, told.stage)}" for one in told.fittings[:FITTINGS_SHOWN])


def _found_out(one: Fitting, stage: str | None) -> str:
    name = one.criterion.condition.field
    if one.is_lifted:
        so = f"another {name}" if one.value is None else f"{name} known"
    else:
        so = f"no {name}" if one.value is None else f"{name} such as {one.value}"
    moved = f", and so to {one.stage}" if one.stage != stage else ""
    return f"{so} ({one.criterion.name}): {one.points:+.1f} points{moved}"


def _show_curve(told: Explained, span: Span) -> None:
    """Show the curve as a row of blocks, with what its ends and heights are."""
    at = told.explanation.at
    scores = {point.at: point.score for point in told.curve}
    values = [scores.get(column) for column in spark_instants(span.from_at, span.to_at)]
    low = told.scorecard.scores[told.score_name].lowest
    high = max(scores.values())
    now_column = round((at - span.from_at) / (span.to_at - span.from_at) * SPARKS)
    row = sparkline(values, low, high, is_plain=not _has_blocks())
    out().print()
    out().print(f"{row[:now_column]}{NOW}{row[now_column:]}")
    out().print(f"{_day(span.from_at)} to {_day(span.to_at)}, {low:g} to {high:.1f} points; {NOW} is {_day(at)}")


def _has_blocks() -> bool:
    try:
        sparkline([0.0], 0, 1).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _day(at_ms: int) -> str:
    return f"{instant(at_ms):%Y-%m-%d}"


def _day_and_time(at_ms: int) -> str:
    return f"{instant(at_ms):%Y-%m-%d %H:%M:%S}"
