"""Settings come from the environment, within bounds, and what is wrong with them is told without a secret."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from schemas.stage_change import REASONS_MAX
from streams.configuration.settings import PREFIX, Settings, SettingsRefused, load_settings, unknown_variables

SECRET = "hunter2-hunter2"  # noqa: S105 - the value that must not show up anywhere


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any setting."""
    for name in tuple(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    return monkeypatch


def refused(**overrides: object) -> tuple[str, ...]:
    """Return the problems for which settings are refused."""
    with pytest.raises(SettingsRefused) as caught:
        load_settings(**overrides)
    return caught.value.problems


def bounded_numbers() -> Iterator[tuple[str, float, float]]:
    """Every number with its least and greatest value."""
    for name, field in Settings.model_fields.items():
        bounds = {type(rule).__name__: rule for rule in field.metadata}
        if "Ge" in bounds:
            yield name, bounds["Ge"].ge, bounds["Le"].le


def test_the_defaults_are_sound() -> None:
    """A worker on the machine of its servers needs no setting at all."""
    settings = load_settings()

    assert (settings.kafka_bootstrap, settings.partitions, settings.idempotent_producer) == ("127.0.0.1:9092", 8, True)
    assert settings.redis_url.get_secret_value() == "redis://127.0.0.1:6379/0"


def test_the_environment_is_read(environment: pytest.MonkeyPatch) -> None:
    """A variable sets its field, in any letter case; an empty one is as none; what the caller gives wins."""
    environment.setenv("LEADSTREAM_PARTITIONS", "12")
    environment.setenv("leadstream_group", "scorers")
    environment.setenv("LEADSTREAM_SCORECARD", "/etc/leadstream/card.yaml")
    environment.setenv("LEADSTREAM_TOPIC_PREFIX", "")

    settings = load_settings(topic_prefix="blue.")

    assert (settings.partitions, settings.group, settings.topic_prefix) == (12, "scorers", "blue.")
    assert settings.scorecard == Path("/etc/leadstream/card.yaml")


def test_all_reasons_that_may_be_asked_for_fit_a_message() -> None:
    """No number of reasons within the bound breaks the contract that carries them."""
    most = {name: most for name, _, most in bounded_numbers()}["reasons_max"]

    assert most <= REASONS_MAX


def test_settings_do_not_change() -> None:
    """What was checked at start stays as it was checked."""
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().partitions = 9  # type: ignore[misc]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    """An operator reads what it changes; a sentence, not a word."""
    description = Settings.model_fields[name].description or ""

    assert len(description.split()) > 3
    assert description.endswith(".")


@pytest.mark.parametrize(("name", "least", "greatest"), list(bounded_numbers()))
def test_a_number_out_of_bounds_is_refused(name: str, least: float, greatest: float) -> None:
    """Below, above and no number at all: named with the variable and the value."""
    for value in (least - 1, greatest + 1, "many"):
        (problem,) = refused(**{name: value})
        assert problem.startswith(f"LEADSTREAM_{name.upper()}={str(value)!r}: ")


def test_every_number_has_bounds() -> None:
    """No limit is left out by mistake."""
    numbers = [name for name, field in Settings.model_fields.items() if field.annotation in (int, float)]

    assert sorted(numbers) == sorted(name for name, _, _ in bounded_numbers())


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("kafka_bootstrap", "kafka.example", "host:port"),
        ("kafka_bootstrap", "", "host:port"),
        ("kafka_bootstrap", "a:1,,b:2", "host:port"),
        ("kafka_security_protocol", "TLS", "SASL_SSL"),
        ("kafka_sasl_mechanism", "GSSAPI", "SCRAM-SHA-512"),
        ("kafka_ca_file", "/nowhere/ca.pem", "PEM file"),
        ("redis_prefix", "a:{b}", "First part of every key"),
        ("redis_prefix", "", "First part of every key"),
        ("topic_prefix", "a/b", "marketing."),
        ("group", "my group", "Consumer group"),
        ("instance_id", "worker 1", "Static membership"),
        ("session_timeout_seconds", "nan", "finite"),
        ("retry_seconds_max", "inf", "finite"),
        ("idempotent_producer", "perhaps", "boolean"),
        ("log_level", "loud", "'warning'"),
        ("log_format", "xml", "'json'"),
        ("metrics_host", "no host", "0.0.0.0"),  # noqa: S104 - a word of the description
    ],
)
def test_a_bad_value_is_named_with_its_rule_and_the_way_out(
    environment: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """The line begins with the variable and the value as it was set."""
    if value:
        environment.setenv(f"LEADSTREAM_{name.upper()}", value)
        (problem,) = refused()
    else:
        (problem,) = refused(**{name: value})

    assert problem.startswith(f"LEADSTREAM_{name.upper()}={value!r}: ")
    assert words in problem


def test_all_that_is_wrong_is_told_at_once() -> None:
    """An operator mends everything in one go."""
    problems = refused(partitions=0, log_level="loud", batch_records_max=0)

    assert [problem.partition("=")[0] for problem in problems] == [
        "LEADSTREAM_PARTITIONS",
        "LEADSTREAM_BATCH_RECORDS_MAX",
        "LEADSTREAM_LOG_LEVEL",
    ]


def test_an_unknown_override_is_refused() -> None:
    """A misspelt option of our own code is a mistake, not ignored."""
    (problem,) = refused(partition=4)

    assert problem == "LEADSTREAM_PARTITION (not shown): is unknown. There is no such setting; remove it."


@pytest.mark.parametrize(
    "wrong",
    [
        {"kafka_password": SECRET * 400},
        {"kafka_password": SECRET},
        {"visitor_salt": SECRET * 400},
        {"redis_url": f"http://user:{SECRET}@redis.example"},
        {"redis_url": f"redis://user:{SECRET}@redis.example:6379/0"},
        {"redis_url": f"redis://user:{SECRET}@[::1"},
        {"redis_url": f"redis://user:{SECRET}/@redis.example:port/0"},
    ],
)
def test_a_refusal_shows_no_secret(wrong: dict[str, object], environment: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with a secret or beside it, the secret is not in what is printed."""
    for name, value in wrong.items():
        environment.setenv(f"LEADSTREAM_{name.upper()}", str(value))

    assert SECRET not in "\n".join(refused(log_level="loud"))
    assert SECRET not in "\n".join(refused())


def test_settings_print_no_secret() -> None:
    """Settings may be logged as they are."""
    settings = load_settings(
        redis_url=f"rediss://worker:{SECRET}@redis.example:6380/0",
        kafka_security_protocol="SASL_SSL",
        kafka_sasl_mechanism="SCRAM-SHA-512",
        kafka_username="worker",
        kafka_password=SecretStr(SECRET),
    )

    assert SECRET not in f"{settings!r} {settings!s} {settings.model_dump()}"


def test_a_misspelt_variable_is_told() -> None:
    """What no setting reads is named with the nearest that does; others' variables are left alone."""
    told = unknown_variables(
        {"LEADSTREAM_REDIS_URI": "x", "LEADSTREAM_PORT_80_TCP": "x", "PATH": "x", "leadstream_group": "x"}
    )

    assert told == (
        "LEADSTREAM_PORT_80_TCP is not a setting; remove it",
        "LEADSTREAM_REDIS_URI is not a setting; did you mean LEADSTREAM_REDIS_URL?",
    )
