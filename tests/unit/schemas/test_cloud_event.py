"""CloudEvents attributes as Kafka headers."""

import pytest

from schemas.cloud_event import STAGE_CHANGE_TYPE, cloud_event_headers

AT = "2026-11-22T10:00:00.000Z"


def test_headers_are_those_of_binary_mode() -> None:
    """Names and values are as the Kafka binding of CloudEvents 1.0 has them, in UTF-8."""
    headers = cloud_event_headers(
        event_id="3f0c", source="/leadstream/demo", event_type=STAGE_CHANGE_TYPE, time=AT, subject="lead-größe"
    )

    assert dict(headers) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": b"3f0c",
        "ce_source": b"/leadstream/demo",
        "ce_type": b"leadstream.stage_change.v1",
        "ce_time": b"2026-11-22T10:00:00.000Z",
        "ce_subject": "lead-größe".encode(),
    }


@pytest.mark.parametrize("empty", ["event_id", "source", "event_type"])
def test_a_required_attribute_is_not_empty(empty: str) -> None:
    """Readers drop repeats by id and source, so neither may be missing."""
    values = {"event_id": "3f0c", "source": "/leadstream", "event_type": STAGE_CHANGE_TYPE, empty: ""}

    with pytest.raises(ValueError, match=f"{empty} is empty"):
        cloud_event_headers(**values, time=AT, subject="lead-ada")
