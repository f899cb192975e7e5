"""What is fuzzed: a name, how it is tried, how large its share of all inputs is, and what it must be seen to answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.refusals import Reason
from schemas.topics import INPUT_TOPICS
from tests.fuzz import record_targets, text_targets
from tests.fuzz.record_targets import REPARTITION, TICKS, Try, record_target

REASONS = frozenset(reason.value for reason in Reason) - {Reason.INTERNAL, Reason.OVERSIZE, Reason.UNREADABLE}
FORGED = frozenset({Reason.KEY_MISSING.value, Reason.KEY_MISMATCH.value, Reason.WRONG_PARTITION.value})
"""Reasons for which only a record that somebody else put on `repartition` is refused: elsewhere it strays."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader. ``answers``: kinds of answers that some thousand inputs must bring about, or they test too little."""

    name: str
    attempt: Try
    share: int
    answers: frozenset[str]


def _of_topic(topic: str) -> Target:
    if topic == TICKS:
        return Target(f"topic {topic}", record_target(topic), 1, frozenset({"ticked"}))
    if topic == REPARTITION:
        return Target(f"topic {topic}", record_target(topic), 10, REASONS | {"taken"})
    return Target(f"topic {topic}", record_target(topic), 10, REASONS - FORGED | {"taken", "strayed"})


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        *map(_of_topic, INPUT_TOPICS),
        Target("dead letter headers", record_targets.dead_letter_headers, 5, frozenset({"read", "refused"})),
        Target("row", record_targets.row, 8, frozenset({"read", "refused"})),
        Target("outbox entry", record_targets.outbox_entry, 4, frozenset({"read", "refused"})),
        Target("scorecard", text_targets.scorecard, 2, frozenset({"taken", "refused"})),
        Target("case file", text_targets.case_file, 2, frozenset({"played", "mistaken", "refused"})),
        Target("instant", text_targets.instant, 2, frozenset({"read", "refused"})),
        Target("duration", text_targets.duration, 2, frozenset({"read", "refused"})),
        Target("access log line", text_targets.log_line, 6, frozenset({"read", "refused", "left out"})),
        Target("line of a file", text_targets.line_of_a_file, 8, frozenset({"taken", "refused"})),
    )
}
