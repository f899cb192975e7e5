"""What is said of an imported record comes back from its headers."""

import pytest
from pydantic import ValidationError

from schemas.imported import IMPORT_PREFIX, ImportedHeaders, is_import_header

SAID = ImportedHeaders(id="crm-2024-0123456789abcdef", number=7)


def test_headers_come_back_as_they_were_sent() -> None:
    """Each field is a header of its own, and others' headers are left aside."""
    headers = (*SAID.to_headers(), ("traceparent", b"00-ab"))

    assert all(is_import_header(name) for name, _ in SAID.to_headers())
    assert ImportedHeaders.from_headers(headers) == SAID


@pytest.mark.parametrize("name", list(ImportedHeaders.model_fields))
def test_headers_that_do_not_hold_together_are_refused(name: str) -> None:
    """One that is missing or breaks its bound counts as none: anybody may write headers."""
    headers = [pair for pair in SAID.to_headers() if pair[0] != IMPORT_PREFIX + name]

    for broken in (headers, [*headers, (IMPORT_PREFIX + name, b"\xff\n")]):
        with pytest.raises(ValidationError):
            ImportedHeaders.from_headers(broken)
