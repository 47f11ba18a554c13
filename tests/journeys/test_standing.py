"""Where a station stands decides at once what it may do; and its password stays its own."""

import asyncio

from ocpp.routing import on
from ocpp.v16 import call_result as result16
from websockets.exceptions import InvalidStatus

from tests.patience import HANG_LIMIT_S

from .stations import Station16, connected

PASSWORD = "0123456789abcdef"  # 16 characters: the least


class Talkative16(Station16):
    """A station that lets itself be asked to boot again, and tells its settings."""

    @on("TriggerMessage")
    def on_trigger(self, **payload):
        self.asked.put("TriggerMessage", payload)
        return result16.TriggerMessage(status="Accepted")

    @on("ChangeConfiguration")
    def on_change(self, **payload):
        self.asked.put("ChangeConfiguration", payload)
        return result16.ChangeConfiguration(status="Accepted")


async def put_standing(console, station_id, registration):
    await console.send("PUT", f"stations/{station_id}/registration", {"registration": registration})


async def test_a_pending_station_does_not_charge_and_an_accepted_one_does(installation, console):
    await console.send("PUT", "tokens/STANDING-1", {"kind": "rfid"})
    await console.send("POST", "stations", {"station_id": "STAND-1", "registration": "pending"})
    async with connected(Talkative16, installation, "STAND-1") as station:
        assert (await station.boot()).status == "Pending"
        refused = await station.start("STANDING-1", at=0)
        assert refused.id_tag_info["status"] == "Invalid"
        await station.stop(refused.transaction_id, at=1, meter_stop=0, reason="DeAuthorized")
        await put_standing(console, "STAND-1", "accepted")
        asked = await station.asked.take("TriggerMessage")
        assert asked["requested_message"] == "BootNotification"
        assert (await station.boot()).status == "Accepted"
        assert (await station.start("STANDING-1", at=60)).id_tag_info["status"] == "Accepted"


async def test_blocking_a_station_takes_effect_at_once(installation, console):
    await console.send("PUT", "tokens/STANDING-2", {"kind": "rfid"})
    async with connected(Talkative16, installation, "STAND-2") as station:
        assert (await station.boot()).status == "Accepted"
        await put_standing(console, "STAND-2", "blocked")
        await asyncio.wait_for(station._connection.wait_closed(), HANG_LIMIT_S)
        assert station._connection.close_code == 1008
    await console.wait_for("stations/STAND-2", lambda found: not found["is_online"])
    assert await find_refusal(installation, "STAND-2") == 403


async def find_refusal(installation, station_id):
    """Knock until refused: the door remembers an admission for some seconds."""
    async with asyncio.timeout(HANG_LIMIT_S):
        while True:
            try:
                async with connected(Talkative16, installation, station_id):
                    await asyncio.sleep(0.5)
            except InvalidStatus as refused:
                return refused.response.status_code


async def test_a_station_password_is_nowhere_to_be_read(installation, console):
    async with connected(Talkative16, installation, "STAND-3") as station:
        await station.boot()
        settings = {"variables": [{"variable": "AuthorizationKey", "value": PASSWORD}]}
        await console.send("POST", "stations/STAND-3/commands/variables/set", settings)
        assert (await station.asked.take("ChangeConfiguration"))["value"] == PASSWORD
        payload = {"key": "AuthorizationKey", "value": PASSWORD}
        await console.send("POST", "stations/STAND-3/ocpp", {"action": "ChangeConfiguration", "payload": payload})
        assert (await station.asked.take("ChangeConfiguration"))["value"] == PASSWORD
        for path in ("variables", "commands", "wirelog", "events"):
            assert PASSWORD not in str(await console.get(f"stations/STAND-3/{path}")), path
        assert PASSWORD not in str(await console.get("audit"))
    await asyncio.sleep(0.5)  # the wire log is on disk a fraction of a second later
    for path in installation.data_dir.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
