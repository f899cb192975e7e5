"""Which signals of a release were never counted, from when on they would count, and what of the past is retained."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Self

import typer

from streams.cli.instants import instant_shown
from streams.cli.terminal import counted, out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scorer import Scorecard
    from streams.configuration.settings import Settings
    from streams.kafka.begins import Stretch

Backfilled = Annotated[
    bool,
    typer.Option("--backfill", help="Count new signals from what Kafka retains too, not only from the activation on."),
]


@dataclass(frozen=True, slots=True)
class NewSignals:
    """Signals that a release counts and what is in force does not, by their names in the file.

    ``retained``: by topic what Kafka has of the past; None if it was not asked.
    """

    names: tuple[str, ...]
    is_backfilled: bool
    retained: "Mapping[str, Stretch] | None" = None

    @classmethod
    def of(cls, old: "Scorecard", new: "Scorecard", *, is_backfilled: bool) -> Self:
        """Return what a scorecard counts that the one before it does not."""
        from scorer import uncounted
        from streams.scorecards.loading import signal_name

        return cls(tuple(sorted({signal_name(name) for name in uncounted(old, new)})), is_backfilled)

    def with_retained(self, settings: "Settings") -> "NewSignals":
        """Return the same with what Kafka retains, which is asked only if there is something new.

        Raises:
            ReadUnavailable: If Kafka does not answer.
        """
        import asyncio

        return replace(self, retained=asyncio.run(_retained(settings))) if self.names else self

    def document(self) -> dict[str, object]:
        """Return it for machines."""
        stretches = (self.retained or {}).items()
        retained = {topic: {"records": one.records, "since": _since(one)} for topic, one in stretches}
        return {"new_signals": list(self.names), "is_backfilled": self.is_backfilled, "retained": retained}


def tell_new_signals(new: NewSignals) -> None:
    """Print from when on new signals count; nothing if there are none."""
    if not new.names:
        return
    count = counted(len(new.names), "signal was not counted so far", "signals were not counted so far")
    out().print(f"{count}: {', '.join(new.names)}")
    if new.is_backfilled:
        out().print("  --backfill: counted from what Kafka retains, then live")
    else:
        out().print("  counted from the activation on; with --backfill from what Kafka retains")
    for topic, stretch in (new.retained or {}).items():
        since = _since(stretch)
        since = "" if since is None else f" since {since}"
        out().print(f"  retained: {topic}{since}, {counted(stretch.records, 'record', 'records')}")
    if new.retained is not None and not new.retained:
        out().print("  retained: nothing")


async def _retained(settings: "Settings") -> "Mapping[str, Stretch]":
    from schemas.topics import INPUT_TOPICS, TOPICS
    from streams.kafka.begins import read_begins
    from streams.kafka.ends import read_ends

    topics = [name for name in INPUT_TOPICS if TOPICS[name].direction == "in"]
    places = [(topic, number) for topic in topics for number in range(settings.partitions)]
    return await read_begins(settings, await read_ends(settings, places))


def _since(stretch: "Stretch") -> str | None:
    return None if stretch.since is None else instant_shown(stretch.since)
