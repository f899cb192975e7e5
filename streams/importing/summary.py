"""What an import did, counted: for the line at its end, for machines, and for finding what did not parse."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from schemas.activities import PageView
from schemas.contract import rfc3339
from streams.importing.access_log import LeftOut, Unread

UNREAD_LISTED_MAX = 20
VISITORS_COUNTED_MAX = 1_000_000


@dataclass(slots=True)
class ImportSummary:
    """Counts of one import, in bounded memory: visitors count up to a million, unread lines are listed up to twenty."""

    lines: int = 0
    by_verdict: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    unread_count: int = 0
    unread: list[Unread] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None
    _visitors: set[str] = field(default_factory=set)

    def count(self, found: PageView | Unread | LeftOut) -> None:
        """Count what one line became."""
        self.lines += 1
        match found:
            case Unread():
                self.unread_count += 1
                if len(self.unread) < UNREAD_LISTED_MAX:
                    self.unread.append(found)
            case LeftOut(_, reason):
                self.left_out[reason] += 1
            case PageView():
                self.by_verdict[found.verdict] += 1
                if len(self._visitors) < VISITORS_COUNTED_MAX:
                    self._visitors.add(found.lead_id)
                self.first_at = min(self.first_at or found.occurred_at, found.occurred_at)
                self.last_at = max(self.last_at or found.occurred_at, found.occurred_at)

    @property
    def page_views(self) -> int:
        """How many page views came out."""
        return self.by_verdict.total()

    @property
    def is_no_log(self) -> bool:
        """Whether there are lines, and none of them is a request: it is another kind of file."""
        return 0 < self.lines == self.unread_count

    @property
    def visitors(self) -> int:
        """How many visitors they are of; a million stands for a million or more."""
        return len(self._visitors)

    def as_json(self) -> dict[str, object]:
        """Return the summary for machines; instants are RFC 3339, absent ones null."""
        return {
            "lines": self.lines,
            "page_views": self.page_views,
            "visitors": self.visitors,
            "visitors_is_at_least": self.visitors >= VISITORS_COUNTED_MAX,
            "by_verdict": {name: self.by_verdict[name] for name in ("human", "probable_bot", "certain_bot")},
            "left_out": dict(sorted(self.left_out.items())),
            "unread": self.unread_count,
            "unread_lines": [{"line": line.number, "reason": line.reason} for line in self.unread],
            "first_at": self.first_at and rfc3339(self.first_at),
            "last_at": self.last_at and rfc3339(self.last_at),
        }
