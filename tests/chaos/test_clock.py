"""The machine's clock is set while Busbar runs, or between two runs; stations' clocks are wrong on their own."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import httpx2
import pytest
import time_machine
import websockets

from busbar.adapters.system.clock import TimeOrderedIds
from busbar.app.config import Settings
from busbar.app.roles import Installation
from tests.contracts.api.conftest import eventually
from tests.patience import HANG_LIMIT_S

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


@asynccontextmanager
async def running(data_dir):
    """An installation in this very process, so that its clock can be set; gives a signed-in client and its address."""
    settings = Settings(
        data_dir=data_dir,
        http_port=0,
        ocpp_port=0,
        station_registration="accepted",
        admin_email="a@example.org",
        admin_password=PASSWORD,
    )
    installation = Installation(settings, out=StringIO())
    await installation.start()
    base = f"http://127.0.0.1:{installation.http.port}/api/v1/"
    try:
        async with httpx2.AsyncClient(base_url=base, timeout=20) as http:
            body = {"email": "a@example.org", "password": PASSWORD}
            token = (await http.post("auth/sign-in", json=body)).json()["token"]
            http.headers["Authorization"] = f"Bearer {token}"
            yield installation, http
    finally:
        await installation.stop()


class Line:
    """A 1.6 station in a few lines."""

    def __init__(self, socket):
        self.socket = socket

    async def ask(self, action, **payload):
        await self.socket.send(json.dumps([2, action, action, payload]))
        async with asyncio.timeout(HANG_LIMIT_S):
            answer = json.loads(await self.socket.recv())
        assert answer[0] == 3, answer
        return answer[2]


@asynccontextmanager
async def station(installation, station_id="CS-1"):
    url = f"ws://127.0.0.1:{installation.house.gateway.port}/ocpp/{station_id}"
    async with websockets.connect(url, subprotocols=["ocpp1.6"]) as socket:
        yield Line(socket)


async def read(http, path):
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def read_stream(http, *, after, count, change):
    """Resume the live stream, make a change, and return the names of the events that come."""
    names = []
    async with asyncio.timeout(HANG_LIMIT_S), http.stream("GET", "events", headers={"Last-Event-ID": after}) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("retry"):
                await change()
            if line.startswith("event: "):
                names.append(line.removeprefix("event: "))
            if len(names) >= count:
                break
    return names


async def test_a_clock_set_back_between_two_runs(tmp_path):
    with time_machine.travel(NOON + timedelta(days=3), tick=True):
        async with running(tmp_path) as (installation, http), station(installation) as line:
            await line.ask("BootNotification", chargePointVendor="V", chargePointModel="M")
            newest = await installation.house.fact_log.read_newest_id()
    with time_machine.travel(NOON, tick=True):
        async with running(tmp_path) as (installation, http), station(installation) as line:
            await line.ask("BootNotification", chargePointVendor="V", chargePointModel="M")
            assert (await read(http, "stations/CS-1"))["is_online"]
            newest = newest if newest is not None else "0" * 32

            async def change():
                assert (await http.put("tokens/T1", json={})).status_code == 201

            names = await read_stream(http, after=newest, count=4, change=change)
            assert "TokenChanged" in names
            assert "StationOnline" in names


async def test_a_clock_that_jumps_while_a_session_runs(tmp_path):
    with time_machine.travel(NOON, tick=True) as clock:
        async with running(tmp_path) as (installation, http), station(installation) as line:
            await http.put("tokens/T1", json={})
            begun = await line.ask(
                "StartTransaction", connectorId=1, idTag="T1", meterStart=0, timestamp="2026-03-01T12:00:00Z"
            )
            clock.move_to(NOON + timedelta(days=30))
            await installation._housekeeping.chores.close_abandoned()
            await line.ask("Heartbeat")
            clock.move_to(NOON - timedelta(days=30))
            await installation._housekeeping.chores.close_abandoned()
            await line.ask(
                "MeterValues",
                connectorId=1,
                transactionId=begun["transactionId"],
                meterValue=[{"timestamp": "2026-03-01T12:10:00Z", "sampledValue": [{"value": "700"}]}],
            )
            clock.move_to(NOON + timedelta(minutes=20))
            await line.ask(
                "StopTransaction",
                transactionId=begun["transactionId"],
                meterStop=1500,
                timestamp="2026-03-01T12:20:00Z",
                reason="Local",
            )
            page = await eventually(lambda: read(http, "sessions"), lambda page: page["items"][0]["state"] == "ended")
    [session] = page["items"]
    assert (session["energy_wh"], session["close_reason"], session["stop_reason"]) == (1500, "reported", "Local")
    assert session["ended_at"] == "2026-03-01T12:20:00Z"


async def test_a_station_whose_clock_was_wrong_once_still_shows_its_status(tmp_path):
    with time_machine.travel(NOON, tick=True):
        async with running(tmp_path) as (installation, http), station(installation) as line:
            for status, at in (("Faulted", "9999-12-31T23:59:59Z"), ("Available", "2026-03-01T12:00:30Z")):
                await line.ask("StatusNotification", connectorId=1, errorCode="NoError", status=status, timestamp=at)
            assert (await read(http, "stations/CS-1"))["evses"][0]["connectors"][0]["status"] == "available"


def test_ids_go_on_after_those_of_a_process_whose_clock_was_ahead():
    with time_machine.travel(NOON + timedelta(days=1000), tick=False):
        ahead = TimeOrderedIds().new()
    ids = TimeOrderedIds()
    ids.start_after(ahead)
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(made)
    assert made[0] > ahead
    with pytest.raises(ValueError, match="32"):
        ids.start_after("")
