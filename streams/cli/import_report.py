"""What an import of activities found, told to people and machines."""

from pathlib import Path
from typing import TYPE_CHECKING

from streams.cli.terminal import counted, out, print_json, print_table, say

if TYPE_CHECKING:
    from streams.importing.activities.report import ImportReport


def tell_report(report: "ImportReport", to: str | None, refused: Path | None, *, is_json: bool) -> None:
    """Say what was imported, or would be.

    Args:
        report: The counts.
        to: Where it went; None after a dry run.
        refused: The file of refused rows, if there is one.
        is_json: One JSON object on standard output; else text.
    """
    if is_json:
        print_json({**report.as_json(), "to": to})
        return
    leads = counted(report.leads, "lead", "leads")
    activities = counted(report.activities, "activity", "activities")
    out().print(f"{counted(report.rows, 'row', 'rows')}: {activities} of {leads}")
    _tell_types(report)
    for what, count in report.left_out.most_common():
        out().print(f"  {count:,} left out: {what!r}")
    _tell_times(report)
    _tell_doubts(report)
    _tell_refusals(report, refused)
    if to is None:
        _tell_first(report)
    elif report.activities:
        out().print(f"  all of them are in {to}")


def _tell_types(report: "ImportReport") -> None:
    if report.by_type:
        rows = [
            (f"  {name}", f"{of.count:,}", f"{of.first_at:%Y-%m-%d}", f"{of.last_at:%Y-%m-%d}")
            for name, of in sorted(report.by_type.items())
        ]
        print_table(("  type", "count", "first", "last"), rows)


def _tell_times(report: "ImportReport") -> None:
    times = report.times
    if times.is_mixed:
        named, plain = f"{times.with_zone:,} times name their zone", f"{times.without_zone:,} do not"
        out().print(f"  mixed times: {named}, {plain} and were read in the mapping's; see that this is what they mean")
    if times.twice_there:
        out().print(f"  {times.twice_there:,} in an hour that winter time repeats: the first of the two was taken")
    if times.never_there:
        out().print(f"  {times.never_there:,} in an hour that summer time leaves out: read by the clock before it")


def _tell_doubts(report: "ImportReport") -> None:
    if report.email_ids:
        way_out = "map your own id of a lead, or write email_to_sha256: true if live activities do the same"
        out().print(f"  {report.email_ids:,} have an e-mail address as lead_id; {way_out}")


def _tell_refusals(report: "ImportReport", refused: Path | None) -> None:
    if not report.refused:
        return
    where = "" if refused is None else f", in {refused} to be mended; {refused}.reasons.txt says what is wrong"
    out().print(f"  {report.refused:,} refused{where}")
    for refusal in report.refusals:
        out().print(f"    {refusal.text()}")
    if report.refused > len(report.refusals):
        more = report.refused - len(report.refusals)
        out().print(f"    ... and {more:,} more" + ("" if refused else "; --refused FILE writes all of them"))


def _tell_first(report: "ImportReport") -> None:
    if report.first:
        out().print("  the first of them:")
        for line in report.first:
            out().print(f"    {line}")
    say("nothing was sent; --to kafka sends it, --to FILE writes it")
