"""Histories in files, and listeners that write down what they are told."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scorer import JournalBounds, Scorecard
from streams.demo.history import history
from streams.history.file import file_history
from streams.history.listening import Listener, PlayedChange
from streams.history.player import Played, Player
from streams.lead.lead import Lead
from streams.partition.records import Taken

PARTITIONS = 4
UNTIL = datetime(2026, 11, 22, 18, tzinfo=UTC)


def demo_lines(*, seed: int = 5, leads: int = 20, days: int = 30) -> list[bytes]:
    """Return what some invented leads did, as lines in the order of time."""
    return [
        item.model_dump_json(exclude_none=True).encode()
        for item in history(seed=seed, leads=leads, days=days, until=UNTIL)
    ]


def written(folder: Path, lines: Iterable[bytes]) -> Path:
    """Write lines to a file."""
    path = folder / "history.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


class Diary(Listener):
    """Writes everything down."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.changes: list[PlayedChange] = []
        self.days: list[tuple[int, str, Lead, int]] = []
        self.ends: dict[str, tuple[Lead, ...]] = {}
        self.ended_at = 0

    def took(self, item: Taken) -> None:
        """Note a record."""
        self.taken.append(item)

    def changed(self, change: PlayedChange) -> None:
        """Note a stage change."""
        self.changes.append(change)

    def day_ended(self, which: int, lead_id: str, lead: Lead, at: int) -> None:
        """Note the end of a day."""
        self.days.append((which, lead_id, lead, at))

    def ended(self, lead_id: str, leads: Sequence[Lead], at: int) -> None:
        """Note the end."""
        self.ends[lead_id] = tuple(leads)
        self.ended_at = at


def played(
    path: Path, scorecards: Sequence[Scorecard], *listeners: Listener, until: int | None = None, partitions: int = 0
) -> Played:
    """Play a file."""
    with file_history(path, partitions=partitions or PARTITIONS, until=until) as opened:
        return Player(opened, scorecards, JournalBounds(), listeners).play()
