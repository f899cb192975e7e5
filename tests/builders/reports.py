"""A report with a section of each kind, in which one text stands wherever a text can stand."""

from streams.report.sections import (
    Bars,
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

NOON_AT = 1_790_000_000_000
DAY_MS = 86_400_000


def section_of_each_kind(text: str) -> tuple[Section, ...]:
    """Return sections that say a text everywhere."""
    ladder = (text, f"{text} 2")
    return (
        Figures(text, (Tile(text, text, text, unit=text), Tile(text, 12.5)), note=text),
        Flow(text, ladder, ladder, ((5, 2), (1, 3)), unit=text, note=text, sources_title=text, targets_title=text),
        Flow(text, (text,), ("elsewhere",), ((4,),)),
        Curve(text, (NOON_AT, NOON_AT + DAY_MS), (Series(text, (1, None)), Series(text, (4, 2.5))), text, text),
        Bars(text, ladder, (Series(text, (3, -2)), Series(text, (None, 7))), text, text),
        Bars(text, ladder, (Series(text, (3, 2)),), text, text, upright=True),
        Curve(text, (NOON_AT, NOON_AT + DAY_MS), (Series(text, (1, 2)),), text, text, panels=True),
        Prose(text, (text, text)),
        Table(
            text,
            (Column(text), Column(text), Column(text, "number", text, 1), Column(text, "instant")),
            tuple((f"{text}{number}", text if number % 2 else "other", number / 3, NOON_AT) for number in range(14)),
            note=text,
            rows_name=text,
            rows_total=90,
        ),
    )


def report_saying(text: str) -> Report:
    """Return a report that says a text everywhere."""
    return Report(text, text, text, section_of_each_kind(text))


STAGES = ("subscriber", "lead", "MQL", "SQL")
CHANNELS = ("webinar", "organic", "paid search", None)
LEAD_COLUMNS = (
    Column("Lead"),
    Column("From"),
    Column("To"),
    Column("Score", "number", decimals=1),
    Column("Channel"),
    Column("Changed at", "instant"),
    Column("Because"),
)


def lead_row(number: int) -> tuple[str, str, str, float | None, str | None, int, str]:
    """Return a row of a lead: different ones for different numbers, the same ones always."""
    spread = number * 7_919 % 100_003
    score = None if spread % 97 == 0 else spread / 100_003 * 100
    reasons = f"pricing_page_viewed +{spread % 30}, demo_requested +25"
    ladder = (STAGES[spread % 4], STAGES[spread % 3 + 1])
    return f"lead-{spread:06d}", *ladder, score, CHANNELS[spread % 4], NOON_AT - spread * 60_000, reasons


def report_of_leads(count: int) -> Report:
    """Return a report of so many leads, as a comparison of two scorecards would make it."""
    ladder = ((9_000, 1_204, 40, 3), (322, 800, 412, 18), (0, 133, 90, 58), (0, 2, 12, 31))
    instants = tuple(NOON_AT + day * DAY_MS for day in range(90))
    lines = tuple(
        Series(stage, tuple(900 + day * 3 - at * 200 for day in range(90))) for at, stage in enumerate(STAGES)
    )
    ranges = tuple(f"{low}–{low + 10}" for low in range(0, 100, 10))
    rows = [lead_row(number) for number in range(count)]
    return Report(
        "What scorecard 2026-11 would have done",
        f"{count:,} leads, August to October",
        "leadstream",
        (
            Figures("In short", (Tile("Leads that became MQL", 412, "3.3 % of all"), Tile("Became SQL", 58))),
            Flow("Who changed stage", STAGES, STAGES, ladder, unit="leads"),
            Curve("Leads in each stage", instants, lines, unit="leads", steps=True),
            Bars("Scores", ranges, (Series("leads", tuple(range(10, 0, -1))),), unit="leads", upright=True),
            Table("Leads", LEAD_COLUMNS, rows, rows_name="leads"),
        ),
    )
