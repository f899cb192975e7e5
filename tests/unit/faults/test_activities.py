"""The activities of a run come from its seed, with what goes wrong in practice among them."""

import json
from collections import Counter

from streams.kafka.partitioner import partition_of
from tests.faults.activities import Drawn, drawn_activities
from tests.oracles.line import EXPECTED_REASON

NOW = 1_795_000_000_000
PARTITIONS = 6


def drawn(seed: int = 7) -> list[Drawn]:
    """Return the activities of a small run."""
    return list(drawn_activities(seed, 4_000, 80, PARTITIONS))


def test_a_seed_draws_the_same_activities_again() -> None:
    """The same run has the same records, whatever its pace."""
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_an_activity_happens_when_it_is_sent_or_before() -> None:
    """It is whole JSON, dated by when it is sent."""
    page_view = next(one for one in drawn() if one.topic == "page-views" and one.ago_ms == 0 and not one.headers)
    value, headers = page_view.value_at(NOW)

    body = json.loads(value or b"")
    assert body["occurred_at"] == "2026-11-18T11:06:40.000Z"
    assert body["lead_id"] == page_view.lead_id
    assert body["url"].startswith("https://example.com/")
    assert headers == ()


def test_most_are_right_and_some_are_wrong_in_each_way() -> None:
    """Repeats, late ones, future ones, poison, records on another partition than their lead's, records without key."""
    activities = drawn()
    seen: Counter[str] = Counter()
    for one in activities:
        home = one.key is not None and one.partition == partition_of(one.key, PARTITIONS)
        seen["poison"] += one.is_fixed
        seen["elsewhere"] += not home and one.key is not None
        seen["keyless"] += one.key is None
        seen["late"] += one.ago_ms > 7 * 86_400_000
        seen["future"] += one.ago_ms < 0
        seen["good"] += home and not one.is_fixed and 0 <= one.ago_ms <= 3_600_000
    seen["repeat"] = len(activities) - len({(one.id, one.topic) for one in activities if not one.is_fixed})

    assert all(count > 5 for count in seen.values()), seen
    assert seen["good"] > 3_500


def test_poison_says_why_it_must_be_refused() -> None:
    """The oracle reads it there; what is bad by its time only is judged by the oracle."""
    reasons = {dict(one.headers).get(EXPECTED_REASON) for one in drawn() if one.is_fixed}

    assert {b"undecodable", b"schema"} <= reasons
