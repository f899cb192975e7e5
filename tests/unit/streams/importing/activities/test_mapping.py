"""A mapping file is read within bounds, and every mistake in it is named by line with the way out."""

from pathlib import Path

import pytest

from streams.importing.activities.mapping import ImportMapping, MappingRefused, MappingUnreadable, load_mapping

GOOD = """\
name: crm-2024
format: csv
lead_id: {column: Contact}
type: {column: What, values: {Opened: email_open, Visit: page_view, Call: call_held}, leave_out: [Sent]}
occurred_at: {column: When, format: "%d/%m/%Y %H:%M", zone: Europe/Paris}
fields:
  url: {column: Page}
properties:
  minutes: {column: Minutes, as: number}
"""


def loaded(folder: Path, text: str) -> ImportMapping:
    """Load a mapping from text."""
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_a_good_mapping_names_its_columns(tmp_path: Path) -> None:
    """Each column once a place, in the order of the file."""
    assert loaded(tmp_path, GOOD).columns == ["Contact", "What", "When", "Page", "Minutes"]


def test_layout_and_comments_do_not_matter(tmp_path: Path) -> None:
    """The same mapping in another layout is the same import; another zone is another."""
    other = GOOD.replace("{column: Contact}", "\n  column: Contact  # our own id")

    assert loaded(tmp_path, other).fingerprint == loaded(tmp_path, GOOD).fingerprint
    assert loaded(tmp_path, GOOD.replace("Paris", "Berlin")).fingerprint != loaded(tmp_path, GOOD).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("name: crm-2024\n", "", 1, 'key "name" is missing; add name'),
        ("format: csv", "format: xlsx", 2, "format is xlsx; write csv or ndjson"),
        ("lead_id:", "lead_ids:", 3, 'did you mean "lead_id"?'),
        ("column: Contact", "colum: Contact", 3, 'did you mean "column"?'),
        ("column: Contact", "path: Contact", 3, "path is not for files of format csv; write column:"),
        ("{column: Contact}", "{prefix: a}", 3, "nothing says where the value stands; give column: or constant:"),
        ("column: Contact", "column: Contact, constant: x", 3, "column and constant are both given"),
        ("Visit: page_view", "Visit: purchase", 4, 'type "purchase" is reserved; choose another name'),
        (
            "Visit: page_view",
            "Visit: Page View",
            4,
            "Visit is Page View; give a name of 1 to 64",
        ),
        ("Visit: page_view", "Visit: form_fill", 4, 'type form_fill needs a field "form_id"; add form_id:'),
        ("[Sent]", "[Visit]", 4, '"Visit" is also among values'),
        ("%d/%m/%Y %H:%M", "%d/%m %H:%M", 5, "leaves the year, the month or the day open"),
        ("%d/%m/%Y %H:%M", "rfc3393", 5, 'did you mean "rfc3339"?'),
        (", zone: Europe/Paris", "", 5, "name no zone; add zone:, such as zone: Europe/Paris"),
        ("Europe/Paris", "Europe/Pariss", 5, 'no zone is called "Europe/Pariss"; did you mean "Europe/Paris"?'),
        ("url:", "urll:", 7, 'has no field "urll"; did you mean "url"? Or put it under properties'),
        ("as: number", "as: float", 9, "write text, number or truth"),
        ("fields:", "fields: &a", 6, "&a is an anchor"),
        ("name: crm-2024", "name: !!python/object:os.system x", 1, "is a tag"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    """Whoever wrote it finds the line, what is wrong, and what to write instead."""
    with pytest.raises(MappingRefused) as refused:
        loaded(tmp_path, GOOD.replace(old, new, 1))

    lines = str(refused.value).splitlines()
    assert any(f"mapping.yaml:{line}: " in text and told in text for text in lines), lines
    assert "scorecard" not in str(refused.value)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    """No file, an empty one, and one that is too large each end with a sentence."""
    with pytest.raises(MappingUnreadable, match="No such file"):
        load_mapping(tmp_path / "absent.yaml")
    with pytest.raises(MappingRefused, match="write a mapping: name, format"):
        loaded(tmp_path, "")
    with pytest.raises(MappingRefused, match="at most"):
        loaded(tmp_path, "#" * 2_000_000)


def test_properties_need_a_type_that_keeps_them(tmp_path: Path) -> None:
    """A page view has no map of its own, so what is mapped there would be lost without a word."""
    only_views = GOOD.replace("Opened: email_open, ", "").replace(", Call: call_held", "")

    with pytest.raises(MappingRefused, match="page_view takes no properties"):
        loaded(tmp_path, only_views)


def test_json_lines_have_paths(tmp_path: Path) -> None:
    """A column is for CSV, and csv: too."""
    with pytest.raises(MappingRefused) as refused:
        loaded(tmp_path, GOOD.replace("format: csv", "format: ndjson\ncsv: {delimiter: tab}"))

    assert "csv is for files of format csv" in str(refused.value)
    assert "column is not for files of format ndjson; write path:" in str(refused.value)
