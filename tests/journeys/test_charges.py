"""Whole charges with an independent station for 1.6, 2.0.1 and 2.1: by API and by token, through every mishap.

After each, energy, times, reason and state are asserted from the API.
"""

import itertools

import pytest

from .stations import Station16, Station21, Station201, connected, stamp

TWO = [pytest.param(Station201, id="2.0.1"), pytest.param(Station21, id="2.1")]
REGISTER = "Energy.Active.Import.Register"
_numbers = itertools.count(1)


@pytest.fixture
async def token(console):
    value = f"TAG{next(_numbers):04}"
    await console.send("PUT", f"tokens/{value}", {"kind": "rfid"})
    return value


@pytest.fixture
def station_id():
    return f"CHARGE-{next(_numbers)}"


def at(seconds):
    return stamp(seconds).replace("Z", "")


def assert_session(session, *, energy_wh, begin, end, reason, token=None):
    assert session["state"] == "ended"
    assert not session["is_open"]
    assert session["energy_wh"] == energy_wh
    assert session["started_at"].startswith(at(begin))
    assert session["ended_at"].startswith(at(end))
    assert session["stop_reason"] == reason
    if token is not None:
        assert session["id_token"].upper() == token.upper()


class TestSixteen:
    async def test_by_token(self, installation, console, token, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            begun = await station.start(token, at=0, meter_start=500)
            assert begun.id_tag_info["status"] == "Accepted"
            for n in range(1, 5):
                await station.meter(begun.transaction_id, 60 * n, (REGISTER, f"{0.5 + 0.1 * n:.3f}", "kWh"))
            await station.stop(begun.transaction_id, at=300, meter_stop=1010, reason="Local", id_tag=token)
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=510, begin=0, end=300, reason="Local", token=token)

    async def test_by_api(self, installation, console, token, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            started = await console.send(
                "POST", "sessions", {"station_id": station_id, "evse_id": 1, "id_token": {"value": token}}
            )
            asked = await station.asked.take("RemoteStartTransaction")
            begun = await station.start(asked["id_tag"], at=0, meter_start=0)
            await console.send("POST", f"sessions/{started['session_id']}/stop")
            await station.asked.take("RemoteStopTransaction")
            await station.stop(begun.transaction_id, at=60, meter_stop=42, reason="Remote")
            session = await console.wait_for_session(station_id, state="ended")
        assert session["session_id"] == started["session_id"]
        assert_session(session, energy_wh=42, begin=0, end=60, reason="Remote", token=token)

    async def test_an_unknown_token_is_refused_and_kept(self, installation, console, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            begun = await station.start("NOBODY", at=0)
            assert begun.id_tag_info["status"] == "Invalid"
            await station.stop(begun.transaction_id, at=5, meter_stop=0, reason="DeAuthorized")
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=0, begin=0, end=5, reason="DeAuthorized")

    async def test_a_blocked_and_an_expired_token(self, installation, console, token, station_id):
        await console.send("PATCH", f"tokens/{token}", {"status": "blocked"})
        await console.send("PUT", "tokens/OLD-ONE", {"kind": "rfid", "expires_at": "2020-01-01T00:00:00Z"})
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            assert (await station.start(token, at=0)).id_tag_info["status"] == "Blocked"
            assert (await station.start("OLD-ONE", at=1)).id_tag_info["status"] == "Expired"

    async def test_a_repeated_start_is_one_session(self, installation, console, token, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            first = await station.start(token, at=0)
            again = await station.start(token, at=0)
            assert first.transaction_id == again.transaction_id
            for _ in range(2):
                await station.stop(first.transaction_id, at=60, meter_stop=10, reason="Local")
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=10, begin=0, end=60, reason="Local")

    async def test_a_reboot_in_the_middle(self, installation, console, token, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            begun = await station.start(token, at=0, meter_start=0)
            await station.meter(begun.transaction_id, 60, (REGISTER, "300", "Wh"))
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            await station.stop(begun.transaction_id, at=90, meter_stop=450, reason="PowerLoss")
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=450, begin=0, end=90, reason="PowerLoss")

    async def test_the_whole_session_comes_late(self, installation, console, token, station_id):
        """Charged without a connection: start, samples and stop are delivered after the fact."""
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            begun = await station.start(token, at=-86_400, meter_start=100)
            await station.meter(begun.transaction_id, -86_000, (REGISTER, "200", "Wh"))
            await station.stop(begun.transaction_id, at=-85_000, meter_stop=700, reason="EVDisconnected")
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=600, begin=-86_400, end=-85_000, reason="EVDisconnected")

    async def test_a_stop_of_nothing_is_acknowledged_and_kept(self, installation, console, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            await station.stop(987_654, at=60, meter_stop=1234, reason="Local")
        parts = await console.wait_for("unmatched-parts", lambda page: page["items"], station_id=station_id)
        assert parts["items"][0]["transaction_ref"] == "987654"

    async def test_samples_out_of_order(self, installation, console, token, station_id):
        async with connected(Station16, installation, station_id) as station:
            await station.boot()
            begun = await station.start(token, at=0)
            for seconds, energy in ((60, "100"), (180, "300"), (120, "200"), (120, "200")):
                await station.meter(begun.transaction_id, seconds, (REGISTER, energy, "Wh"))
            await station.stop(begun.transaction_id, at=240, meter_stop=400)
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=400, begin=0, end=240, reason=None)
        curve = await console.get(f"sessions/{session['session_id']}/curve")
        [energy] = [series for series in curve["series"] if series["measurand"] == "energy.import.register"]
        assert energy["values"][:3] == [100, 200, 300]


@pytest.mark.parametrize("kind", TWO)
class TestTwo:
    async def test_by_token(self, installation, console, token, station_id, kind):
        async with connected(kind, installation, station_id) as station:
            await station.boot()
            await station.status("Occupied")
            id_token = {"idToken": token, "type": "ISO14443"}
            reply = await station.call(
                station.event(
                    "Started",
                    "tx-1",
                    at=0,
                    energy_wh=1000.0,
                    trigger="Authorized",
                    id_token=id_token,
                    chargingState="Charging",
                )
            )
            assert reply.id_token_info["status"] == "Accepted"
            for n in range(1, 5):
                await station.call(station.event("Updated", "tx-1", at=60 * n, energy_wh=1000.0 + 120.5 * n))
            await station.call(
                station.event(
                    "Ended", "tx-1", at=300, energy_wh=1600.0, trigger="EVDeparted", stoppedReason="EVDisconnected"
                )
            )
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=600, begin=0, end=300, reason="EVDisconnected", token=token)

    async def test_by_api(self, installation, console, token, station_id, kind):
        async with connected(kind, installation, station_id) as station:
            await station.boot()
            await station.status("Available")
            started = await console.send(
                "POST", "sessions", {"station_id": station_id, "evse_id": 1, "id_token": {"value": token}}
            )
            asked = await station.asked.take("RequestStartTransaction")
            assert asked["id_token"]["id_token"] == token
            await station.call(
                station.event(
                    "Started",
                    "tx-api",
                    at=0,
                    energy_wh=0.0,
                    trigger="RemoteStart",
                    id_token={"idToken": token, "type": asked["id_token"]["type"]},
                    remoteStartId=asked["remote_start_id"],
                    chargingState="Charging",
                )
            )
            active = await console.wait_for_session(station_id, state="active")
            assert active["session_id"] == started["session_id"]
            await console.send("POST", f"sessions/{started['session_id']}/stop")
            assert (await station.asked.take("RequestStopTransaction"))["transaction_id"] == "tx-api"
            await station.call(
                station.event("Ended", "tx-api", at=60, energy_wh=77.0, trigger="RemoteStop", stoppedReason="Remote")
            )
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=77, begin=0, end=60, reason="Remote", token=token)

    async def test_plugged_first_then_authorised(self, installation, console, token, station_id, kind):
        async with connected(kind, installation, station_id) as station:
            await station.boot()
            await station.call(
                station.event(
                    "Started", "tx-p", at=0, energy_wh=0.0, trigger="CablePluggedIn", chargingState="EVConnected"
                )
            )
            reply = await station.call(
                station.event(
                    "Updated",
                    "tx-p",
                    at=10,
                    trigger="Authorized",
                    chargingState="Charging",
                    id_token={"idToken": token, "type": "ISO14443"},
                )
            )
            assert reply.id_token_info["status"] == "Accepted"
            await station.call(
                station.event("Ended", "tx-p", at=70, energy_wh=90.0, trigger="StopAuthorized", stoppedReason="Local")
            )
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=90, begin=0, end=70, reason="Local", token=token)

    @pytest.mark.parametrize("order", [(2, 1, 0), (0, 2, 1), (1, 0, 2), (0, 0, 1, 1, 2, 2), (2, 0, 1, 2)])
    async def test_any_order_and_repetition_is_one_session(self, installation, console, token, station_id, kind, order):
        async with connected(kind, installation, station_id) as station:
            await station.boot()
            transaction_id = f"tx-{station_id}"
            events = [
                station.event(
                    "Started",
                    transaction_id,
                    at=0,
                    energy_wh=10.0,
                    trigger="Authorized",
                    id_token={"idToken": token, "type": "ISO14443"},
                ),
                station.event("Updated", transaction_id, at=60, energy_wh=110.0),
                station.event(
                    "Ended", transaction_id, at=120, energy_wh=260.0, trigger="StopAuthorized", stoppedReason="Local"
                ),
            ]
            for number in order:
                await station.call(events[number])
            session = await console.wait_for_session(station_id, state="ended")
        assert_session(session, energy_wh=250, begin=0, end=120, reason="Local", token=token)

    async def test_offline_and_delivered_later(self, installation, console, token, station_id, kind):
        async with connected(kind, installation, station_id) as station:
            await station.boot()
            await station.call(
                station.event(
                    "Started",
                    "tx-off",
                    at=0,
                    energy_wh=0.0,
                    trigger="Authorized",
                    id_token={"idToken": token, "type": "ISO14443"},
                )
            )
        async with connected(kind, installation, station_id) as station:
            await station.boot()
            station.seq_no = 1
            await station.call(station.event("Updated", "tx-off", at=60, energy_wh=100.0, offline=True))
            await station.call(
                station.event(
                    "Ended",
                    "tx-off",
                    at=90,
                    energy_wh=150.0,
                    trigger="EVCommunicationLost",
                    offline=True,
                    stoppedReason="EVDisconnected",
                )
            )
            session = await console.wait_for_session(station_id, state="ended")
        assert session["is_offline"]
        assert_session(session, energy_wh=150, begin=0, end=90, reason="EVDisconnected", token=token)
