"""What a command's exit code says, in one table: scripts rely on it, `leadstream --help` and the docs show it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FINDING = 1
    USAGE = 2
    UNREACHABLE = 3
    SETTINGS = 4
    NOT_FOUND = 5
    SANDBOX = 6
    STALLED = 7
    INTERNAL = 70
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """What it says, for people."""
        return MEANINGS[self]


MEANINGS = {
    ExitCode.OK: "done, and nothing to complain of",
    ExitCode.FINDING: "the input was refused or a check found something; the output says what",
    ExitCode.USAGE: "the command was called in a way that it does not know",
    ExitCode.UNREACHABLE: "Kafka or Redis cannot be reached, or refuse",
    ExitCode.SETTINGS: "a LEADSTREAM_ setting is out of its bounds",
    ExitCode.NOT_FOUND: "there is no such lead, dead letter or file, or the file cannot be read",
    ExitCode.SANDBOX: "a server cannot be started on this machine, or its port is taken",
    ExitCode.STALLED: "a worker stood still, or could not stop in time, and ended itself; its log says where",
    ExitCode.INTERNAL: "a fault of leadstream itself; --traceback shows where",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C",
}
