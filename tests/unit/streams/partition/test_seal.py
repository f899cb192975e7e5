"""What tells a topic from another one under the same name."""

from dataclasses import replace

import pytest

from schemas.refusals import Reason
from streams.partition.records import SkippedRecord
from streams.partition.seal import InputReset, require_sealed, seal_of
from tests.builders.records import record


def test_any_other_record_has_another_seal() -> None:
    """Other bytes, another key, another time, no value instead of an empty one."""
    one = record(key=b"lead-ada", value=b"{}")
    others = (
        replace(one, value=b"{ }"),
        replace(one, key=b"lead-bob"),
        replace(one, timestamp=one.timestamp + 1),
        replace(one, value=b""),
        replace(one, value=None),
        replace(one, key=None),
    )
    assert len({seal_of(other) for other in (one, *others)}) == 7
    assert seal_of(replace(one)) == seal_of(one)


def test_another_record_at_the_watermark_is_refused_with_the_way_out() -> None:
    """What an older version of leadstream read has no seal, and passes."""
    one = record(key=b"lead-ada", value=b"{}")
    require_sealed(one, seal_of(one))
    require_sealed(one, None)
    with pytest.raises(InputReset, match=r"made anew under the same name. Bring the topic back, or empty the tables"):
        require_sealed(replace(one, value=b"[]"), seal_of(one))


def test_a_record_of_which_nothing_is_known_has_no_seal() -> None:
    """It was too large to be fetched; when it no longer is, or only now is, that makes no other topic of it."""
    unknown = SkippedRecord("page-views", 0, 7, Reason.OVERSIZE, "larger than the client can fetch")
    readable = record(key=b"lead-ada", value=b"{}")

    require_sealed(readable, seal_of(unknown))
    require_sealed(unknown, seal_of(readable))
