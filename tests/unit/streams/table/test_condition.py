"""Which Redis may hold the tables, by what it says of itself."""

import pytest

from streams.table.condition import problems_of, warnings_of

SOUND = {
    "redis_version": "7.0.15",
    "redis_mode": "standalone",
    "role": "master",
    "maxmemory_policy": "noeviction",
    "aof_enabled": 1,
}


@pytest.mark.parametrize(
    "info",
    [
        SOUND,
        {**SOUND, "redis_version": "8.2.0"},
        {**SOUND, "redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "8.0.1"},
        {**SOUND, "redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "10.1.0"},
    ],
)
def test_a_sound_server_has_no_problem(info: dict[str, object]) -> None:
    """Redis 7 and later, Valkey 8 and later, whatever version Valkey says it stands for."""
    assert (problems_of(info), warnings_of(info)) == ((), ())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"redis_version": "6.2.14"}, "Redis 6.2.14 is too old; leadstream needs Redis 7 or Valkey 8 or later"),
        ({"redis_version": "7.2.4", "valkey_version": "7.2.9"}, "Valkey 7.2.9 is too old"),
        ({"redis_version": ""}, "is too old"),
        ({"maxmemory_policy": "allkeys-lru"}, "set maxmemory-policy noeviction"),
        ({"maxmemory_policy": "volatile-ttl"}, "maxmemory-policy is volatile-ttl, which throws leads away"),
        ({"role": "slave", "master_host": "10.0.0.1", "master_port": 6379}, "it is a replica (of 10.0.0.1:6379)"),
        ({"redis_mode": "cluster"}, "name some of its nodes in LEADSTREAM_REDIS_CLUSTER"),
        ({"redis_mode": None, "server_mode": "cluster"}, "name some of its nodes in LEADSTREAM_REDIS_CLUSTER"),
    ],
)
def test_a_problem_is_named_with_its_way_out(changed: dict[str, object], words: str) -> None:
    """One line for each."""
    (problem,) = problems_of({**SOUND, **changed})

    assert words in problem


def test_all_problems_are_told_at_once() -> None:
    """An operator mends everything in one go."""
    assert len(problems_of({**SOUND, "maxmemory_policy": "allkeys-lfu", "role": "slave", "redis_version": "6.0"})) == 3


def test_no_append_only_file_is_a_warning() -> None:
    """It works: tables heal from Kafka; it only takes longer."""
    (warning,) = warnings_of({**SOUND, "aof_enabled": 0})

    assert "set appendonly yes" in warning
