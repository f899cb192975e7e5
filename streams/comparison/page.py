"""A comparison as a page of figures, charts and tables."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from streams.comparison.change import MEANINGS, Effect
from streams.comparison.leads import LeadsCompared, ScoreTally
from streams.comparison.paths import SORTS, Sort
from streams.comparison.scorecard_changes import ScorecardChanges
from streams.report.sections import (
    Bars,
    Cell,
    Column,
    Figures,
    Flow,
    Prose,
    Report,
    Section,
    Series,
    Table,
    Tile,
)
from streams.translation.translate import instant

_LEADS = Column("leads", "number")
_SHARE = Column("share", "number", unit="%", decimals=1)
_ENDS = (Sort.UP, Sort.DOWN, Sort.ELSEWHERE)


def report_of(versions: tuple[str, str], found: ScorecardChanges, leads: LeadsCompared | None, at: datetime) -> Report:
    """Return a comparison as a report.

    Args:
        versions: Of the old and the new scorecard.
        found: What changed.
        leads: Who would have stood elsewhere; None if nobody asked.
        at: When, for the foot of the page.
    """
    sections: list[Section] = [_figures(found, leads), _changes(found)]
    subtitle = "What changed in the file"
    if leads is not None:
        span = (instant(leads.stretch.from_at), instant(leads.stretch.to_at))
        subtitle = f"Both played over {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}, each as if in force all the time"
        for tally in leads.scores:
            sections += _score(f" ({tally.rungs.names.new})" if len(leads.scores) > 1 else "", tally)
        sections.append(_listed(leads))
    sections.append(_how_to_read(leads))
    made = f"leadstream {version('leadstream')}, scorecard diff, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return Report(f"Scorecard {versions[0]} beside {versions[1]}", subtitle, made, tuple(sections))


def _figures(found: ScorecardChanges, leads: LeadsCompared | None) -> Figures:
    zero = len(found.by_effect.get(Effect.FROM_ZERO, ()))
    tiles = [Tile("Changes in the file", len(found.changes), f"{zero:,} of them counted from zero")]
    if leads is not None:
        count = sum(tally.leads for tally in leads.scores)
        share = f"{leads.differing / count:.1%} of {count:,}" if count else "there are none"
        tiles.append(Tile("Leads that differ", leads.differing, share))
        for sort, label in ((Sort.UP, "End higher"), (Sort.DOWN, "End lower")):
            tiles.append(Tile(label, sum(tally.sorts[sort] for tally in leads.scores)))
        on_the_way = sum(tally.sorts[sort] for tally in leads.scores for sort in SORTS if sort not in _ENDS)
        tiles.append(Tile("End alike, otherwise on the way", on_the_way))
    return Figures("At a glance", tuple(tiles))


def _changes(found: ScorecardChanges) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for effect, changes in found.by_effect.items():
        for change in changes:
            within = ", ".join(change.spot.within)
            rows.append((change.text, within, MEANINGS[effect], "; ".join(change.notes)))
    columns = (Column("change"), Column("in"), Column("what it does"), Column("note"))
    note = "" if rows else "Nothing differs: comments, layout and the version are no differences."
    return Table("What changed in the file", columns, rows, note, "changes")


def _score(of: str, tally: ScoreTally) -> Iterator[Section]:
    if not tally.differing:
        yield Prose(f"No lead differs{of}", (f"All {tally.leads:,} leads stand alike at every instant.",))
        return
    sorts = [sort for sort in SORTS if tally.sorts[sort]]
    counts = (Series("leads", tuple(tally.sorts[sort] for sort in sorts)),)
    yield Bars(f"How leads differ{of}", tuple(SORTS[sort] for sort in sorts), counts, "leads")
    rungs = tally.rungs
    matrix = tuple(tuple(tally.matrix[old, new] for new in rungs.new) for old in rungs.old)
    titles = {"sources_title": "old scorecard", "targets_title": "new scorecard"}
    yield Flow(f"Where leads end{of}", rungs.old, rungs.new, matrix, "leads", **titles)
    moves = tuple(
        Series(name, tuple(one[kind] for kind in ("rises", "falls")))
        for name, one in zip(("old scorecard", "new scorecard"), tally.moves, strict=True)
    )
    yield Bars(f"Stage changes{of}", ("rises", "falls"), moves, "changes")
    yield _movers(of, tally)
    for by, values in tally.segments.items():
        if len(values) > 1:
            yield _segments(f"By {by}{of}", by, values)


def _movers(of: str, tally: ScoreTally) -> Table:
    columns = (Column("what"), _LEADS, _SHARE, Column("points of all leads", "number", decimals=1))
    rows = [
        (name, count, 100 * count / tally.differing, tally.moved_points.get(name, 0.0))
        for name, count in tally.movers.most_common()
    ]
    note = "What weighs most where a lead's stages part. The ladder: the score is the same, the stage is not."
    return Table(f"What moved leads most{of}", columns, rows, note, "movers")


def _segments(title: str, by: str, values: dict[str, Counter[str]]) -> Table:
    sorts = [sort for sort in SORTS if any(counts[sort.value] for counts in values.values())]
    columns = (
        Column(by),
        _LEADS,
        Column("differ", "number"),
        _SHARE,
        *(Column(SORTS[sort], "number") for sort in sorts),
    )
    rows: list[tuple[Cell, ...]] = []
    for value, counts in values.items():
        differing = sum(counts[sort.value] for sort in sorts)
        share = 100 * differing / counts["leads"]
        rows.append((value, counts["leads"], differing, share, *(counts[sort.value] for sort in sorts)))
    rows.sort(key=lambda row: (-float(row[2] or 0), str(row[0])))
    return Table(title, columns, rows, rows_name="values")


def _listed(leads: LeadsCompared) -> Table:
    columns = (
        Column("lead"),
        Column("score"),
        Column("parts at", "instant"),
        Column("how"),
        Column("old stage"),
        Column("new stage"),
        Column("old points", "number", decimals=1),
        Column("new points", "number", decimals=1),
        Column("moved by"),
        *(Column(by) for by in leads.by),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in leads.listed:
        who: tuple[Cell, ...] = (one.lead_id, one.score, one.parted_at, SORTS[one.sort], one.old, one.new)
        rows.append((*who, one.cause.old_score, one.cause.new_score, one.cause.text, *one.values))
    note = "Points and movers are those of the parting: of a lead that ends elsewhere the last one, else the first."
    return Table("Leads that differ", columns, rows, note, "leads", leads.differing)


def _how_to_read(leads: LeadsCompared | None) -> Prose:
    words = ["What changed is told by what it does to the counts of before; what surprises people stands first."]
    if leads is not None:
        words.append("A lead differs if its stages differ at any instant; a stage that is only renamed is the same.")
        words.append(
            "Each scorecard is played from the beginning. A release differs from that where a signal is counted from"
            " zero, or otherwise from then on: there it takes the signal's span until the new scorecard does the same."
        )
    return Prose("How to read it", tuple(words))
