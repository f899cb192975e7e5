"""How settings that cannot be used are told to the operator.

A line names the environment variable, its value, the rule and the way out, and never a secret's value.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

TOLD_SIMPLER = {
    "string_pattern_mismatch": "is not written as this setting needs it",
    "extra_forbidden": "is unknown",
}
"""Pydantic's kinds of problem whose own words would not help an operator."""


class SettingsRefused(Exception):
    """The settings cannot be used. ``problems`` holds a line for each: variable, value, rule and way out."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def refusals(
    error: ValidationError,
    model: type[BaseModel],
    prefix: str,
    given: Mapping[str, object],
    environ: Mapping[str, str],
) -> tuple[str, ...]:
    """Turn a validation error into lines for the operator, without the value of any secret.

    Args:
        error: What pydantic found.
        model: The settings' class, for the descriptions of its fields.
        prefix: What the variables' names begin with.
        given: Values that were given in code, by field; they win.
        environ: The environment that was read.

    Returns:
        One line for each problem.
    """
    # Letter case does not matter in the names of environment variables: pydantic-settings reads them so.
    named = {name.upper(): value for name, value in environ.items()}
    lines: list[str] = []
    for problem in error.errors(include_url=False, include_input=False):
        rule = TOLD_SIMPLER.get(problem["type"], problem["msg"].removeprefix("Value error, "))
        if not problem["loc"]:
            lines.extend(rule.splitlines())
            continue
        field = str(problem["loc"][0])
        variable = f"{prefix}{field.upper()}"
        value = given.get(field, named.get(variable, ""))
        known = model.model_fields.get(field)
        way_out = known.description if known is not None else "There is no such setting; remove it."
        shown = " (not shown)" if known is None or _is_secret(known) else f"={str(value)[:200]!r}"
        lines.append(f"{variable}{shown}: {rule[:1].lower()}{rule[1:]}. {way_out}")
    return tuple(lines)


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def unknown(environ: Mapping[str, str], model: type[BaseModel], prefix: str) -> tuple[str, ...]:
    """Return a line for each variable with the prefix that no field of the model reads, with the likely spelling."""
    fields = [name.upper() for name in model.model_fields]
    names = sorted(name for name in environ if name.upper().startswith(prefix))
    return tuple(
        _not_a_setting(name, fields, prefix) for name in names if name.upper().removeprefix(prefix) not in fields
    )


def _not_a_setting(name: str, fields: list[str], prefix: str) -> str:
    # Compared without the prefix, which would make all of them alike.
    match get_close_matches(name.upper().removeprefix(prefix), fields, n=1):
        case [near]:
            return f"{name} is not a setting; did you mean {prefix}{near}?"
        case _:
            return f"{name} is not a setting; remove it"
