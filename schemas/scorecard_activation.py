"""A scorecard that comes into force, or beside the one in force: its whole text, and from which instant on it judges.

Versions are immutable: what is said of a version twice says the same. Who reads these records goes by the order and the
append times that Kafka gives them, so that every worker and every replay has the same version in force.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import PRINTABLE, Contract, Instant, Text, VersionName

ACTIVE_IN_MS_MIN = 10_000
"""The least time from a record's append time to its scorecard's activation: so all workers know of it before."""
ACTIVE_IN_MS_MAX = 366 * 86_400_000
"""The longest such time: what is planned for later is published later."""
SCORECARD_CHARACTERS_MAX = 524_288
"""The longest text: with its escapes it fits a record of Kafka's default size."""

PersonName = Annotated[str, Field(min_length=1, max_length=256, pattern=PRINTABLE)]


class ScorecardActivation(Contract):
    """A version of the scorecard judges from an instant on, or stops doing so.

    That instant is the later of ``active_at`` and ``active_in_ms`` after the record's append time.
    """

    type: Literal["scorecard_activation", "scorecard_challenge", "scorecard_withdrawal"] = "scorecard_activation"
    """An activation brings it into force. A challenge lets it judge beside the version in force, on the same counts.

    Until it is withdrawn (by a withdrawal), another one challenges, or another version comes into force.
    """
    version: VersionName
    """The version that its text names."""
    text: Annotated[str, Field(min_length=1, max_length=SCORECARD_CHARACTERS_MAX)]
    """The scorecard file, whole."""
    active_at: Instant | None = None
    """Not before this instant; null: as soon as may be."""
    active_in_ms: Annotated[int, Field(ge=ACTIVE_IN_MS_MIN, le=ACTIVE_IN_MS_MAX)] = ACTIVE_IN_MS_MIN
    """Not before so many milliseconds after Kafka stored this record."""
    is_backfilled: bool = False
    """Signals that the version before it does not count are counted from what Kafka retains of the inputs."""
    published_at: Instant
    """When it was published, by the publisher's clock; decides nothing."""
    published_by: PersonName
    """Who published it."""
    note: Text = ""
    """Why, for people."""
