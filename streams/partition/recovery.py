"""A recovery: an owner whose table is behind what was published replays, until it has come as far again.

What a tail says was published is not published again, and a stage that downstream was told already is not told again.
How far the replay has to come, and what leads were told by then, is read once; when it has come there, what leads were
told is held against the table (`streams.partition.correction`). Pure; an owner that is behind nothing has none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from schemas.dead_letter import POSITIONS_HEADER
from streams.partition.output import Output
from streams.publisher.door import Message
from streams.table.course import Course, Errand
from streams.table.door import Claim
from streams.tail.positions import Occasion, Positions, header_of, highest, published_of
from streams.tail.told import Told, change_of

TailsByTopic = Mapping[str, Positions]
"""By output topic, how far it was published."""


def is_behind(claim: Claim, tails: TailsByTopic) -> bool:
    """Tell whether something was published that a claimed table knows nothing of, or is yet to be put right."""
    return claim.pending or any(
        tail.sequence >= claim.next_sequence
        or tail.clock > claim.clock
        or any(offset > claim.watermarks.get(topic, -1) for topic, offset in tail.watermarks.items())
        for tail in tails.values()
    )


@dataclass(slots=True)
class Recovery:
    """One recovery.

    ``begun`` says where the table was found, ``target`` how far the replay has to come, ``dropped`` counts by output
    topic what was not published again.
    """

    begun: Positions
    told: Told
    tails: TailsByTopic
    stage_changes: str
    challenger_stage_changes: str
    dropped: dict[str, int] = field(default_factory=dict)

    def course(self, watermarks: Mapping[str, int]) -> Course:
        """Return how far the replay is, counted in offsets, when the table is at some watermarks."""
        targets = self.target.watermarks
        begun, at = (
            sum(min(marks.get(topic, -1), offset) + 1 for topic, offset in targets.items())
            for marks in (self.begun.watermarks, watermarks)
        )
        return Course(Errand.REPLAY, begun, at, sum(offset + 1 for offset in targets.values()))

    @property
    def target(self) -> Positions:
        """What has to be handled again before tables can be held against what was told."""
        return self.told.through

    def has(self, topic: str, occasion: Occasion | None) -> bool:
        """Tell whether downstream has what an occasion had to tell on a topic, whatever that was."""
        return occasion is not None and topic in self.tails and self.tails[topic].covers(occasion)

    def count_dropped(self, counts: Mapping[str, int]) -> None:
        """Count what was not even built, by output topic."""
        for topic, count in counts.items():
            self.dropped[topic] = self.dropped.get(topic, 0) + count

    def unpublished(self, messages: Iterable[Message]) -> list[Message]:
        """Return those messages that downstream does not have; what they tell counts as told from now on."""
        return [message for message in messages if not self._is_dropped(message)]

    def restored(self, entries: Sequence[tuple[int, Message]]) -> list[tuple[int, Message]]:
        """Return those entries of a restored outbox that downstream does not have; their positions never go back."""
        return [(sequence, self._raised(message)) for sequence, message in entries if not self._is_dropped(message)]

    def wake_at(self, clock: int, next_due_at: int | None) -> int | None:
        """Return the instant to which the clock has to come next: of the next wake-up, or of what was published."""
        if clock >= self.target.clock:
            return next_due_at
        return self.target.clock if next_due_at is None else min(next_due_at, self.target.clock)

    def is_over(
        self, watermarks: Mapping[str, int], clock: int, next_due_at: int | None, is_exhausted: Callable[[str], bool]
    ) -> bool:
        """Tell whether all has been handled again.

        Args:
            watermarks: Where the table is.
            clock: The partition's clock, in milliseconds.
            next_due_at: Its next wake-up.
            is_exhausted: Tells whether Kafka has nothing more of an input: its records may be gone for good.
        """
        is_timely = clock >= self.target.clock and (next_due_at is None or next_due_at > clock)
        return is_timely and all(
            watermarks.get(topic, -1) >= offset or is_exhausted(topic)
            for topic, offset in self.target.watermarks.items()
        )

    def _is_dropped(self, message: Message) -> bool:
        """Tell whether downstream has a message already, and count it."""
        is_known = self._is_known(message)
        if is_known:
            self.dropped[message.topic] = self.dropped.get(message.topic, 0) + 1
        return is_known

    def _is_known(self, message: Message) -> bool:
        """Tell whether downstream has a message, or knows what it would tell."""
        occasion = _occasion(message)
        if occasion is not None:
            if self.has(message.topic, occasion):
                return True
            if self.told.stands(message.topic, message.key, occasion):
                return True
        is_move = message.topic in (self.stage_changes, self.challenger_stage_changes)
        if not is_move or (change := change_of(message.value)) is None:
            return False
        if message.topic == self.challenger_stage_changes:
            # Not by the stage told before: who compares decisions wants each of them, once.
            return self.told.knows(change)
        told = self.told.stage(change.lead_id, change.score_name)
        if self.told.knows(change) or (told is not None and told.stage == change.to_stage):
            return True
        self.told.tell(change)
        return False

    def _raised(self, message: Message) -> Message:
        """Return an entry of the outbox with the positions of its topic's tail, where those are higher."""
        published = published_of(message.headers)
        if published is None or message.topic not in self.tails:
            return message
        before = highest(published.positions, self.tails[message.topic])
        header = header_of(
            replace(before, epoch=published.positions.epoch, sequence=published.positions.sequence),
            commit=published.commit,
            occasion=published.occasion,
        )
        others = tuple(pair for pair in message.headers if pair[0] != POSITIONS_HEADER)
        return replace(message, headers=(*others, header))


def _occasion(message: Message) -> Occasion | None:
    """Return what caused a message: a new one knows, an entry of the outbox says so in its header."""
    if isinstance(message, Output):
        return message.occasion
    published = published_of(message.headers)
    return None if published is None else published.occasion
