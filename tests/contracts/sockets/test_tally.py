"""What a gateway says it has done."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from busbar.canon.stations import HeartbeatReceived, HeartbeatReply
from busbar.kernel.errors import UnavailableError
from tests.fakes.gateway_bus import NOW
from tests.patience import HANG_LIMIT_S


def count(site, action):
    return {one.outcome: one.count for one in site.gateway.stats.messages if one.action == action}


async def test_messages_are_counted_by_action_and_outcome(site):
    async with site.plug_in() as station:
        assert await station.is_well()
        assert await station.is_well()
        site.core.replies[HeartbeatReceived] = UnavailableError("the core is away")
        assert (await station.call("Heartbeat", {}))[0] == "InternalError"
        await station.call("Heartbeat", {"strange": {"deep": 1}, "currentTime": 5})
        stats = site.gateway.stats
    counts = count(site, "Heartbeat")
    assert counts.pop("done") >= 2
    assert sum(counts.values()) == stats.calls_failed
    assert stats.answer_times["ocpp1.6"].count >= 2
    assert 0 < stats.answer_times["ocpp1.6"].total < 60


async def test_names_that_nobody_knows_are_counted_together(site):
    async with site.plug_in() as station:
        for number in range(5):
            await station.call(f"MadeUp{number}", {})
    assert count(site, "unknown") == {"NotImplemented": 5}
    assert {one.action for one in site.gateway.stats.messages} <= {"unknown"}


async def test_comings_and_goings_are_counted_by_reason(site):
    async with site.plug_in("ocpp2.1", "CS-1") as station:
        assert await station.is_well()
    with pytest.raises(InvalidStatus):
        await connect(f"ws://127.0.0.1:{site.gateway.port}/elsewhere", subprotocols=["ocpp1.6"])
    async with site.plug_in("ocpp9.9", "CS-2") as stranger:
        await stranger.wait_end()
    stats = site.gateway.stats
    assert stats.connects == {"ocpp2.1": 1}
    assert stats.disconnects == {"normal": 1}
    assert stats.refusals == {"not_found.station_path": 1, "invalid.protocol": 1}
    assert stats.connections_refused == 2


async def test_sockets_that_are_not_read_are_counted(open_site):
    site = await open_site(station_inbox_max_calls=1)
    gate = asyncio.Event()

    async def answer_later():
        await gate.wait()
        return HeartbeatReply(now=NOW)

    site.core.replies[HeartbeatReceived] = lambda _report: answer_later()
    async with site.plug_in() as station:
        for number in range(3):
            await station.say(2, f"m{number}", "Heartbeat", {})
        async with asyncio.timeout(HANG_LIMIT_S):
            while site.gateway.stats.paused_sockets != 1:  # noqa: ASYNC110 - numbers tell nobody that they change
                await asyncio.sleep(0.01)
        gate.set()
        for number in range(3):
            assert (await station.hear())[1] == f"m{number}"
    assert site.gateway.stats.paused_sockets == 0
