"""Partitions that come and go between cores, over a real broker."""

import asyncio
from collections import Counter

import pytest
from aio_pika import Message, connect

from busbar.adapters.rabbitmq.link import BrokerLink
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.sender import ParcelSender
from busbar.canon.codec import encode_message
from busbar.canon.stations import StationSeen
from busbar.kernel.errors import UnavailableError
from busbar.kernel.partition import find_partition
from busbar.ports.intake import PartitionLostError
from tests.contracts.bus.test_every_bus import NOW, make_report
from tests.contracts.presence.conftest import until
from tests.fakes.cluster import PARTITION_COUNT, TERMS
from tests.fakes.wire_cutter import WireCutter
from tests.patience import HANG_LIMIT_S

ALL = list(range(PARTITION_COUNT))


async def holds(core, count):
    return len(core.intake.held_partitions) == count


async def speak(bus, station, count, first=0):
    for number in range(first, first + count):
        await bus.report(make_report(f"station-{station}", number))


def expect_each_once_and_in_order(ledger, stations, count):
    heard = Counter((message.station_id, int(message.payload_json)) for message in ledger.messages)
    assert heard == Counter((f"station-{station}", number) for station in range(stations) for number in range(count))
    for station in range(stations):
        own = [int(one.payload_json) for one in ledger.messages if one.station_id == f"station-{station}"]
        assert own == sorted(own)


# ---- who holds what --------------------------------------------------------------------------------------------------


async def test_a_core_takes_over_every_partition_even_where_nothing_comes(cluster):
    core = await cluster.start_core()
    await until(lambda: holds(core, PARTITION_COUNT))
    assert core.worker.log == [("take_over", partition) for partition in ALL]
    assert core.worker.parcels == []


async def test_partitions_spread_over_the_cores_while_reports_come(cluster):
    gateway = await cluster.start_gateway()
    first = await cluster.start_core("core-1")
    talk = asyncio.gather(*(speak(gateway.bus, station, 60) for station in range(16)))
    await cluster.ledger.wait_for_more(50)
    second = await cluster.start_core("core-2")
    await talk
    await until(lambda: holds(first, PARTITION_COUNT // 2))
    await until(lambda: holds(second, PARTITION_COUNT // 2))
    assert sorted(first.intake.held_partitions + second.intake.held_partitions) == ALL
    expect_each_once_and_in_order(cluster.ledger, 16, 60)


async def test_a_core_that_leaves_hands_over_while_reports_come(cluster):
    gateway = await cluster.start_gateway()
    first, second = await cluster.start_core("core-1"), await cluster.start_core("core-2")
    await until(lambda: holds(first, PARTITION_COUNT // 2))
    await until(lambda: holds(second, PARTITION_COUNT // 2))
    talk = asyncio.gather(*(speak(gateway.bus, station, 60) for station in range(16)))
    await cluster.ledger.wait_for_more(50)
    await first.intake.stop()
    assert first.intake.held_partitions == []
    await talk
    await until(lambda: holds(second, PARTITION_COUNT))
    expect_each_once_and_in_order(cluster.ledger, 16, 60)


async def test_a_core_that_dies_is_replaced_while_reports_come(cluster):
    gateway = await cluster.start_gateway()
    async with WireCutter(cluster.url) as cutter:
        first, second = await cluster.start_core("core-1", url=cutter.url), await cluster.start_core("core-2")
        await until(lambda: holds(first, PARTITION_COUNT // 2))
        talk = asyncio.gather(*(speak(gateway.bus, station, 60) for station in range(16)))
        await cluster.ledger.wait_for_more(50)
        await cutter.cut()
        await talk
        await until(lambda: holds(second, PARTITION_COUNT))
        await until(lambda: holds(first, 0))
        await first.intake.stop()
        await first.link.stop()
    expect_each_once_and_in_order(cluster.ledger, 16, 60)


async def test_a_core_that_comes_back_takes_partitions_anew(cluster):
    async with WireCutter(cluster.url) as cutter:
        core = await cluster.start_core(url=cutter.url)
        await until(lambda: holds(core, PARTITION_COUNT))
        cutter.drop()
        await until(lambda: has_taken_twice(core))
        assert Counter(core.worker.log) == Counter(
            {(deed, partition): count for partition in ALL for deed, count in (("take_over", 2), ("hand_over", 1))}
        )
        await core.intake.stop()
        await core.link.stop()


async def has_taken_twice(core):
    return len(core.worker.log) >= PARTITION_COUNT * 3


async def test_three_cores_come_and_two_go(cluster):
    gateway = await cluster.start_gateway()
    cores = [await cluster.start_core("core-1")]
    talk = asyncio.gather(*(speak(gateway.bus, station, 100) for station in range(12)))
    await cluster.ledger.wait_for_more(20)
    cores += [await cluster.start_core("core-2"), await cluster.start_core("core-3")]
    await cluster.ledger.wait_for_more(200)
    await cores[0].intake.stop()
    await cluster.ledger.wait_for_more(200)
    await cores[2].intake.stop()
    await talk
    await until(lambda: holds(cores[1], PARTITION_COUNT))
    expect_each_once_and_in_order(cluster.ledger, 12, 100)


# ---- fencing ---------------------------------------------------------------------------------------------------------


async def test_a_core_that_lost_its_partition_without_noticing_writes_nothing(cluster):
    """As after a process froze: the broker's queue is still its own, but the number in the database is another's."""
    gateway = await cluster.start_gateway()
    core = await cluster.start_core()
    await until(lambda: holds(core, PARTITION_COUNT))
    partition = find_partition("station-0", count=PARTITION_COUNT)
    cluster.ledger.numbers[partition] += 1
    await speak(gateway.bus, 0, 3)
    expect_each_once_and_in_order(cluster.ledger, 1, 3)
    assert core.worker.log.count(("take_over", partition)) == 2
    assert core.worker.log.count(("hand_over", partition)) == 1


async def test_a_partition_that_cannot_be_taken_is_tried_again(cluster):
    gateway = await cluster.start_gateway()
    core = await cluster.start_core()
    await until(lambda: holds(core, PARTITION_COUNT))
    await core.intake.stop()
    second = await cluster.start_core("core-2")
    take_over, failures = (
        second.worker.take_over,
        [UnavailableError("away"), PartitionLostError("not yet"), ValueError()],
    )

    async def fail_at_first(partition):
        if failures:
            raise failures.pop(0)
        await take_over(partition)

    second.worker.take_over = fail_at_first
    await asyncio.gather(*(speak(gateway.bus, station, 5) for station in range(8)))
    expect_each_once_and_in_order(cluster.ledger, 8, 5)


# ---- what goes wrong -------------------------------------------------------------------------------------------------


async def test_a_parcel_waits_until_the_database_takes_it(cluster):
    gateway = await cluster.start_gateway()
    core = await cluster.start_core()
    outages = [UnavailableError("locked"), UnavailableError("locked")]

    async def fail_at_first(_):
        if outages:
            raise outages.pop(0)

    core.worker.before = fail_at_first
    await speak(gateway.bus, 0, 3)
    expect_each_once_and_in_order(cluster.ledger, 1, 3)
    assert core.worker.parcels[0] == core.worker.parcels[2]


async def test_a_core_that_stops_gives_back_what_the_database_does_not_take(cluster):
    gateway = await cluster.start_gateway()
    first = await cluster.start_core("core-1")

    async def fail(_):
        raise UnavailableError("locked")

    first.worker.before = fail
    talk = asyncio.create_task(speak(gateway.bus, 0, 3))
    await until(lambda: is_at_work(first))
    await first.intake.stop()
    await cluster.start_core("core-2")
    await talk
    expect_each_once_and_in_order(cluster.ledger, 1, 3)


async def is_at_work(core):
    return bool(core.worker.parcels)


async def test_what_one_version_does_not_know_is_refused_alone(cluster):
    """As while a newer version is rolled out: its gateway sends what this core has never heard of."""
    core = await cluster.start_core()
    sender = ParcelSender(names=cluster.names, ids=cluster.ids)
    await cluster.start_party("gateway-new", sender)
    answers = []
    done = asyncio.Event()

    def on_answer(reply, error):
        answers.append(error.code if error else reply)
        if len(answers) == 2:
            done.set()

    partition = find_partition("station-1", count=PARTITION_COUNT)
    sender.post(make_report("station-1"), partition, on_answer)
    lane = sender._lanes[partition]
    lane.waiting[0].body = encode_message(StationSeen(operator_id="o", at=NOW, station_id="station-1"))
    sender.post(make_report("station-1", 1), partition, on_answer)
    async with asyncio.timeout(HANG_LIMIT_S):
        await done.wait()
    assert answers[0] == "unavailable.message_unknown"
    assert len(core.worker.ledger.messages) == 1


async def test_two_numbers_of_partitions_are_not_mixed(cluster):
    await cluster.start_core()
    other = Names(partition_count=PARTITION_COUNT + 1, prefix=cluster.names.prefix)
    link = BrokerLink(cluster.url, names=other, process_name="other", terms=TERMS)
    await link.start()
    await until(lambda: says(link, "another number of partitions"))
    assert not link.is_up
    await link.stop()


async def says(link, text):
    return text in link.last_error


async def test_queues_that_somebody_deleted_are_made_again(cluster):
    gateway = await cluster.start_gateway()
    core = await cluster.start_core()
    await until(lambda: holds(core, PARTITION_COUNT))
    async with await connect(cluster.url) as connection, connection.channel() as channel:
        for partition in ALL:
            await channel.queue_delete(cluster.names.partition_queue(partition))
    await speak(gateway.bus, 0, 3)
    expect_each_once_and_in_order(cluster.ledger, 1, 3)


@pytest.mark.parametrize("body", [b"", b"hello", b"\x93\x01\xa1x\xc0"])
async def test_what_no_core_says_is_no_greeting(cluster, body):
    core = await cluster.start_core()
    async with await connect(cluster.url) as connection, connection.channel() as channel:
        exchange = await channel.get_exchange(cluster.names.cores)
        await exchange.publish(Message(body), "")
    await until(lambda: holds(core, PARTITION_COUNT))
    assert core.intake.present_cores == ["core-1"]
