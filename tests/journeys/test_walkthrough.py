"""The charge that this product exists for: a driver taps Start, a station charges, the driver taps Stop.

The payloads are those of a real charge; the station is the PyPI package `ocpp`.
"""

import asyncio
import contextlib
import json

import httpx2
import pytest

from tests.patience import HANG_LIMIT_S

from .stations import Station16, connected, stamp

ID_TAG = "remote-11902"
PROFILE = {
    "profile_id": 1,
    "stack_level": 0,
    "purpose": "tx",
    "kind": "relative",
    "schedule": {"unit": "A", "periods": [{"start_s": 0, "limit_milli": 32_000}]},
}
SAMPLES = (
    ("Voltage", "241.10", "V"),
    ("Current.Import", "15.80", "A"),
    ("Power.Active.Import", "3809.38", "W"),
    ("Current.Offered", "32.00", "A"),
)
TRANSACTION_DATA = [
    {
        "timestamp": stamp(6030),
        "sampledValue": [
            {
                "value": "6379.259277",
                "context": "Transaction.End",
                "measurand": "Energy.Active.Import.Register",
                "location": "Outlet",
                "unit": "Wh",
            }
        ],
    }
]


@contextlib.asynccontextmanager
async def watching(console):
    """Collect the events of the live stream, as the app does."""
    events = []
    arrived = asyncio.Event()

    async def follow(opened):
        async with console.http.stream("GET", "events", timeout=60) as response:
            assert response.status_code == 200
            opened.set()
            kind = None
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    kind = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    events.append((kind, json.loads(line.removeprefix("data:"))))
                    arrived.set()

    opened = asyncio.Event()
    task = asyncio.create_task(follow(opened))
    await asyncio.wait_for(opened.wait(), HANG_LIMIT_S)
    try:
        yield events
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def wait_for_event(events, kind, session_id):
    async with asyncio.timeout(HANG_LIMIT_S):
        while True:
            if any(name == kind and data.get("session_id") == session_id for name, data in events):
                return
            await asyncio.sleep(0.02)


ASKED = {
    "connector_id": 1,
    "id_tag": ID_TAG,
    "charging_profile": {
        "charging_profile_id": 1,
        "stack_level": 0,
        "charging_profile_purpose": "TxProfile",
        "charging_profile_kind": "Relative",
        "charging_schedule": {
            "charging_rate_unit": "A",
            "charging_schedule_period": [{"start_period": 0, "limit": 32.0}],
        },
    },
}
"""What the station must be asked, to the letter."""


async def start_remotely(console, station, station_id):
    """Ask for the charge; return its session once the station was asked and has agreed."""
    id_token = {"value": ID_TAG, "kind": "central"}
    body = {"station_id": station_id, "evse_id": 1, "id_token": id_token, "profile": PROFILE}
    started = await console.send("POST", "sessions", body)
    assert await station.asked.take("RemoteStartTransaction") == ASKED
    return started["session_id"]


async def charge(station):
    """Plug in, begin, and report the meter every 30 s; return the transaction id that the station was given."""
    await station.status("Preparing")
    begun = await station.start(ID_TAG, at=0, meter_start=0)
    assert begun.id_tag_info["status"] == "Accepted"
    await station.status("Charging")
    for number in range(1, 6):
        energy = ("Energy.Active.Import.Register", f"{number * 31.75:.2f}", "Wh")
        await station.meter(begun.transaction_id, 30 * number, *SAMPLES, energy)
    return begun.transaction_id


async def test_remote_start_to_receipt(installation, console):
    station_id = "WALK-1"
    await console.send("PUT", f"tokens/{ID_TAG}", {"kind": "central"})
    async with connected(Station16, installation, station_id) as station, watching(console) as events:
        assert (await station.boot()).status == "Accepted"
        await station.status("Available")
        session_id = await start_remotely(console, station, station_id)
        await wait_for_event(events, "SessionStartAccepted", session_id)

        transaction_id = await charge(station)
        await wait_for_event(events, "SessionStarted", session_id)
        # figures of several messages within one second are written together
        live = await console.wait_for(f"sessions/{session_id}", lambda shown: shown["energy_wh"] == 159)
        assert live["state"] == "active"
        assert (live["energy_wh"], live["power_w"], live["voltage_mv"]) == (159, 3809, 241_100)
        await wait_for_event(events, "SessionProgressed", session_id)

        await console.send("POST", f"sessions/{session_id}/stop")
        assert await station.asked.take("RemoteStopTransaction") == {"transaction_id": transaction_id}
        await station.stop(
            transaction_id, at=6030, meter_stop=6379, reason="EVDisconnected", id_tag=ID_TAG, data=TRANSACTION_DATA
        )
        await station.status("Available")
        await wait_for_event(events, "SessionEnded", session_id)

    session = await console.wait_for_session(station_id, state="ended")
    assert session["session_id"] == session_id
    assert (session["energy_wh"], session["stop_reason"]) == (6379, "EVDisconnected")
    assert session["started_at"].startswith("2026-03-01T08:00:00")
    assert session["ended_at"].startswith("2026-03-01T09:40:30")
    await assert_records(console, station_id, session_id)


async def assert_records(console, station_id, session_id):
    """The meter record, the curve and the wire log tell the same story."""
    record = await console.get(f"sessions/{session_id}/record")
    assert (record["register_start_wh"], record["register_end_wh"], record["energy_wh"]) == (0, 6379, 6379)
    curve = await console.get(f"sessions/{session_id}/curve")
    by_measurand = {series["measurand"]: series for series in curve["series"]}
    assert by_measurand["current.offered"]["values"] == [32_000] * 5
    assert by_measurand["voltage"]["values"] == [241_100] * 5
    frames = await console.wait_for(
        f"stations/{station_id}/wirelog", lambda page: page["items"], q="RemoteStopTransaction"
    )
    assert len(frames["items"]) == 1


async def test_a_driver_does_it_with_the_app(installation, console):
    """The same charge through the driver's own door: sign up, start, watch, stop, receipt."""
    station_id = "WALK-2"
    async with (
        connected(Station16, installation, station_id) as station,
        httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=30) as app,
    ):
        await station.boot()
        await station.status("Available")
        signed_up = await app.post(
            "sign-up",
            json={
                "email": "driver@example.org",
                "password": "a good password",
                "display_name": "Dana",
                "language": "en",
            },
        )
        assert signed_up.status_code in {200, 201}, signed_up.text
        app.headers["Authorization"] = f"Bearer {signed_up.json()['token']}"

        started = await app.post("sessions", json={"station_id": station_id, "evse_id": 1})
        assert started.status_code == 202, started.text
        asked = await station.asked.take("RemoteStartTransaction")
        assert asked["connector_id"] == 1
        await station.status("Preparing")
        begun = await station.start(asked["id_tag"], at=0, meter_start=1000)
        assert begun.id_tag_info["status"] == "Accepted"
        await station.meter(begun.transaction_id, 60, ("Energy.Active.Import.Register", "1120", "Wh"))
        [active] = (await app.get("sessions/active")).json()["items"]
        assert (active["state"], active["energy_wh"]) == ("active", 120)

        stopped = await app.post(f"sessions/{active['session_id']}/stop")
        assert stopped.status_code == 202, stopped.text
        await station.asked.take("RemoteStopTransaction")
        await station.stop(begun.transaction_id, at=120, meter_stop=1240, reason="Remote")
    await console.wait_for_session(station_id, state="ended")
    receipt = await app_get(installation, app.headers["Authorization"], f"sessions/{active['session_id']}/receipt")
    assert receipt["energy_wh"] == 240
    history = await app_get(installation, app.headers["Authorization"], "sessions")
    assert [item["session_id"] for item in history["items"]] == [active["session_id"]]


async def app_get(installation, authorization, path):
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=HANG_LIMIT_S) as app:
        response = await app.get(path, headers={"Authorization": authorization})
        assert response.status_code == 200, response.text
        return response.json()


@pytest.mark.parametrize("path", ["sessions", "sessions/active"])
async def test_the_driver_door_wants_a_driver(installation, path):
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=HANG_LIMIT_S) as app:
        response = await app.get(path)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
