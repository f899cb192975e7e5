"""The schema: a message passes through as it is."""

import faust
from faust.types import ConsumerMessage

from streams.transport.schema import BatchSchema
from tests.unit.streams.transport.fakes import VIEWS, records


async def test_a_run_passes_untouched() -> None:
    """No codec sees the value: the event's value is the very list, its key None."""
    app = faust.App("unit", broker="kafka://unit.invalid", autodiscover=False)
    run = records(VIEWS, [0, 1])
    message = ConsumerMessage(*VIEWS, 1, 0.0, 1, [], None, run, None, generation_id=7)  # type: ignore[arg-type]
    event = await BatchSchema().compile(app)(message)
    assert event.value is run
    assert event.key is None
    assert event.message is message
