"""The core as a holder of partitions: each parcel once in effect, nothing written after another took over."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Column, Integer, Table, func, select
from sqlalchemy.exc import TimeoutError as NoConnectionError

from busbar.app.core import Core, CoreLimits
from busbar.app.feeds import FanOutFeed
from busbar.app.partitions import PartitionHolder, Rooms
from busbar.app.refusal import StorageError
from busbar.canon.access import SetTokenStatus, TokenStatus
from busbar.canon.stations import HeartbeatReceived, HeartbeatReply, Protocol, QuirkObserved, StationOnline
from busbar.db.messaging import inbox, outbox
from busbar.db.partitions import ANSWERS_KEPT, parcel_answers, partitions
from busbar.db.schema import Id, metadata
from busbar.db.work import sql
from busbar.kernel.errors import ConflictError, UnavailableError
from busbar.kernel.ids import OperatorId, ReportId, StationId
from busbar.kernel.partition import find_partition
from busbar.ports.intake import ConnectionReplacedError, Parcel, PartitionLostError
from tests.patience import HANG_LIMIT_S

COUNT = 4
beats = Table(
    "test_partition_beats",
    metadata,
    Column("beat_id", Id(), primary_key=True),
    Column("station_id", Id(), nullable=False),
    Column("n", Integer, nullable=False),
)


def station_in(partition: int) -> StationId:
    return next(StationId(f"CS-{n}") for n in range(1000) if find_partition(f"CS-{n}", count=COUNT) == partition)


class Room:
    """Counts beats of a station in memory, and writes each of them."""

    def __init__(self, ids):
        self.ids = ids
        self.counts = {}
        self.heard = []
        self.forgotten = 0
        self.is_deaf = False
        self.gate = None

    async def beat(self, report, work):
        n = self.counts.get(report.station_id)
        if n is None:
            own = select(func.count()).select_from(beats).where(beats.c.station_id == report.station_id)
            n = (await sql(work).execute(own)).scalar_one()
        work.keep(self.counts, report.station_id, n + 1)
        sql(work).stage_insert(beats, {"beat_id": self.ids.new(), "station_id": report.station_id, "n": n + 1})
        work.tell(
            StationOnline(
                operator_id=OperatorId("op"), at=work.now, station_id=report.station_id, protocol=Protocol.OCPP16
            )
        )
        return HeartbeatReply(now=work.now)

    async def quirk(self, report, work):
        if report.action == "refused":
            raise ConflictError("no")
        if report.action == "unstorable":
            sql(work).stage_insert(beats, {"beat_id": "same", "station_id": report.station_id, "n": 0})
            sql(work).stage_insert(beats, {"beat_id": "same", "station_id": report.station_id, "n": 0})

    async def block(self, command, work):
        return None

    async def hear(self, fact, work):
        if self.is_deaf:
            raise ConflictError("not now")
        self.heard.append(fact.station_id)

    def forget_stations(self, is_gone):
        for station_id in [held for held in self.counts if is_gone(held)]:
            del self.counts[station_id]

    def forget_all(self):
        self.forgotten += 1


class Member:
    """One core of a network, with its rooms."""

    def __init__(self, house, name):
        self.room = Room(house.ids)
        feed = FanOutFeed([house.feed])
        self.core = Core(
            databases=house.databases,
            clock=house.clock,
            ids=house.ids,
            feed=feed,
            limits=CoreLimits(delivery_retry_interval_s=0.01, delivery_max_attempts=1000),
        )
        self.holder = PartitionHolder(
            core=self.core,
            databases=house.databases,
            clock=house.clock,
            ids=house.ids,
            rooms=Rooms(stations=[self.room], shared=[self.room]),
            partition_count=COUNT,
            name=name,
        )
        feed.tap(self.holder.note_published)
        self.core.register(
            {HeartbeatReceived: self.room.beat, QuirkObserved: self.room.quirk, SetTokenStatus: self.room.block}
        )
        self.core.listen(self.holder.watch([(StationOnline, "room.online", self.room.hear)]))


class Network:
    def __init__(self, house):
        self.house = house
        self.members = []

    async def join(self, *held):
        member = Member(self.house, f"core-{len(self.members)}")
        self.members.append(member)
        await member.core.start(has_everything=False)
        for partition in held:
            await member.holder.take_over(partition)
        return member

    def pack(self, *messages, parcel_id=None):
        station_id = getattr(messages[0], "station_id", None)
        return Parcel(
            parcel_id=parcel_id or self.house.ids.new(),
            partition=0 if station_id is None else find_partition(station_id, count=COUNT),
            messages=messages,
        )

    def beat(self, station_id):
        return HeartbeatReceived(
            report_id=ReportId(self.house.ids.new()), station_id=station_id, received_at=self.house.clock.now()
        )

    def quirk(self, station_id, action):
        return QuirkObserved(
            report_id=ReportId(self.house.ids.new()),
            station_id=station_id,
            received_at=self.house.clock.now(),
            action=action,
            fields=(),
        )

    async def read(self, statement):
        async with self.house.databases.read() as connection:
            return (await connection.execute(statement)).all()

    async def until_delivered(self, member, heard):
        """Wait until a room has heard this much and that is written down."""
        async with asyncio.timeout(HANG_LIMIT_S):
            while member.room.heard != heard or member.core.deliveries.list_pending():  # noqa: ASYNC110 - plain lists
                await asyncio.sleep(0.005)

    async def count(self, table):
        return (await self.read(select(func.count()).select_from(table)))[0][0]


@pytest.fixture
async def network(house):
    await house.start()
    network = Network(house)
    yield network
    for member in network.members:
        await member.core.stop()


A = station_in(1)
B = station_in(2)


async def test_a_parcel_is_applied_in_order_and_answered_together(network):
    member = await network.join(1)
    answers = await member.holder.work(network.pack(network.beat(A), network.quirk(A, "refused"), network.beat(A)))
    assert [answer.error.code if answer.error else type(answer.reply) for answer in answers] == [
        HeartbeatReply, "conflict", HeartbeatReply,
    ]  # fmt: skip
    assert sorted(row.n for row in await network.read(select(beats.c.n))) == [1, 2]


async def test_a_parcel_that_comes_again_is_answered_again_and_changes_nothing(network):
    member = await network.join(1)
    parcel = network.pack(network.beat(A), network.quirk(A, "refused"))
    first = await member.holder.work(parcel)
    again = await member.holder.work(parcel)
    assert [answer.reply for answer in again] == [answer.reply for answer in first]
    assert again[1].error.code == "conflict"
    assert await network.count(beats) == 1
    assert member.room.counts == {A: 1}


async def test_a_parcel_that_is_sent_again_is_answered_without_being_applied(network, monkeypatch):
    """Applied once more it would break the batch it is in; under heavy load parcels are sent again all the time."""
    member = await network.join(1)
    parcel = network.pack(network.beat(A), network.quirk(A, "refused"))
    first = await member.holder.work(parcel)
    again = msgspec.structs.replace(parcel, may_be_repeat=True)
    failed = member.core.tally.batches_failed
    assert [answer.reply for answer in await member.holder.work(again)] == [answer.reply for answer in first]
    assert member.core.tally.batches_failed == failed
    new = msgspec.structs.replace(network.pack(network.beat(A)), may_be_repeat=True)
    assert (await member.holder.work(new))[0].error is None
    assert await network.count(beats) == 2


async def test_a_parcel_that_comes_twice_at_once_harms_nobody_else(network):
    member = await network.join(1, 2)
    parcel, other = network.pack(network.beat(A)), network.pack(network.beat(B))
    first, again, beside = await asyncio.gather(
        member.holder.work(parcel), member.holder.work(parcel), member.holder.work(other)
    )
    assert first[0].reply == again[0].reply
    assert beside[0].error is None
    assert await network.count(beats) == 2


async def test_another_core_answers_what_the_one_before_it_did(network):
    one = await network.join(1)
    parcel = network.pack(network.beat(A))
    first = await one.holder.work(parcel)
    two = await network.join(1)
    assert (await two.holder.work(parcel))[0].reply == first[0].reply
    assert await network.count(beats) == 1


async def test_one_message_that_cannot_be_stored_costs_the_others_nothing(network):
    member = await network.join(1)
    parcel = network.pack(network.beat(A), network.quirk(A, "unstorable"), network.beat(A))
    answers = await member.holder.work(parcel)
    assert [answer.error is None for answer in answers] == [True, False, True]
    assert await network.count(beats) == 2
    again = await member.holder.work(parcel)
    assert [answer.error is None for answer in again] == [True, False, True]
    assert [answer.reply for answer in again] == [answer.reply for answer in answers]
    assert await network.count(beats) == 2


async def test_nothing_is_taken_for_a_partition_that_is_not_held(network):
    member = await network.join(2)
    with pytest.raises(UnavailableError):
        await member.holder.work(network.pack(network.beat(A)))
    assert await network.count(beats) == 0


async def test_a_database_that_goes_while_a_partition_is_taken_is_no_defect_and_it_is_taken_again(network):
    member = await network.join()
    outages = [NoConnectionError("the database cannot be reached")]

    async def look_for_lost(partition):
        if outages:
            raise outages.pop()

    member.holder.when_taken(look_for_lost)
    with pytest.raises(StorageError):
        await member.holder.take_over(1)
    await member.holder.take_over(1)
    assert (await member.holder.work(network.pack(network.beat(A))))[0].error is None


async def test_who_lost_a_partition_writes_nothing_and_forgets_it(network):
    one = await network.join(1, 2)
    await one.holder.work(network.pack(network.beat(A)))
    await one.holder.work(network.pack(network.beat(B)))
    two = await network.join(1)
    await two.holder.work(network.pack(network.beat(A)))
    with pytest.raises(PartitionLostError):
        await one.holder.work(network.pack(network.beat(A)))
    assert one.room.counts == {B: 1}
    assert one.holder.held == {2}
    assert (await one.holder.work(network.pack(network.beat(B))))[0].error is None
    assert two.room.counts == {A: 2}
    assert sorted(row.n for row in await network.read(select(beats.c.n).where(beats.c.station_id == A))) == [1, 2]


async def test_a_partition_that_comes_back_is_read_anew(network):
    one, two = await network.join(1), await network.join()
    await one.holder.work(network.pack(network.beat(A)))
    await one.holder.hand_over(1)
    assert one.room.counts == {}
    await two.holder.take_over(1)
    await two.holder.work(network.pack(network.beat(A)))
    await two.holder.hand_over(1)
    await one.holder.take_over(1)
    await one.holder.work(network.pack(network.beat(A)))
    assert one.room.counts == {A: 3}
    assert [row.epoch for row in await network.read(select(partitions.c.epoch))] == [3]


async def test_facts_that_the_one_before_did_not_deliver_are_delivered_once(network):
    one = await network.join(1, 2)
    one.room.is_deaf = True
    await one.holder.work(network.pack(network.beat(A)))
    await one.holder.work(network.pack(network.beat(B)))
    two = await network.join(1)
    await network.until_delivered(two, [A])
    one.room.is_deaf = False
    await network.until_delivered(one, [B])
    await one.holder.settle()
    three = await network.join(1, 2)
    await three.holder.work(network.pack(network.beat(A)))
    await network.until_delivered(three, [A])
    assert await network.count(inbox) == await network.count(outbox) == 3


async def test_facts_are_looked_for_from_where_all_had_arrived(network):
    member = await network.join(1)
    for _ in range(3):
        await member.holder.work(network.pack(network.beat(A)))
    await network.until_delivered(member, [A] * 3)
    await member.holder.hand_over(1)
    newest = (await network.read(select(func.max(outbox.c.fact_id))))[0][0]
    assert [row.settled_fact_id for row in await network.read(select(partitions.c.settled_fact_id))] == [newest]


async def test_a_change_of_shared_rows_is_known_to_every_core_at_its_next_message(network):
    control, other = await network.join(0), await network.join(1)
    await other.holder.work(network.pack(network.beat(A)))
    before = other.room.forgotten
    await other.holder.work(network.pack(network.beat(A)))
    assert other.room.forgotten == before
    block = SetTokenStatus(operator_id=OperatorId("op"), actor="a", value="T", status=TokenStatus.BLOCKED)
    await control.holder.work(network.pack(block))
    await other.holder.work(network.pack(network.beat(A)))
    assert other.room.forgotten == before + 1


async def test_answers_are_forgotten_when_they_are_old_and_many(network):
    member = await network.join(1, 2)
    for _ in range(3):
        await member.holder.work(network.pack(network.beat(A)))
    network.house.clock.advance(timedelta(days=1))
    await member.holder.expire()
    assert await network.count(parcel_answers) == 3 < ANSWERS_KEPT


async def test_what_a_process_reports_itself_is_answered_as_to_anybody(network):
    member = await network.join(1)
    reply = await member.holder.report(network.beat(A))
    assert isinstance(reply, HeartbeatReply)
    with pytest.raises(ConflictError):
        await member.holder.report(network.quirk(A, "refused"))
    with pytest.raises(PartitionLostError):
        await member.holder.report(network.beat(B))


async def test_what_was_said_on_a_replaced_connection_is_refused(network):
    member = await network.join(1)
    station_id = station_in(1)
    newest = {station_id: "k2"}

    async def find(work, asked):
        return newest.get(asked)

    member.holder.fence_connections(find)
    beats_of = [network.beat(station_id) for _ in range(3)]
    parcel = msgspec.structs.replace(network.pack(*beats_of), connections=("k1", "k2", None))
    late, current, unfenced = await member.holder.work(parcel)
    assert isinstance(late.error, ConnectionReplacedError)
    assert (current.error, unfenced.error) == (None, None)
    assert await network.count(beats) == 2
    again = await member.holder.work(parcel)
    assert [answer.error and answer.error.code for answer in again] == ["unavailable.connection_replaced", None, None]
    assert await network.count(beats) == 2


async def test_a_parcel_that_comes_again_is_no_trouble(network, capsys):
    member = await network.join(1)
    parcel = network.pack(network.beat(station_in(1)), parcel_id="p1")
    await member.holder.work(parcel)
    await member.holder.work(parcel)
    assert await network.count(beats) == 1
    assert "core.message_failed" not in capsys.readouterr().out
