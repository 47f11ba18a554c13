"""Places kept for drivers: through the API, with stations played by the test."""

from datetime import timedelta

import pytest

from busbar.canon.control import CancelPlace, CommandOutcome, KeepPlace, Outcome
from busbar.canon.reservations import ExpireReservations, ReservationStatusReported
from tests.contracts.api.conftest import eventually
from tests.contracts.api.test_charge import charge
from tests.contracts.api.test_tariffs import TERMS, publish

pytestmark = pytest.mark.every_database

RULES = {"is_allowed": True, "minutes_max": 30, "per_driver_max": 1}


async def begin(world, *, evses=2):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Piazza"), evses=evses)
    await station.connect(connectors=evses)
    await world.boss.expect("PUT", "/reservation-rules", 200, json=RULES)
    return station


async def wait_for_state(door, reservation, state):
    path = f"/driver/reservations/{reservation['reservation_id']}"
    return await eventually(lambda: door.get(path), lambda it: it["state"] == state)


def find_kept(station):
    """Return what the station was last asked to keep; it is asked other things too."""
    return [each.request for each in station.deliveries if isinstance(each.request, KeepPlace)][-1]


async def test_a_driver_keeps_a_place_and_comes(world):
    station = await begin(world)
    driver = await world.driver()
    key = {"Idempotency-Key": "a-key-of-the-phone"}
    wish = {"station_id": "ST-1", "evse_id": 1, "duration_min": 20}
    made = await driver.post("/driver/reservations", wish, 202, headers=key)
    again = await driver.post("/driver/reservations", wish, 202, headers=key)
    assert again["reservation_id"] == made["reservation_id"]
    held = await wait_for_state(driver, made, "held")
    assert (held["is_open"], held["site_name"]) == (True, "Piazza")
    sent = find_kept(station)
    assert (sent.number, sent.evse_id) == (1, 1)

    other = await world.driver("bob@driver.example")
    refused = await other.post("/driver/reservations", wish, 409)
    assert refused["code"] == "conflict.reserved"
    too_many = await driver.post("/driver/reservations", wish | {"evse_id": 2}, 429)
    assert too_many["code"] == "limit_exceeded.reservations"

    await station.start(sent.id_token.value, at=world.house.clock.now())
    used = await wait_for_state(driver, made, "used")
    sessions = (await driver.get("/driver/sessions"))["items"]
    assert used["session_id"] == sessions[0]["session_id"]
    over = await driver.post(f"/driver/reservations/{made['reservation_id']}/cancel", None, 409)
    assert over["code"] == "conflict.reservation_over"
    assert [each["state"] for each in (await driver.get("/driver/me/data"))["reservations"]] == ["used"]


async def test_a_place_is_given_free(world):
    station = await begin(world)
    driver = await world.driver()
    made = await driver.post("/driver/reservations", {"station_id": "ST-1", "duration_min": 20}, 202)
    await wait_for_state(driver, made, "held")
    path = f"/driver/reservations/{made['reservation_id']}/cancel"
    other = await world.driver("bob@driver.example")
    await other.post(path, None, 404)
    assert (await driver.post(path))["state"] == "cancelled"
    assert (await driver.post(path))["state"] == "cancelled"
    await eventually(lambda: _last(station), lambda last: isinstance(last, CancelPlace) and last.number == 1)


async def _last(station):
    return station.deliveries[-1].request


async def test_stations_and_time_end_a_reservation(world):
    station = await begin(world)
    driver = await world.driver()
    wish = {"station_id": "ST-1", "evse_id": 1, "duration_min": 20}
    station.outcome = CommandOutcome(outcome=Outcome.REJECTED, status="Occupied", answer_json='{"status":"Occupied"}')
    made = await driver.post("/driver/reservations", wish, 202)
    assert (await wait_for_state(driver, made, "refused"))["detail"] == "Occupied"

    station.outcome = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted", answer_json='{"status":"Accepted"}')
    for is_removed, state in ((True, "removed"), (False, "expired")):
        made = await driver.post("/driver/reservations", wish, 202)
        await wait_for_state(driver, made, "held")
        number = find_kept(station).number
        await world.house.bus.report(
            ReservationStatusReported(**station._stamp(), number=number, is_removed=is_removed)
        )
        await wait_for_state(driver, made, state)

    made = await driver.post("/driver/reservations", wish, 202)
    await wait_for_state(driver, made, "held")
    assert await world.house.desk.dispatch(ExpireReservations(station_id=station.station_id)) == 0
    clock, ahead = world.house.core._clock, timedelta(minutes=21)
    later = type("Later", (), {"now": lambda _: clock.now() + ahead})()
    world.house.core._clock = later
    assert await world.house.desk.dispatch(ExpireReservations(station_id=station.station_id)) == 1
    world.house.core._clock = clock
    await wait_for_state(driver, made, "expired")


async def test_what_staff_may_and_what_drivers_may_not(world):
    station = await world.station(world.boss, "ST-1", evses=1)
    driver = await world.driver()
    me = await driver.get("/driver/me")
    wish = {"station_id": "ST-1", "duration_min": 60}
    both = wish | {"driver_id": me["driver_id"], "id_token": {"value": "AABB"}}
    assert (await world.boss.post("/reservations", both, 422))["code"] == "invalid.reservation_holder"
    mine = wish | {"driver_id": me["driver_id"]}
    assert (await world.boss.post("/reservations", mine, 409))["code"] == "conflict.station_offline"
    await station.connect()
    assert (await driver.get("/driver/reservation-rules"))["is_allowed"] is False
    assert (await driver.post("/driver/reservations", wish, 409))["code"] == "conflict.reservations_off"
    await world.boss.expect("PUT", "/reservation-rules", 200, json=RULES)
    assert (await driver.post("/driver/reservations", wish, 422))["code"] == "invalid.reservation_time"
    unknown = wish | {"id_token": {"value": "NOBODYS"}}
    assert (await world.boss.post("/reservations", unknown, 409))["code"] == "conflict.token_refused"

    made = await world.boss.post("/reservations", mine, 202)
    assert (made["driver_name"], made["number"]) == ("Ada", 1)
    page = await world.boss.get("/reservations", params={"is_open": True, "station_id": "ST-1"})
    assert [each["reservation_id"] for each in page["items"]] == [made["reservation_id"]]
    cancelled = await world.boss.post(f"/reservations/{made['reservation_id']}/cancel")
    assert cancelled["state"] == "cancelled"
    await world.boss.expect("PUT", "/reservation-rules", 422, json=RULES | {"minutes_max": 2})


async def test_who_leaves_leaves_no_reservation(world):
    await begin(world)
    driver = await world.driver()
    made = await driver.post("/driver/reservations", {"station_id": "ST-1", "duration_min": 20}, 202)
    await wait_for_state(driver, made, "held")
    await driver.post("/driver/me/erase", {"password": "long enough words"}, 204)
    path = f"/reservations/{made['reservation_id']}"
    left = await eventually(lambda: world.boss.get(path), lambda it: it["driver_id"] is None)
    assert (left["state"], left["id_token"], left["requested_by"]) == ("cancelled", "-", "driver")


def reserve(case, dimension, price):
    component = {"dimension": dimension, "price": price, "vat_percent": "22"}
    return {"components": [component], "restrictions": {"reservation": case}}


PRICED = {
    **TERMS,
    "elements": [
        reserve("reservation", "time", "3.00"),
        reserve("reservation_expires", "flat", "2.00"),
        reserve("reservation_cancelled", "flat", "0.50"),
        *TERMS["elements"],
    ],
}


async def test_what_a_reservation_costs_is_said_before(world):
    await begin(world)
    await publish(world, "Kept", PRICED)
    driver = await world.driver()
    path = "/driver/stations/ST-1/quote"
    assert (await driver.get(path))["reservation"] is None
    told = (await driver.get(path, params={"reserve_min": 20}))["reservation"]
    # 20 minutes at 3.00 an hour; what is paid once comes on top of the time that was reserved
    assert told == {"duration_s": 1200, "used": 100, "expired": 300, "cancelled": 150}
    await driver.get(path, 422, params={"reserve_min": 2})


@pytest.mark.parametrize("ending", ["expired", "cancelled"])
async def test_a_reservation_that_nobody_uses_is_taken_from_the_wallet_once(world, ending):
    station = await begin(world)
    await publish(world, "Kept", PRICED)
    driver = await world.driver()
    me = await driver.get("/driver/me")
    await world.boss.expect("PUT", "/ledger/terms", 200, json={"mode": "prepaid"})
    wallet = f"/drivers/{me['driver_id']}/wallet"
    await world.boss.post(f"{wallet}/adjust", {"amount": 1000, "reason": "a gift"})
    made = await driver.post("/driver/reservations", {"station_id": "ST-1", "evse_id": 1, "duration_min": 20}, 202)
    await wait_for_state(driver, made, "held")
    if ending == "expired":
        number = find_kept(station).number
        for _ in range(2):  # told twice, paid once
            await world.house.bus.report(ReservationStatusReported(**station._stamp(), number=number, is_removed=False))
    else:
        await driver.post(f"/driver/reservations/{made['reservation_id']}/cancel")
    path = f"/driver/reservations/{made['reservation_id']}"
    cost = (await eventually(lambda: driver.get(path), lambda it: it["cost"]))["cost"]
    flat = 200 if ending == "expired" else 50
    assert flat <= cost["gross"] <= flat + 5  # and the seconds that it was kept
    assert sum(line["gross"] for line in cost["lines"]) == cost["gross"] == cost["net"] + cost["tax"]
    entries = (await driver.get("/driver/wallet/entries"))["items"]
    taken = [each["amount"] for each in entries if each["kind"] == "reservation"]  # one leg net, one tax
    assert sum(taken) == -cost["gross"]
    assert (await driver.get("/driver/wallet"))["balance"] == 1000 - cost["gross"]
    kept = await driver.get("/driver/me/data")
    assert kept["wallet_entries"] == entries
    assert kept["wallet"]["balance"] == 1000 - cost["gross"]
    assert kept["reservations"][0]["cost"] == cost
    for empty in ("payments", "payment_cards", "documents", "invoice_requests", "coupons", "plans", "debts"):
        assert kept[empty] == [], empty


async def test_nobody_pays_for_what_the_operator_or_the_station_ends(world):
    station = await begin(world)
    await publish(world, "Kept", PRICED)
    driver = await world.driver()
    wish = {"station_id": "ST-1", "evse_id": 1, "duration_min": 20}
    made = await driver.post("/driver/reservations", wish, 202)
    await wait_for_state(driver, made, "held")
    await world.boss.post(f"/reservations/{made['reservation_id']}/cancel")
    again = await driver.post("/driver/reservations", wish, 202)
    await wait_for_state(driver, again, "held")
    number = find_kept(station).number
    await world.house.bus.report(ReservationStatusReported(**station._stamp(), number=number, is_removed=True))
    await wait_for_state(driver, again, "removed")
    assert [each["cost"] for each in (await driver.get("/driver/reservations"))["items"]] == [None, None]


async def test_a_reservation_that_is_used_is_a_line_of_the_charge(world):
    station = await begin(world)
    await publish(world, "Kept", PRICED)
    driver = await world.driver()
    made = await driver.post("/driver/reservations", {"station_id": "ST-1", "evse_id": 1, "duration_min": 20}, 202)
    await wait_for_state(driver, made, "held")
    token = find_kept(station).id_token.value
    await charge(world, station, token)
    used = await wait_for_state(driver, made, "used")
    price = await eventually(
        lambda: driver.get(f"/driver/sessions/{used['session_id']}/price"), lambda it: it["revision"]
    )
    assert "reservation" in [line["kind"] for line in price["lines"]]
    assert used["cost"] is None
