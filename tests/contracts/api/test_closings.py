"""Wallets that are frozen and closed: through the API."""

import pytest

pytestmark = pytest.mark.every_database


async def test_a_driver_leaves_and_staff_pay_out(world):
    driver = await world.driver()
    me = (await driver.get("/driver/me"))["driver_id"]
    await world.boss.post(f"/drivers/{me}/wallet/adjust", {"amount": 900, "reason": "gift"})
    assert await driver.get("/driver/wallet/closing") is None
    await driver.post("/driver/wallet/freeze", None, 204)
    assert (await driver.get("/driver/wallet"))["status"] == "frozen"
    await driver.post("/driver/wallet/unfreeze", None, 204)
    assert (await driver.post("/driver/wallet/closing/cancel", None, 404))["code"] == "not_found.closing"
    assert (await driver.post("/driver/wallet/close", {"iban": "IT00"}, 422))["code"] == "invalid.iban"
    key = {"Idempotency-Key": "leave-1"}
    body = {"iban": "DE89 3704 0044 0532 0130 00", "holder": "Ada"}
    begun = await driver.post("/driver/wallet/close", body, 202, headers=key)
    again = await driver.post("/driver/wallet/close", body, 202, headers=key)
    assert (begun["closing_id"], begun["state"], begun["by_hand"]) == (again["closing_id"], "to_pay", 900)
    assert (await driver.post("/driver/wallet/unfreeze", None, 403))["code"] == "denied.wallet_status"
    kept = await driver.post("/driver/wallet/closing/cancel")
    assert kept["state"] == "cancelled"
    assert (await driver.get("/driver/wallet"))["balance"] == 900

    made = await world.boss.post(f"/drivers/{me}/wallet/close", {"reason": "moves away"}, 202)
    listed = await world.boss.get("/wallet-closings", params={"state": "to_pay"})
    assert [(item["closing_id"], item["driver_name"]) for item in listed["items"]] == [(made["closing_id"], "Ada")]
    assert (await driver.post("/driver/wallet/closing/cancel", None, 403))["code"] == "denied.wallet_status"
    path = f"/wallet-closings/{made['closing_id']}"
    assert (await world.boss.post(f"{path}/paid", {"reference": "SEPA 17"}))["state"] == "closed"
    assert (await world.boss.get(path))["reference"] == "SEPA 17"
    assert (await world.boss.post(f"{path}/cancel", None, 409))["code"] == "conflict.closing_state"
    assert (await driver.get("/driver/wallet"))["status"] == "closed"


async def test_an_empty_wallet_is_closed_at_once(world):
    driver = await world.driver()
    assert (await driver.post("/driver/wallet/close", {}, 202))["state"] == "closed"
    assert (await driver.post("/driver/wallet/close", {}, 409))["code"] == "conflict.account_closed"
