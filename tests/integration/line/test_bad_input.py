"""P11: whatever producers send, a bad record costs nobody but itself."""

import random
from collections import Counter

from tests.integration.line.conftest import Install
from tests.line.activities import crowd
from tests.line.comparison import outcomes_by_catalogue, require_all_as_recomputed
from tests.line.garbage import GOOD, garbage, garbage_forwards, largest, misplaced
from tests.line.installation import now_ms
from tests.line.topics import Produced


async def test_garbage_goes_to_the_dead_letters_and_nothing_else_does(install: Install) -> None:
    """Bad records of every kind on every topic: one dead letter each, and every good record counts as if alone.

    Good ones under a wrong key, or on a wrong partition, count too.
    """
    line = install()
    await line.create_topics()
    at = now_ms()
    good = crowd(6, leads=30, activities=400, from_at=at - 20_000, to_at=at)
    leads = sorted({record.key.decode() for record in good if record.key})
    dice = random.Random(6)
    bad = [record for topic in GOOD for record in garbage(topic, lead_id=dice.choice(leads), at=at)]
    place = {"at": at, "partitions": line.settings.partitions}
    bad += garbage_forwards(lead_id=dice.choice(leads), topic_prefix=line.settings.topic_prefix, **place)
    astray = [record for topic in GOOD for record in misplaced(topic, lead_id=dice.choice(leads), **place)]
    edge = [largest(topic, lead_id=dice.choice(leads), at=at) for topic in GOOD]
    # A tick says nothing but its append time, so there are no bad ones.
    ticks = [Produced("ticks", b"lead-0", value, at) for value in (None, b"", b"garbage", b"[1]")]
    everything = [*good, *bad, *astray, *edge, *ticks]
    dice.shuffle(everything)
    await line.produce(everything)

    worker = line.started()
    await line.settled()
    outcomes = outcomes_by_catalogue(worker.outcomes(), line.settings.topic_prefix)
    await worker.terminate()

    expected, _ = await require_all_as_recomputed(line, line.scorecard)
    reasons = Counter(expected.refused.values())
    assert reasons.keys() == {
        *("undecodable", "schema", "key_missing", "key_mismatch", "wrong_partition", "oversize", "too_late", "future")
    }
    assert reasons.total() == len(bad)
    without_ticks = {key: count for key, count in expected.outcomes.items() if key[0] != "ticks"}
    assert {key: count for key, count in outcomes.items() if key[0] != "ticks"} == without_ticks
    assert expected.strays
    assert sum(without_ticks.values()) == len(everything) - len(ticks) + len(expected.strays)
