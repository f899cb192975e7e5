"""Whether what is delivered goes on where the tables end.

After a claim an input is read from the offset behind its watermark. A first run that begins further on would, if it
were taken, move the watermark past records that nobody read. It may be right, for transaction markers and compaction
leave holes; or it was fetched before the seek. Reading that place once more tells: what begins at the same offset again
is right. Later runs follow on each other, because the transport delivers in order. Pure.
"""

from collections.abc import Mapping


class Continuity:
    """Where each topic's first run is expected to begin, until it has come."""

    def __init__(self, resume_at: Mapping[str, int]) -> None:
        """Expect the first runs.

        Args:
            resume_at: Next offset to read, by topic; below 0 (the earliest that Kafka has) expects offset 0.
        """
        self._resume_at = dict(resume_at)
        self._awaited = {topic: max(0, offset) for topic, offset in resume_at.items()}
        self._refused: dict[str, int] = {}

    def is_next(self, topic: str, first_offset: int) -> bool:
        """Tell whether a run may be taken; if not, the topic is to be read again from `resume_at`."""
        awaited = self._awaited.get(topic)
        if awaited is not None and first_offset > awaited and self._refused.get(topic) != first_offset:
            self._refused[topic] = first_offset
            return False
        self._awaited.pop(topic, None)
        return True

    def resume_at(self, topic: str) -> int:
        """Return where to read a topic again whose run was refused."""
        return self._resume_at[topic]

    def skip(self, topic: str, next_offset: int) -> None:
        """Expect a topic to go on at an offset: what lies before cannot be read, and was reported."""
        if topic in self._awaited:
            self._awaited[topic] = max(self._awaited[topic], next_offset)
            self._resume_at[topic] = max(self._resume_at[topic], next_offset)
