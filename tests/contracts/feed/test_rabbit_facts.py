"""Facts when a process misses some."""

import asyncio

import pytest
from aio_pika import connect

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.rabbitmq.facts import FactLimits, RabbitFacts
from busbar.adapters.rabbitmq.link import BrokerLink
from busbar.adapters.rabbitmq.names import Names
from tests.contracts.feed.conftest import make_fact
from tests.contracts.feed.test_feed import take
from tests.contracts.presence.conftest import until
from tests.fakes.cluster import TERMS
from tests.fakes.wire_cutter import WireCutter
from tests.patience import HANG_LIMIT_S


@pytest.fixture
async def make_process(rabbitmq_url, own_prefix):
    names = Names(partition_count=1, prefix=own_prefix)
    links = []

    async def make(origin, url=rabbitmq_url, **limits):
        hub = MemoryFeed()
        facts = RabbitFacts(names=names, hub=hub, origin=origin, limits=FactLimits(**limits))
        link = BrokerLink(url, names=names, process_name=origin, terms=TERMS)
        link.add(facts)
        await link.start()
        assert await link.wait_until_up(20)
        links.append(link)
        return facts, link

    yield make
    for link in links:
        await link.stop()
    async with await connect(rabbitmq_url) as connection, connection.channel() as channel:
        await names.delete(channel)


async def read_to_the_end(subscription):
    async with asyncio.timeout(HANG_LIMIT_S):
        return [event async for event in subscription]


async def test_a_listener_that_was_away_ends_its_subscriptions(make_process, rabbitmq_url):
    near, _ = await make_process("near")
    async with WireCutter(rabbitmq_url) as cutter:
        far, link = await make_process("far", cutter.url)
        async with far.subscribe() as subscription:
            near.publish(make_fact(1))
            assert await take(subscription, 1) == [make_fact(1)]
            cutter.drop()
            assert await read_to_the_end(subscription) == []
        assert await link.wait_until_up(20)
        async with far.subscribe() as subscription:
            near.publish(make_fact(2))
            assert await take(subscription, 1) == [make_fact(2)]
        await link.stop()


async def is_down(link):
    return not link.is_up


async def test_facts_that_a_sender_had_to_drop_are_missed(make_process, rabbitmq_url):
    far, _ = await make_process("far")
    async with WireCutter(rabbitmq_url) as cutter:
        near, link = await make_process("near", cutter.url, waiting_max_facts=3)
        async with far.subscribe() as subscription:
            near.publish(make_fact(0))
            assert await take(subscription, 1) == [make_fact(0)]
            await cutter.cut()
            await until(lambda: is_down(link))
            for number in range(1, 6):
                near.publish(make_fact(number))
            await cutter.restore()
            assert await read_to_the_end(subscription) == []
        assert far.gap_count == 1
        await link.stop()
