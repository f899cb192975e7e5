"""Where either order is right: records on two topics that were appended within the merge's tolerance.

Kafka stamps a record a moment before it can be read. So a record of another topic that was stamped a little later may
be handled first, and then the earlier one is judged at the later one's instant. Whether such a thing happened cannot be
seen on the topics; a lead that is wrong in the order of the stamps is tried in each other order in which one record
went before or behind its neighbours on other topics. At last it is tried with thresholds a hair off: where a score
comes that close to one, either millisecond is right.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, takewhile
from typing import Any

from scorer.rules.scorecard import Scorecard
from tests.line.topics import TopicRecord
from tests.oracles.fields import body_of
from tests.oracles.line import Rules, Taken, in_append_order, is_refused, source_of
from tests.oracles.moves import Life
from tests.oracles.reigns import Reigns, lived

TOLERANCE_MS = 100
"""How much later the other record may be stamped: what a busy machine may take between stamping and showing."""
REACH_MS = 5_000
"""How long before the first difference that it makes an order can lie."""
INSTANTS_MAX = 12
"""How many instants of neighbours are tried for one record."""
HAIR_POINTS = 1e-6
"""So close to a threshold a score may be on either side of it.

Workers value with doubles, which tell an instant of this century to a quarter of a microsecond, and a score that falls
by some points a second to a few ten-millionths; the oracle has fractions. Seen once in a million activities: a fall at
27.78137, a millisecond early for 0.00000011 points.
"""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one good record says: when it is judged, on which topic it came, what, and where it stood first."""

    judged_at: int
    topic: str
    record: TopicRecord
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """One partition's records in the order of their append times: each lead's, and when any other was appended."""

    reigns: Reigns
    rules: Rules
    clock: int
    appended: tuple[int, ...]
    by_lead: dict[str, list[_Said]]

    @classmethod
    def of(cls, records: Sequence[TopicRecord], reigns: Reigns, rules: Rules) -> "Order":
        """Put one partition's records in order."""
        by_lead: defaultdict[str, list[_Said]] = defaultdict(list)
        clock, appended, taken = 0, [], Taken(rules)
        for appended_at, record in in_append_order(records):
            clock = max(clock, appended_at)
            appended.append(clock)
            if record.topic != "ticks" and not is_refused(record, rules):
                source = source_of(record, rules.topic_prefix)
                body = body_of(source.topic, source.value or b"")
                if taken.is_taken(record, source, body["lead_id"]):
                    by_lead[body["lead_id"]].append(_Said(clock, record.topic, source, body))
        return cls(reigns, rules, clock, tuple(appended), dict(by_lead))


def pairs_count(order: Order) -> int:
    """Return how many neighbouring records of one lead are so close together, on two topics, that either is first."""
    return sum(_is_close(first, second) for found in order.by_lead.values() for first, second in pairwise(found))


def alternatives(order: Order, lead_id: str, since_at: int) -> Iterator[Life]:
    """Yield the lives that a lead may have had besides the one in the order of the stamps.

    Args:
        order: The partition's records.
        lead_id: Whose lives.
        since_at: When what was found first differs, in milliseconds: what is tried lies within `REACH_MS` of it.
    """
    found = order.by_lead.get(lead_id, [])
    near = {place for place, said in enumerate(found) if abs(said.judged_at - since_at) <= REACH_MS}
    for place in sorted(near):
        passed = list(takewhile(partial(_is_close, found[place]), found[place + 1 :]))
        for count in range(1, len(passed) + 1):
            late = replace(found[place], judged_at=passed[count - 1].judged_at)
            yield _lived(order, lead_id, [*found[:place], *passed[:count], late, *found[place + 1 + count :]])
    for place in sorted(near):
        last = found[place]
        passed = list(takewhile(lambda other, last=last: _is_close(other, last), reversed(found[:place])))
        for count in range(2, len(passed) + 1):  # one alone was passed above
            late_ones = [replace(said, judged_at=last.judged_at) for said in reversed(passed[:count])]
            yield _lived(order, lead_id, [*found[: place - count], last, *late_ones, *found[place + 1 :]])
    for place in sorted(near):
        said = found[place]
        begin = bisect_right(order.appended, said.judged_at)
        instants = sorted(set(order.appended[begin : begin + INSTANTS_MAX]))
        for at in instants:
            if at <= said.judged_at + TOLERANCE_MS:
                moved = replace(said, judged_at=at)
                yield _lived(order, lead_id, [*found[:place], moved, *found[place + 1 :]])
    moves = _lived(order, lead_id, found).moves
    for points in (HAIR_POINTS, -HAIR_POINTS):
        shifted = _lived(replace(order, reigns=_shifted(order.reigns, points)), lead_id, found)
        if shifted.moves != moves:
            yield shifted


def _shifted(reigns: Reigns, points: float) -> Reigns:
    """Return the same scorecards with all thresholds of stages a little higher, or lower."""
    later = tuple((since_at, _card_shifted(scorecard, points)) for since_at, scorecard in reigns.later)
    return Reigns(_card_shifted(reigns.first, points), later)


def _card_shifted(scorecard: Scorecard, points: float) -> Scorecard:
    scores = {
        name: replace(
            score,
            stages=(
                score.stages[0],
                *(
                    replace(rung, enter_at=rung.enter_at + points, leave_below=rung.leave_below + points)
                    for rung in score.stages[1:]
                ),
            ),
        )
        for name, score in scorecard.scores.items()
    }
    return replace(scorecard, scores=scores)


def _is_close(first: _Said, second: _Said) -> bool:
    is_elsewhere = first.topic != second.topic  # a forwarded record comes on another one than its first
    return is_elsewhere and second.judged_at - first.judged_at <= TOLERANCE_MS


def _lived(order: Order, lead_id: str, found: Sequence[_Said]) -> Life:
    """Tell a life from beginning to end, as the oracle does."""
    rules = order.rules
    life = Life(lead_id, order.reigns.first, rules.journal_entries_max, rules.journal_age_ms)
    told, now = [], 0
    for said in found:
        now = max(now, said.judged_at)
        told.append((now, said.record, said.body))
    lived(life, order.reigns, told, order.clock)
    return life
