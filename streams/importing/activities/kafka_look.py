"""What Kafka has of an import: where its topics end, and which activities stand behind where they ended."""

from collections.abc import AsyncIterator, Mapping

from pydantic import ValidationError

from schemas.imported import ImportedHeaders
from schemas.topics import TOPICS
from streams.configuration.settings import Settings
from streams.importing.activities.progress_file import ends_by_topic, place_name
from streams.kafka.ends import read_ends
from streams.kafka.reader import TopicReader

TARGET_TOPICS = tuple(topic.name for topic in TOPICS.values() if topic.direction == "in")


class KafkaLook:
    """Looks at the topics of one installation."""

    def __init__(self, settings: Settings) -> None:
        """Say where Kafka is."""
        self._settings = settings

    async def ends(self) -> Mapping[str, int]:
        """Return where the topics of activities end, by `topic/partition`.

        Raises:
            ReadUnavailable: If Kafka does not answer, or lacks one of them.
        """
        places = [(topic, number) for topic in TARGET_TOPICS for number in range(self._settings.partitions)]
        found = await read_ends(self._settings, places)
        return {place_name(*place): end.end for place, end in found.items()}

    async def numbers_since(self, import_id: str, ends: Mapping[str, int]) -> AsyncIterator[int]:
        """Yield the numbers of an import's activities that stand behind some ends.

        Raises:
            ReadUnavailable: If Kafka does not answer.
        """
        for topic, starts in ends_by_topic(ends).items():
            async with TopicReader(self._settings, topic) as reader:
                reader.begin_at(starts)
                async for record in reader.to_end():
                    try:
                        said = ImportedHeaders.from_headers(record.headers)
                    except ValidationError:
                        continue
                    if said.id == import_id:
                        yield said.number
