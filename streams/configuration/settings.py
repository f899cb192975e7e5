"""What an operator can set: one frozen class, read from `LEADSTREAM_` environment variables.

Every field has a unit in its name, a bound, and a description of what changes with it. A default is given only where it
is safe in production. Secrets are never printed: not in a refusal, a representation or a log. Rules between fields
are a table in `streams.configuration.settings_rules`. This module reads no file and opens no connection.
"""

import os
from collections.abc import Mapping
from typing import Self

from pydantic import ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from streams.configuration.settings_refusal import SettingsRefused, refusals, unknown
from streams.configuration.settings_rules import broken_rules
from streams.configuration.settings_servers import ServerSettings
from streams.configuration.settings_work import WorkSettings

__all__ = ["PREFIX", "Settings", "SettingsRefused", "load_settings", "unknown_variables"]

PREFIX = "LEADSTREAM_"


class Settings(WorkSettings, ServerSettings, BaseSettings):
    """All settings of every leadstream process; the fields of the last base come first.

    Build it with `load_settings`, which turns what is wrong into a `SettingsRefused` that names the variable.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True, env_ignore_empty=True
    )

    @model_validator(mode="after")
    def _keeps_rules(self) -> Self:
        if problems := broken_rules(self, PREFIX):
            raise ValueError("\n".join(problems))
        return self


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment.

    Args:
        **overrides: Values by field name that win over the environment (of a command line's options).

    Returns:
        Settings within all bounds.

    Raises:
        SettingsRefused: If a value breaks a rule; it names each variable, its value, the rule and the way out.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them, which is the point
    except ValidationError as error:
        raise SettingsRefused(refusals(error, Settings, PREFIX, overrides, os.environ)) from None


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Tell which `LEADSTREAM_` variables no setting reads, each with the one that was probably meant.

    They are for a warning, not a refusal: Kubernetes adds variables that are named after services.

    Example:
        >>> unknown_variables({"LEADSTREAM_PARTITION": "4"})
        ('LEADSTREAM_PARTITION is not a setting; did you mean LEADSTREAM_PARTITIONS?',)
    """
    return unknown(environ, Settings, PREFIX)
