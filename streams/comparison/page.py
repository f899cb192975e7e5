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

_LEADS = Column("Leads", "number")
_SHARE = Column("Share", "number", unit="%", decimals=1)
_SHORT: dict[Sort, str] = {
    Sort.UP: "Ends higher",
    Sort.DOWN: "Ends lower",
    Sort.ELSEWHERE: "Ends elsewhere",
    Sort.FLIPS: "Up or down otherwise",
    Sort.EARLIER: "Earlier",
    Sort.LATER: "Later",
    Sort.OTHER_TIMES: "At other times",
}
"""What sort of difference, where there is little room."""

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
        played = f"Both played over what {leads.stretch.leads:,} leads did, {span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}"
        subtitle = played if leads.stretch.leads else "Nothing was played: the history is empty"
        for tally in leads.scores:
            sections += _score(f" ({tally.rungs.names.new})" if len(leads.scores) > 1 else "", tally, versions)
        sections.append(_listed(leads))
    sections.append(_how_to_read(leads))
    made = f"leadstream {version('leadstream')}, scorecard diff, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return Report(f"From scorecard {versions[0]} to {versions[1]}", subtitle, made, tuple(sections))


def _figures(found: ScorecardChanges, leads: LeadsCompared | None) -> Figures:
    zero = len(found.by_effect.get(Effect.FROM_ZERO, ()))
    tiles = [Tile("Changes in the file", len(found.changes), f"{zero:,} of them counted from zero" if zero else "")]
    if leads is not None:
        count = len(leads.scores)
        all_leads = f"of {leads.stretch.leads:,} leads" + (f", counted in each of {count} scores" if count > 1 else "")
        tiles.append(Tile("Leads that differ", leads.differing, all_leads))
        for sort, label in ((Sort.UP, "End higher"), (Sort.DOWN, "End lower")):
            many = sum(tally.sorts[sort] for tally in leads.scores)
            is_shared = count == 1 and leads.stretch.leads
            tiles.append(
                Tile(label, many, f"{100 * many / leads.stretch.leads:.1f} % of the leads" if is_shared else "")
            )
        on_the_way = sum(tally.sorts[sort] for tally in leads.scores for sort in SORTS if sort not in _ENDS)
        tiles.append(Tile("End alike", on_the_way, "having been elsewhere on the way"))
    return Figures("At a glance", tuple(tiles))


def _changes(found: ScorecardChanges) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for effect, changes in found.by_effect.items():
        for change in changes:
            within = ", ".join(change.spot.within)
            rows.append((change.text, within, MEANINGS[effect], "; ".join(change.notes)))
    columns = (Column("Change"), Column("In"), Column("What it does"), Column("Note"))
    note = "" if rows else "Nothing differs: comments, layout and the version are no differences."
    # Most changes need no note; then the column is not there.
    has_notes = any(row[-1] for row in rows)
    width = len(columns) if has_notes else len(columns) - 1
    return Table("What changed in the file", columns[:width], [row[:width] for row in rows], note, "changes")


def _score(of: str, tally: ScoreTally, versions: tuple[str, str]) -> Iterator[Section]:
    if not tally.differing:
        yield Prose(f"No lead differs{of}", (f"All {tally.leads:,} leads stand alike at every instant.",))
        return
    rungs = tally.rungs
    matrix = tuple(tuple(tally.matrix[old, new] for new in rungs.new) for old in rungs.old)
    if any(tally.sorts[sort] for sort in _ENDS):
        note = "The stage of each lead at the end, under the one scorecard and under the other."
        titles = {"sources_title": versions[0], "targets_title": versions[1]}
        yield Flow(f"Where leads end{of}", rungs.old, rungs.new, matrix, "leads", note, **titles)
    yield _at_the_end(of, tally, versions)
    sorts = [sort for sort in SORTS if tally.sorts[sort]]
    counts = (Series("leads", tuple(tally.sorts[sort] for sort in sorts)),)
    yield Bars(f"How leads differ{of}", tuple(SORTS[sort] for sort in sorts), counts, "leads")
    moves = tuple(
        Series(name, tuple(one[kind] for kind in ("rises", "falls")))
        for name, one in zip(versions, tally.moves, strict=True)
    )
    note = "All of them. Many more of both: the new ladder flaps."
    yield Bars(f"Rises and falls{of}", ("rises", "falls"), moves, "stage changes", note)
    yield _movers(of, tally)
    for by, values in tally.segments.items():
        if len(values) > 1:
            yield _segments(f"By {by}{of}", by, values)


def _at_the_end(of: str, tally: ScoreTally, versions: tuple[str, str]) -> Bars:
    """Return how many end in each stage; one that only one scorecard has, has no bar of the other."""
    rungs = tally.rungs
    names = tuple(dict.fromkeys((*rungs.new[::-1], *rungs.old[::-1])))
    old = {stage: sum(tally.matrix[stage, other] for other in rungs.new) for stage in rungs.old}
    new = {stage: sum(tally.matrix[other, stage] for other in rungs.old) for stage in rungs.new}
    series = (
        Series(name, tuple(ends.get(stage) for stage in names)) for name, ends in zip(versions, (old, new), strict=True)
    )
    return Bars(f"Leads in each stage at the end{of}", names, tuple(series), "leads")


def _movers(of: str, tally: ScoreTally) -> Table:
    columns = (Column("What"), _LEADS, _SHARE, Column("Points of all leads", "number", decimals=1))
    rows = [
        (name, count, 100 * count / tally.differing, tally.moved_points.get(name, 0.0))
        for name, count in tally.movers.most_common()
    ]
    note = "What weighs most where a lead's stages part. The ladder: the score is the same, the stage is not."
    return Table(f"What moved leads most{of}", columns, rows, note, "movers")


def _segments(title: str, by: str, values: dict[str, Counter[str]]) -> Table:
    sorts = [sort for sort in SORTS if any(counts[sort.value] for counts in values.values())]
    columns = (
        Column(by.capitalize()),
        _LEADS,
        Column("Differ", "number"),
        _SHARE,
        *(Column(_SHORT[sort], "number") for sort in sorts),
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
        Column("Lead"),
        Column("Score"),
        Column("Parts at", "instant"),
        Column("How"),
        Column("Old stage"),
        Column("New stage"),
        Column("Old points", "number", decimals=1),
        Column("New points", "number", decimals=1),
        Column("Moved by"),
        *(Column(by.capitalize()) for by in leads.by),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in leads.listed:
        who: tuple[Cell, ...] = (one.lead_id, one.score, one.parted_at, _SHORT[one.sort], one.old, one.new)
        rows.append((*who, one.cause.old_score, one.cause.new_score, one.cause.text, *one.values))
    note = "Points and movers are those of the parting: of a lead that ends elsewhere the last one, else the first."
    # A score or an attribute that is the same for all is not worth a column.
    optional = {1, *range(len(columns) - len(leads.by), len(columns))}
    kept = [at for at in range(len(columns)) if at not in optional or len({row[at] for row in rows}) > 1]
    shown = [tuple(row[at] for at in kept) for row in rows]
    return Table("Leads that differ", tuple(columns[at] for at in kept), shown, note, "leads", leads.differing)


def _how_to_read(leads: LeadsCompared | None) -> Prose:
    words = ["What changed is told by what it does to the counts of before; what surprises people stands first."]
    if leads is not None:
        words.append("A lead differs if its stages differ at any instant; a stage that is only renamed is the same.")
        words.append(
            "Each scorecard is played from the beginning. A release differs from that where a signal is counted from"
            " zero, or otherwise from then on: there it takes the signal's span until the new scorecard does the same."
        )
    return Prose("How to read it", tuple(words))
