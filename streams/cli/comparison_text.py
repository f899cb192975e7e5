"""Two scorecards compared, as text: what changed by its effect, then who would have stood elsewhere."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from streams.cli.terminal import counted, out, print_table

if TYPE_CHECKING:
    from streams.comparison.leads import LeadDifference, LeadsCompared, ScoreTally
    from streams.comparison.scorecard_changes import ScorecardChanges

LEADS_SHOWN_MAX = 20
SEGMENTS_SHOWN_MAX = 15
SEGMENT_SORTS = ("up", "down", "elsewhere", "flips", "earlier", "later", "other_times")


def print_changes(found: "ScorecardChanges", *, is_of_several: bool) -> None:
    """Print what changed, by its effect, the most surprising first; ``is_of_several``: name the score of each."""
    from streams.comparison.change import MEANINGS

    for effect, changes in found.by_effect.items():
        out().print(f"{MEANINGS[effect]}:")
        for change in changes:
            score = next((name for name in change.spot.within if name.startswith("score ")), None)
            out().print(f"  {f'{score}, ' if score and is_of_several else ''}{change.text}")
            for note in change.notes:
                out().print(f"    {note}")


def print_leads(found: "LeadsCompared") -> None:
    """Print who would have stood elsewhere."""
    from streams.translation.translate import instant

    stretch = found.stretch
    if stretch.leads:
        span = f"{instant(stretch.from_at):%Y-%m-%d} to {instant(stretch.to_at):%Y-%m-%d}"
        out().print(f"{counted(stretch.leads, 'lead', 'leads')}, {span}, as if each had been in force all the time:")
    if not found.differing:
        out().print("no lead differs")
        return
    for tally in found.scores:
        _print_score(tally, is_of_several=len(found.scores) > 1)
    _print_listed(found)


def _print_score(tally: "ScoreTally", *, is_of_several: bool) -> None:
    from streams.comparison.paths import SORTS

    names = tally.rungs.names
    name = f"score {names.new}: " if is_of_several else ""
    share = 100 * tally.differing / tally.leads if tally.leads else 0.0
    out().print(f"{name}{counted(tally.differing, 'lead differs', 'leads differ')} ({share:.1f} %)")
    for sort, words in SORTS.items():
        if tally.sorts[sort]:
            out().print(f"  {tally.sorts[sort]:>8,}  {words}")
    if not tally.differing:
        return
    old, new = tally.moves
    out().print(f"  rises {old['rises']:,} -> {new['rises']:,}, falls {old['falls']:,} -> {new['falls']:,}")
    out().print("where leads end, old stage by row, new stage by column:")
    rows = [[stage, *(f"{tally.matrix[stage, other]:,}" for other in tally.rungs.new)] for stage in tally.rungs.old]
    print_table(("", *tally.rungs.new), rows)
    out().print("what moved them most:")
    points = tally.moved_points
    movers = [(term, f"{count:,}", f"{points.get(term, 0.0):+.1f}") for term, count in tally.movers.most_common(10)]
    print_table(("", "leads", "points of all"), movers)
    for by, values in tally.segments.items():
        _print_segments(by, values)


def _print_segments(by: str, values: "dict[str, dict[str, int]] | object") -> None:
    if not isinstance(values, dict) or len(values) == 1:
        return
    sorts = [sort for sort in SEGMENT_SORTS if any(counts[sort] for counts in values.values())]
    ranked = sorted(values.items(), key=lambda item: (-sum(item[1][sort] for sort in sorts), item[0]))
    rows = [
        (value, f"{counts['leads']:,}", *(f"{counts[sort]:,}" for sort in sorts))
        for value, counts in ranked[:SEGMENTS_SHOWN_MAX]
    ]
    print_table((by, "leads", *sorts), rows)


def _print_listed(found: "LeadsCompared") -> None:
    """Print the weightiest leads, one line each."""
    for one in found.listed[:LEADS_SHOWN_MAX]:
        out().print("  ".join(_cells(one, is_of_several=len(found.scores) > 1)))
    rest = found.differing - min(len(found.listed), LEADS_SHOWN_MAX)
    if rest > 0:
        out().print(f"... and {rest:,} more; --json lists the first {len(found.listed):,}")


def _cells(one: "LeadDifference", *, is_of_several: bool) -> Iterator[str]:
    from streams.translation.translate import instant

    yield f"{instant(one.parted_at):%Y-%m-%d %H:%M:%S}"
    yield one.lead_id
    if is_of_several:
        yield f"[{one.score}]"
    yield f"{one.old} -> {one.new}" if one.sort in {"up", "down", "elsewhere"} else f"{one.new}, {_how(one)}"
    yield f"{one.cause.old_score:.1f} -> {one.cause.new_score:.1f}"
    yield one.cause.text


def _how(one: "LeadDifference") -> str:
    return {"flips": "up or down otherwise", "other_times": "at other times"}.get(one.sort.value, one.sort.value)
