"""Parked parcels on the API: a shelf of the test's own in the place of the broker's."""

from datetime import UTC, datetime

import pytest

from busbar.api.services import Services
from busbar.ports.parcels import (
    ParcelContent,
    ParcelMessage,
    ParcelNotFoundError,
    ParcelUnreadableError,
    ParkedParcel,
)

URL = "/operations/parked-parcels"
PARCEL = ParkedParcel(
    parked_id="p1",
    reason="failed",
    partition=3,
    attempts=3,
    error="ZeroDivisionError",
    parked_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    messages=("VariablesReported/1", "SendStationCommand/1"),
    station_ids=("ST-1",),
    size_bytes=900,
    is_readable=True,
)
SECRET = {"ref": {"variable": "AuthorizationKey"}, "value": "0123456789abcdef"}


class Shelf:
    """Holds one parcel, and remembers what was done to it."""

    def __init__(self):
        self.done = []

    async def list_all(self, *, limit=100):
        return [PARCEL][:limit]

    async def read(self, parked_id):
        self._check(parked_id)
        return ParcelContent(
            parcel=PARCEL,
            messages=(
                ParcelMessage(message="VariablesReported/1", station_id="ST-1", content={"values": [SECRET]}),
                ParcelMessage(message="SendStationCommand/1", station_id="ST-1"),
            ),
        )

    async def replay(self, parked_id):
        self._check(parked_id)
        if self.done:
            raise ParcelUnreadableError("this is no parcel", parked_id=parked_id)
        self.done.append("replay")

    async def drop(self, parked_id):
        self._check(parked_id)
        self.done.append("drop")

    def _check(self, parked_id):
        if parked_id != "p1":
            raise ParcelNotFoundError("no such parcel is parked", parked_id=parked_id)


@pytest.fixture
def shelf(world, monkeypatch):
    shelf = Shelf()
    services = world.app.state.services
    assert isinstance(services, Services)
    object.__setattr__(services, "parcels", shelf)
    return shelf


async def test_one_process_has_no_parcels(world):
    assert await world.boss.get(URL) == {"is_network": False, "items": []}
    assert (await world.boss.post(f"{URL}/p1/replay", None, 404))["code"] == "not_found.parcel"
    assert (await world.boss.post(f"{URL}/p1/drop", {"reason": "x"}, 404))["code"] == "not_found.parcel"


async def test_parcels_are_listed_without_their_contents(world, shelf):
    listed = await world.boss.get(URL)
    assert listed["is_network"]
    (item,) = listed["items"]
    assert (item["parked_id"], item["reason"], item["partition"]) == ("p1", "failed", 3)
    assert item["messages"] == ["VariablesReported/1", "SendStationCommand/1"]


async def test_contents_are_shown_without_secrets(world, shelf):
    content = await world.boss.get(f"{URL}/p1")
    report, command = content["messages"]
    assert report["content"]["values"][0]["value"] == "********"
    assert (command["message"], command["content"]) == ("SendStationCommand/1", None)
    assert (await world.boss.get(f"{URL}/p2", 404))["code"] == "not_found.parcel"


async def test_a_parcel_is_sent_once_more(world, shelf):
    await world.boss.post(f"{URL}/p1/replay", None, 204)
    assert shelf.done == ["replay"]
    assert (await world.boss.post(f"{URL}/p1/replay", None, 409))["code"] == "conflict.parcel_unreadable"
    audit = (await world.boss.get("/audit", params={"subject": "parcel:p1"}))["items"]
    assert [entry["action"] for entry in audit] == ["parcel.replay"]


async def test_a_parcel_is_dropped_for_a_reason(world, shelf):
    assert (await world.boss.post(f"{URL}/p1/drop", {}, 422))["code"] == "invalid.request"
    assert shelf.done == []
    await world.boss.post(f"{URL}/p1/drop", {"reason": "made by a station on the test bench"}, 204)
    assert shelf.done == ["drop"]
    (entry,) = (await world.boss.get("/audit", params={"subject": "parcel:p1"}))["items"]
    assert (entry["action"], entry["detail"]) == ("parcel.drop", {"reason": "made by a station on the test bench"})
