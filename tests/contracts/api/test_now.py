"""What waits for a person: the worst first, and nothing of anybody else."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from busbar.canon.stations import ConnectorStatus
from busbar.canon.tenants import Role
from busbar.domain.sessions.tables import sessions
from busbar.domain.stations.tables import stations

pytestmark = pytest.mark.every_database


async def age(world, table, key, value, **columns):
    """Let something have happened earlier than it did."""
    async with world.house.databases.writer.begin() as connection:
        await connection.execute(update(table).where(table.c[key] == value).values(**columns))


async def test_nothing_waits_where_all_is_well(world):
    station = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Mole"))
    await station.connect()
    await station.start("AABB", at=world.house.clock.now())
    shown = await world.boss.get("/now")
    assert shown["items"] == []
    assert {one["count"] for one in shown["counts"]} == {0}


async def test_each_kind_is_told_the_worst_first(world):
    now = world.house.clock.now()
    site_id = await world.site(world.boss, "Mole")
    faulty = await world.station(world.boss, "FAULTY", site_id=site_id, evses=2)
    await faulty.connect(connectors=2)
    await faulty.tell_status(2, ConnectorStatus.FAULTED)
    await world.station(world.boss, "NEVER", site_id=site_id)
    away = await world.station(world.boss, "AWAY", site_id=site_id)
    await away.connect()
    left_at = now - timedelta(minutes=10)
    await age(world, stations, "station_id", "AWAY", is_online=False, disconnected_at=left_at)
    waits = await world.station(world.boss, "WAITS", site_id=site_id)
    await waits.connect()
    await world.boss.expect("PUT", "/stations/WAITS/registration", 200, json={"registration": "pending"})

    shown = await world.boss.get("/now")

    assert [(item["kind"], item["station_id"]) for item in shown["items"]] == [
        ("faulted", "FAULTY"),
        ("pending", "WAITS"),
        ("offline", "AWAY"),
        ("unseen", "NEVER"),
    ]
    assert {one["kind"]: one["count"] for one in shown["counts"]} == {
        "faulted": 1,
        "stuck": 0,
        "pending": 1,
        "offline": 1,
        "unseen": 1,
    }
    assert shown["items"][2]["since"] == msgspec.to_builtins(left_at)
    assert shown["items"][1]["words"] == "Trial T1"
    stranger = await world.key(Role.ADMIN, operator_id=await world.operator("beta"))
    assert (await stranger.get("/now"))["items"] == []


@pytest.mark.parametrize(
    ("columns", "station", "reason"),
    [
        ({"stop_requested_at": 6}, {}, "stop_unanswered"),
        ({"heard_at": 31}, {}, "silent"),
        ({"heard_at": 31}, {"is_online": False}, "station_offline"),
        ({"heard_at": 29, "stop_requested_at": 4}, {}, None),
    ],
)
async def test_a_session_that_neither_goes_on_nor_ends_is_stuck(world, columns, station, reason):
    now = world.house.clock.now()
    played = await world.station(world.boss, "ST-1", site_id=await world.site(world.boss, "Mole"))
    await played.connect()
    await played.start("AABB", at=now - timedelta(minutes=40))
    session = (await world.boss.get("/sessions"))["items"][0]
    earlier = {name: now - timedelta(minutes=minutes) for name, minutes in columns.items()}
    await age(world, sessions, "session_id", session["session_id"], **earlier)
    if station:
        await age(world, stations, "station_id", "ST-1", **station, disconnected_at=now)
    items = [item for item in (await world.boss.get("/now"))["items"] if item["kind"] == "stuck"]
    assert [(item["session_id"], item["reason"], item["evse_id"]) for item in items] == (
        [] if reason is None else [(session["session_id"], reason, 1)]
    )
