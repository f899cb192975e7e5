"""One line of a file of activities and profile updates (NDJSON), as the core takes it in, and its place among topics.

The usual line is read in one pass, every other by the contracts, which also say what is wrong with one. A line is what
a topic carries, with its `type` beside it.
"""

import re
from collections.abc import Mapping

import msgspec
from pydantic import ValidationError

import scorer
from schemas.inputs import line_adapter, refusal_text
from schemas.topics import TOPICS
from streams.translation.quick_input import QuickReader, quick_reader
from streams.translation.translate import core_input

CUSTOM_TOPIC = "custom-activities"
PROFILE_TOPIC = "lead-profiles"
TOPIC_OF_TYPE = {topic.activity_type: topic.name for topic in TOPICS.values() if topic.activity_type is not None}
PARSER_LINE = re.compile(r"at line 1 column (\d+)")


class LineRefused(ValueError):
    """A line is no activity and no profile update; the text says why, without the line's own words."""


class _Typed(msgspec.Struct):
    """What tells where a line belongs."""

    type: str


_READERS: Mapping[str, QuickReader] = {
    name: quick_reader(topic.contract) for name, topic in TOPICS.items() if topic.direction == "in"
}
_type_of = msgspec.json.Decoder(_Typed).decode


def topic_of(activity_type: str) -> str:
    """Return the topic that carries a type of activity.

    Example:
        >>> topic_of("email_open"), topic_of("webinar_attended"), topic_of("lead_profile")
        ('email-opens', 'custom-activities', 'lead-profiles')
    """
    return PROFILE_TOPIC if activity_type == "lead_profile" else TOPIC_OF_TYPE.get(activity_type, CUSTOM_TOPIC)


def read_line(line: bytes) -> tuple[str, scorer.Activity | scorer.ProfileUpdate]:
    """Return the topic that would carry a line, without prefix, and what the line says.

    Raises:
        LineRefused: If it is no activity and no profile update.
    """
    try:
        topic = topic_of(_type_of(line).type)
    except (ValueError, RecursionError):
        content = None
    else:
        content = _READERS[topic](line)
        if content is not None:
            return topic, content
    try:
        wire = line_adapter().validate_json(line)
    except ValidationError as error:
        # The parser counts lines within this one, which a reader of the file would take for the file's.
        raise LineRefused(PARSER_LINE.sub(r"at column \1", refusal_text(error, line))) from None
    return topic_of(wire.type), core_input(wire)
