"""What all contracts share: strictness, silence about the input, instants and scalars."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.activities import PageView
from schemas.contract import ActivityId, Instant, LeadId, Name, Scalar, ScalarMap, VersionName, rfc3339

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22t10:00:00z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T11:00:00+01:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T10:00:00-00:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T10:00:00.123456789Z", datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999Z", datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_rfc_3339_with_an_offset(text: str, expected: datetime) -> None:
    """Every form of RFC 3339 that names an offset is the instant that it says."""
    assert INSTANT.validate_json(f'"{text}"') == expected


@pytest.mark.parametrize(
    "json",
    [
        '"2026-11-22T10:00:00"',
        '"2026-11-22 10:00:00Z"',
        '"2026-11-22T10:00Z"',
        '"2026-11-22"',
        '"1795341600"',
        "1795341600",
        "1795341600000",
        "true",
        "null",
        '""',
        '"2026-13-01T00:00:00Z"',
        '"2026-11-22T24:00:00Z"',
        '"2026-11-22T10:00:00+24:00"',
        '"1969-12-31T23:59:59.999Z"',
        '"9999-12-31T23:59:59-00:01"',
        '"2026-11-22T10:00:00.1234567890Z"',
        '"٢٠٢٦-11-22T10:00:00Z"',
    ],
)
def test_any_other_instant_is_refused(json: str) -> None:
    """A time without offset would be another instant in another zone; numbers leave the unit open."""
    with pytest.raises(ValidationError):
        INSTANT.validate_json(json)


def test_code_gives_aware_instants() -> None:
    """In code an instant is an aware datetime; a naive one or a text is refused."""
    assert INSTANT.validate_python(datetime(2026, 11, 22, tzinfo=PARIS)) == datetime(2026, 11, 21, 23, tzinfo=UTC)
    for value in (datetime(2026, 11, 22), "2026-11-22T00:00:00Z", 0):  # noqa: DTZ001 - the naive one is the point
        with pytest.raises(ValidationError):
            INSTANT.validate_python(value)


def test_an_instant_is_written_in_utc_with_milliseconds() -> None:
    """Whatever its offset, an instant has one spelling, which sorts as time does."""
    assert rfc3339(datetime(2026, 11, 22, 11, 0, 0, 123999, tzinfo=PARIS)) == "2026-11-22T10:00:00.123Z"
    assert INSTANT.dump_json(datetime(2026, 11, 22, 10, tzinfo=UTC)) == b'"2026-11-22T10:00:00.000Z"'


@pytest.mark.parametrize("text", ["a", "lead-ada", "crm:4711", "Ada Lovelace", "größe/12", "x" * 128, "李雷"])
def test_an_id_is_one_line_of_visible_text(text: str) -> None:
    """Ids may hold what people use in them, also spaces inside and letters of any script."""
    for kind in (ActivityId, LeadId):
        assert TypeAdapter(kind).validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", " a", "a ", "a\n", "a\tb", "a\0b", "\x7f", "a\x85b", "a\u2028b", "\u00a0a", "x" * 257]
)
def test_an_id_with_control_characters_or_edges_of_space_is_refused(text: str) -> None:
    """They would forge lines of logs, or make two ids that look like one."""
    for kind in (ActivityId, LeadId):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize("text", ["", "A", "1a", "_a", "a-b", "a b", "x" * 65, "é"])
def test_a_name_is_snake_case(text: str) -> None:
    """Names are labels of metrics and keys of files: one spelling."""
    assert TypeAdapter(Name).validate_python("mql_2") == "mql_2"
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(text)


def test_a_version_may_look_like_a_date_or_a_number() -> None:
    """Versions are text that fits in a file name."""
    for text in ("2026-11", "1.10", "v2_final"):
        assert TypeAdapter(VersionName).validate_python(text) == text
    for text in ("", "-1", "a b", "../x"):
        with pytest.raises(ValidationError):
            TypeAdapter(VersionName).validate_python(text)


@pytest.mark.parametrize(
    ("json", "expected"),
    [
        ('"x"', "x"),
        ("true", True),
        ("1", 1),
        ("1.0", 1.0),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", 2.0**63),
        ('"1"', "1"),
    ],
)
def test_a_scalar_keeps_its_type(json: str, expected: object) -> None:
    """A truth value never becomes a number, a text of digits stays text, 64-bit integers stay exact."""
    read = TypeAdapter(Scalar).validate_json(json)

    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize("json", ["null", "{}", "[]", "NaN", "-Infinity", "1e999", "1" + "0" * 400, f'"{"x" * 513}"'])
def test_a_scalar_is_bounded_and_flat(json: str) -> None:
    """Objects, lists, null, what is not finite and overlong text are refused with one sentence."""
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Scalar).validate_json(json)

    assert [detail["msg"].partition(":")[0] for detail in refused.value.errors()] == [
        "Value should be a text of at most 512 characters, a finite number, true or false"
    ]


def test_a_map_is_bounded() -> None:
    """A map has at most 64 keys, each a short visible name."""
    adapter: TypeAdapter[dict[str, object]] = TypeAdapter(ScalarMap)

    assert len(adapter.validate_python({f"k{index}": index for index in range(64)})) == 64
    for bad in ({f"k{index}": index for index in range(65)}, {"": 1}, {"x" * 65: 1}, {"a\nb": 1}):
        with pytest.raises(ValidationError):
            adapter.validate_python(bad)


def test_a_contract_does_not_change_after_it_was_read() -> None:
    """Contracts are frozen."""
    view = PageView(id="a", lead_id="lead-ada", occurred_at=datetime(2026, 11, 22, tzinfo=UTC), url="/pricing")

    with pytest.raises(ValidationError, match="frozen"):
        view.url = "/demo"  # type: ignore[misc]


def test_an_error_does_not_repeat_the_input() -> None:
    """What a lead typed may be personal and errors end up in logs."""
    with pytest.raises(ValidationError) as refused:
        PageView.model_validate_json('{"id": 5, "lead_id": ["ada@example.com"], "url": {"x": "ada@example.com"}}')

    assert "ada@example.com" not in str(refused.value)
