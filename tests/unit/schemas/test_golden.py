"""Golden records of every contract: what was accepted once is accepted for ever, what is refused names its place.

A folder a contract under `tests/golden`: ``v1`` holds records that every later reader must take, ``refused`` mistakes
with the place that the refusal names. Never change a record of ``v1``: a replay reads old records for ever.
"""

import json
import pathlib

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.contract import Contract
from schemas.export import CONTRACTS, FILES, json_schema
from schemas.inputs import refusal_text

GOLDEN = pathlib.Path(__file__).parents[2] / "golden"
ACCEPTED = sorted(GOLDEN.glob("*/v1/*.json"))
REFUSED = sorted(GOLDEN.glob("*/refused/*.json"))


def contract_of(path: pathlib.Path) -> TypeAdapter[Contract]:
    """Return the decoder of a golden record."""
    return TypeAdapter(CONTRACTS[path.parts[-3]])


def named(path: pathlib.Path) -> str:
    """Return a record's name for the test's id."""
    return f"{path.parts[-3]}-{path.stem}"


def test_every_contract_has_golden_records() -> None:
    """Each contract of a topic has its least and its full record, and a refused one."""
    contracts = set(CONTRACTS) - FILES

    assert {path.parts[-3] for path in ACCEPTED if path.stem == "least"} == contracts
    assert {path.parts[-3] for path in ACCEPTED if path.stem == "full"} == contracts
    assert {path.parts[-3] for path in REFUSED} == contracts


@pytest.mark.parametrize("path", ACCEPTED, ids=named)
def test_an_old_record_is_still_read(path: pathlib.Path) -> None:
    """The contract and its published JSON Schema take the record, and what is written is read again as the same."""
    content = path.read_bytes()
    adapter = contract_of(path)

    read = adapter.validate_json(content)

    jsonschema.Draft202012Validator(json_schema(path.parts[-3])).validate(json.loads(content))
    assert adapter.validate_json(read.model_dump_json()) == read


@pytest.mark.parametrize("path", [path for path in ACCEPTED if path.stem == "full"], ids=named)
def test_a_full_record_fills_every_field(path: pathlib.Path) -> None:
    """A full record names every field of its contract, so that none of them is without an example."""
    fields = CONTRACTS[path.parts[-3]].model_fields

    assert set(fields) - set(json.loads(path.read_bytes())) <= {"type"}


@pytest.mark.parametrize("path", REFUSED, ids=named)
def test_a_bad_record_is_refused_by_its_place(path: pathlib.Path) -> None:
    """The refusal names the place of the mistake."""
    case = json.loads(path.read_bytes())
    content = case["text"] if "text" in case else json.dumps(case["input"])

    with pytest.raises(ValidationError) as refused:
        contract_of(path).validate_json(content)

    places = [part.partition(": ")[0] for part in refusal_text(refused.value).split("; ")]
    assert case["location"] in places
