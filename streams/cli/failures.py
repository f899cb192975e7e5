"""Which exit code an error of the project ends a command with.

Errors are named, not imported: a command that needs no Redis must not load its client to know how it could fail.
"""

from streams.cli.exit_codes import ExitCode
from streams.cli.terminal import CommandFailed

CODES = {
    "streams.configuration.settings_refusal.SettingsRefused": ExitCode.SETTINGS,
    "streams.scorecards.finding.ScorecardUnreadable": ExitCode.NOT_FOUND,
    "streams.scorecards.finding.ScorecardRefused": ExitCode.FINDING,
    "streams.importing.lines.FileUnreadable": ExitCode.NOT_FOUND,
    "streams.importing.activities.mapping.MappingUnreadable": ExitCode.NOT_FOUND,
    "streams.importing.activities.mapping.MappingRefused": ExitCode.FINDING,
    "streams.importing.activities.rows.FileRefused": ExitCode.FINDING,
    "streams.importing.activities.progress_file.ProgressUnreadable": ExitCode.FINDING,
    "streams.simulating.outcomes.OutcomesRefused": ExitCode.FINDING,
    "streams.letters.shelf.FileRefused": ExitCode.FINDING,
    "streams.table.door.TableUnavailable": ExitCode.UNREACHABLE,
    "streams.table.door.TableRefused": ExitCode.UNREACHABLE,
    "streams.publisher.door.PublishUnavailable": ExitCode.UNREACHABLE,
    "streams.publisher.door.MessageRefused": ExitCode.UNREACHABLE,
    "streams.kafka.topic_admin.AdminUnavailable": ExitCode.UNREACHABLE,
    "streams.kafka.topic_admin.TopicsRefused": ExitCode.FINDING,
    "streams.kafka.reader.ReadUnavailable": ExitCode.UNREACHABLE,
    "streams.partition.patience.GaveUp": ExitCode.UNREACHABLE,
    "streams.worker.worker.WorkerStalled": ExitCode.STALLED,
    "streams.worker.worker.WorkerFailed": ExitCode.UNREACHABLE,
    "streams.lead.codec.CodecRefused": ExitCode.FINDING,
    "streams.sandbox.process.SandboxError": ExitCode.SANDBOX,
    "streams.monitoring.health.HealthUnavailable": ExitCode.SANDBOX,
    "builtins.ConnectionError": ExitCode.UNREACHABLE,
    "builtins.OSError": ExitCode.FINDING,  # a full disk, a folder that may not be written: the text names it
}


def code_of(error: BaseException) -> ExitCode | None:
    """Return the exit code that an error stands for; None if it is a fault of ours."""
    if isinstance(error, CommandFailed):
        return error.code
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next((CODES[name] for name in names if name in CODES), None)
