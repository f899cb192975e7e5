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
        Prose(text, (text, text)),
        Table(
            text,
            (Column(text), Column(text), Column(text, "number", text, 1), Column(text, "instant")),
            tuple((f"{text}{number}", text if number % 2 else "other", number / 3, NOON_AT) for number in range(4)),
            note=text,
            rows_name=text,
            rows_total=9,
        ),
    )


def report_saying(text: str) -> Report:
    """Return a report that says a text everywhere."""
    return Report(text, text, text, section_of_each_kind(text))
