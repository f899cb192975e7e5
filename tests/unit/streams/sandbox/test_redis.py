"""The sandbox's Redis before it runs: its configuration, and which program is taken."""

from pathlib import Path

import pytest

from streams.sandbox import redis
from streams.sandbox.process import SandboxError
from streams.sandbox.redis import RedisOptions, configuration, major_version, redis_executable

PASSWORD = "sesame"  # noqa: S105 - a value to find again in the configuration


def test_it_never_evicts_and_keeps_an_append_only_file() -> None:
    """Without options the server is what production must be."""
    lines = configuration(6379, Path("/data"), RedisOptions()).splitlines()
    assert {"maxmemory-policy noeviction", "appendonly yes", "appendfsync everysec", "bind 127.0.0.1"} <= set(lines)
    assert not [line for line in lines if line.startswith(("requirepass", "maxmemory "))]


def test_options_reach_the_configuration() -> None:
    """Tests of bad servers can have one that evicts, is small, keeps nothing and wants a password."""
    options = RedisOptions(durability="none", password=PASSWORD, memory_bytes_max=4096, eviction_policy="allkeys-lru")
    lines = set(configuration(6379, Path("/data"), options).splitlines())
    assert {"appendonly no", 'requirepass "sesame"', "maxmemory 4096", "maxmemory-policy allkeys-lru"} <= lines


@pytest.mark.parametrize(
    ("shown", "major"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0", 7),
        ("Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64 build=1536df31c0395150", 9),
        ("Redis server v=10.2.0", 10),
        ("command not found", None),
    ],
)
def test_the_version_is_read_from_what_the_program_says(shown: str, major: int | None) -> None:
    """Redis and Valkey both say ``v=``."""
    assert major_version(shown) == major


def test_an_old_server_gives_way_to_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis 6 of the system is not used."""
    monkeypatch.setattr(redis.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(redis, "_version_of", lambda _program: 6)
    monkeypatch.setattr(redis, "wheel_executable", lambda: Path("/wheel/valkey-server"))
    assert redis_executable() == Path("/wheel/valkey-server")


def test_without_any_server_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names what was seen and what to install."""
    monkeypatch.setattr(redis.shutil, "which", lambda name: "/usr/bin/redis-server" if name == "redis-server" else None)
    monkeypatch.setattr(redis, "_version_of", lambda _program: 6)
    monkeypatch.setattr(redis, "wheel_executable", lambda: None)
    with pytest.raises(SandboxError, match=r"redis-server \(version 6\); install one of them.*leadstream\[sandbox\]"):
        redis_executable()
