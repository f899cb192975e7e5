"""How instants and figures are told: as a case file could have written them."""

from schemas.figures import FigureRules
from streams.translation.translate import instant


def instant_text(at_ms: int) -> str:
    """Return an instant as a case file writes it, in UTC, as short as it is exact.

    Example:
        >>> instant_text(86_460_000)
        '1970-01-02 00:01'
    """
    found = instant(at_ms)
    text = f"{found:%Y-%m-%d %H:%M}"
    if at_ms % 60_000:
        text += f":{found:%S}"
    return f"{text}.{at_ms % 1000:03}" if at_ms % 1000 else text


def minute_text(at_ms: int) -> str:
    """Return the minute of an instant: what a case writes of a stage change."""
    return instant_text(at_ms // 60_000 * 60_000)


def figure_text(got: float, expected: FigureRules) -> str:
    """Return a figure with as many decimals as show that it is not what was expected.

    Example:
        >>> figure_text(61.46, FigureRules(rounds_to=62))
        '61.5'
        >>> figure_text(62.004, FigureRules(at_most=62))
        '62.004'
    """
    decimals = expected.decimals
    bounds = [expected.rounds_to, expected.at_least, expected.above, expected.at_most, expected.below]
    for more in range(1, 7):
        text = f"{got:.{decimals + more}f}"
        if all(bound is None or float(text) != bound or got == bound for bound in bounds):
            return text
    return f"{got}"
