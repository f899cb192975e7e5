"""A scorecard played over a history, and all that is to be known of it: the numbers, not yet in any form.

Bounded in memory by the leads of the partitions that are being played (of a file: all of them), by the days of the
history, and by the changes that are listed. Nothing personal is in it but leads' ids, in the list of changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scorer import JournalBounds, Scorecard
from streams.history.history import History, Reading
from streams.history.player import Played, Player
from streams.simulating.feedback import Feedback
from streams.simulating.hits import Hits
from streams.simulating.movements import Movements
from streams.simulating.outcomes import Fate
from streams.simulating.spread import Spreads

CHANGES_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted to be known.

    ``from_at``: milliseconds since the epoch; what happened before it is played, since leads stand where they do
    because of it, and not told. ``listed_max``: how many stage changes to list, the latest. ``fates``: what became of
    leads, if that is known; ``is_rest_lost``: of whom nothing is said count as lost.
    """

    from_at: int = 0
    listed_max: int = CHANGES_LISTED
    fates: Mapping[str, Fate] | None = None
    is_rest_lost: bool = False


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of it. ``from_at`` is the instant from which on things are told."""

    scorecard: Scorecard
    source: str
    reading: Reading
    played: Played
    from_at: int
    movements: Movements
    spreads: Spreads
    hits: Hits
    feedback: Feedback | None


def simulate(history: History, scorecard: Scorecard, bounds: JournalBounds, wish: Wish) -> Simulation:
    """Play a history through a scorecard.

    Args:
        history: What happened.
        scorecard: What values it, from the first record to the last.
        bounds: How much a journal remembers.
        wish: What is wanted to be known.

    Raises:
        FileUnreadable: If the history is a file that cannot be read on.
        ReadUnavailable: If it stands on topics and Kafka does not answer.
    """
    movements = Movements(scorecard, wish.from_at, wish.listed_max)
    spreads = Spreads(scorecard)
    hits = Hits(scorecard, wish.from_at)
    feedback = None if wish.fates is None else Feedback(scorecard, wish.fates, is_rest_lost=wish.is_rest_lost)
    listeners = [one for one in (movements, spreads, hits, feedback) if one is not None]
    played = Player(history, [scorecard], bounds, listeners).play()
    from_at = max(wish.from_at, played.from_at)
    return Simulation(scorecard, history.name, history.reading, played, from_at, movements, spreads, hits, feedback)
