"""CloudEvents 1.0 over Kafka in binary mode: the event's attributes as headers, its data as the value.

Written out rather than taken from the CloudEvents library: the binding is seven fixed headers, this package imports
pydantic only, and the hot path must not build an event object for each message.
"""

STAGE_CHANGE_TYPE = "leadstream.stage_change.v1"
LEAD_SCORE_TYPE = "leadstream.lead_score.v1"
SPECIFICATION_VERSION = "1.0"


def cloud_event_headers(
    *, event_id: str, source: str, event_type: str, time: str, subject: str, content_type: str = "application/json"
) -> tuple[tuple[str, bytes], ...]:
    """Return the headers of one event.

    Args:
        event_id: Unique within ``source``; readers drop repeats by (source, id).
        source: A URI reference that names the publisher, such as ``/leadstream/production``.
        event_type: What happened, such as `STAGE_CHANGE_TYPE`.
        time: When it happened, in RFC 3339.
        subject: The lead's id.
        content_type: The media type of the value.

    Returns:
        Header names and UTF-8 values.

    Raises:
        ValueError: If an attribute that the specification requires is empty.
    """
    for name, value in (("event_id", event_id), ("source", source), ("event_type", event_type)):
        if not value:
            raise ValueError(f"{name} is empty; CloudEvents 1.0 requires it to name something")
    headers = (
        ("content-type", content_type.encode()),
        ("ce_specversion", SPECIFICATION_VERSION.encode()),
        ("ce_id", event_id.encode()),
        ("ce_source", source.encode()),
        ("ce_type", event_type.encode()),
        ("ce_time", time.encode()),
        ("ce_subject", subject.encode()),
    )
    return headers if content_type and subject else tuple([header for header in headers if header[1]])
