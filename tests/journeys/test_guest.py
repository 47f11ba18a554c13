"""A guest from the label on the station to the receipt: an independent station, a real provider process, no account."""

import json
import subprocess
import sys

import httpx2
import pytest

from .stations import Station16, connected, stamp

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
    process.wait(timeout=10)
    process.stdout.close()


async def open_shop(console, provider):
    """Enter the provider's keys and a price of 0.50 a kWh."""
    address, credentials = provider
    account = await console.send("PUT", "payment-accounts/stripe", credentials["stripe"])
    assert set(account["secrets"]) == {"secret_key", "webhook_secret"}
    async with httpx2.AsyncClient() as http:
        await http.post(f"{address}/control/webhook", json={"url": account["notice_url"]})
    tariff = await console.send("POST", "tariffs", {"name": "Guests", "terms": TERMS})
    await console.send("POST", f"tariffs/{tariff['tariff_id']}/publish", {})
    await console.send("POST", "tariff-assignments", {"tariff_id": tariff["tariff_id"], "scope": "operator"})


async def test_a_guest_pays_charges_and_keeps_the_receipt(installation, console, provider):
    await open_shop(console, provider)
    async with (
        connected(Station16, installation, "GUEST-1") as station,
        httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/driver/", timeout=20) as guest,
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
        await station.stop(charge.transaction_id, at=600, meter_stop=8000, reason="EVDisconnected")
        payments = await console.wait_for(
            "payments", lambda found: found["items"] and found["items"][0]["state"] == "captured", limit_s=40
        )
        shown = (await guest.get(f"guest-payments/{link}")).json()
    assert payments["items"][0]["captured"] == 400  # 8 kWh at 0.50, of 30.00 that were set aside
    assert (shown["session"]["state"], shown["session"]["gross"]) == ("ended", 400)
    assert shown["payment"]["captured"] == 400
    assert shown["session"]["started_at"].startswith(stamp(0)[:19])


async def test_strangers_see_no_payment(installation):
    async with httpx2.AsyncClient(base_url=f"{installation.http_url}/api/v1/") as stranger:
        assert (await stranger.get("driver/guest-payments/bbg_0000.0000")).status_code == 404
        assert (await stranger.get("payments")).status_code == 401
        forged = await stranger.post("payments/notices/stripe/" + "0" * 32, content=b'{"id":"evt_1"}')
        assert forged.status_code == 404
