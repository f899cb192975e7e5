"""Settings name one Redis, a watched primary or a cluster; nothing of a secret is shown."""

from redis.asyncio import Redis

from streams.configuration.settings import load_settings
from streams.table.cluster import ClusterServers
from streams.table.connection import connections, text_of
from streams.table.sentinel import SentinelServers
from streams.table.servers import Clients, OneServer
from streams.table.topology import places, servers_of

URL = "redis://scorer:s%40cret@127.0.0.1:6379/0"


def test_one_server_is_the_rule() -> None:
    """Without more than a URL it is the URL's."""
    servers = servers_of(load_settings(redis_url=URL))

    assert isinstance(servers, OneServer)
    assert (servers.address, servers.is_cluster) == ("redis://127.0.0.1:6379/0", False)


def test_a_cluster_is_named_by_some_of_its_nodes() -> None:
    """Messages name them, without user and password."""
    servers = servers_of(load_settings(redis_url=URL, redis_cluster="127.0.0.1:7000,[::1]:7001"))

    assert isinstance(servers, ClusterServers)
    assert (servers.address, servers.is_cluster) == ("the cluster of 127.0.0.1:7000, [::1]:7001", True)


def test_a_primary_is_named_by_its_sentinels() -> None:
    """Sentinels are asked with their own password, and no user, in the encryption of the URL."""
    given = {"redis_sentinels": "127.0.0.1:26379", "redis_service": "scores", "redis_sentinel_password": "a/b@c"}
    servers = servers_of(load_settings(redis_url=URL, **given))

    assert isinstance(servers, SentinelServers)
    assert servers.address == "the primary scores of sentinels 127.0.0.1:26379"
    asked = servers._sentinels[0].connection_pool.connection_kwargs
    assert (asked["host"], asked["port"], asked["password"], asked.get("username")) == (
        "127.0.0.1",
        26379,
        "a/b@c",
        None,
    )


def test_places_are_read_and_written() -> None:
    """As they stand in the settings."""
    assert places("redis-1.example:7000,[::1]:7001") == (("redis-1.example", 7000), ("::1", 7001))
    assert [text_of(place) for place in places("redis-1.example:7000,[::1]:7001")] == [
        "redis-1.example:7000",
        "[::1]:7001",
    ]


def test_another_server_is_reached_as_the_url_says() -> None:
    """Its user, password and encryption, at another place."""
    pool = connections("rediss://scorer:secret@redis.example:6380/0", 1.0, at=("10.0.0.7", 7001))

    kept = pool.connection_kwargs
    assert (kept["host"], kept["port"], kept["username"], kept["password"]) == ("10.0.0.7", 7001, "scorer", "secret")
    assert "10.0.0.7" in str(pool.make_connection())


async def test_a_server_has_one_client_until_it_is_left() -> None:
    """Connections are kept for as long as a server is used, and no longer."""
    clients = Clients(URL, 1.0)
    first = clients.at(("127.0.0.1", 7000))

    assert isinstance(first, Redis)
    assert clients.at(("127.0.0.1", 7000)) is first
    other = clients.at(("127.0.0.1", 7001))
    await clients.keep_only({("127.0.0.1", 7001)})
    assert clients.at(("127.0.0.1", 7001)) is other
    assert clients.at(("127.0.0.1", 7000)) is not first
    await clients.close()
