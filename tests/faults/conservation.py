"""Conservation over all workers' lives: every record that was received has exactly one fate.

Held against topics and tables, because a worker that is killed takes its counts along: what stands on `dead-letters`
was refused, what stands on `repartition` was forwarded, and all other records that the tables hold were taken in. How
often each, by topic, the recomputation says too.
"""

from collections import Counter
from collections.abc import Sequence

from schemas.dead_letter import DeadLetterHeaders
from tests.faults.evidence import Evidence
from tests.faults.verdict import Verdict
from tests.line.conservation import FORWARDED, TAKEN, Place, balance
from tests.line.topics import TopicRecord


def check_conservation(evidence: Sequence[Evidence], verdict: Verdict) -> None:
    """Note what is unaccounted for, given the verdict on all partitions."""
    inputs = [record for one in evidence for record in one.inputs]
    marks: dict[tuple[str, int], int] = {}
    for record in inputs:
        marks[record.place[:2]] = max(record.offset, marks.get(record.place[:2], -1))
    letters = [letter for one in evidence for letter in one.outputs["dead-letters"] if _is_there(letter, one)]
    try:
        found = balance(inputs, letters, marks, topic_prefix=evidence[0].topic_prefix if evidence else "")
        fates = Counter({f"{topic} {reason}": count for (topic, reason), count in found.refused.items()})
        fates.update({f"{topic} {FORWARDED}": count for topic, count in found.forwarded.items()})
        fates.update({f"{topic} taken": count for topic, count in found.taken.items()})
    except AssertionError as error:
        verdict.note("unaccounted", 1, error)
        return
    wanted: Counter[str] = Counter()
    for fate, count in verdict.fates.items():
        topic, word = fate.split()
        wanted[f"{topic} taken" if word in TAKEN else fate] += count
    for fate in sorted(fates.keys() | wanted.keys()):
        if fates[fate] != wanted[fate]:
            apart = abs(fates[fate] - wanted[fate])
            verdict.note("unaccounted", apart, f"{fate}: {fates[fate]} on topics and in tables, {wanted[fate]} wanted")


def _is_there(letter: TopicRecord, evidence: Evidence) -> bool:
    """Tell whether Kafka still has the record of a dead letter."""
    topic, _, offset = place_of(letter, evidence)
    return offset >= evidence.begins.get(topic, 0)


def place_of(letter: TopicRecord, evidence: Evidence) -> Place:
    """Return where the record of a dead letter stands."""
    said = DeadLetterHeaders.from_headers(letter.headers)
    return said.source_topic.removeprefix(evidence.topic_prefix), said.source_partition, said.source_offset
