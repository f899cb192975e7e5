"""The quick reader takes usual input, and never anything that the contract would read otherwise or refuse."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.export import CONTRACTS
from schemas.topics import TOPICS
from streams.translation.quick_input import quick_reader
from streams.translation.translate import core_input
from tests.fuzz.hostile import INSTANTS, JSON_TOKENS, TEXTS

GOLDEN = Path(__file__).parents[3] / "golden"
INPUTS = {name: topic.contract for name, topic in TOPICS.items() if topic.direction == "in"}
READERS = {name: quick_reader(contract) for name, contract in INPUTS.items()}
ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(contract) for name, contract in INPUTS.items()}
HEAD = {"id": "a-1", "lead_id": "lead-ada", "occurred_at": "2026-11-22T10:00:00Z"}
REST: dict[str, dict[str, Any]] = {
    "page-views": {"url": "/pricing?utm_source=news", "referrer": "https://example.com/", "duration_seconds": 7},
    "email-opens": {"mail_id": "mail-7"},
    "email-clicks": {"link_url": "https://example.com/demo?utm_campaign=q4&plan=pro", "mail_id": "mail-7"},
    "form-fills": {"form_id": "demo", "page_url": "/demo", "fields": {"note": "call me", "seats": 5}},
    "unsubscribes": {"reason": "too many"},
    "custom-activities": {"type": "trial_started", "properties": {"seats": 5}},
    "lead-profiles": {"attributes": {"email": "ada@example.com", "title": "CTO", "country": None}},
}

raw_values = st.one_of(
    st.sampled_from(JSON_TOKENS[:-3]),
    st.sampled_from((*INSTANTS, *TEXTS[:-1])).map(json.dumps),
    st.text(max_size=4).map(json.dumps),
    st.integers(-(2**65), 2**65).map(str),
    st.floats(allow_nan=True).map(json.dumps),
    st.dictionaries(
        st.text(max_size=3), st.none() | st.booleans() | st.integers() | st.text(max_size=3), max_size=3
    ).map(json.dumps),
)
NAMES = (
    "id lead_id occurred_at verdict correlation channel type url title referrer duration_seconds mail_id campaign "
    "link_url form_id page_url fields list_id reason properties attributes later"
)
names = st.sampled_from(NAMES.split())
members = st.lists(st.tuples(names, raw_values), max_size=3)


def value_of(name: str, **changed: object) -> bytes:
    """Return a usual value of a topic, with something changed."""
    return json.dumps({**HEAD, **REST[name], **changed}).encode()


def require_same(name: str, value: bytes) -> bool:
    """Require that a value means the same to both readers, if the quick one takes it; return whether it does."""
    quick = READERS[name](value)
    if quick is not None:
        assert repr(quick) == repr(core_input(ADAPTERS[name].validate_json(value)))
    return quick is not None


@pytest.mark.parametrize("name", INPUTS)
def test_usual_input_is_taken(name: str) -> None:
    """Were it left to the contract, it would be right and slow, and nothing would tell."""
    contracts = {contract: key for key, contract in CONTRACTS.items()}
    golden = [GOLDEN / contracts[INPUTS[name]] / "v1" / f"{kind}.json" for kind in ("full", "least")]

    assert all(require_same(name, path.read_bytes()) for path in golden)
    assert require_same(name, value_of(name))
    if name != "lead-profiles":
        assert require_same(name, value_of(name, channel="paid_search", correlation="thread-7", verdict="certain_bot"))


@pytest.mark.parametrize(
    "occurred_at",
    ["2026-11-22T10:00:00.123456789Z", "2026-11-22T10:00:00.9999999-03:30", "2024-02-29T23:59:59+23:59"],
)
def test_usual_instants_are_taken(occurred_at: str) -> None:
    """With an offset, and to the nanosecond; what is below a millisecond is cut off."""
    assert require_same("email-opens", value_of("email-opens", occurred_at=occurred_at))


@pytest.mark.parametrize(
    "occurred_at",
    ["2026-W47-7T10:00:00.000Z", "2026-11-22T24:00:00.000Z", "2026-11-22 10:00:00.000Z", "2026-02-30T10:00:00.000Z"],
)
def test_what_is_as_long_as_a_usual_instant_is_not_taken_for_one(occurred_at: str) -> None:
    """A week, the hour 24, a blank in the middle, a day that is none: some of them Python would read."""
    assert not require_same("email-opens", value_of("email-opens", occurred_at=occurred_at))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        pytest.param("page-views", {"later": 1}, id="a field of a newer producer"),
        pytest.param("page-views", {"occurred_at": "2026-11-22t10:00:00z"}, id="an instant in small letters"),
        pytest.param("page-views", {"id": "ada\u3000lovelace"}, id="an id with a rare space"),
    ],
)
def test_rare_input_is_left_to_the_contract(name: str, changed: dict[str, object]) -> None:
    """It is good, and read there."""
    value = value_of(name, **changed)

    assert READERS[name](value) is None
    assert core_input(ADAPTERS[name].validate_json(value))


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/refused/*.json")), ids=lambda path: path.stem)
def test_what_a_contract_refuses_is_not_taken(name: str, path: Path) -> None:
    """Whatever topic it comes on."""
    value = path.read_bytes()
    try:
        ADAPTERS[name].validate_json(value)
    except ValidationError:
        assert READERS[name](value) is None


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        *(
            ("email-opens", {key: "x" * 257})
            for key in ("id", "lead_id", "correlation", "mail_id", "campaign", "verdict")
        ),
        *(
            ("email-opens", {key: value})
            for key in ("id", "lead_id")
            for value in ("", " ada", "ada ", "ada\x85b", None)
        ),
        *(("email-opens", {"channel": value}) for value in ("x" * 65, "Paid search", "", "news\n", "_x")),
        *(("page-views", {"duration_seconds": value}) for value in (-0.001, 86_400.001, -1, 86_401, True, "7")),
        *(("page-views", {key: "x" * 2_049}) for key in ("url", "title", "referrer")),
        *(("page-views", {"title": "x" * 513}), ("page-views", {"url": ""}), ("page-views", {"type": "email_open"})),
        *(("email-clicks", {"link_url": value}) for value in ("", "x" * 2_049, None)),
        *(
            ("form-fills", {"form_id": "x" * 129}),
            ("form-fills", {"form_id": ""}),
            ("form-fills", {"page_url": "x" * 2_049}),
        ),
        *(("unsubscribes", {"reason": "x" * 513}), ("unsubscribes", {"list_id": "x" * 257})),
        *(("custom-activities", {"type": value}) for value in ("page_view", "purchase", "Trial", "", "x" * 65, None)),
        *(
            (topic, {key: fields})
            for topic, key in (
                ("form-fills", "fields"),
                ("custom-activities", "properties"),
                ("lead-profiles", "attributes"),
            )
            for fields in (
                *({"x" * 65: 1}, {"": 1}, {" a": 1}, {"a": "x" * 513}, {"a": {}}, {"a": [1]}),
                {f"field_{number}": number for number in range(65)},
            )
        ),
        *(("form-fills", {"fields": {"a": None}}), ("lead-profiles", {"attributes": None})),
    ],
)
def test_a_step_over_a_bound_is_not_taken(name: str, changed: dict[str, object]) -> None:
    """Each bound of the contract is one here as well."""
    value = value_of(name, **changed)

    assert READERS[name](value) is None
    with pytest.raises(ValidationError):
        ADAPTERS[name].validate_json(value)


@given(name=st.sampled_from(sorted(INPUTS)), instant=st.sampled_from(INSTANTS))
def test_instants_mean_the_same(name: str, instant: str) -> None:
    """Also at the ends of what can be told, and those that look like one."""
    require_same(name, value_of(name, occurred_at=instant))


@given(name=st.sampled_from(sorted(INPUTS)), added=members, changed=members)
def test_both_readers_agree_on_any_members(
    name: str, added: list[tuple[str, str]], changed: list[tuple[str, str]]
) -> None:
    """Good or bad, of a wrong type or size, coming twice: what is taken means what the contract makes of it."""
    known = {key: json.dumps(value) for key, value in {**HEAD, **REST[name]}.items()}
    known |= {key: raw for key, raw in changed if key in known}
    text = ",".join(f'"{key}":{raw}' for key, raw in (*known.items(), *added))

    require_same(name, f"{{{text}}}".encode("utf-8", errors="surrogatepass"))


@given(names=st.lists(st.text(max_size=66), max_size=70), count=st.sampled_from((1, 64, 65)), data=st.data())
def test_both_readers_agree_on_any_map(names: list[str], count: int, data: st.DataObject) -> None:
    """Names of any text, at most so many, also of a name that comes twice; values up to their bounds."""
    values = data.draw(st.lists(raw_values, min_size=1, max_size=3))
    pairs = [(f"field_{number}" if number >= len(names) else names[number]) for number in range(max(count, len(names)))]
    text = ",".join(f"{json.dumps(name)}:{values[place % len(values)]}" for place, name in enumerate(pairs))
    for topic, key in (("form-fills", "fields"), ("custom-activities", "properties"), ("lead-profiles", "attributes")):
        head = value_of(topic)[:-1].decode()
        require_same(topic, f'{head},"{key}":{{{text}}}}}'.encode("utf-8", errors="surrogatepass"))
