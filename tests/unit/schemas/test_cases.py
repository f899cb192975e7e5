"""The shape of case files, as editors are told of it and as it is read."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from schemas.cases import CasesFile, DeedRules
from schemas.export import json_schema

FILES = (Path("tests/golden/cases/in_order.yaml"), Path("deploy/scorecards/software_company.cases.yaml"))


class PlainText(yaml.SafeLoader):
    """YAML without its own idea of dates, as the project reads it."""


PlainText.yaml_implicit_resolvers = {
    sign: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_published_schema_takes_what_is_read(path: Path) -> None:
    """An editor that knows the JSON Schema marks nothing in a file that is in order."""
    data = yaml.load(path.read_text(encoding="utf-8"), PlainText)  # noqa: S506 - a safe loader, made plainer

    jsonschema.Draft202012Validator(json_schema("cases")).validate(data)


@pytest.mark.parametrize(
    "change",
    [
        {"expekt": {"score": 1}},
        {"expect": {"score": "many"}},
        {"expect": {"score": {"atleast": 1}}},
        {"expect": {"at": "tomorrow", "score": 1}},
        {"changes": [{"rises_to": "MQL"}]},
        {"did": [{"page_view": "/pricing", "times": 0}]},
        {"did": [{"page_view": "/pricing", "every": "often"}]},
    ],
)
def test_the_published_schema_marks_mistakes(change: dict[str, object]) -> None:
    """What the reader refuses by its shape, an editor marks."""
    file = {"cases": {"a case": {"expect": {"score": 1}, **change}}}

    assert not jsonschema.Draft202012Validator(json_schema("cases")).is_valid(file)
    with pytest.raises(ValueError, match="validation error"):
        CasesFile.model_validate(file)


@pytest.mark.parametrize(
    ("written", "activity", "fields"),
    [
        ({"page_view": "/pricing"}, "page_view", {"url": "/pricing"}),
        (
            {"page_view": {"path": "/a"}, "duration_seconds": 4},
            "page_view",
            {"path": "/a", "duration_seconds": 4},
        ),
        ({"form_fill": "demo", "field.budget": 5}, "form_fill", {"form_id": "demo", "field.budget": 5}),
        ({"trial_started": {}}, "trial_started", {}),
        ({"activity": "at", "with": {"minutes": 3}}, "at", {"minutes": 3}),
    ],
)
def test_an_activity_is_written_short_or_long(
    written: dict[str, object], activity: str, fields: dict[str, object]
) -> None:
    """Its type is a key of its own, or stands under `activity`."""
    deed = DeedRules.model_validate(written)

    assert (deed.activity, deed.fields) == (activity, fields)
