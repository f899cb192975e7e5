"""The committed JSON Schemas are those of the contracts."""

import json
import pathlib

import jsonschema
import pytest

from schemas.export import CONTRACTS, FOLDER, json_schema, main, rendered
from schemas.topics import TOPICS


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_committed_schema_is_its_contracts(name: str) -> None:
    """A change of a contract changes its file; `python -m schemas.export` writes it."""
    assert (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8") == rendered(name)


def test_no_schema_is_left_over() -> None:
    """Each file has its contract, and each topic's contract its file."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.schema.json" for name in CONTRACTS}
    assert {topic.contract for topic in TOPICS.values()} <= set(CONTRACTS.values())


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_schema_is_one(name: str) -> None:
    """Draft 2020-12 takes it, and every field of it says what it is."""
    schema = json_schema(name)

    jsonschema.Draft202012Validator.check_schema(schema)
    silent = [key for key, field in schema["properties"].items() if "description" not in field and key != "type"]
    assert silent == []


def test_a_difference_is_named_and_written_anew(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` names each file that differs and fails; without it the files are written."""
    assert main(["--folder", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().err.count("run python -m schemas.export") == len(CONTRACTS)
    assert main(["--folder", str(tmp_path)]) == 0
    assert main(["--folder", str(tmp_path), "--check"]) == 0
    (tmp_path / "tick.schema.json").write_text(json.dumps({}), encoding="utf-8")
    assert main(["--folder", str(tmp_path), "--check"]) == 1
    assert "tick.schema.json differs" in capsys.readouterr().err
