"""Paging through a set of Redis: a cursor that is good for one process of a server, and begins anew at another's.

Where a ZSCAN left off is a place in a hash table, and each process hashes with a seed of its own: taken on by one that
was restarted, or by a replica that took over, it skips members (a fifth of 5,000, measured with Valkey 9.1). So a
cursor carries who gave it.
"""

from typing import Any, Final

POSITION_BITS: Final = 64
_POSITION: Final = (1 << POSITION_BITS) - 1


def questions(key: str, cursor: int, count: int) -> tuple[tuple[str | int, ...], ...]:
    """Return the commands to ask for a page, in order, on one connection: whoever answers, answers both."""
    return ("INFO", "server"), ("ZSCAN", key, cursor & _POSITION, "COUNT", count)


def page_of(cursor: int, answers: Any) -> tuple[tuple[str, ...], int] | None:  # noqa: ANN401 - as the client has them
    """Return the members and the next cursor, 0 at the end, that the answers to `questions` say.

    Returns:
        None if another process gave the cursor: the page is to be asked for from cursor 0 again.
    """
    info, (position, found) = answers
    run = int(str(info["run_id"]), 16)
    if cursor and cursor >> POSITION_BITS != run:
        return None
    members = tuple(member.decode() for member, _ in found)
    return members, (run << POSITION_BITS | int(position)) if int(position) else 0
