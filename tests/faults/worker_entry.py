"""The worker of a fault run: `leadstream worker` with a clock that the run sets, and, for controls, a part taken out.

Usage: ``python -m tests.faults.worker_entry CLOCK_FILE [SABOTAGE]``. The clock file holds, as eight bytes, how many
milliseconds the clock is ahead. Commits that are refused as stale are written to the log with their tokens.
"""

import mmap
import os
import struct
import sys
import time
from pathlib import Path

CLOCK = struct.Struct("<q")


def set_clock(path: Path, ahead_ms: int) -> None:
    """Set how far the clock of a worker is ahead; it holds at once."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        os.pwrite(descriptor, CLOCK.pack(ahead_ms), 0)
    finally:
        os.close(descriptor)


def _follow_clock(path: Path) -> None:
    """Let the wall clock of this process be as far ahead as a file says, from call to call."""
    with path.open("rb") as opened:
        shared = mmap.mmap(opened.fileno(), CLOCK.size, prot=mmap.PROT_READ)
    true_ns = time.time_ns

    def time_ns() -> int:
        """Return the time that this worker believes."""
        return true_ns() + int(CLOCK.unpack_from(shared)[0]) * 1_000_000

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9


def _report_refused_commits() -> None:
    """Write each commit that the table refused to the log: its answer, partition, epoch and token."""
    from streams.table.door import Commit, CommitAnswer, CommitReply
    from streams.table.redis import RedisTable

    ask = RedisTable.commit
    unanswered: set[str] = set()

    async def commit(table: RedisTable, wanted: Commit) -> CommitReply:
        """Commit, and tell if it was refused. One that was sent before and not answered may have had its effect."""
        token = wanted.new_token
        try:
            reply = await ask(table, wanted)
        except BaseException:
            unanswered.add(token)
            raise
        if reply.answer in (CommitAnswer.FENCED, CommitAnswer.MOVED):
            word = reply.answer.value + ("_asked_again" if token in unanswered else "")
            sys.stderr.write(f"commit_refused answer={word} partition={wanted.partition} token={token}\n")
        return reply

    RedisTable.commit = commit  # type: ignore[method-assign]


def main(clock_file: str, sabotage: str | None = None) -> None:
    """Be a worker until told to stop."""
    _follow_clock(Path(clock_file))
    from streams.cli.main import run
    from tests.faults.sabotage import SABOTAGES

    _report_refused_commits()
    if sabotage is not None:
        SABOTAGES[sabotage]()
    sys.argv = ["leadstream", "worker"]
    run()


if __name__ == "__main__":
    main(*sys.argv[1:])
