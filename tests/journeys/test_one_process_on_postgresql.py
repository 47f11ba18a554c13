"""`busbar up` on PostgreSQL, without broker and Redis: one process, another database."""

import json

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.journeys.conftest import ADMIN_EMAIL, ADMIN_PASSWORD, Installation
from tests.patience import HANG_LIMIT_S

START = {"connectorId": 1, "idTag": "AABB", "meterStart": 1000, "timestamp": "2026-03-01T12:00:00Z"}


@pytest.fixture
def installation(tmp_path, empty_postgresql_database):
    installation = Installation(tmp_path / "data", BUSBAR_DATABASE_URL=empty_postgresql_database)
    installation.start()
    yield installation
    if installation.process is not None:
        installation.kill()


async def call(socket, action, payload):
    await socket.send(json.dumps([2, action, action, payload]))
    answer = json.loads(await socket.recv())
    assert answer[0] == 3, answer
    return answer[2]


async def list_sessions(installation):
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/", timeout=HANG_LIMIT_S) as http:
        answer = await http.post("auth/sign-in", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return (await http.get("sessions")).json()["items"]


async def test_it_charges_outlives_a_power_cut_and_stops_politely(installation):
    async with connect(f"{installation.ocpp_url}/CS-1", subprotocols=["ocpp1.6"]) as socket:
        await call(socket, "BootNotification", {"chargePointVendor": "Trial", "chargePointModel": "T1"})
        number = (await call(socket, "StartTransaction", START))["transactionId"]
    installation.kill()
    installation.start()
    (session,) = await list_sessions(installation)
    assert session["state"] == "active"
    async with connect(f"{installation.ocpp_url}/CS-1", subprotocols=["ocpp1.6"]) as socket:
        stop = {"transactionId": number, "meterStop": 3500, "timestamp": "2026-03-01T13:00:00Z"}
        await call(socket, "StopTransaction", stop)
    (session,) = await list_sessions(installation)
    assert (session["state"], session["energy_wh"]) == ("ended", 2500)
    assert installation.stop() == 0
    assert "Traceback" not in installation.output
