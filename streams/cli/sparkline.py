"""A row of figures as a row of blocks, as high as they are: a curve that fits a line of a terminal."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN_BLOCKS = "_.-=+*%#"
"""Where the terminal's encoding has no blocks."""
GAP = " "


def sparkline(values: Sequence[float | None], low: float, high: float, *, is_plain: bool = False) -> str:
    """Return a row of blocks, one for each value.

    Args:
        values: None leaves a gap.
        low: What the lowest block stands for; a value below it is drawn as it.
        high: What the highest stands for.
        is_plain: In ASCII.

    Example:
        >>> sparkline([0, 50, None, 100], 0, 100)
        '▁▅ █'
    """
    blocks = PLAIN_BLOCKS if is_plain else BLOCKS
    return "".join(GAP if value is None else blocks[_height(value, low, high, len(blocks))] for value in values)


def _height(value: float, low: float, high: float, heights: int) -> int:
    share = (value - low) / (high - low) if high > low else 0.0
    return min(heights - 1, max(0, int(share * heights)))
