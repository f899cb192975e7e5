"""`leadstream import activities`: what leads did in past years, from another system's export."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exit_codes import ExitCode
from streams.cli.import_ends import begin, have_judged
from streams.cli.import_report import tell_report
from streams.cli.output_file import require_output
from streams.cli.progress import byte_progress
from streams.cli.terminal import CommandFailed, counted, say

if TYPE_CHECKING:
    from streams.configuration.settings import Settings
    from streams.importing.activities.mapping import ImportMapping
    from streams.importing.activities.progress_file import ProgressFile
    from streams.importing.activities.report import ImportReport
    from streams.importing.activities.targets import Target
    from streams.importing.lines import Line

TO_KAFKA = "kafka"
RATE = 5_000.0

Files = Annotated[
    list[Path], typer.Argument(help="CSV or NDJSON, plain or gzip; - reads standard input.", show_default=False)
]
Mapping = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", help="Says what is what. Without it: NDJSON of leadstream's own contracts."),
]
To = Annotated[
    str | None, typer.Option("--to", help="kafka, or a FILE of activities. Without it nothing is sent: a dry run.")
]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only read, and show what would come out.")]
Refused = Annotated[
    Path | None, typer.Option("--refused", help="Write refused rows here, to be mended and imported again.")
]
Rate = Annotated[
    float, typer.Option("--rate", min=0, help="At most so many activities a second to Kafka; 0: no bound.")
]
Folder = Annotated[
    Path | None, typer.Option("--progress-folder", help="Where progress is kept; .leadstream/imports by default.")
]
Judge = Annotated[
    bool, typer.Option("--judge/--no-judge", help="At its end have every lead judged anew; or leave that to you.")
]
Again = Annotated[bool, typer.Option("--again", help="Send once more what was imported whole, or begin anew.")]
Json = Annotated[bool, typer.Option("--json", help="Sum up as one JSON object.")]


def activities(  # noqa: PLR0913 - an option each
    files: Files,
    *,
    mapping: Mapping = None,
    to: To = None,
    is_dry: Dry = False,
    refused: Refused = None,
    rate: Rate = RATE,
    progress_folder: Folder = None,
    is_judged: Judge = True,
    is_again: Again = False,
    is_json: Json = False,
) -> None:
    """Import what leads did in past years from another system's export.

    A mapping file says which column is what. Rows that break a rule are listed and left out, and stop nothing else.
    Broken off, the same command goes on where it was, and nothing is doubled. What is imported tells nobody anything
    until its end: then each lead that stands elsewhere by it gets one change. Begin with a dry run: leave out --to.
    """
    from streams.configuration.settings import load_settings
    from streams.importing.activities.mapping import load_mapping
    from streams.importing.activities.report import ImportReport

    _require_outputs(to, refused, [*files, mapping])
    loaded = None if mapping is None else load_mapping(mapping)
    settings = load_settings()
    report = ImportReport(datetime.now(UTC), timedelta(seconds=settings.lateness_max_seconds))
    where = None if is_dry else to
    is_to_judge = is_judged and where == TO_KAFKA
    with ExitStack() as held:
        progress = None
        if where is not None:
            progress = held.enter_context(_progress(files, loaded, where, progress_folder, is_again=is_again))
        _require_open(progress, is_to_judge=is_to_judge)
        _run(files, loaded, _target(progress, where, settings, rate), refused, report)
        tell_report(report, where, refused, is_json=is_json)
        if progress is not None and is_to_judge and report.activities:
            have_judged(progress, settings)
    _require_some(report, files)


def _require_outputs(to: str | None, refused: Path | None, inputs: Sequence[Path | None]) -> None:
    """Refuse to write where the import reads, or two things into one file.

    Raises:
        CommandFailed: If it would.
    """
    from streams.importing.activities.refused_file import RefusedFile

    written = None if to is None or to == TO_KAFKA else Path(to)
    require_output("--to", written, inputs)
    for file in () if refused is None else (refused, RefusedFile.reasons_of(refused)):
        require_output("--refused", file, [*inputs, written])


def _require_some(report: "ImportReport", files: Sequence[Path]) -> None:
    """Refuse files of which no row could be used: they, or the mapping, are others than was meant."""
    if report.refused and not report.activities:
        names = ", ".join(str(file) for file in files)
        message = f"{names}: no row could be used; the refusals above say why, and the mapping is what to look at first"
        raise CommandFailed(ExitCode.FINDING, message)


def _run(
    files: Sequence[Path],
    mapping: "ImportMapping | None",
    target: "Target",
    refused: Path | None,
    report: "ImportReport",
) -> None:
    """Take every file its way."""
    from streams.importing.activities.course import Course
    from streams.importing.activities.reading import named
    from streams.importing.activities.refused_file import RefusedFile

    with ExitStack() as stack:
        refused_rows = stack.enter_context(RefusedFile(refused))
        course = Course(mapping, stack.enter_context(target), refused_rows, report)
        for file in files:
            with _opened(file) as lines:
                course.run_through(named(file), lines)


@contextmanager
def _opened(file: Path) -> Iterator["Iterator[Line]"]:
    """Open a file and show how far it was read."""
    from streams.importing.lines import STANDARD_INPUT, opened

    with opened(file) as source:
        size = None if file == STANDARD_INPUT else file.stat().st_size
        with byte_progress(f"importing {file.name}", size, source.bytes_read):
            yield source.lines


@contextmanager
def _progress(
    files: Sequence[Path], mapping: "ImportMapping | None", to: str, folder: Path | None, *, is_again: bool
) -> Iterator["ProgressFile"]:
    """Hand over how far earlier runs of the same import came, while nobody else runs it.

    Raises:
        CommandFailed: If it cannot be told from others.
        ImportRunning: If another process runs it.
    """
    from streams.importing.activities import progress_file as known
    from streams.importing.activities.lock import locked
    from streams.importing.lines import STANDARD_INPUT

    if STANDARD_INPUT in files:
        message = "- cannot be read twice, so an import of it could not go on after a break; save it in a file first"
        raise CommandFailed(ExitCode.USAGE, message)
    name, fingerprint = ("activities", "") if mapping is None else (mapping.file.name, mapping.fingerprint)
    contents = [known.content_hash(file) for file in files]
    if doubled := [file for number, file in enumerate(files) if contents[number] in contents[:number]]:
        raise CommandFailed(ExitCode.USAGE, f"{doubled[0]}: its content is that of a file before it; name each once")
    import_id = known.import_id_of(name, fingerprint, contents)
    place = (folder or known.FOLDER, import_id, to)
    with locked(known.progress_path(*place)):  # before it is read: another run may just have come to its end
        opened = known.ProgressFile.opened(*place)
        if is_again:
            opened.progress = known.Progress(import_id, to)
        yield opened


def _require_open(progress: "ProgressFile | None", *, is_to_judge: bool) -> None:
    """Refuse an import that is whole; say where one goes on.

    Raises:
        CommandFailed: If nothing of it is left to be done.
    """
    if progress is None:
        return
    known = progress.progress
    if known.is_finished and (known.is_judged or not is_to_judge):
        message = f"import {known.import_id} is whole in {known.target} ({progress.path}); --again sends it once more"
        raise CommandFailed(ExitCode.FINDING, message)
    if known.is_begun:
        say(f"  going on after {counted(known.sent, 'activity', 'activities')}: {progress.path}")


def _target(progress: "ProgressFile | None", to: str | None, settings: "Settings", rate: float) -> "Target":
    """Return where the activities go."""
    from streams.importing.activities.targets import FileTarget, KafkaTarget, NoTarget

    if progress is None or to is None:
        return NoTarget()
    if to != TO_KAFKA:
        return FileTarget(Path(to), progress)
    from streams.importing.activities.kafka_look import KafkaLook
    from streams.importing.activities.pace import Pace
    from streams.publisher.kafka import KafkaPublisher

    begin(progress, settings)
    pace = Pace(rate, time.monotonic, time.sleep)
    return KafkaTarget(KafkaPublisher.from_settings(settings), KafkaLook(settings), progress, settings, pace)
