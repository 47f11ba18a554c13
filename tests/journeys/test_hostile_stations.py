"""Stations that send nonsense, too much, or what is not theirs: nobody else notices, and the books stay right."""

import asyncio
import contextlib
import json
import random
import time
from pathlib import Path

import pytest
import websockets

from tests.patience import HANG_LIMIT_S

from .conftest import Installation, sign_in
from .hostile import NONSENSE, VALID, make_frame
from .stations import Station16, Station201, connected, stamp

PROTOCOLS = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
REGISTER = "Energy.Active.Import.Register"


@pytest.fixture(scope="module", params=["picows", "websockets"])
def installation(tmp_path_factory, request):
    installation = Installation(
        tmp_path_factory.mktemp("hostile") / "data",
        BUSBAR_WEBSOCKET_ENGINE=request.param,
        BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S="1000",
        BUSBAR_LOG_LEVEL="warning",
    )
    installation.start()
    yield installation
    assert installation.stop() == 0, installation.output
    assert "Traceback" not in installation.output, installation.output


@pytest.fixture
async def console(installation):
    async with sign_in(installation) as console:
        await console.send("PUT", "tokens/T1", {"kind": "rfid", "concurrency": "allowed"}, status=(200, 201))
        yield console


def dial(installation, station_id, protocol="ocpp1.6"):
    return websockets.connect(
        f"{installation.ocpp_url}/{station_id}", subprotocols=[protocol], max_size=None, ping_interval=None
    )


def read_memory_kib(installation):
    status = Path(f"/proc/{installation.process.pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def check_everything(console, station_ids):
    """Read every page that shows something of these stations: none may break."""
    paths = ["sessions", "stations", "unmatched-parts", "tokens", "overview", "audit"]
    for station_id in station_ids:
        paths += [f"stations/{station_id}"]
        pages = ("events", "quirks", "variables", "wirelog", "wirelog/days", "commands")
        paths += [f"stations/{station_id}/{page}" for page in pages]
        for session in (await console.get("sessions", station_id=station_id, limit=100))["items"]:
            paths += [f"sessions/{session['session_id']}{page}" for page in ("", "/curve", "/events", "/record")]
    for path in paths:
        answer = await console.http.get(path)
        assert answer.status_code in {200, 404}, (path, answer.text[:300])


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_nonsense_is_refused_message_by_message(installation, console, protocol):
    """Mutated messages, broken JSON and wrong envelopes: never InternalError, never a lost connection."""
    station_id, chance = f"NONSENSE-{protocol[4:]}", random.Random(protocol)  # noqa: S311 - repeatable, not secret
    async with dial(installation, station_id, protocol) as line:
        for number in range(400):
            await line.send(make_frame(chance, VALID[protocol], number))
        await line.send('[2,"last","Heartbeat",{}]')
        while (answer := json.loads(await asyncio.wait_for(line.recv(), HANG_LIMIT_S)))[:2] != [3, "last"]:
            assert answer[0] in {3, 4}
            assert answer[0] == 3 or answer[2] != "InternalError", answer
    await check_everything(console, [station_id])


@pytest.mark.parametrize("frame", NONSENSE, ids=range(len(NONSENSE)))
async def test_a_good_message_gets_its_answer_after_any_bad_one(installation, frame):
    async with dial(installation, "MIXED-1") as line:
        await line.send(frame)
        await line.send('[2,"good","Heartbeat",{}]')
        async with asyncio.timeout(HANG_LIMIT_S):
            while json.loads(await line.recv())[:2] != [3, "good"]:
                pass


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (lambda line: line.send(b"binary"), 1003),
        (lambda line: line.send("x" * 1_100_000), 1009),
        (lambda line: line.send(iter(["x" * 300_000] * 4)), 1009),
    ],
    ids=["binary", "giant", "giant in fragments"],
)
async def test_what_no_station_may_send_ends_its_own_connection_alone(installation, send, code):
    async with dial(installation, "WELL-1") as well, dial(installation, "UNWELL-1") as line:
        with contextlib.suppress(websockets.ConnectionClosed):
            await send(line)
        with pytest.raises(websockets.ConnectionClosed) as caught:
            async with asyncio.timeout(HANG_LIMIT_S):
                await line.recv()
        assert caught.value.rcvd is None or caught.value.rcvd.code == code
        await well.send('[2,"1","Heartbeat",{}]')
        assert json.loads(await well.recv())[:2] == [3, "1"]


async def test_one_identity_twice_the_newer_line_counts(installation, console):
    lines = [await dial(installation, "TWIN-1") for _ in range(20)]
    await lines[-1].send('[2,"1","Heartbeat",{}]')
    assert json.loads(await lines[-1].recv())[:2] == [3, "1"]
    for line in lines[:-1]:
        async with asyncio.timeout(HANG_LIMIT_S):
            await line.wait_closed()
    station = await console.wait_for("stations/TWIN-1", lambda station: station["is_online"])
    assert station["is_online"]
    await lines[-1].close()
    await console.wait_for("stations/TWIN-1", lambda station: not station["is_online"])


async def test_nobody_touches_another_stations_transaction(installation, console):
    async with (
        connected(Station16, installation, "OWN-1") as own,
        connected(Station16, installation, "ALIEN-1") as alien,
    ):
        await own.boot()
        await alien.boot()
        begun = await own.start("T1", at=0, meter_start=1000)
        await alien.meter(begun.transaction_id, 10, (REGISTER, "900", "kWh"))
        await alien.stop(begun.transaction_id, at=20, meter_stop=999_999, reason="Local", id_tag="T1")
        session = await console.wait_for_session("OWN-1", state="active")
        assert session["energy_wh"] == 0
        await own.stop(begun.transaction_id, at=60, meter_stop=1500, reason="Local")
        assert (await console.wait_for_session("OWN-1", state="ended"))["energy_wh"] == 500
        parts = (await console.get("unmatched-parts", station_id="ALIEN-1"))["items"]
        assert [part["reason"] for part in parts] == ["other_station"]
        assert await console.find_sessions("ALIEN-1") == []
    async with connected(Station201, installation, "ALIEN-2") as alien:
        await alien.boot()
        await alien.call(alien.event("Ended", str(begun.transaction_id), at=5, energy_wh=10**6, seq_no=9))
        assert (await console.wait_for_session("OWN-1", state="ended"))["energy_wh"] == 500


async def test_values_beyond_any_meter(installation, console):
    async with dial(installation, "VALUES-1") as line:

        async def ask(action, **payload):
            await line.send(json.dumps([2, action, action, payload]))
            async with asyncio.timeout(HANG_LIMIT_S):
                answer = json.loads(await line.recv())
            assert answer[0] == 3 or answer[2] != "InternalError", answer
            return answer

        for connector_id in (0, -1, 1000, 1001, 10**9, 2**31, 2**63, 2**70):
            await ask("StatusNotification", connectorId=connector_id, errorCode="NoError", status="Charging")
            for meter_start in (-1, 2**31, 2**62, 2**64):
                for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", stamp(0)):
                    begun = await ask(
                        "StartTransaction", connectorId=connector_id, idTag="T1", meterStart=meter_start, timestamp=at
                    )
                    if begun[0] == 3:
                        values = [{"value": text} for text in ("1e400", "NaN", "-1e308", "9" * 400, "-5", "")]
                        sampled = [{"timestamp": at, "sampledValue": values}]
                        transaction_id = begun[2]["transactionId"]
                        await ask(
                            "MeterValues",
                            connectorId=connector_id,
                            transactionId=transaction_id,
                            meterValue=sampled,
                        )
                        await ask(
                            "StopTransaction",
                            transactionId=transaction_id,
                            meterStop=-meter_start,
                            timestamp="9999-12-31T23:59:59Z",
                        )
    await check_everything(console, ["VALUES-1"])


async def test_ends_without_begins_and_numbers_without_end(installation, console):
    async with connected(Station201, installation, "ENDS-1") as station:
        await station.boot()
        for number in range(60):
            await station.call(station.event("Ended", f"tx-{number}", at=number, energy_wh=number, seq_no=2**31 - 1))
        for seq_no in (0, 2**31, 2**53, 2**62):
            await station.call(station.event("Updated", "tx-long", at=seq_no % 1000, energy_wh=1, seq_no=seq_no))
        sessions = (await console.get("sessions", station_id="ENDS-1", limit=500))["items"]
    assert len({session["transaction_ref"] for session in sessions}) == len(sessions) == 61
    await check_everything(console, ["ENDS-1"])


async def test_tokens_in_strange_letters_are_nobodys(installation):
    async with dial(installation, "LETTERS-1", "ocpp2.0.1") as line:
        for number, value in enumerate(
            ["ß" * 18, "\u202eT1", "T\u00001", "\U0001f600" * 9, "T1 ", "т1", "İ", "x" * 36]
        ):
            token = {"idToken": value, "type": "ISO14443"}
            await line.send(json.dumps([2, str(number), "Authorize", {"idToken": token}]))
            answer = json.loads(await line.recv())
            assert answer[0] == 4 or answer[2]["idTokenInfo"]["status"] == "Invalid", (value, answer)


async def test_a_flood_from_one_station_slows_no_other(installation):
    """One station sends as fast as the network takes it, and reads nothing; fifty others are answered all the same."""
    frame = '[2,"f","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'
    async with contextlib.AsyncExitStack() as stack:
        flooder = await stack.enter_async_context(dial(installation, "FLOOD-1"))
        flooder.transport.pause_reading()

        async def flood():
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await flooder.send(frame)

        lines = [await stack.enter_async_context(dial(installation, f"CALM-{n}")) for n in range(50)]
        task = asyncio.create_task(flood())
        took_s = []

        async def beat(line):
            for number in range(20):
                began_s = time.monotonic()
                await line.send(f'[2,"{number}","Heartbeat",{{}}]')
                assert json.loads(await line.recv())[0] == 3
                took_s.append(time.monotonic() - began_s)
                await asyncio.sleep(0.1)

        before = read_memory_kib(installation)
        async with asyncio.timeout(60):
            await asyncio.gather(*(beat(line) for line in lines))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        flooder.transport.abort()
    assert len(took_s) == 1000
    assert read_memory_kib(installation) - before < 40_000
