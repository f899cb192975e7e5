"""`leadstream import`: other systems' files as activities."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.import_activities import activities
from streams.cli.output_file import require_output
from streams.cli.progress import byte_progress
from streams.cli.terminal import CommandFailed, counted, print_json, say

if TYPE_CHECKING:
    from streams.importing.access_log import AccessLogRules
    from streams.importing.lines import LineSource
    from streams.importing.sinks import Sink
    from streams.importing.summary import ImportSummary

app = typer.Typer(help="Turn other systems' files into activities.", no_args_is_help=True)


app.command("activities")(activities)


@app.command("access-log")
def access_log(
    file: Annotated[Path, typer.Argument(help="The log, plain or gzip; - reads standard input.", show_default=False)],
    *,
    site: Annotated[str, typer.Option(help="Stands before every path, such as https://example.com.")] = "",
    is_shifted: Annotated[
        bool, typer.Option("--shift-to-now", help="Move all times so that the newest line happened now.")
    ] = False,
    is_pages_only: Annotated[
        bool,
        typer.Option("--pages-only", help="Leave out images, scripts and styles, failed requests, and all but GET."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the activities here, one JSON a line, not to the screen."),
    ] = None,
    is_produced: Annotated[
        bool, typer.Option("--produce", help="Send them to the topic page-views of LEADSTREAM_KAFKA_BOOTSTRAP.")
    ] = False,
    is_json: Annotated[bool, typer.Option("--json", help="Sum up as one JSON object.")] = False,
) -> None:
    """Turn a web server's combined log into page views.

    A visitor is a hash of address and user agent (LEADSTREAM_VISITOR_SALT keys it). Crawlers are marked
    as certain bots, requests without a user agent as probable ones. Lines that do not parse are counted and listed.
    A file sent twice counts once only as far as a lead's journal reaches: the LEADSTREAM_JOURNAL_ENTRIES_MAX (64)
    latest activities of each visitor are known as repeats, and those before them count again.
    """
    from streams.configuration.settings import load_settings
    from streams.importing.summary import ImportSummary

    require_output("--output", output, [file])
    rules = _rules(file, site=site, is_shifted=is_shifted, is_pages_only=is_pages_only)
    summary = ImportSummary()
    with ExitStack() as stack:
        sink = stack.enter_context(_sink(output, is_produced=is_produced))
        with _opened(file, "reading") as source:
            _import(source, rules, sink, summary)
        if summary.is_no_log:
            _sum_up(summary, rules.shift, is_json=is_json, is_stdout_taken=output is None and not is_produced)
            message = f"{file}: no line of it is of the combined log format, so nothing was imported; name another file"
            raise CommandFailed(ExitCode.FINDING, message)
    _sum_up(summary, rules.shift, is_json=is_json, is_stdout_taken=output is None and not is_produced)
    if is_produced and summary.page_views:
        most = load_settings().journal_entries_max
        say(f"  sent to Kafka; if sent again, only the latest {most} activities of each visitor are known as repeats")
    if not summary.lines:
        say(f"  {file} is empty")


def _rules(file: Path, *, site: str, is_shifted: bool, is_pages_only: bool) -> "AccessLogRules":
    """Put together how the log is read; for a shift, look for its newest line first."""
    from streams.configuration.settings import load_settings
    from streams.importing.access_log import AccessLogRules, newest_at, shift_to

    if site and not site.startswith(("http://", "https://")):
        raise CommandFailed(ExitCode.USAGE, f"--site {site}: give it with its scheme, such as https://{site}")
    shift = timedelta(0)
    if is_shifted:
        if not file.is_file():
            message = f"--shift-to-now reads the log twice, which {file} does not allow; save it in a file first"
            raise CommandFailed(ExitCode.USAGE if file.exists() or str(file) == "-" else ExitCode.NOT_FOUND, message)
        with _opened(file, "looking for the newest line") as source:
            shift = shift_to(newest_at(source.lines), datetime.now(UTC))
    salt = load_settings().visitor_salt
    secret = salt.get_secret_value().encode() if salt is not None else b""
    return AccessLogRules(site=site, salt=secret, shift=shift, is_pages_only=is_pages_only)


@contextmanager
def _opened(file: Path, doing: str) -> Iterator["LineSource"]:
    """Open the log and show how far it was read."""
    from streams.importing.lines import STANDARD_INPUT, opened

    with opened(file) as source:
        size = None if file == STANDARD_INPUT else file.stat().st_size
        with byte_progress(f"{doing} {file.name}", size, source.bytes_read):
            yield source


def _sink(output: Path | None, *, is_produced: bool) -> "Sink":
    """Return where the activities go."""
    from streams.configuration.settings import load_settings
    from streams.importing.sinks import FileSink, StandardOutputSink

    if is_produced and output is not None:
        raise CommandFailed(ExitCode.USAGE, "--produce and --output: give one of them; run it twice for both")
    if is_produced:
        from streams.importing.kafka_sink import KafkaSink

        return KafkaSink.from_settings(load_settings())
    return StandardOutputSink() if output is None else FileSink(output)


def _import(source: "LineSource", rules: "AccessLogRules", sink: "Sink", summary: "ImportSummary") -> None:
    """Read every line, count what it became, hand page views over."""
    from schemas.activities import PageView
    from streams.importing.access_log import read_line

    for line in source.lines:
        found = read_line(line, rules)
        summary.count(found)
        if isinstance(found, PageView):
            sink.take(found)


def _sum_up(summary: "ImportSummary", shift: timedelta, *, is_json: bool, is_stdout_taken: bool) -> None:
    """Tell what was imported; on standard error where standard output holds the activities."""
    told = {**summary.as_json(), "shifted_seconds": int(shift.total_seconds())}
    if is_json:
        print_json(told, to_stderr=is_stdout_taken)
        return
    bots = summary.by_verdict["certain_bot"]
    views = counted(summary.page_views, "page view", "page views")
    lines, visitors = counted(summary.lines, "line", "lines"), counted(summary.visitors, "visitor", "visitors")
    say(f"{lines}: {views} of {visitors}")
    if summary.page_views:
        say(f"  {bots:,} by crawlers ({bots / summary.page_views:.0%}), {told['first_at']} to {told['last_at']}")
    for reason, count in sorted(summary.left_out.items()):
        say(f"  {count:,} left out: {reason}")
    if summary.unread_count:
        say(f"  {summary.unread_count:,} did not parse:")
        for unread in summary.unread:
            say(f"    line {unread.number}: {unread.reason}")
        if summary.unread_count > len(summary.unread):
            say(f"    ... and {summary.unread_count - len(summary.unread):,} more")
