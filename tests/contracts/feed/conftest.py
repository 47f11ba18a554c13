"""Two processes that share a feed: by the broker for facts, by Redis for signals."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aio_pika import connect

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.rabbitmq.facts import RabbitFacts
from busbar.adapters.rabbitmq.link import BrokerLink
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.redis.feed import FeedLimits, RedisFeed
from busbar.canon.stations import Protocol, StationOnline, StationSeen
from busbar.ports.feed import Event, Feed, PublishedFact
from tests.contracts.presence.conftest import remove_keys
from tests.fakes.cluster import TERMS

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_fact(number: int) -> PublishedFact:
    fact = StationOnline(operator_id="o", at=NOW, station_id=f"station-{number}", protocol=Protocol.OCPP21)
    return PublishedFact(fact_id=f"{number:032}", fact=fact)


def make_signal(number: int) -> StationSeen:
    return StationSeen(operator_id="o", at=NOW, station_id=f"station-{number}")


@dataclass
class Pair:
    """What one process publishes, and what another hears; the first's own feed beside it."""

    near: Feed
    far: Feed
    near_hub: MemoryFeed
    far_hub: MemoryFeed
    make: Callable[[int], Event]
    make_other: Callable[[int], Event]
    """An event of the kind that does not go this way."""


@pytest.fixture(params=["rabbitmq", "redis"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    hubs = MemoryFeed(), MemoryFeed()
    url, prefix = request.getfixturevalue(f"{request.param}_url"), request.getfixturevalue("own_prefix")
    if request.param == "redis":
        limits = FeedLimits(window_s=0.005, pause_s=0.05)
        clients = [RedisClient(url, RedisTerms(prefix=prefix)) for _ in hubs]
        feeds = [
            RedisFeed(client, hub=hub, origin=f"process-{number}", limits=limits)
            for number, (client, hub) in enumerate(zip(clients, hubs, strict=True))
        ]
        for feed in feeds:
            await feed.start()
            await feed.listening.wait()
        yield Pair(*feeds, *hubs, make_signal, make_fact)
        for feed, client in zip(feeds, clients, strict=True):
            await feed.stop()
            await remove_keys(client)
            await client.close()
        return
    names = Names(partition_count=1, prefix=prefix)
    links = [BrokerLink(url, names=names, process_name=f"process-{number}", terms=TERMS) for number in range(2)]
    facts = [RabbitFacts(names=names, hub=hub, origin=f"process-{number}") for number, hub in enumerate(hubs)]
    for link, party in zip(links, facts, strict=True):
        link.add(party)
        await link.start()
        assert await link.wait_until_up(20)
    yield Pair(*facts, *hubs, make_fact, make_signal)
    for link in links:
        await link.stop()
    async with await connect(url) as connection, connection.channel() as channel:
        await names.delete(channel)
