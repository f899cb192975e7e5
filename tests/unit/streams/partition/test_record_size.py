"""What a record weighs."""

import sys
from dataclasses import replace

from streams.partition.record_size import size_bytes
from tests.builders.records import record


def test_a_record_weighs_its_key_and_value_and_something_for_itself() -> None:
    """Empty records cannot fill the memory for nothing."""
    empty = size_bytes(replace(record(), key=None, value=None))
    assert empty > 100
    assert size_bytes(replace(record(), key=b"lead", value=b"x" * 1000)) - empty == 1004


def test_headers_weigh_what_they_hold_in_memory() -> None:
    """Names by their bytes, values, and for each header something for itself; one without a value is one too."""
    bare = size_bytes(record())
    many = tuple((f"h{number}", b"v") for number in range(1000))
    held = sum(sys.getsizeof(pair) + sys.getsizeof(pair[0]) + sys.getsizeof(pair[1]) for pair in many)
    assert size_bytes(record(headers=many)) - bare >= held
    one, large = (size_bytes(record(headers=(("é", b"x" * size),))) for size in (0, 5000))
    assert large - one == 5000
    assert size_bytes(record(headers=(("é", None),))) == one > bare + len("é".encode())
