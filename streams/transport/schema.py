"""How a delivered message becomes an event: as it is. Its value is a run of records; decoding them is the owner's."""

from typing import Any

import faust
from faust.serializers.schemas import DecodeFunction
from faust.types import AppT, EventT, Message


class BatchSchema(faust.Schema[Any, Any]):
    """A schema without codecs: key None, value the list of records."""

    def compile(
        self,
        app: AppT,
        *,
        on_key_decode_error: Any = None,  # noqa: ANN401, ARG002 - Faust's signature; nothing here can fail
        on_value_decode_error: Any = None,  # noqa: ANN401, ARG002 - as above
        default_propagate: bool = False,
    ) -> DecodeFunction:
        """Return the function that Faust calls for each message."""
        create_event = app.create_event

        async def decode(message: Message, *, propagate: bool = default_propagate) -> EventT[Any]:  # noqa: ARG001
            return create_event(None, message.value, message.headers, message)

        return decode
