"""A simulation as a page of figures, charts and tables, made from its document: neither says more than the other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from streams.report.sections import (
    Bars,
    Cell,
    Column,
    Curve,
    Figures,
    Flow,
    Prose,
    Report,
    Section,
    Series,
    Table,
    Tile,
)
from streams.translation.translate import milliseconds

Document = dict[str, Any]
_LEADS = Column("Leads", "number")
_SHARE = Column("Share", "number", unit="%", decimals=1)


def report_of(told: Document, at: datetime) -> Report:
    """Return a simulation's document as a report.

    Args:
        told: What `streams.simulating.document.document_of` made.
        at: When, for the foot of the page.
    """
    history, default = told["history"], told["default_score"]
    names = sorted(told["scores"], key=lambda name: name != default)
    sections: list[Section] = [_figures(told)]
    for name in names:
        sections += _score(name if len(names) > 1 else "", told["scores"][name])
    sections += [_changes(told), _how_to_read(told)]
    span = f"{history['from'][:10]} to {history['to'][:10]}" if history["records"] else "nothing is there to play"
    made = f"leadstream {version('leadstream')}, scorecard simulate, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return Report(
        f"Scorecard {told['scorecard']}, played over what happened",
        f"{history['source']}: {span}",
        f"{made}, from {history['source']}",
        tuple(sections),
    )


def _figures(told: Document) -> Figures:
    history, stages = told["history"], told["scores"][told["default_score"]]["stages"]
    refused = history["records"] - sum(
        history["outcomes"].get(name, 0) for name in ("applied", "unmatched", "repeat", "forwarded", "forwarded_again")
    )
    criteria = told["scores"][told["default_score"]]["criteria"]
    silent = sum(one["never_fired"] for one in criteria)
    top = stages[-1]
    tiles = (
        Tile("Leads", told["leads"], f"of {history['records']:,} records"),
        Tile("Stage changes", told["stage_changes"], f"{told['stage_changes_by_time_alone']:,} by time alone"),
        Tile(
            f"Ever reached {top['stage']}",
            top["leads_reached"],
            f"{_percent(top['leads_reached_share']):.1f} % of the leads",
        ),
        Tile("Criteria that never gave points", silent, f"of {len(criteria)}"),
        Tile("Refused", refused + history["refused_lines"], "records and lines that are no good input"),
    )
    return Figures("At a glance", tiles)


def _score(name: str, score: Document) -> Iterator[Section]:
    of = f" ({name})" if name else ""
    ladder = [one["stage"] for one in score["stages"]]
    yield _stages(of, score)
    counts = {(one["from"], one["to"]): one["count"] for one in score["flow"]}
    if counts:
        rows = tuple(tuple(counts.get((source, to), 0) for to in ladder) for source in ladder)
        yield Flow(f"From stage to stage{of}", tuple(ladder), tuple(ladder), rows, unit="changes")
    yield from _over_time(of, ladder, score["days"])
    spread = score["distribution"]
    if any(spread["counts"]):
        edges = spread["edges"]
        ranges = tuple(f"{low:g}–{high:g}" for low, high in pairwise(edges))
        half = f"Half of the leads have {spread['quantiles']['0.5']:.1f} points or less."
        yield Bars(
            f"Scores at the end{of}", ranges, (Series("leads", tuple(spread["counts"])),), "leads", half, upright=True
        )
    yield _criteria(of, score)
    if score["clips"]:
        yield _clips(of, score)
    if "outcomes" in score:
        yield _outcomes(of, score["outcomes"])


def _stages(of: str, score: Document) -> Table:
    columns = (
        Column("Stage"),
        Column("Enter at", "number", unit="points"),
        Column("Leave below", "number", unit="points"),
        Column("Leads at the end", "number"),
        _SHARE,
        Column("Ever reached", "number"),
        _SHARE,
        Column("Changes into", "number"),
        Column("Changes out of", "number"),
    )
    rows = [
        (
            one["stage"],
            one["enter_at"],
            one["leave_below"],
            one["leads_at_end"],
            _percent(one["leads_at_end_share"]),
            one["leads_reached"],
            _percent(one["leads_reached_share"]),
            one["changes_into"],
            one["changes_out_of"],
        )
        for one in reversed(score["stages"])
    ]
    return Table(f"Stages{of}", columns, rows, rows_name="stages")


def _over_time(of: str, ladder: list[str], days: list[Document]) -> Iterator[Section]:
    if len(days) < 2:
        return
    instants = tuple(_day_ms(day["day"]) for day in days)
    series = tuple(Series(stage, tuple(day["leads"][stage] for day in days)) for stage in ladder[1:])
    note = "At the end of each day (UTC). The lowest stage is left out: everybody begins there."
    yield Curve(f"Leads per stage over time{of}", instants, series, "leads", note, steps=True)
    moved = tuple(Series(stage, tuple(day["changes_into"].get(stage, 0) for day in days)) for stage in ladder)
    yield Curve(
        f"Stage changes a day{of}", instants, moved, "changes", "Into each stage, from above or below.", panels=True
    )


def _criteria(of: str, score: Document) -> Table:
    columns = (
        Column("Criterion"),
        Column("Side"),
        Column("Group"),
        Column("Fired"),
        Column("Activities", "number"),
        _LEADS,
        _SHARE,
        Column("Mean points", "number", decimals=1),
        Column("Leads at the end", "number"),
        Column("Mean points at the end", "number", decimals=1),
    )
    rows = [
        (
            one["criterion"],
            one["side"],
            one["group"],
            "never" if one["never_fired"] else "yes",
            one["activities"],
            one["leads"],
            _percent(one["leads_share"]),
            one["mean_points"],
            one["leads_at_end"],
            one["mean_points_at_end"],
        )
        for one in score["criteria"]
    ]
    note = "To whom each criterion gave points at any time, and at the end. Means are of those to whom it gave any."
    return Table(f"Criteria{of}", columns, rows, note, "criteria")


def _clips(of: str, score: Document) -> Table:
    columns = (Column("What"), Column("Of"), _LEADS, _SHARE, Column("Mean points", "number", decimals=1))
    rows = [
        (
            one["kind"].replace("_", " "),
            one["name"] or one["side"],
            one["leads"],
            _percent(one["leads_share"]),
            one["mean_points"],
        )
        for one in score["clips"]
    ]
    note = "What a cap took away (below zero) or a floor gave back (above zero), of those whom it touched."
    return Table(f"Caps, floors and ends of the scale that bit{of}", columns, rows, note, "clips")


def _outcomes(of: str, told: Document) -> Table:
    sure = f"{told['confidence']:.0%}"
    columns = (
        Column("Reached"),
        Column("Won", "number"),
        Column("Lost", "number"),
        Column("Precision", "number", unit="%", decimals=1),
        Column(f"{sure} from", "number", unit="%", decimals=1),
        Column(f"{sure} to", "number", unit="%", decimals=1),
        Column("Recall", "number", unit="%", decimals=1),
        Column("Lift", "number", decimals=2),
        Column("Median time to won", "number", unit="days", decimals=1),
        Column("Stood there and won", "number", unit="%", decimals=1),
    )
    rows = [
        (
            one["stage"],
            one["reached_won"],
            one["reached_lost"],
            _percent(one["precision"]),
            *(_percent(end) for end in one["precision_interval"] or (None, None)),
            _percent(one["recall"]),
            one["lift"],
            None if one["median_seconds_to_won"] is None else one["median_seconds_to_won"] / 86_400,
            _percent(one["stood_precision"]),
        )
        for one in reversed(told["stages"])
    ]
    note = (
        f"{told['won']:,} won, {told['lost']:,} lost. Only what was so before a lead's outcome counts. "
        f"Left out: {told['leads_without_history']:,} not in the history, {told['leads_known_too_late']:,} of whom "
        "nothing was known before their outcome. Behind precision stands where that of all such leads lies, as far as "
        f"these tell: {sure} of such intervals hold it (Wilson's)."
    )
    return Table(f"Held against outcomes{of}", columns, rows, note, "stages")


def _changes(told: Document) -> Table:
    columns = (
        Column("At", "instant"),
        Column("Lead"),
        Column("Score"),
        Column("From"),
        Column("To"),
        Column("Points", "number", decimals=1),
        Column("Cause"),
        Column("Because"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            milliseconds(datetime.fromisoformat(one["changed_at"])),
            one["lead"],
            one["score_name"],
            one["from_stage"] or "new",
            one["to_stage"],
            one["score"],
            one["cause"].replace("_", " "),
            "; ".join(one["reasons"]),
        )
        for one in reversed(told["changes_listed"])
    ]
    return Table("The latest stage changes", columns, rows, rows_name="stage changes", rows_total=told["stage_changes"])


def _how_to_read(told: Document) -> Prose:
    first = f" ({told['history']['played_from'][:10]})" if told["history"]["records"] else ""
    played = (
        "Every record was played in the order of its time through the code that a worker runs, with this scorecard in "
        f"force from the first record{first} on. Days are UTC."
    )
    measured = (
        "A criterion is measured for each lead at the end of each day on which something came of it, at its stage "
        "changes, and at the end. Activities count each time they came, repeats too."
    )
    personal = "Nothing personal is in this page but the leads' ids; leave those out with --no-lead-ids."
    return Prose("How this came about", (played, measured, personal))


def _day_ms(day: str) -> int:
    return milliseconds(datetime.fromisoformat(f"{day}T00:00:00+00:00"))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
