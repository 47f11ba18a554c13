"""The bus over a real broker that comes and goes, and over cores that come and go."""

import asyncio

import pytest

from busbar.adapters.rabbitmq.bus import RabbitDispatcher
from busbar.adapters.rabbitmq.sender import ParcelSender, SenderLimits
from busbar.canon.control import CommandOutcome, Outcome
from busbar.canon.stations import FindStation, HeartbeatReceived, StationStanding
from busbar.kernel.errors import InvalidError, LimitExceededError, NotFoundError, UnavailableError
from busbar.ports.presence import Holding, PresenceError
from tests.contracts.bus.test_every_bus import ACCEPTED, NOW, make_delivery, make_handler, make_report
from tests.contracts.presence.conftest import until
from tests.fakes.wire_cutter import WireCutter
from tests.patience import HANG_LIMIT_S


async def report_all(bus, count, stations=4):
    reports = [make_report(f"station-{number % stations}", number) for number in range(count)]
    return await asyncio.gather(*(bus.report(report) for report in reports))


def expect_each_once_and_in_order(ledger, count):
    numbers = [int(message.payload_json) for message in ledger.messages]
    assert sorted(numbers) == list(range(count))
    for station in {message.station_id for message in ledger.messages}:
        own = [int(message.payload_json) for message in ledger.messages if message.station_id == station]
        assert own == sorted(own)


async def is_down(link):
    return not link.is_up


async def fail_with(code, call):
    with pytest.raises(UnavailableError) as caught:
        await call
    assert caught.value.code == code


# ---- packing ---------------------------------------------------------------------------------------------------------


async def test_reports_travel_together(cluster):
    core = await cluster.start_core()
    gateway = await cluster.start_gateway()
    await report_all(gateway.bus, 400)
    assert gateway.sender.message_count == 400
    assert gateway.sender.parcel_count <= 8
    assert len([parcel for parcel in core.worker.parcels if parcel.messages]) == gateway.sender.parcel_count
    expect_each_once_and_in_order(cluster.ledger, 400)


async def test_parcels_are_bounded_by_count_and_by_size(cluster):
    core = await cluster.start_core()
    gateway = await cluster.start_gateway(parcel_max_messages=7, parcel_max_bytes=500)
    await report_all(gateway.bus, 100, stations=1)
    sizes = [len(parcel.messages) for parcel in core.worker.parcels]
    assert max(sizes) < 7
    assert len(sizes) > 15
    expect_each_once_and_in_order(cluster.ledger, 100)


async def test_a_report_that_cannot_travel_harms_no_other(cluster):
    await cluster.start_core()
    gateway = await cluster.start_gateway()
    bad = HeartbeatReceived(report_id="\ud800", station_id="station-1", received_at=NOW)
    assert not gateway.bus.post(bad, lambda reply, error: None)
    bad_one, good_one = await asyncio.gather(
        gateway.bus.report(bad), gateway.bus.report(make_report()), return_exceptions=True
    )
    assert isinstance(bad_one, InvalidError)
    assert not isinstance(good_one, Exception)


async def test_a_caller_that_went_away_harms_no_other(cluster):
    core = await cluster.start_core()
    gateway = await cluster.start_gateway()
    task = asyncio.create_task(gateway.bus.report(make_report()))
    await asyncio.sleep(0)
    task.cancel()
    await gateway.bus.report(make_report(number=1))
    assert len(core.worker.ledger.messages) == 2


# ---- bounds ----------------------------------------------------------------------------------------------------------


async def test_beyond_the_bound_nothing_is_taken_and_who_waits_gets_in(cluster):
    core = await cluster.start_core()
    gateway = await cluster.start_gateway(waiting_max_messages=3)
    opened = asyncio.Event()
    core.worker.before = lambda _: opened.wait()
    answered = []
    taken = [
        gateway.bus.post(make_report(number=number), lambda reply, error: answered.append(error)) for number in range(5)
    ]
    assert taken == [True, True, True, False, False]
    waiting = [asyncio.create_task(gateway.bus.report(make_report(number=number))) for number in (3, 4)]
    await until(lambda: is_at_work(core))
    opened.set()
    await asyncio.gather(*waiting)
    assert answered == [None] * 3
    expect_each_once_and_in_order(cluster.ledger, 5)


async def is_at_work(core):
    return bool(core.worker.parcels)


async def test_who_waits_for_room_in_vain_is_told(cluster):
    gateway = await cluster.start_gateway(waiting_max_messages=1, timeout_s=0.3)
    first, second = await asyncio.gather(
        gateway.bus.report(make_report()), gateway.bus.report(make_report(number=1)), return_exceptions=True
    )
    assert first.code == "unavailable.timeout"
    assert second.code in {"unavailable.bus", "unavailable.timeout"}


async def test_a_gateway_that_stops_waits_for_its_answers_and_takes_nothing_more(cluster):
    core = await cluster.start_core()
    gateway = await cluster.start_gateway()
    report = asyncio.create_task(gateway.bus.report(make_report()))
    await until(lambda: is_at_work(core))
    await gateway.sender.drain(timeout_s=10)
    async with asyncio.timeout(HANG_LIMIT_S):
        await report
    assert not gateway.bus.post(make_report(), lambda reply, error: None)
    await fail_with("unavailable.bus", gateway.bus.report(make_report()))


async def test_a_gateway_that_stops_gives_up_what_nobody_answers(cluster):
    gateway = await cluster.start_gateway()
    report = asyncio.create_task(gateway.bus.report(make_report()))
    await asyncio.sleep(0)
    await gateway.sender.drain(timeout_s=0.2)
    with pytest.raises(UnavailableError):
        await report


# ---- away and back ---------------------------------------------------------------------------------------------------


async def test_without_a_broker_reports_wait_and_are_then_refused(cluster):
    await cluster.start_core()
    async with WireCutter(cluster.url) as cutter:
        await cutter.cut()
        gateway = await cluster.start_gateway(url=cutter.url, is_awaited=False, timeout_s=0.3)
        await fail_with("unavailable.bus", gateway.bus.report(make_report()))
        await cutter.restore()
        assert await gateway.link.wait_until_up(20)
        assert await gateway.bus.report(make_report(number=1)) is not None
        await gateway.link.stop()
    assert [message.payload_json for message in cluster.ledger.messages] == ["1"]


async def test_reports_that_waited_for_the_broker_arrive_in_order(cluster):
    await cluster.start_core()
    async with WireCutter(cluster.url) as cutter:
        gateway = await cluster.start_gateway(url=cutter.url)
        await cutter.cut()
        await until(lambda: is_down(gateway.link))
        reports = asyncio.create_task(report_all(gateway.bus, 60))
        await asyncio.sleep(0)
        await cutter.restore()
        await reports
        await gateway.link.stop()
    expect_each_once_and_in_order(cluster.ledger, 60)


async def test_a_parcel_whose_answer_was_lost_is_sent_again_as_the_same(cluster):
    core = await cluster.start_core()
    async with WireCutter(cluster.url) as cutter:
        gateway = await cluster.start_gateway(url=cutter.url)
        opened = asyncio.Event()
        core.worker.before = lambda _: opened.wait()
        report = asyncio.create_task(gateway.bus.report(make_report()))
        await until(lambda: is_at_work(core))
        cutter.drop()
        await until(lambda: is_down(gateway.link))
        opened.set()  # the answer goes to a queue that is gone
        assert await report is not None
        await gateway.link.stop()
    assert len({parcel.parcel_id for parcel in core.worker.parcels}) == 1
    assert cluster.ledger.repeats == 1
    assert len(cluster.ledger.messages) == 1


async def test_many_reports_survive_many_cuts(cluster):
    async with WireCutter(cluster.url) as cutter, WireCutter(cluster.url) as core_cutter:
        core = await cluster.start_core(url=core_cutter.url)
        gateway = await cluster.start_gateway(url=cutter.url)
        reports = asyncio.create_task(report_slowly(gateway.bus, 20))
        for wire in (cutter, core_cutter, cutter, core_cutter):
            await cluster.ledger.wait_for_more(100)
            wire.drop()
        await reports
        await gateway.link.stop()
        await core.intake.stop()
        await core.link.stop()
    expect_each_once_and_in_order(cluster.ledger, 20 * 40)


async def report_slowly(bus, stations):
    async def speak(station):
        for number in range(40):
            await bus.report(make_report(f"station-{station}", station * 40 + number))

    await asyncio.gather(*(speak(station) for station in range(stations)))


async def test_without_a_core_nobody_answers(cluster):
    gateway = await cluster.start_gateway(timeout_s=0.3)
    await fail_with("unavailable.timeout", gateway.bus.report(make_report()))


async def test_reports_that_waited_for_a_core_are_answered_by_it(cluster):
    gateway = await cluster.start_gateway(resend_after_s=0.3)
    report = asyncio.create_task(gateway.bus.report(make_report()))
    await asyncio.sleep(0.8)  # long enough for the parcel to be sent more than once
    await cluster.start_core()
    await report
    assert len(cluster.ledger.messages) == 1


# ---- commands --------------------------------------------------------------------------------------------------------

FIND = FindStation(station_id="station-1")


async def find_partition(_command):
    return 2


@pytest.fixture
async def make_dispatcher(cluster):
    async def make(**limits):
        sender = ParcelSender(names=cluster.names, ids=cluster.ids, clock=cluster.clock, limits=SenderLimits(**limits))
        await cluster.start_party("api", sender)
        return RabbitDispatcher(sender, find_partition_of=find_partition)

    return make


async def test_a_command_brings_back_its_reply_or_its_error(cluster, make_dispatcher):
    core = await cluster.start_core()
    dispatcher = await make_dispatcher()
    standing = StationStanding(
        station_id="station-1", operator_id="o", site_id=None, registration="accepted", is_online=True
    )
    core.worker.answer = lambda _: standing
    assert await dispatcher.dispatch(FIND) == standing
    assert [(parcel.partition, parcel.messages) for parcel in core.worker.parcels] == [(2, (FIND,))]

    def refuse(_):
        raise NotFoundError("no such station")

    core.worker.answer = refuse
    with pytest.raises(NotFoundError):
        await dispatcher.dispatch(FIND)


async def test_a_command_that_nobody_waits_for_is_not_carried_out(cluster, make_dispatcher):
    dispatcher = await make_dispatcher(timeout_s=0.3)
    await fail_with("unavailable.timeout", dispatcher.dispatch(FIND))
    await cluster.start_core()
    gateway = await cluster.start_gateway()
    await report_all(gateway.bus, 40, stations=40)  # all partitions have been at work
    assert [message for message in cluster.ledger.messages if isinstance(message, FindStation)] == []


async def test_too_many_commands_are_refused_at_once(cluster, make_dispatcher):
    dispatcher = await make_dispatcher(waiting_max_messages=1, timeout_s=0.3)
    first = asyncio.create_task(dispatcher.dispatch(FIND))
    await asyncio.sleep(0)
    with pytest.raises(LimitExceededError):
        await dispatcher.dispatch(FIND)
    await fail_with("unavailable.timeout", first)


# ---- deliveries ------------------------------------------------------------------------------------------------------


def hold(cluster, gateway, connection_id="1"):
    cluster.register.holdings["station-1"] = Holding(
        station_id="station-1", connection_id=connection_id, gateway_id=gateway.gateway_id
    )
    return cluster.register.holdings["station-1"]


async def test_a_delivery_goes_to_the_gateway_that_holds_the_station(cluster):
    core = await cluster.start_core()
    first, second = await cluster.start_gateway("gateway-1"), await cluster.start_gateway("gateway-2")
    (handle_first, taken_by_first), (handle_second, taken_by_second) = make_handler(), make_handler()
    first.bus.attach("station-1", "1", handle_first)
    second.bus.attach("station-1", "2", handle_second)
    hold(cluster, second, "2")
    assert await core.bus.deliver(make_delivery()) == ACCEPTED
    assert (len(taken_by_first), len(taken_by_second)) == (0, 1)


async def test_an_older_connection_gets_nothing_that_was_meant_for_a_newer(cluster):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    handle, taken = make_handler()
    gateway.bus.attach("station-1", "1", handle)
    hold(cluster, gateway, "2")
    assert (await core.bus.deliver(make_delivery())).outcome is Outcome.UNDELIVERED
    assert taken == []


async def test_a_newer_connection_gets_what_is_for_the_station_and_not_what_is_for_its_forerunner(cluster):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    handle, taken = make_handler()
    gateway.bus.attach("station-1", "2", handle)
    holding = hold(cluster, gateway, "1")
    assert (await core.caller.deliver_to(holding, make_delivery())).outcome is Outcome.UNDELIVERED
    assert taken == []
    assert await core.bus.deliver(make_delivery()) == ACCEPTED


async def test_a_gateway_that_is_gone_is_no_secret(cluster):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    hold(cluster, gateway)
    await gateway.link.stop()
    outcome = await core.bus.deliver(make_delivery())
    assert (outcome.outcome, outcome.status) == (Outcome.UNDELIVERED, "the station's gateway is gone")


async def test_a_station_that_does_not_answer_has_timed_out(cluster, monkeypatch):
    monkeypatch.setattr("busbar.adapters.rabbitmq.deliveries.GRACE_S", 0.1)
    core, gateway = await cluster.start_core(), await cluster.start_gateway()

    async def sleep(_):
        await asyncio.Event().wait()

    gateway.bus.attach("station-1", "1", sleep)
    hold(cluster, gateway)
    outcome = await core.bus.deliver(make_delivery(timeout_s=1))
    assert outcome.outcome is Outcome.TIMED_OUT


async def test_a_broker_that_is_lost_meanwhile_leaves_the_outcome_unknown(cluster):
    async with WireCutter(cluster.url) as cutter:
        core, gateway = await cluster.start_core(url=cutter.url), await cluster.start_gateway()
        taken = asyncio.Event()

        async def handle(_):
            taken.set()
            cutter.drop()
            await until(lambda: is_down(core.link))
            return ACCEPTED

        gateway.bus.attach("station-1", "1", handle)
        hold(cluster, gateway)
        outcome = await core.bus.deliver(make_delivery())
        assert taken.is_set()
        assert outcome.outcome is Outcome.TIMED_OUT
        await core.intake.stop()
        await core.link.stop()


async def test_without_a_broker_a_delivery_is_undelivered(cluster):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    hold(cluster, gateway)
    await core.link.stop()
    assert (await core.bus.deliver(make_delivery())).outcome is Outcome.UNDELIVERED


async def test_without_presence_the_database_is_asked(cluster):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    handle, _ = make_handler()
    gateway.bus.attach("station-1", "1", handle)
    holding = hold(cluster, gateway)

    async def fail(_):
        raise PresenceError("away")

    async def look_up(_):
        return holding

    core.caller._presence.find = fail
    assert (await core.bus.deliver(make_delivery())).outcome is Outcome.UNDELIVERED
    core.caller._find_holding = look_up
    assert await core.bus.deliver(make_delivery()) == ACCEPTED


async def test_an_outcome_that_cannot_travel_in_full_still_arrives(cluster):
    core, gateway = await cluster.start_core(), await cluster.start_gateway()
    handle, _ = make_handler(CommandOutcome(outcome=Outcome.REJECTED, status="half \ud800"))
    gateway.bus.attach("station-1", "1", handle)
    hold(cluster, gateway)
    assert await core.bus.deliver(make_delivery()) == CommandOutcome(outcome=Outcome.REJECTED)
