"""Bugs to be put into the line on purpose, each as somebody who writes it could have made it.

They change the real code while workers run, and nothing while the verdict is found.
"""

from collections.abc import Callable, Mapping

import pytest

from tests.simulation import plants_deciding as deciding
from tests.simulation import plants_protocol as protocol

Plant = Callable[[pytest.MonkeyPatch], None]

FOUND_BY: Mapping[Plant, int] = {
    protocol.fence_off: 12,
    protocol.commit_token_unchecked: 8,
    protocol.watermark_not_skipped: 2,
    protocol.watermark_one_too_far: 0,
    protocol.trimmed_before_acknowledged: 24,
    protocol.published_before_committed: 0,
    protocol.publication_not_repeated: 4,
    protocol.commit_not_repeated: 6,
    protocol.outbox_forgotten: 62,
    protocol.outbox_reversed: 0,
    deciding.ids_drawn: 0,
    deciding.wake_ups_after_record: 2,
    deciding.stamped_when_noticed: 0,
    deciding.wake_ups_by_the_own_clock: 0,
    deciding.tick_before_the_rest_is_read: 4,
    deciding.merge_waits_for_nobody: 8,
    deciding.merge_goes_by_topic: 0,
    protocol.cache_kept_when_moved: 3,
    protocol.not_sought_when_moved: 1,
    protocol.not_looking_when_idle: 23,
    protocol.jump_accepted: 2,
    protocol.tail_not_looked_at: 3,
    protocol.clock_of_the_tail_included: 94,
    protocol.correction_off: 67,
    protocol.already_taken_for_moved: 18,
    deciding.journal_forgets: 0,
    deciding.refused_and_dropped: 1,
    deciding.wake_up_of_few_kept: 1,
    deciding.forgotten_for_others: 2,
}
"""Each bug, and the first seed that found it when it was last looked for: where looking begins."""
