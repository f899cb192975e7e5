"""Records that wait, folded one after the other up to the next wake-up, without a turn for others between them.

Compiled, as the fold is: the same loop in the owner, plain and a record a time, took a twelfth of all work.
"""

from collections import deque

from streams.partition.fold import Fold
from streams.partition.records import Decoded


def folded_stretch(
    fold: Fold, waiting: deque[Decoded], before: float, records_max: int, output_bytes_max: int
) -> list[Decoded]:
    """Take records that wait, in order, up to the first before which a wake-up is due; return those that were taken.

    Args:
        fold: What takes them.
        waiting: The records; those that are taken leave it.
        before: What the fold sees ends here: an instant in milliseconds. A record appended then or later waits on.
        records_max: How many to take at most.
        output_bytes_max: It ends with the record by which as many bytes of outputs wait.
    """
    taken: list[Decoded] = []
    while waiting and len(taken) < records_max:
        appended_at = max(fold.clock, waiting[0].appended_at)
        due_at = fold.next_wake_at
        if appended_at >= before or (due_at is not None and due_at <= appended_at):
            break
        item = waiting.popleft()
        taken.append(item)
        fold.take(item)
        if fold.output_bytes >= output_bytes_max:
            break
    return taken
