"""How to reach Kafka: the settings as the arguments that every aiokafka client takes.

Certificates are read here, so that a file that cannot be used is named at start and not in the middle of a reconnect.
"""

import ssl
from pathlib import Path
from typing import Any

from streams.configuration.settings import Settings, SettingsRefused

WAY_OUT = "see that it runs, and that LEADSTREAM_KAFKA_BOOTSTRAP and the security settings are right"
"""What to do about a Kafka that cannot be reached."""


def connection_arguments(settings: Settings) -> dict[str, Any]:
    """Return the arguments for a consumer, a producer or an admin client.

    Args:
        settings: Where Kafka is, and how to speak to it.

    Raises:
        SettingsRefused: If a certificate, key or authority file cannot be used.
    """
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security_protocol,
    }
    if settings.kafka_security_protocol.endswith("SSL"):
        arguments["ssl_context"] = _ssl_context(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        password = settings.kafka_password
        arguments |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": password.get_secret_value() if password is not None else None,
        }
    return arguments


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    """Return what verifies Kafka's certificate and host name, and shows ours if there is one."""
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca_file)
    except (ssl.SSLError, OSError) as error:
        raise _refused("LEADSTREAM_KAFKA_CA_FILE", settings.kafka_ca_file, error) from error
    if settings.kafka_certificate_file is not None:
        try:
            # No password is asked for at a terminal: a key that is encrypted is refused by name instead.
            context.load_cert_chain(settings.kafka_certificate_file, settings.kafka_key_file, password="")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise _refused("LEADSTREAM_KAFKA_CERTIFICATE_FILE", settings.kafka_certificate_file, error) from error
    return context


def _refused(variable: str, path: Path | None, error: Exception) -> SettingsRefused:
    reason = str(error) or type(error).__name__
    way_out = "give a readable file of PEM blocks; a key must not be encrypted and must belong to its certificate"
    return SettingsRefused((f"{variable}: {path} cannot be used ({reason}); {way_out}",))
