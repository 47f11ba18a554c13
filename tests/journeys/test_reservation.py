"""A driver has a connector kept by stations that Busbar's authors did not write, in three versions of the protocol."""

import asyncio
from contextlib import asynccontextmanager

import httpx2
import pytest
from ocpp.routing import on
from ocpp.v16 import call_result as result16
from ocpp.v21 import call as call21
from ocpp.v21 import call_result as result21
from ocpp.v201 import call as call201
from ocpp.v201 import call_result as result201

from tests.patience import Patience

from .stations import Station16, Station21, Station201, connected

RULES = {"is_allowed": True, "minutes_max": 30, "per_driver_max": 1}


class Keeper16(Station16):
    """A 1.6 station that keeps connectors."""

    @on("ReserveNow")
    def on_reserve(self, **payload):
        self.asked.put("ReserveNow", payload)
        return result16.ReserveNow(status="Accepted")

    @on("CancelReservation")
    def on_cancel(self, **payload):
        self.asked.put("CancelReservation", payload)
        return result16.CancelReservation(status="Accepted")


class Keeper201(Station201):
    """A 2.0.1 station that keeps connectors."""

    results = result201

    @on("ReserveNow")
    def on_reserve(self, **payload):
        self.asked.put("ReserveNow", payload)
        return self.results.ReserveNow(status="Accepted")

    @on("CancelReservation")
    def on_cancel(self, **payload):
        self.asked.put("CancelReservation", payload)
        return self.results.CancelReservation(status="Accepted")


class Keeper21(Station21):
    """A 2.1 station that keeps connectors."""

    results = result21
    on_reserve = Keeper201.on_reserve
    on_cancel = Keeper201.on_cancel


@asynccontextmanager
async def driver(installation, email):
    """A new driver with the app."""
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=30) as app:
        signed_up = await app.post(
            "sign-up", json={"email": email, "password": "a good password", "display_name": "Dana", "language": "en"}
        )
        assert signed_up.status_code == 201, signed_up.text
        app.headers["Authorization"] = f"Bearer {signed_up.json()['token']}"
        yield app


async def keep(app, console, station_id):
    """Have connector 1 kept for ten minutes, once the app says that it is there."""
    await console.send("PUT", "reservation-rules", RULES)
    wish = {"station_id": station_id, "evse_id": 1, "duration_min": 10}
    made = await app.post("reservations", json=wish)
    assert made.status_code == 202, made.text
    return made.json()["reservation_id"]


async def wait_for_state(app, reservation_id, state):
    patience = Patience(20)
    while True:
        found = (await app.get(f"reservations/{reservation_id}")).json()
        if found["state"] == state:
            return found
        assert not patience.is_over, found
        await asyncio.sleep(0.05)


async def test_a_kept_connector_is_used_by_the_one_it_was_kept_for(installation, console):
    async with (
        connected(Keeper16, installation, "KEEP-16") as station,
        driver(installation, "keep16@example.org") as app,
    ):
        await station.boot()
        await station.status("Available")
        reservation_id = await keep(app, console, "KEEP-16")
        asked = await station.asked.take("ReserveNow")
        assert asked["connector_id"] == 1
        await wait_for_state(app, reservation_id, "held")
        await station.status("Reserved")
        started = await station.start(asked["id_tag"])
        assert started.id_tag_info["status"] == "Accepted"
        used = await wait_for_state(app, reservation_id, "used")
        assert used["session_id"]
        await station.stop(started.transaction_id, at=60, meter_stop=500)


@pytest.mark.parametrize(
    ("kind", "calls", "station_id"), [(Keeper201, call201, "KEEP-201"), (Keeper21, call21, "KEEP-21")]
)
async def test_a_kept_connector_is_given_free_and_taken_away(installation, console, kind, calls, station_id):
    async with (
        connected(kind, installation, station_id) as station,
        driver(installation, f"{station_id.lower()}@example.org") as app,
    ):
        await station.boot()
        await station.status("Available")
        reservation_id = await keep(app, console, station_id)
        asked = await station.asked.take("ReserveNow")
        assert asked["evse_id"] == 1
        await wait_for_state(app, reservation_id, "held")
        assert (await app.post(f"reservations/{reservation_id}/cancel")).status_code == 200
        assert (await station.asked.take("CancelReservation"))["reservation_id"] == asked["id"]
        await wait_for_state(app, reservation_id, "cancelled")

        again = await keep(app, console, station_id)
        number = (await station.asked.take("ReserveNow"))["id"]
        await wait_for_state(app, again, "held")
        await station.call(calls.ReservationStatusUpdate(reservation_id=number, reservation_update_status="Removed"))
        await wait_for_state(app, again, "removed")


async def test_a_station_that_keeps_nothing_is_told_to_the_driver(installation, console):
    async with (
        connected(Station16, installation, "KEEP-NONE") as station,
        driver(installation, "keepnone@example.org") as app,
    ):
        await station.boot()
        await station.status("Available")
        reservation_id = await keep(app, console, "KEEP-NONE")
        refused = await wait_for_state(app, reservation_id, "refused")
        assert refused["session_id"] is None
