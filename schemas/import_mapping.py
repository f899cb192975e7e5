"""The mapping file of an import: which column or path of another system's export is what of an activity.

Only shapes and bounds stand here, and the JSON Schema that editors complete from is made of them. What needs two places
at once (a required field that no column gives) and the lines of the file are `streams.importing`'s.
"""

from typing import Annotated, Literal

from pydantic import Field

from schemas.contract import FieldName, Name, Scalar, VersionName
from schemas.scorecard_conditions import Rules

COLUMNS_MAX = 1_000
TABLE_VALUES_MAX = 1_000
FORMATS_MAX = 8
PROPERTIES_MAX = 64

Column = Annotated[str, Field(min_length=1, max_length=256)]
TableKey = Annotated[str, Field(max_length=512)]
Conversion = Literal["text", "number", "truth"]


class CsvRules(Rules):
    """How a CSV file is written."""

    delimiter: Literal[",", ";", "tab", "|"] = ","
    """What stands between the cells of a row."""
    encoding: Literal["utf-8", "windows-1252", "latin-1"] = "utf-8"
    """How its letters are written; a byte order mark is left out."""
    decimal: Literal[".", ","] = "."
    """What stands before the decimals of a number."""
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=COLUMNS_MAX)] | None = None
    """The columns' names, of a file whose first row holds none."""


class PlaceRules(Rules):
    """Where a value stands: one of the three."""

    column: Column | None = None
    """A column of a CSV file, by its name."""
    path: Column | None = None
    """A key of a JSON line; a dot leads into an object: contact.id."""


class ReadRules(PlaceRules):
    """Where a value comes from, and how it is read."""

    constant: Scalar | None = None
    """The same for every row."""
    kind: Annotated[Conversion | None, Field(alias="as")] = None
    """What a cell is read as: text, number or truth. A JSON line's values stay what they are by default."""


class SourceRules(ReadRules):
    """Where a value comes from, how it is read, and what it means."""

    values: Annotated[dict[TableKey, Scalar], Field(min_length=1, max_length=TABLE_VALUES_MAX)] | None = None
    """What stands in the file, and what it means here; what is not listed refuses its row."""


class LeadIdRules(SourceRules):
    """Whose activity a row is: the same id as in live activities."""

    prefix: Annotated[str, Field(max_length=64)] = ""
    """Stands before the id, as where live activities say crm-4711 and the export 4711."""
    is_email_hashed: Annotated[bool, Field(alias="email_to_sha256")] = False
    """The id is an e-mail address, of which the SHA-256 of its small letters is taken."""


class TypeRules(ReadRules):
    """What kind of activity a row is."""

    values: Annotated[dict[TableKey, Name], Field(min_length=1, max_length=TABLE_VALUES_MAX)] | None = None
    """What stands in the file, and the type of activity that it means; what is not listed refuses its row."""
    leave_out: Annotated[tuple[TableKey, ...], Field(max_length=TABLE_VALUES_MAX)] = ()
    """What stands in rows that are no activity of a lead: Sent Email, Email Delivered ..."""


class TimeRules(PlaceRules):
    """Where the time of an activity stands, and how it is written."""

    format: (
        Annotated[str, Field(min_length=1, max_length=64)]
        | Annotated[
            tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(min_length=1, max_length=FORMATS_MAX)
        ]
    ) = "rfc3339"
    """How it is written: rfc3339, epoch_seconds, epoch_milliseconds, or a pattern such as %d/%m/%Y %H:%M. Or a list,
    of which the first that fits counts."""
    zone: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Where times that name no zone were written: Europe/Paris, UTC ..."""


class IdRules(PlaceRules):
    """The other system's own id of an activity."""

    prefix: Annotated[str, Field(max_length=64)] = ""
    """Stands before the id."""


class ImportMappingFile(Rules):
    """How an export of another system becomes activities."""

    name: VersionName
    """What the import is called, in reports and in the audit log."""
    format: Literal["csv", "ndjson"]
    """How the files are written: CSV, or one JSON object a line."""
    csv: CsvRules | None = None
    """How a CSV file is written, if not in UTF-8 with commas and a first row of names."""
    lead_id: LeadIdRules
    """Whose activity a row is."""
    type: TypeRules
    """What kind of activity it is."""
    occurred_at: TimeRules
    """When it happened."""
    id: IdRules | None = None
    """Which activity it is. By default an id is derived from all that is said of it: rows that say the same are one."""
    fields: Annotated[dict[Name, SourceRules], Field(max_length=PROPERTIES_MAX)] = Field(default_factory=dict)
    """Fields of the activity's contract by name: url, mail_id, form_id, channel, verdict ..."""
    properties: Annotated[dict[FieldName, SourceRules], Field(max_length=PROPERTIES_MAX)] = Field(default_factory=dict)
    """What else conditions and measures look at: the properties of a type of your own, the fields of a form, the
    attributes of a profile."""
