"""Kafka clients get what the settings say, and files that cannot be used are named at start."""

import ssl
from pathlib import Path

import pytest

from streams.configuration.settings import SettingsRefused, load_settings
from streams.kafka.connection import connection_arguments

SASL = {"kafka_sasl_mechanism": "SCRAM-SHA-512", "kafka_username": "worker", "kafka_password": "secret-word"}


def test_plaintext_takes_an_address_only() -> None:
    """Every server of the list, and nothing of TLS or users."""
    settings = load_settings(kafka_bootstrap="127.0.0.1:9092,localhost:9093")

    assert connection_arguments(settings) == {
        "bootstrap_servers": ["127.0.0.1:9092", "localhost:9093"],
        "security_protocol": "PLAINTEXT",
    }


def test_tls_verifies_the_server_and_its_name() -> None:
    """There is no setting that would turn it off."""
    arguments = connection_arguments(load_settings(kafka_bootstrap="kafka.example:9093", kafka_security_protocol="SSL"))

    context = arguments["ssl_context"]
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert "sasl_mechanism" not in arguments


def test_sasl_takes_the_user() -> None:
    """The password is handed to the client as it is, and TLS with it."""
    arguments = connection_arguments(load_settings(kafka_security_protocol="SASL_SSL", **SASL))

    assert arguments["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (arguments["sasl_plain_username"], arguments["sasl_plain_password"]) == ("worker", "secret-word")
    assert "ssl_context" in arguments


@pytest.mark.parametrize("variable", ["KAFKA_CA_FILE", "KAFKA_CERTIFICATE_FILE"])
def test_a_file_that_is_no_certificate_is_named(tmp_path: Path, variable: str) -> None:
    """With the variable, the path and what it should be; the key's content is not shown."""
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate: top secret", encoding="utf-8")
    values = {variable.lower(): broken}
    if variable == "KAFKA_CERTIFICATE_FILE":
        values["kafka_key_file"] = broken
    settings = load_settings(kafka_security_protocol="SSL", **values)

    with pytest.raises(SettingsRefused, match="give a readable file of PEM blocks") as caught:
        connection_arguments(settings)

    (problem,) = caught.value.problems
    assert problem.startswith(f"LEADSTREAM_{variable}: {broken} cannot be used (")
    assert "top secret" not in problem
