"""A simulation as text for a terminal: what to know first, then a table for each question."""

from collections.abc import Iterator, Sequence
from typing import Any

from streams.cli.terminal import counted, out, print_table

CHANGES_SHOWN = 20
BAR_CHARACTERS = 30
DAYS_SHOWN = 14
Document = dict[str, Any]


def print_simulation(told: Document) -> None:
    """Print a simulation, given as its document (`streams.simulating.document`)."""
    history = told["history"]
    span = f", {history['from'][:19]} to {history['to'][:19]}" if history["records"] else ": nothing is there to play"
    out().print(f"scorecard {told['scorecard']} over {history['source']}{span}")
    records = counted(history["records"], "record", "records")
    changes = counted(told["stage_changes"], "stage change", "stage changes")
    by_time = f"{told['stage_changes_by_time_alone']:,} of them by time alone"
    out().print(f"{records} of {counted(told['leads'], 'lead', 'leads')}: {changes}, {by_time}")
    aside = ", ".join(f"{name} {count:,}" for name, count in sorted(history["outcomes"].items()))
    out().print(f"what became of the records: {aside or 'there were none'}")
    for name, score in told["scores"].items():
        title = f"score {name}" + (" (the default)" if name == told["default_score"] else "")
        _print_score(title, score)
    _print_changes(told["changes_listed"], told["stage_changes"])


def _print_score(title: str, score: Document) -> None:
    _head(f"{title}: stages")
    print_table(
        ("stage", "from", "below", "at the end", "", "ever reached", "", "changes into", "out of"), _stage_rows(score)
    )
    if score["flow"]:
        _head("moves")
        print_table(("from", "to", "changes"), [(one["from"], one["to"], f"{one['count']:,}") for one in score["flow"]])
    if score["days"]:
        _print_days(score["days"])
    _print_distribution(score["distribution"])
    _head("criteria: whom they gave points, at any time and at the end")
    columns = ("criterion", "activities", "leads", "", "mean points", "leads at the end", "mean points")
    print_table(columns, _criterion_rows(score["criteria"]))
    if score["clips"]:
        _head("caps, floors and ends of the scale that bit")
        print_table(
            ("what", "of", "leads", "", "mean points"),
            [
                (
                    one["kind"].replace("_", " "),
                    one["name"] or one["side"],
                    *_count(one, "leads"),
                    _points(one["mean_points"]),
                )
                for one in score["clips"]
            ],
        )
    if "outcomes" in score:
        _print_outcomes(score["outcomes"])


def _stage_rows(score: Document) -> Iterator[Sequence[object]]:
    for one in reversed(score["stages"]):
        enter, leave = (f"{one[name]:g}" if one[name] is not None else "" for name in ("enter_at", "leave_below"))
        moves = (f"{one[name]:,}" for name in ("changes_into", "changes_out_of"))
        yield (one["stage"], enter, leave, *_count(one, "leads_at_end"), *_count(one, "leads_reached"), *moves)


def _print_days(days: Sequence[Document]) -> None:
    stages = [*days[0]["leads"]]
    _head("leads per stage at the end of the day" + (f", last {DAYS_SHOWN} days" if len(days) > DAYS_SHOWN else ""))
    rows = [(day["day"], *(f"{day['leads'][stage]:,}" for stage in stages)) for day in days[-DAYS_SHOWN:]]
    print_table(("day (UTC)", *stages), rows)


def _print_distribution(told: Document) -> None:
    edges, counts = told["edges"], told["counts"]
    most = max(counts, default=0)
    if not most:
        return
    middle = told["quantiles"].get("0.5")
    _head(f"scores at the end: half of the leads have {middle:g} or less, the mean is {told['mean']:.1f}")
    rows = [
        (f"{low:g} to {high:g}", f"{count:,}", "█" * -(-BAR_CHARACTERS * count // most))
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    print_table(("score", "leads", ""), rows)


def _criterion_rows(criteria: Sequence[Document]) -> Iterator[Sequence[object]]:
    for one in criteria:
        activities = "" if one["activities"] is None else f"{one['activities']:,}"
        if one["never_fired"]:
            yield (one["criterion"], activities, "never gave points", "", "", "", "")
            continue
        at_end = f"{one['leads_at_end']:,}"
        means = _points(one["mean_points"]), _points(one["mean_points_at_end"])
        yield (one["criterion"], activities, *_count(one, "leads"), means[0], at_end, means[1])


def _print_outcomes(told: Document) -> None:
    known = told["won"] + told["lost"]
    share = "" if told["won_share"] is None else f", {told['won_share']:.1%} of them won"
    _head(f"held against outcomes: {counted(known, 'lead', 'leads')}{share}")
    rows = []
    for one in reversed(told["stages"]):
        lift = "" if one["lift"] is None else f"{one['lift']:.2f}x"
        shares = (_share(one["precision"]), _interval(one["precision_interval"]), _share(one["recall"]), lift)
        wait = one["median_seconds_to_won"]
        days = "" if wait is None else f"{wait / 86_400:.1f} d"
        rows.append((one["stage"], f"{one['reached_won']:,}", f"{one['reached_lost']:,}", *shares, days))
    within = f"{told['confidence']:.0%} within"
    print_table(("reached", "won", "lost", "precision", within, "recall", "lift", "median time to won"), rows)
    for name, text in (
        ("leads_known_too_late", "had their outcome before anything else was known of them, and are left out"),
        ("leads_without_history", "with an outcome are not in the history, and are left out"),
    ):
        if told[name]:
            out().print(f"{counted(told[name], 'lead', 'leads')} {text}")


def _print_changes(changes: Sequence[Document], total: int) -> None:
    if not changes:
        return
    shown = changes[-CHANGES_SHOWN:]
    _head(f"the latest {len(shown)} of {total:,} stage changes")
    rows = [
        (
            one["changed_at"][:19],
            one["lead"],
            one["score_name"],
            f"{one['from_stage'] or 'new'} → {one['to_stage']}",
            f"{one['score']:.1f}",
            "; ".join(one["reasons"]),
        )
        for one in shown
    ]
    print_table(("at (UTC)", "lead", "score", "stage", "points", "because"), rows)


def _head(text: str) -> None:
    out().print(f"\n{text}")


def _count(one: Document, name: str) -> tuple[str, str]:
    """Return a count and its share."""
    return f"{one[name]:,}", f"{one[f'{name}_share']:.1%}"


def _points(mean: float | None) -> str:
    return "" if mean is None else f"{mean:+.1f}"


def _interval(ends: Sequence[float] | None) -> str:
    return "" if ends is None else f"{ends[0]:.1%} to {ends[1]:.1%}"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
