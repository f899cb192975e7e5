"""Whether a Redis may hold the tables, judged by what it says of itself (INFO, so that CONFIG may be forbidden).

A problem means that leads could be lost or the table cannot be written; a warning, that it is unwise in production.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

REDIS_MAJOR_MIN = 7
VALKEY_MAJOR_MIN = 8

Info = Mapping[str, Any]


class Rule(NamedTuple):
    """One rule: when it is broken, and what to say, with the way out."""

    is_broken: Callable[[Info], bool]
    say: Callable[[Info], str]


def _major(info: Info, field: str) -> int:
    text = str(info.get(field, "0")).partition(".")[0]
    return int(text) if text.isdigit() else 0


def _is_too_old(info: Info) -> bool:
    # Valkey says redis_version 7.2.4 for the sake of old clients, and its own beside it.
    if "valkey_version" in info:
        return _major(info, "valkey_version") < VALKEY_MAJOR_MIN
    return _major(info, "redis_version") < REDIS_MAJOR_MIN


def version_of(info: Info) -> str:
    """Return which server it is, such as ``Redis 7.0.15`` or ``Valkey 9.1.2``."""
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']}"
    return f"Redis {info.get('redis_version', 'of an unknown version')}"


PROBLEMS: tuple[Rule, ...] = (
    Rule(
        _is_too_old,
        lambda info: (
            f"{version_of(info)} is too old; leadstream needs Redis {REDIS_MAJOR_MIN} or Valkey {VALKEY_MAJOR_MIN} "
            "or later, whose scripts can declare that they may run when memory is full"
        ),
    ),
    Rule(
        lambda info: info.get("maxmemory_policy", "noeviction") != "noeviction",
        lambda info: (
            f"maxmemory-policy is {info.get('maxmemory_policy')}, which throws leads away when memory is full; "
            "set maxmemory-policy noeviction (CONFIG SET maxmemory-policy noeviction, and in its configuration)"
        ),
    ),
    Rule(
        lambda info: info.get("role", "master") != "master",
        lambda info: (
            f"it is a replica (of {info.get('master_host')}:{info.get('master_port')}) and cannot be written; "
            "point LEADSTREAM_REDIS_URL at the primary"
        ),
    ),
)

OF_ONE_SERVER: tuple[Rule, ...] = (
    Rule(
        # Valkey 9 says it under a name of its own only.
        lambda info: "cluster" in (info.get("redis_mode"), info.get("server_mode")),
        lambda _: (
            "it is a node of a Redis Cluster, which holds only some of the tables; "
            "name some of its nodes in LEADSTREAM_REDIS_CLUSTER"
        ),
    ),
)

WARNINGS: tuple[Rule, ...] = (
    Rule(
        lambda info: not info.get("aof_enabled"),
        lambda _: (
            "it keeps no append-only file, so a restart loses minutes or all, and the tables are rebuilt from Kafka; "
            "set appendonly yes"
        ),
    ),
)


def problems_of(info: Info, *, is_cluster: bool = False) -> tuple[str, ...]:
    """Return what forbids this Redis, a line each.

    Args:
        info: What INFO said, by field.
        is_cluster: Whether it is used as one node of several.
    """
    return _broken(PROBLEMS if is_cluster else PROBLEMS + OF_ONE_SERVER, info)


def warnings_of(info: Info) -> tuple[str, ...]:
    """Return what is unwise about this Redis, a line each."""
    return _broken(WARNINGS, info)


def _broken(rules: tuple[Rule, ...], info: Info) -> tuple[str, ...]:
    return tuple(rule.say(info) for rule in rules if rule.is_broken(info))
