"""How much may be spent on looking ahead, so that no lead, however much it did, keeps its reader waiting.

Costs are counted in looks: a look is what it takes to ask one cell for its worth at one instant. That is what the time
goes by; so the same question has the same answer on every machine, however slow. Knows no lead and no clock.
"""

LOOKS_MAX = 1_000_000
"""What one question may cost: a second or two on a slow machine. A lead of 20 cells needs a hundredth of it."""
CELLS_LEAST = 20
"""A lead without cells costs as much to ask as one of so many."""
LOOKS_OF_A_VIEW = 10
"""What it takes to prepare one cell, measured in looks."""
LOOKS_OF_A_STEP = 12
"""What a step of the core takes for each cell: it adds, prunes, prepares and judges."""


class Purse:
    """What is left to spend.

    Args:
        looks_max: How many looks it begins with.
    """

    __slots__ = ("_left",)

    def __init__(self, looks_max: int = LOOKS_MAX) -> None:
        self._left = looks_max

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self._left <= 0

    def pay(self, cells: int, looks: int = 1) -> None:
        """Pay for so many looks at each of a lead's cells; the last one may overdraw it."""
        self._left -= (cells + CELLS_LEAST) * looks
