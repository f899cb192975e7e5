"""A partition's keys share one hash tag, and no two parts share a key."""

from streams.table.keys import partition_keys


def test_keys_are_told_apart() -> None:
    """By prefix, partition and part; a lead's id cannot make its key another part's."""
    keys = partition_keys("blue", 12)

    assert (keys.meta, keys.due, keys.outbox) == ("blue:{12}:meta", "blue:{12}:due", "blue:{12}:outbox")
    assert keys.lead + "meta" == "blue:{12}:lead:meta"
    assert partition_keys("blue", 1) != keys
