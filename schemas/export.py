"""Writes the JSON Schema of every contract: ``python -m schemas.export``; with ``--check``, only compares.

The files are committed, so that producers in any language and editors can use them, and so that a change of a contract
shows where it is reviewed.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from schemas.activities import CustomActivity, EmailClick, EmailOpen, FormFill, PageView, Unsubscribe
from schemas.audit_record import AuditRecord
from schemas.cases import CasesFile
from schemas.dead_letter import DeadLetterHeaders
from schemas.forwarded import ForwardedHeaders
from schemas.import_mapping import ImportMappingFile
from schemas.imported import ImportedHeaders
from schemas.lead_score import LeadScore
from schemas.positions import PublishedPositions
from schemas.profile import LeadProfile
from schemas.replay import ReplayHeaders
from schemas.scorecard import ScorecardFile
from schemas.scorecard_activation import ScorecardActivation
from schemas.stage_change import StageChange
from schemas.tick import Tick

FOLDER = Path(__file__).parent / "json"

CONTRACTS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "page_view": PageView,
        "email_open": EmailOpen,
        "email_click": EmailClick,
        "form_fill": FormFill,
        "unsubscribe": Unsubscribe,
        "custom_activity": CustomActivity,
        "lead_profile": LeadProfile,
        "forwarded": ForwardedHeaders,
        "tick": Tick,
        "stage_change": StageChange,
        "lead_score": LeadScore,
        "dead_letter": DeadLetterHeaders,
        "replay": ReplayHeaders,
        "imported": ImportedHeaders,
        "published_positions": PublishedPositions,
        "scorecard_activation": ScorecardActivation,
        "audit_record": AuditRecord,
        "scorecard": ScorecardFile,
        "import_mapping": ImportMappingFile,
        "cases": CasesFile,
    }
)
"""File name -> contract."""

FILES = frozenset({"scorecard", "import_mapping", "cases"})
"""Those that people write, in YAML."""


def json_schema(name: str) -> dict[str, Any]:
    """Return one contract's JSON Schema (draft 2020-12).

    Args:
        name: A name of `CONTRACTS`.

    Raises:
        KeyError: If there is no such contract.
    """
    schema = CONTRACTS[name].model_json_schema(by_alias=True, mode="validation")
    schema = _closed(schema)
    if name in FILES:
        # The file has no empty values: a key that is there has one.
        schema = _without_nulls(schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, "$id": f"urn:leadstream:{name}:v1", **schema}


def rendered(name: str) -> str:
    """Return the text of one contract's file."""
    return json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare all files.

    Args:
        arguments: Of the command line; None takes the process's own.

    Returns:
        The exit code: 1 if a comparison found a difference.
    """
    parser = argparse.ArgumentParser(
        prog="python -m schemas.export", description="Write the JSON Schemas of all contracts."
    )
    parser.add_argument("--check", action="store_true", help="only compare; exit with 1 where a file differs")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files are")
    options = parser.parse_args(arguments)
    stale = [name for name in CONTRACTS if _read(options.folder / f"{name}.schema.json") != rendered(name)]
    if options.check:
        for name in stale:
            sys.stderr.write(
                f"{options.folder / name}.schema.json differs from its contract; run python -m schemas.export\n"
            )
        return 1 if stale else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (options.folder / f"{name}.schema.json").write_text(rendered(name), encoding="utf-8")
    sys.stdout.write(f"{len(stale)} of {len(CONTRACTS)} schemas written to {options.folder}\n")
    return 0


def _read(path: Path) -> str | None:
    """Return a file's text; None if it is not there."""
    return path.read_text(encoding="utf-8") if path.exists() else None


def _closed(schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Refuse keys that match no pattern of a map: pydantic does, and writes the pattern only."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(closed.get("patternProperties"), dict) and "additionalProperties" not in closed:
        closed["additionalProperties"] = False
    return closed


def _without_nulls(schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Leave out null as a value and as a default."""
    if isinstance(schema, list):
        return [_without_nulls(item) for item in schema if item != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_nulls(value) for key, value in schema.items() if not (key == "default" and value is None)}
    alternatives = kept.get("anyOf")
    if isinstance(alternatives, list) and len(alternatives) == 1:
        del kept["anyOf"]
        kept = {**alternatives[0], **kept}
    return kept


if __name__ == "__main__":
    raise SystemExit(main())
