"""A guest from the label on the station to the receipt: an independent station, a real provider process, no account."""

import asyncio
import json
import subprocess
import sys

import httpx2
import pytest
from ocpp.routing import on
from ocpp.v21 import call_result as result21

from tests.patience import HANG_LIMIT_S

from .stations import Station16, Station21, connected, stamp

TERMS = {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "0.50"}]}]}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """Run `busbar psp`; give its address and what a merchant enters."""
    file = tmp_path_factory.mktemp("psp") / "credentials.json"
    code = "from busbar.cli import main; main()"
    command = [sys.executable, "-c", code, "psp", "--port", "0", "--credentials", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().strip().rpartition(" ")[2]
    yield address, json.loads(file.read_text(encoding="utf-8"))
    process.terminate()
    process.wait(timeout=HANG_LIMIT_S)
    process.stdout.close()


@pytest.fixture(scope="module")
def opened():
    """Hold what was entered: once for all tests here, whichever runs first."""
    return []


@pytest.fixture
async def shop(console, provider, opened):
    """Enter the provider's keys and a price of 0.50 a kWh."""
    if opened:
        return
    address, credentials = provider
    account = await console.send("PUT", "payment-accounts/stripe", credentials["stripe"])
    assert set(account["secrets"]) == {"secret_key", "webhook_secret"}
    async with httpx2.AsyncClient(timeout=HANG_LIMIT_S) as http:
        await http.post(f"{address}/control/webhook", json={"url": account["notice_url"]})
    tariff = await console.send("POST", "tariffs", {"name": "Guests", "terms": TERMS})
    await console.send("POST", f"tariffs/{tariff['tariff_id']}/publish", {})
    await console.send("POST", "tariff-assignments", {"tariff_id": tariff["tariff_id"], "scope": "operator"})
    opened.append(tariff["tariff_id"])


async def wait_for_stay(guest, link, is_there):
    """Look at the guest's link until it shows what is wanted."""
    for _ in range(600):
        shown = (await guest.get(f"guest-payments/{link}")).json()
        if is_there(shown):
            return shown
        await asyncio.sleep(0.1)
    raise AssertionError(shown)


async def test_a_guest_pays_charges_and_keeps_the_receipt(installation, console, shop):
    async with (
        connected(Station16, installation, "GUEST-1") as station,
        httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=HANG_LIMIT_S) as guest,
    ):
        await station.boot()
        await station.status("Available")
        body = {"station_id": "GUEST-1", "evse_id": 1, "provider": "stripe", "amount": 3000, "currency": "EUR"}
        begun = await guest.post("guest-payments", json=body, headers={"Idempotency-Key": "one-guest"})
        assert begun.status_code == 202, begun.text
        again = await guest.post("guest-payments", json=body, headers={"Idempotency-Key": "one-guest"})
        assert again.json()["link"] == begun.json()["link"]
        link, page = begun.json()["link"], begun.json()["payment"]["page_url"]
        declined = await guest.post(page, content="step=pay&number=4000000000000002", headers=FORM)
        assert declined.status_code == 402
        paid = await guest.post(page, content="step=pay&number=4242424242424242", headers=FORM)
        assert paid.headers["location"].endswith(link)
        wish = await station.asked.take("RemoteStartTransaction")
        charge = await station.start(wish["id_tag"], at=0, meter_start=0)
        assert charge.id_tag_info["status"] == "Accepted"
        await station.meter(charge.transaction_id, 300, ("Energy.Active.Import.Register", "4000", "Wh"))
        running = await wait_for_stay(guest, link, lambda stay: (stay["session"] or {}).get("gross"))
        assert (running["session"]["gross"], running["session"]["price"]["revision"]) == (200, 0)
        assert (await guest.get(f"guest-payments/{link}/receipt")).json()["code"] == "not_found.document"
        await station.stop(charge.transaction_id, at=600, meter_stop=8000, reason="EVDisconnected")
        payments = await console.wait_for(
            "payments", lambda found: found["items"] and found["items"][0]["state"] == "captured"
        )
        shown = await wait_for_stay(guest, link, lambda stay: stay["session"]["receipt_reference"])
        paper = await guest.get(f"guest-payments/{link}/receipt", params={"language": "it"})
    assert payments["items"][0]["captured"] == 400  # 8 kWh at 0.50, of 30.00 that were set aside
    assert (shown["session"]["state"], shown["session"]["gross"]) == ("ended", 400)
    assert shown["payment"]["captured"] == 400
    assert [line["gross"] for line in shown["session"]["price"]["lines"]] == [400]
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    assert shown["session"]["started_at"].startswith(stamp(0)[:19])


async def pay_as_guest(guest, station_id, amount):
    """Pay at the provider's page; return the link."""
    body = {"station_id": station_id, "evse_id": 1, "provider": "stripe", "amount": amount, "currency": "EUR"}
    begun = await guest.post("guest-payments", json=body, headers={"Idempotency-Key": f"of-{station_id}"})
    assert begun.status_code == 202, begun.text
    page = begun.json()["payment"]["page_url"]
    assert (await guest.post(page, content="step=pay&number=4242424242424242", headers=FORM)).status_code < 400
    return begun.json()["link"]


async def test_a_guest_charges_for_no_more_than_was_set_aside(installation, console, shop):
    async with (
        connected(Station16, installation, "GUEST-2") as station,
        httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=HANG_LIMIT_S) as guest,
    ):
        await station.boot()
        await station.status("Available")
        link = await pay_as_guest(guest, "GUEST-2", 300)
        wish = await station.asked.take("RemoteStartTransaction")
        charge = await station.start(wish["id_tag"], at=0, meter_start=0)
        await station.meter(charge.transaction_id, 60, ("Energy.Active.Import.Register", "6050", "Wh"))
        stop = await station.asked.take("RemoteStopTransaction")  # 3.03 of the 3.00 that were set aside
        assert stop["transaction_id"] == charge.transaction_id
        await station.stop(charge.transaction_id, at=70, meter_stop=6060, reason="Remote")
        shown = await wait_until_captured(guest, link)
    assert shown["payment"]["captured"] == 300


async def wait_until_captured(guest, link):
    async with asyncio.timeout(HANG_LIMIT_S):
        while True:
            shown = (await guest.get(f"guest-payments/{link}")).json()
            if shown["payment"]["state"] == "captured":
                return shown
            await asyncio.sleep(0.2)


LIMITS = {("Currency", "TariffCostCtrlr"): "EUR", ("SupportedLimits", "TxCtrlr"): "maxCost"}


class LimitingStation(Station21):
    """A station that keeps a limit of the cost itself."""

    @on("GetVariables")
    def on_get_variables(self, get_variable_data, **_more):
        asked = [(each, each["variable"]["name"], each["component"]["name"]) for each in get_variable_data]
        results = [
            {
                "attribute_status": "Accepted" if (name, component) in LIMITS else "UnknownVariable",
                "attribute_value": LIMITS.get((name, component), ""),
                "component": each["component"],
                "variable": each["variable"],
            }
            for each, name, component in asked
        ]
        return result21.GetVariables(get_variable_result=results)


async def test_a_station_that_keeps_limits_is_told_what_a_guest_paid(installation, shop):
    async with (
        connected(LimitingStation, installation, "GUEST-3") as station,
        httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=HANG_LIMIT_S) as guest,
    ):
        await station.boot()
        await station.status("Available")
        await pay_as_guest(guest, "GUEST-3", 700)
        wish = await station.asked.take("RequestStartTransaction")
        begin = {"trigger": "RemoteStart", "remoteStartId": wish["remote_start_id"], "id_token": wish["id_token"]}
        answer = await station.call(station.event("Started", "TX-G", at=0, energy_wh=0, **begin))
        second = 0
        async with asyncio.timeout(HANG_LIMIT_S):
            while answer.transaction_limit is None:
                second += 10
                answer = await station.call(station.event("Updated", "TX-G", at=second, energy_wh=second))
                await asyncio.sleep(0.2)
        assert answer.transaction_limit == {"max_cost": 7.0}


async def test_strangers_see_no_payment(installation):
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/", timeout=HANG_LIMIT_S) as stranger:
        assert (await stranger.get("driver/guest-payments/bbg_0000.0000")).status_code == 404
        assert (await stranger.get("payments")).status_code == 401
        receipt = await stranger.get("driver/guest-payments/bbg_0000.0000/receipt")
        assert receipt.status_code == 404
        forged = await stranger.post("payments/notices/stripe/" + "0" * 32, content=b'{"id":"evt_1"}')
        assert forged.status_code == 404
