"""What is said of an imported record: which import it belongs to, and which of its activities it is.

By it an import that was broken off finds what Kafka has of it, and owners know history from what happens now.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.contract import Contract
from schemas.header_fields import AnyHeaders, Headers, texts_of, written

IMPORT_PREFIX = "leadstream_import_"

ImportId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class ImportedHeaders(Contract):
    """Where an imported record comes from."""

    id: ImportId
    """The import: one mapping and the content of some files. The same again has the same id."""
    number: Annotated[int, Field(ge=1, le=2**63 - 1)]
    """Which of its activities this is, the first being 1."""

    def to_headers(self) -> Headers:
        """Return the fields as Kafka headers, each under ``leadstream_import_`` and its name."""
        return written(self, IMPORT_PREFIX)

    @classmethod
    def from_headers(cls, headers: AnyHeaders) -> "ImportedHeaders":
        """Read the fields back from a record's headers; those of others are left aside, the last of a name counts.

        Raises:
            pydantic.ValidationError: If a field is missing, is not UTF-8 or breaks its bound.
        """
        return _FROM_TEXT.validate_strings(texts_of(headers, IMPORT_PREFIX))


_FROM_TEXT = TypeAdapter(ImportedHeaders)


def is_import_header(name: str) -> bool:
    """Return whether a header's name is one of an import's."""
    return name.startswith(IMPORT_PREFIX)
