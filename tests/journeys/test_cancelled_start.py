"""A start that was taken back, and a car that is plugged in all the same: one session, stopped at once."""

from datetime import UTC, datetime

import httpx2
import pytest

from .stations import BEGIN, Station16, Station201, connected


@pytest.fixture
async def app(installation):
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=30) as app:
        yield app


async def start_and_cancel(app, station_id, email):
    signed_up = await app.post(
        "sign-up", json={"email": email, "password": "a good password", "display_name": "Dana", "language": "en"}
    )
    assert signed_up.status_code in {200, 201}, signed_up.text
    app.headers["Authorization"] = f"Bearer {signed_up.json()['token']}"
    started = await app.post("sessions", json={"station_id": station_id, "evse_id": 1})
    assert started.status_code == 202, started.text
    return started.json()["session_id"]


async def cancel(app, session_id):
    cancelled = await app.post(f"sessions/{session_id}/stop")
    assert cancelled.status_code == 202, cancelled.text


async def test_sixteen(installation, console, app):
    async with connected(Station16, installation, "CANCEL-16") as station:
        await station.boot()
        session_id = await start_and_cancel(app, "CANCEL-16", "cancel16@example.org")
        asked = await station.asked.take("RemoteStartTransaction")
        await cancel(app, session_id)
        now = (datetime.now(UTC) - BEGIN).total_seconds()  # a start is told from others by time alone: it must be right
        begun = await station.start(asked["id_tag"], at=now, meter_start=0)
        assert await station.asked.take("RemoteStopTransaction") == {"transaction_id": begun.transaction_id}
        await station.stop(begun.transaction_id, at=now + 5, meter_stop=3, reason="Remote")
        session = await console.wait_for_session("CANCEL-16", state="ended")
    assert (session["session_id"], session["energy_wh"], session["stop_reason"]) == (session_id, 3, "Remote")


async def test_two(installation, console, app):
    async with connected(Station201, installation, "CANCEL-201") as station:
        await station.boot()
        session_id = await start_and_cancel(app, "CANCEL-201", "cancel201@example.org")
        asked = await station.asked.take("RequestStartTransaction")
        await cancel(app, session_id)
        await station.call(
            station.event(
                "Started",
                "tx-cancel",
                at=0,
                energy_wh=0.0,
                trigger="RemoteStart",
                id_token={"idToken": asked["id_token"]["id_token"], "type": asked["id_token"]["type"]},
                remoteStartId=asked["remote_start_id"],
            )
        )
        assert (await station.asked.take("RequestStopTransaction"))["transaction_id"] == "tx-cancel"
        await station.call(
            station.event("Ended", "tx-cancel", at=5, energy_wh=2.0, trigger="RemoteStop", stoppedReason="Remote")
        )
        session = await console.wait_for_session("CANCEL-201", state="ended")
    assert (session["session_id"], session["energy_wh"]) == (session_id, 2)
