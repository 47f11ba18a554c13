"""Parcels that cannot be handled: parked, looked at, sent once more, dropped."""

import asyncio

import pytest
from aio_pika import DeliveryMode, Message, connect

from busbar.adapters.rabbitmq.parcels import KIND_PARCEL, encode_parcel
from busbar.adapters.rabbitmq.parked import ParkedParcels
from busbar.canon.codec import encode_message
from busbar.canon.secret import Secret
from busbar.canon.tenants import SignOutStaff
from busbar.kernel.errors import ConflictError, NotFoundError, UnavailableError
from busbar.kernel.partition import find_partition
from tests.contracts.bus.test_every_bus import make_report
from tests.contracts.presence.conftest import until
from tests.fakes.cluster import PARTITION_COUNT
from tests.fakes.wire_cutter import WireCutter
from tests.patience import HANG_LIMIT_S

PARTITION = find_partition("station-1", count=PARTITION_COUNT)


@pytest.fixture
def parked(cluster):
    return ParkedParcels(cluster.url, names=cluster.names)


async def has(parked, count):
    return await parked.count() == count


async def put(cluster, body, partition=PARTITION, **properties):
    """Put anything into a partition's queue."""
    async with await connect(cluster.url) as connection, connection.channel() as channel:
        await cluster.names.declare(channel)
        message = Message(body, delivery_mode=DeliveryMode.PERSISTENT, **properties)
        await channel.default_exchange.publish(message, cluster.names.partition_queue(partition))


def break_on_first(worker):
    """Make a worker break on every parcel that holds report 0, until the event is set."""
    is_mended = asyncio.Event()

    async def break_(parcel):
        if not is_mended.is_set() and any(message.payload_json == "0" for message in parcel.messages):
            raise ZeroDivisionError("a defect of ours")

    worker.before = break_
    return is_mended


async def test_a_parcel_that_a_core_breaks_on_is_parked_and_holds_nobody_up(cluster, parked):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    break_on_first(core.worker)
    with pytest.raises(Exception, match="could not be handled") as caught:
        await gateway.bus.report(make_report())
    assert caught.value.code == "internal"
    await gateway.bus.report(make_report(number=1))
    (parcel,) = await parked.list_all()
    assert (parcel.reason, parcel.partition, parcel.attempts) == ("failed", PARTITION, 3)
    assert parcel.error == "ZeroDivisionError: a defect of ours"
    assert (parcel.messages, parcel.station_ids) == (("StationNotified/1",), ("station-1",))
    assert parcel.is_readable
    assert parcel.parked_at is not None
    assert core.intake.parked_count == 1


async def test_a_parked_parcel_is_sent_once_more(cluster, parked):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    is_mended = break_on_first(core.worker)
    with pytest.raises(Exception, match="could not be handled"):
        await gateway.bus.report(make_report())
    (parcel,) = await parked.list_all()
    is_mended.set()
    await parked.replay(parcel.parked_id)
    await cluster.ledger.wait_until(lambda: len(cluster.ledger.messages) == 1)
    assert await parked.list_all() == []
    with pytest.raises(NotFoundError):
        await parked.replay(parcel.parked_id)


async def test_looking_changes_nothing_and_is_bounded(cluster, parked):
    await cluster.start_core()
    for number in range(5):
        await put(cluster, b"garbage %d" % number)
    await until(lambda: has(parked, 5))
    seen = await parked.list_all()
    assert await parked.list_all() == seen
    assert len(await parked.list_all(limit=2)) == 2
    assert await parked.count() == 5


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", KIND_PARCEL),
        (b"garbage", KIND_PARCEL),
        (b"\x95\x01", KIND_PARCEL),
        (encode_parcel("p", PARTITION, ()), "x"),
    ],
)
async def test_garbage_is_parked_and_poisons_nobody(cluster, parked, body, kind):
    await cluster.start_core()
    gateway = await cluster.start_gateway()
    await put(cluster, body, type=kind, message_id="g")
    await gateway.bus.report(make_report())
    await until(lambda: has(parked, 1))
    (parcel,) = await parked.list_all()
    assert (parcel.parked_id, parcel.reason, parcel.partition) == ("g", "garbage", PARTITION)
    assert not parcel.is_readable
    with pytest.raises(ConflictError):
        await parked.replay("g")
    assert await parked.replay_all() == 0
    await parked.drop("g")
    assert await parked.count() == 0
    with pytest.raises(NotFoundError):
        await parked.drop("g")


async def test_what_is_in_a_parcel_can_be_read(cluster, parked):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    break_on_first(core.worker)
    with pytest.raises(Exception, match="could not be handled"):
        await gateway.bus.report(make_report())
    (parcel,) = await parked.list_all()
    content = await parked.read(parcel.parked_id)
    (message,) = content.messages
    assert (content.parcel, content.raw_hex) == (parcel, None)
    assert (message.message, message.station_id) == ("StationNotified/1", "station-1")
    assert message.content["payload_json"] == "0"
    with pytest.raises(NotFoundError):
        await parked.read("another")


async def test_of_requests_nobody_sees_more_than_that_they_are_there(cluster, parked):
    await cluster.start_core()
    secret = SignOutStaff(bearer=Secret(text="a bearer token"))
    await put(cluster, b"garbage " + encode_message(secret), type=KIND_PARCEL, message_id="g")
    wrong = (PARTITION + 1) % PARTITION_COUNT
    body = encode_parcel("p", PARTITION, [encode_message(secret)])
    await put(cluster, body, partition=wrong, type=KIND_PARCEL, message_id="p")
    await until(lambda: has(parked, 2))
    (message,) = (await parked.read("p")).messages
    assert (message.message, message.content) == ("SignOutStaff/1", None)
    garbage = await parked.read("g")
    assert bytes.fromhex(garbage.raw_hex).startswith(b"garbage ")


async def test_all_that_can_be_read_are_sent_once_more(cluster, parked):
    core = await cluster.start_core()
    is_mended = break_on_first(core.worker)
    for number in range(3):
        body = encode_parcel(f"parcel-{number}", PARTITION, [encode_message(make_report())])
        await put(cluster, body, type=KIND_PARCEL, message_id=f"parcel-{number}")
    await put(cluster, b"garbage")
    await until(lambda: has(parked, 4))
    is_mended.set()
    assert await parked.replay_all() == 3
    await cluster.ledger.wait_until(lambda: len(cluster.ledger.messages) == 3)
    assert [parcel.is_readable for parcel in await parked.list_all()] == [False]


async def test_a_parcel_in_the_wrong_queue_finds_its_way(cluster, parked):
    await cluster.start_core()
    body = encode_parcel("p", PARTITION, [encode_message(make_report())])
    await put(cluster, body, partition=(PARTITION + 1) % PARTITION_COUNT, type=KIND_PARCEL, message_id="p")
    await until(lambda: has(parked, 1))
    assert cluster.ledger.messages == []
    await parked.replay("p")
    await cluster.ledger.wait_until(lambda: len(cluster.ledger.messages) == 1)


async def test_a_parcel_that_kills_its_cores_is_parked_by_the_broker(cluster, parked):
    """Each core dies with the parcel in hand: the broker counts, and gives it to nobody any more."""
    body = encode_parcel("p", PARTITION, [encode_message(make_report())])
    await put(cluster, body, type=KIND_PARCEL, message_id="p")
    queue_name = cluster.names.partition_queue(PARTITION)
    for _ in range(cluster.names.deliveries_max + 1):
        taken = asyncio.Event()

        async def take(_, taken=taken):
            taken.set()

        async with await connect(cluster.url) as connection, connection.channel() as channel:
            queue = await channel.get_queue(queue_name, ensure=False)
            await queue.consume(take)
            async with asyncio.timeout(HANG_LIMIT_S):
                await taken.wait()  # and with the connection the core is gone
    await until(lambda: has(parked, 1))
    (parcel,) = await parked.list_all()
    assert (parcel.parked_id, parcel.reason, parcel.partition) == ("p", "delivery_limit", PARTITION)
    assert parcel.station_ids == ("station-1",)


async def test_without_a_broker_people_are_told_so(cluster):
    async with WireCutter(cluster.url) as cutter:
        await cutter.cut()
        with pytest.raises(UnavailableError) as caught:
            await ParkedParcels(cutter.url, names=cluster.names).list_all()
        assert caught.value.code == "unavailable.bus"
