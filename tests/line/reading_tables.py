"""Clients that read the tables for a test: not by our own ways to a cluster and to a watched primary."""

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode

from streams.configuration.settings import Settings
from streams.table.topology import places


async def reading_client(settings: Settings) -> Redis | RedisCluster:
    """Return a client of where the settings say that the tables are."""
    if settings.redis_cluster:
        nodes = [ClusterNode(host, port) for host, port in places(settings.redis_cluster)]
        return RedisCluster(startup_nodes=nodes, protocol=2)
    if settings.redis_sentinels:
        host, port = places(settings.redis_sentinels)[0]
        async with Redis(host=host, port=port, protocol=2) as sentinel:
            found = await sentinel.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", settings.redis_service)
        return Redis(host=found[0].decode(), port=int(found[1]), protocol=2)
    return Redis.from_url(settings.redis_url.get_secret_value(), protocol=2)
