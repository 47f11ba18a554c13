"""What people and stations ask for at odd moments: twice, too late, for somebody else's, or against each other."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from ocpp.exceptions import OCPPError
from ocpp.v16 import call as call16
from ocpp.v201 import call as call201

from .stations import Station16, Station21, Station201, connected

TWO = [pytest.param(Station201, id="2.0.1"), pytest.param(Station21, id="2.1")]
_numbers = itertools.count(1)


@pytest.fixture
def station_id():
    return f"WISH-{next(_numbers)}"


async def make_token(console, **more):
    value = f"WISH{next(_numbers):04}"
    await console.send("PUT", f"tokens/{value}", {"kind": "rfid", **more})
    return value


def present(value):
    return {"id_token": value, "type": "ISO14443"}


async def test_one_token_runs_one_session_wherever_it_is_presented(installation, console, station_id):
    token = await make_token(console)
    async with (
        connected(Station16, installation, station_id) as first,
        connected(Station16, installation, f"{station_id}-B") as second,
        connected(Station201, installation, f"{station_id}-C") as third,
    ):
        for station in (first, second, third):
            await station.boot()
        begun = await first.start(token, at=0)
        assert begun.id_tag_info["status"] == "Accepted"
        assert (await second.call(call16.Authorize(id_tag=token))).id_tag_info["status"] == "ConcurrentTx"
        assert (await second.start(token.lower(), at=1)).id_tag_info["status"] == "ConcurrentTx"
        answer = await third.call(call201.Authorize(id_token=present(token)))
        assert answer.id_token_info["status"] == "ConcurrentTx"
        body = {"station_id": f"{station_id}-C", "evse_id": 1, "id_token": {"value": token}}
        refused = await console.send("POST", "sessions", body, status=(409,))
        assert (refused["code"], refused["facts"]["verdict"]) == ("conflict.token_refused", "concurrent")
        await first.stop(begun.transaction_id, at=60, meter_stop=10, reason="Local")
        await console.wait_for_session(station_id, state="ended")
        [refused_one] = await console.find_sessions(f"{station_id}-B")
        await console.send("POST", f"sessions/{refused_one['session_id']}/close")
        assert (await third.call(call201.Authorize(id_token=present(token)))).id_token_info["status"] == "Accepted"


async def test_a_second_token_of_the_group_stops_what_the_first_began_in_1_6(installation, console, station_id):
    group = f"G{next(_numbers)}"
    await console.send("PUT", f"token-groups/{group}", {"name": "Fleet"})
    one, other = await make_token(console, group=group), await make_token(console, group=group)
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        begun = await station.start(one, at=0)
        assert begun.id_tag_info == {"status": "Accepted", "parent_id_tag": group}
        answer = await station.call(call16.Authorize(id_tag=other))
        assert answer.id_tag_info == {"status": "Accepted", "parent_id_tag": group}
        stopped = await station.stop(begun.transaction_id, at=60, meter_stop=42, reason="Local", id_tag=other)
        assert stopped.id_tag_info["status"] == "Accepted"
        session = await console.wait_for_session(station_id, state="ended")
    assert (session["energy_wh"], session["id_token"].upper()) == (42, one)


@pytest.mark.parametrize("kind", TWO)
async def test_a_second_token_of_the_group_stops_what_the_first_began_in_2(installation, console, station_id, kind):
    group = f"G{next(_numbers)}"
    await console.send("PUT", f"token-groups/{group}", {"name": "Fleet"})
    one, other = await make_token(console, group=group), await make_token(console, group=group)
    async with connected(kind, installation, station_id) as station:
        await station.boot()
        started = station.event("Started", "t1", at=0, energy_wh=0, trigger="Authorized", id_token=present(one))
        answer = await station.call(started)
        assert answer.id_token_info["group_id_token"]["id_token"] == group
        stop = station.event("Updated", "t1", at=50, trigger="StopAuthorized", id_token=present(other))
        answer = await station.call(stop)
        assert answer.id_token_info["status"] == "Accepted"
        assert answer.id_token_info["group_id_token"]["id_token"] == group
        await station.call(
            station.event("Ended", "t1", at=60, energy_wh=42, trigger="EVDeparted", stoppedReason="Local")
        )
        session = await console.wait_for_session(station_id, state="ended")
    assert (session["energy_wh"], session["id_token"].upper()) == (42, one)


@pytest.mark.parametrize("spoil", ["expired", "blocked", "removed"])
async def test_a_token_that_loses_its_right_in_the_middle_ends_what_it_began(installation, console, station_id, spoil):
    token = await make_token(console)
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        begun = await station.start(token, at=0, meter_start=100)
        assert begun.id_tag_info["status"] == "Accepted"
        if spoil == "expired":
            past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
            await console.send("PATCH", f"tokens/{token}", {"expires_at": past})
        elif spoil == "blocked":
            await console.send("PATCH", f"tokens/{token}", {"status": "blocked"})
        else:
            await console.send("DELETE", f"tokens/{token}")
        expected = {"expired": "Expired", "blocked": "Blocked", "removed": "Invalid"}[spoil]
        assert (await station.call(call16.Authorize(id_tag=token))).id_tag_info["status"] == expected
        assert (await console.find_sessions(station_id))[0]["state"] == "active"
        stopped = await station.stop(begun.transaction_id, at=60, meter_stop=350, reason="Local", id_tag=token)
        assert stopped.id_tag_info["status"] == expected
        session = await console.wait_for_session(station_id, state="ended")
    assert (session["energy_wh"], session["id_token"].upper()) == (250, token)


async def test_the_same_key_is_the_same_wish_and_another_content_is_refused(installation, console, station_id):
    token = await make_token(console)
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        body = {"station_id": station_id, "evse_id": 1, "id_token": {"value": token}}
        key = {"Idempotency-Key": f"start-{station_id}"}

        async def start(content, headers=key):
            return await console.http.post("sessions", json=content, headers=headers)

        answers = await asyncio.gather(*(start(body) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.json()["session_id"] for answer in answers}) == 1
        other = await start(body | {"evse_id": 2})
        assert (other.status_code, other.json()["code"][:9]) == (409, "conflict.")
        busy = await start(body, {})
        assert (busy.status_code, busy.json()["code"]) == (409, "conflict.evse_busy")
        await station.asked.take("RemoteStartTransaction")
        begun = await station.start(token, at=0)
        assert (await start(body)).json()["session_id"] == answers[0].json()["session_id"]
        assert (await start(body | {"id_token": {"value": await make_token(console)}}, {})).status_code == 409
        await station.stop(begun.transaction_id, at=60, meter_stop=1, reason="Local")
        await console.wait_for_session(station_id, state="ended")
        assert (await start(body)).json()["state"] == "ended"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await station.asked.take("RemoteStartTransaction")


async def test_what_is_over_cannot_be_stopped_or_closed(installation, console, station_id):
    token = await make_token(console)
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        begun = await station.start(token, at=0)
        await station.stop(begun.transaction_id, at=60, meter_stop=5, reason="Local")
        session = await console.wait_for_session(station_id, state="ended")
        for verb in ("stop", "close"):
            refused = await console.send("POST", f"sessions/{session['session_id']}/{verb}", status=(409,))
            assert refused["code"].startswith("conflict.session_")
        again = await station.stop(begun.transaction_id, at=60, meter_stop=5, reason="Local")
        assert again is not None
        assert (await console.wait_for_session(station_id, state="ended"))["energy_wh"] == 5


async def test_a_blocked_station_reports_its_charge_once_it_may_again(installation, console, station_id):
    token = await make_token(console)
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        begun = await station.start(token, at=0)
        await console.send("PUT", f"stations/{station_id}/registration", {"registration": "blocked"})
        body = {"station_id": station_id, "id_token": {"value": token}}
        assert (await console.send("POST", "sessions", body, status=(409,)))["code"].startswith("conflict.")
    assert (await console.find_sessions(station_id))[0]["state"] == "active"
    await console.send("PUT", f"stations/{station_id}/registration", {"registration": "accepted"})
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        await station.stop(begun.transaction_id, at=60, meter_stop=77, reason="DeAuthorized")
        assert (await console.wait_for_session(station_id, state="ended"))["energy_wh"] == 77


async def test_a_connected_station_is_not_deleted_and_a_deleted_one_leaves_its_sessions(
    installation, console, station_id
):
    token = await make_token(console)
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        begun = await station.start(token, at=0)
        refused = await console.send("DELETE", f"stations/{station_id}", status=(409,))
        assert refused["code"] == "conflict.station_online"
    await console.wait_for(f"stations/{station_id}", lambda found: not found["is_online"])
    await console.send("DELETE", f"stations/{station_id}")
    [session] = await console.find_sessions(station_id)
    await console.send("POST", f"sessions/{session['session_id']}/close")
    closed = await console.get(f"sessions/{session['session_id']}")
    assert (closed["state"], closed["close_reason"]) == ("ended", "operator")
    await asyncio.sleep(5.5)  # so long the door remembers who was admitted
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        await station.stop(begun.transaction_id, at=60, meter_stop=9, reason="Local")
        assert (await console.wait_for_session(station_id, state="ended"))["energy_wh"] == 9


async def test_nothing_is_asked_of_a_station_that_is_not_there(console):
    await console.send("POST", "stations", {"station_id": "WISH-GONE"})
    token = await make_token(console)
    body = {"station_id": "WISH-GONE", "id_token": {"value": token}}
    assert (await console.send("POST", "sessions", body, status=(409,)))["code"] == "conflict.station_offline"
    outcome = await console.send("POST", "stations/WISH-GONE/commands/reset", {"kind": "immediate"})
    assert outcome["outcome"] == "undelivered"


async def test_a_station_asks_for_what_only_we_may_ask(installation, station_id):
    async with connected(Station16, installation, station_id) as station:
        await station.boot()
        with pytest.raises(OCPPError):
            await station.call(call16.RemoteStartTransaction(id_tag="X"), suppress=False)
        assert (await station.call(call16.Heartbeat())).current_time
