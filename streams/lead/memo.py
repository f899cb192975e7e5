"""What is kept of how a lead was last laid out, so that laying it out again begins there."""

from streams.lead.cell_columns import CellMemo
from streams.lead.journal_columns import JournalMemo
from streams.lead.profile_columns import PackedProfile


class RowMemo:
    """Parts of a row, each with what it was made of. Never stored, and right for any lead.

    The leads that one lead becomes share it: each begins where the last one ended, if its parts are still of use.
    """

    __slots__ = ("cells", "journal", "profile")

    def __init__(self) -> None:
        """Know nothing."""
        self.cells = CellMemo()
        self.journal = JournalMemo()
        self.profile: PackedProfile | None = None
