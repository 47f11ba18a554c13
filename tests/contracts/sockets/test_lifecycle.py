"""Connections come, are replaced, drained and lost."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from busbar.canon.control import RawCall
from busbar.canon.stations import (
    HeartbeatReceived,
    HeartbeatReply,
    StationConnected,
    StationDisconnected,
    StationNotified,
)
from busbar.kernel.errors import UnavailableError
from busbar.ports.intake import ConnectionReplacedError
from tests.fakes.gateway_bus import NOW
from tests.patience import HANG_LIMIT_S

CLEAR = RawCall(action="ClearCache", payload_json="{}")


async def test_a_newer_connection_replaces_the_older(site):
    async with site.plug_in() as old:
        assert await old.is_well()
        async with site.plug_in() as new:
            assert (await old.wait_end())[0] == 1000
            assert await new.is_well()
            asking = asyncio.create_task(site.deliver(CLEAR))
            call = await new.hear()
            await new.say(3, call[1], {"status": "Accepted"})
            assert (await asking).status == "Accepted"
            assert site.gateway.stats.connected_stations == 1
    await site.core.wait_for(StationDisconnected, 2)
    ids = [report.connection_id for report in site.core.of(StationConnected)]
    assert ids == sorted(ids)
    assert {report.connection_id for report in site.core.of(StationDisconnected)} == set(ids)
    assert site.gateway.stats.connections_replaced == 1
    assert site.gateway.stats.connected_stations == 0


async def test_what_a_core_knows_to_be_replaced_is_closed_without_an_answer(site):
    """The station has a newer connection elsewhere; an error in place of an answer would make it forget the message."""
    site.core.replies[HeartbeatReceived] = ConnectionReplacedError("the station has a newer connection")
    async with site.plug_in() as station:
        await station.say(2, "m1", "Heartbeat", {})
        with pytest.raises(ConnectionClosed) as closed:
            await station.hear()
        assert closed.value.rcvd.code == 1000
    await site.core.wait_for(StationDisconnected, 1)


async def test_what_a_station_said_last_is_still_handled_after_it_hung_up(site):
    gate = asyncio.Event()

    async def answer_later():
        await gate.wait()
        return HeartbeatReply(now=NOW)

    site.core.replies[HeartbeatReceived] = lambda _report: answer_later()
    async with site.plug_in() as station:
        await station.say(2, "a", "Heartbeat", {})
        await station.say(2, "b", "DiagnosticsStatusNotification", {"status": "Idle"})
        await site.core.wait_for(HeartbeatReceived)
        await asyncio.sleep(0.05)
    gate.set()
    await site.core.wait_for(StationDisconnected)
    kinds = [type(report) for report in site.core.reports]
    assert kinds[-3:] == [HeartbeatReceived, StationNotified, StationDisconnected]


async def test_when_the_core_is_away_the_station_is_asked_to_come_again(site):
    site.core.replies[StationConnected] = UnavailableError("the core is away")
    async with site.plug_in() as station:
        assert (await station.wait_end())[0] == 1013
    site.core.replies.clear()
    async with site.plug_in() as station:
        assert await station.is_well()


async def test_stopping_finishes_what_is_being_handled_and_closes_with_1001(site):
    gate = asyncio.Event()

    async def answer_later():
        await gate.wait()
        return HeartbeatReply(now=NOW)

    site.core.replies[HeartbeatReceived] = lambda _report: answer_later()
    async with site.plug_in() as busy, site.plug_in(name="CS-2") as idle:
        await busy.say(2, "a", "Heartbeat", {})
        await site.core.wait_for(HeartbeatReceived)
        stopping = asyncio.create_task(site.gateway.stop(drain_s=5))
        assert (await idle.wait_end())[0] == 1001
        assert not stopping.done()
        gate.set()
        assert (await busy.hear())[:2] == [3, "a"]
        assert (await busy.wait_end())[0] == 1001
        await stopping
    assert len(site.core.of(StationDisconnected)) == 2


async def test_stopping_takes_no_longer_than_it_may(site):
    never = asyncio.Event()

    async def answer_never():
        await never.wait()

    site.core.replies[HeartbeatReceived] = lambda _report: answer_never()
    async with site.plug_in() as station:
        await station.say(2, "a", "Heartbeat", {})
        await site.core.wait_for(HeartbeatReceived)
        async with asyncio.timeout(HANG_LIMIT_S):
            await site.gateway.stop(drain_s=0.2)
        assert (await station.wait_end())[0] in (1001, 1006)


async def test_the_stats_tell_what_is_open(site):
    async with site.plug_in() as a, site.plug_in("ocpp2.1", "CS-2") as b:
        assert await a.is_well()
        assert await b.is_well()
        stats = site.gateway.stats
        assert stats.is_listening
        assert stats.connected_stations == 2
        assert stats.stations_by_protocol == {"ocpp1.6": 1, "ocpp2.1": 1}
        assert (stats.frames_in, stats.frames_out) == (2, 2)


async def test_many_connections_come_and_go(open_site):
    site = await open_site()

    async def visit(number):
        async with site.plug_in(name=f"CS-{number}") as station:
            return await station.is_well()

    for start in range(0, 200, 50):
        assert all(await asyncio.gather(*(visit(number) for number in range(start, start + 50))))
    await site.core.wait_for(StationDisconnected, 200)
    assert site.gateway.stats.connected_stations == 0


async def test_while_the_core_has_no_room_messages_wait_and_keep_their_order(site):
    site.core.has_room = False
    async with site.plug_in() as station:
        await station.say(2, "a", "Heartbeat", {})
        await station.say(2, "b", "Authorize", {"idTag": "AB12"})
        assert [(await station.hear())[1] for _ in range(2)] == ["a", "b"]
        site.core.has_room = True
        assert await station.is_well()
        site.core.has_room = False
    await site.core.wait_for(StationDisconnected)


async def test_a_core_that_never_has_room_does_not_hold_up_the_end(site):
    never = asyncio.Event()

    async def answer_never():
        await never.wait()

    async with site.plug_in() as station:
        assert await station.is_well()
        site.core.has_room = False
        site.core.replies[HeartbeatReceived] = lambda _report: answer_never()
        await station.say(2, "a", "Heartbeat", {})
        await site.core.wait_for(HeartbeatReceived, 2)
        async with asyncio.timeout(HANG_LIMIT_S):
            await site.gateway.stop(drain_s=0.2)


async def test_who_talks_too_fast_is_slowed_and_may_leave_in_the_middle(open_site):
    site = await open_site(station_rate_max_messages_per_s=1, station_burst_max_messages=2)
    async with site.plug_in() as station:
        for number in range(4):
            await station.say(2, str(number), "Heartbeat", {})
        assert [(await station.hear())[1] for _ in range(2)] == ["0", "1"]
        await asyncio.sleep(0.05)
        assert len(site.core.of(HeartbeatReceived)) == 2
    await site.core.wait_for(StationDisconnected)
    kinds = [type(report) for report in site.core.reports]
    assert kinds[-3:] == [HeartbeatReceived, HeartbeatReceived, StationDisconnected]
