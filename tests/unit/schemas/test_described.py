"""What fields of a contract say of themselves, read from the source."""

from typing import Any

from pydantic import Field, create_model

from schemas.contract import Contract
from schemas.described import description


class Visit(Contract):
    """A lead came by."""

    page: str
    """What was looked at.
    Without its host."""
    referrer: str | None = Field(default=None, alias="from")
    """Where the lead came from."""
    seconds: int = 0


class LongVisit(Visit):
    """A lead stayed."""

    seconds: int = 600
    """How long it stayed."""


def test_a_field_says_what_stands_below_it() -> None:
    """Lines are kept, indentation is not; what says nothing has no description."""
    assert description(Visit, "page") == "What was looked at.\nWithout its host."
    assert description(Visit, "referrer") == "Where the lead came from."
    assert description(Visit, "seconds") == ""


def test_a_contract_says_what_its_base_says_unless_it_says_otherwise() -> None:
    """Fields are described where they were declared last."""
    assert description(LongVisit, "page") == description(Visit, "page")
    assert description(LongVisit, "seconds") == "How long it stayed."


def test_a_json_schema_has_what_fields_say() -> None:
    """Under the names that the wire has for them; a field that says nothing has no description at all."""
    properties: dict[str, Any] = Visit.model_json_schema(by_alias=True)["properties"]

    assert properties["page"]["description"] == description(Visit, "page")
    assert properties["from"]["description"] == "Where the lead came from."
    assert "description" not in properties["seconds"]


def test_without_a_source_nothing_is_said() -> None:
    """A contract that was made up in a running program is as good as any."""
    made = create_model("Made", __base__=Contract, page=(str, ...))

    assert description(made, "page") == ""
