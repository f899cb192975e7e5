"""A stage change as one line for people: when, who, from where to where, the score, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from schemas.stage_change import Reason, StageChange

LEAD_WIDTH = 24
REASONS_SHOWN = 3
NEW = "new"


def change_line(
    change: "StageChange", order: Sequence[str], default_score: str, lead_width: int = LEAD_WIDTH
) -> "Text":
    """Return the line, coloured by direction where there are colours.

    Args:
        change: The change.
        order: The stages from the bottom up, to tell up from down.
        default_score: The score that needs no naming.
        lead_width: Characters for the lead's id; a longer one is cut.
    """
    from rich.text import Text

    is_up = change.from_stage is None or _place(change.to_stage, order) >= _place(change.from_stage, order)
    line = Text()
    line.append(f"{change.changed_at:%Y-%m-%d %H:%M:%S}  ", style="dim")
    line.append(f"{_short(change.lead_id, lead_width):<{lead_width}}  ")
    line.append(f"{change.from_stage or NEW:>12} ", style="dim")
    line.append("→ " if is_up else "↓ ", style="green" if is_up else "yellow")
    line.append(f"{change.to_stage:<12}", style="bold green" if is_up else "bold yellow")
    line.append(f" {change.score:>6.1f} ", style="bold")
    line.append(f"{change.grade or '':<3} ")
    if change.score_name != default_score:
        line.append(f"[{change.score_name}] ", style="cyan")
    line.append(because(change.reasons) or _cause(change), style="dim")
    return line


def because(reasons: "Sequence[Reason]") -> str:
    """Return the weightiest reasons in words.

    Example:
        >>> from schemas.stage_change import Reason
        >>> because((Reason(name="pricing", side="engagement", points=18.0, text="pricing 3x: +18.0"),))
        'pricing 3x: +18.0'
    """
    return ", ".join(reason.text for reason in reasons[:REASONS_SHOWN])


def _cause(change: "StageChange") -> str:
    return "time passed" if change.cause.kind == "wake_up" else change.cause.kind


def _place(stage: str, order: Sequence[str]) -> int:
    return order.index(stage) if stage in order else -1


def _short(lead_id: str, width: int) -> str:
    return lead_id if len(lead_id) <= width else lead_id[: width - 1] + "…"
