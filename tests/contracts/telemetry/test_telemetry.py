"""Roll-ups on a real database: the same whatever the order and however often, and an end to what is old."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from busbar.app.rollups import RollUps
from busbar.app.telemetry import Telemetry
from busbar.db.day_parts import DAYS_AHEAD, list_parts
from busbar.domain.metering.rollup import DAY, HOUR, MINUTE, QUARTER
from busbar.domain.metering.tables import telemetry_buckets, telemetry_progress
from tests.contracts.telemetry.conftest import NOW, RETENTION

STEPS = (MINUTE, QUARTER, HOUR, DAY)
LAST_NIGHT = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
"""23:30 in Rome, before the day of 23 hours."""


def charge(store, begin=LAST_NIGHT, *, minutes=120, session_id="s1", **whose):
    return [
        store.block(
            begin + timedelta(minutes=number), session_id=session_id, power_w=6000, register_wh=100 * number, **whose
        )
        for number in range(minutes + 1)
    ]


async def test_what_a_session_drew_is_in_every_resolution(store):
    await store.put(*charge(store))
    assert await store.telemetry.roll_up() == 121
    for step in STEPS:
        assert await store.energy(step) == 12_000
    quarters = await store.buckets(QUARTER)
    assert [row["energy_wh"] for row in quarters] == [1500] * 8 + [0]
    assert {(row["power_min_w"], row["power_max_w"], row["power_sum_w"] // row["power_count"]) for row in quarters} == {
        (6000, 6000, 6000)
    }


async def test_days_are_those_of_the_site(store):
    await store.put(*charge(store))
    await store.telemetry.roll_up()
    first, second = await store.buckets(DAY)
    assert (first["energy_wh"], second["energy_wh"]) == (3000, 9000)
    assert second["begins_at"] == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert second["ends_at"] - second["begins_at"] == timedelta(hours=23)


async def test_order_repetition_and_the_size_of_steps_make_no_difference(store):
    blocks = [
        *charge(store),
        *charge(store, LAST_NIGHT + timedelta(minutes=121), minutes=30, session_id="s2"),
        *charge(store, minutes=60, session_id="s3", station_id="S2"),
        *[store.block(LAST_NIGHT + timedelta(hours=number), session_id=None, power_w=number) for number in range(9)],
    ]
    await store.put(*blocks)
    await store.telemetry.roll_up()
    expected = [await store.buckets(step) for step in STEPS]
    chance = random.Random(7)  # noqa: S311 - the same order each time
    async with store.databases.writer.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM sample_blocks")
        for table in (telemetry_buckets, telemetry_progress):
            await connection.execute(delete(table))
    chance.shuffle(blocks)
    while blocks:
        taken = [blocks.pop() for _ in range(min(len(blocks), chance.randint(1, 60)))]
        await store.put(*[{**block, "received_at": store.clock.now()} for block in taken])
        await store.telemetry.roll_up()
    assert [await store.buckets(step) for step in STEPS] == expected
    async with store.databases.writer.begin() as connection:
        await connection.execute(delete(telemetry_progress))
    await store.telemetry.roll_up()
    assert [await store.buckets(step) for step in STEPS] == expected


async def test_an_end_that_came_without_a_sample_counts(store):
    start = LAST_NIGHT - timedelta(seconds=30)
    await store.put(*charge(store, minutes=10))
    await store.telemetry.roll_up()
    end = LAST_NIGHT + timedelta(minutes=12)
    await store.end_session("s1", start=(start, -50), end=(end, 1200))
    await store.telemetry.roll_up()
    assert await store.energy(MINUTE) == 1250
    assert await store.energy(DAY) == 1250


async def test_a_clock_that_tells_the_last_day_of_all_stops_no_roll_up(store):
    await store.put(*charge(store, minutes=10))
    last_of_all = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    await store.end_session("s1", start=(LAST_NIGHT - timedelta(seconds=30), -50), end=(last_of_all, 1200))
    await store.telemetry.roll_up()
    assert await store.energy(MINUTE) >= 1000


async def test_parts_of_a_session_that_meet_are_rolled_up_together_in_one_step(store):
    instants = [LAST_NIGHT + timedelta(minutes=minutes) for minutes in (0, 1, 95, 96, 190)]
    await store.put(*(store.block(at, power_w=6000, register_wh=100 * n) for n, at in enumerate(instants)))
    await store.telemetry.roll_up()
    assert await store.energy(MINUTE) == await store.energy(QUARTER) == await store.energy(DAY) == 400
    assert sum(row["power_count"] for row in await store.buckets(MINUTE)) == len(instants)


async def test_nothing_new_costs_nothing(store):
    await store.put(*charge(store, minutes=3))
    assert await store.telemetry.roll_up() == 4
    assert await store.telemetry.roll_up() == 0


async def test_what_came_too_late_changes_no_roll_up_whose_samples_are_gone(store):
    await store.put(*charge(store, NOW - timedelta(days=12), minutes=5))
    await store.telemetry.roll_up()
    assert await store.buckets(MINUTE) == []


async def test_what_is_past_its_retention_goes(store):
    for days in (40, 25, 15, 5):
        at = NOW - timedelta(days=days)
        await store.put(store.block(at, power_w=1, received_at=at))
    async with store.databases.writer.begin() as connection:
        buckets = [
            {
                "resolution_s": step.total_seconds(), "station_id": "S1", "evse_id": 1, "session_id": "",
                "operator_id": "op", "begins_at": NOW - timedelta(days=days), "ends_at": NOW, "energy_wh": days,
                "power_sum_w": 0, "power_count": 0,
            }
            for step in STEPS for days in (40, 25, 15, 5)
        ]  # fmt: skip
        await connection.execute(telemetry_buckets.insert(), buckets)
    await store.telemetry.expire()
    assert await store.count_blocks() == 1
    assert [row["energy_wh"] for row in await store.buckets(MINUTE)] == [15, 5]
    assert [row["energy_wh"] for row in await store.buckets(DAY)] == [25, 15, 5]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_days_are_kept_in_parts_and_dropped(store):
    store.clock.advance(timedelta(days=4000))
    await store.telemetry.make_parts()
    today = store.clock.now().date()
    async with store.databases.read() as connection:
        parts = await list_parts(connection, "sample_blocks")
    assert {today + timedelta(days=number) for number in range(DAYS_AHEAD + 1)} <= parts.keys()
    await store.put(store.block(store.clock.now(), power_w=1))
    await store.telemetry.make_parts()
    store.clock.advance(timedelta(days=11))
    await store.telemetry.expire()
    async with store.databases.read() as connection:
        assert min(await list_parts(connection, "sample_blocks")) > today
    assert await store.count_blocks() == 0


async def forget_progress(store):
    """Let everything be counted anew from what is stored: the next turns add nothing to what is there."""
    async with store.databases.writer.begin() as connection:
        await connection.execute(delete(telemetry_progress))
    store.telemetry = Telemetry(store.databases, clock=store.clock, retention=RETENTION)


async def test_what_is_added_in_order_is_what_is_counted_anew(store, monkeypatch):
    monkeypatch.setattr("busbar.app.rollups.BLOCKS_PER_STEP", 7)
    start = LAST_NIGHT - timedelta(seconds=30)
    for part in range(0, 40, 10):
        await store.put(
            *charge(store)[part : part + 10], *charge(store, session_id=None, evse_id=None)[part : part + 5]
        )
        assert await store.telemetry.roll_up() == 15
    end = LAST_NIGHT + timedelta(minutes=42)
    await store.end_session("s1", start=(start, 0), end=(end, 4000))
    for _ in range(3):  # ends are looked at again for a while, and added once
        await store.telemetry.roll_up()
    assert await store.energy(MINUTE) == await store.energy(DAY) == 4000
    added = [await store.buckets(step) for step in STEPS]
    await forget_progress(store)
    await store.telemetry.roll_up()
    assert [await store.buckets(step) for step in STEPS] == added


async def test_whoever_takes_over_adds_nothing_twice(store):
    others = Telemetry(store.databases, clock=store.clock, retention=RETENTION)
    for part in range(0, 60, 10):
        await store.put(*charge(store)[part : part + 10])
        taken = store.telemetry if part % 20 else others
        assert await taken.roll_up() == 10
    assert await store.energy(MINUTE) == await store.energy(QUARTER) == await store.energy(DAY) == 5900


async def test_who_is_overtaken_within_a_step_writes_nothing(store, monkeypatch):
    others = Telemetry(store.databases, clock=store.clock, retention=RETENTION)
    await store.put(*charge(store, minutes=20))
    begin = RollUps._work_out

    async def be_overtaken(self, *step):
        monkeypatch.setattr(RollUps, "_work_out", begin)
        await others.roll_up()
        return await begin(self, *step)

    monkeypatch.setattr(RollUps, "_work_out", be_overtaken)
    assert await store.telemetry.roll_up() == 0
    assert await store.telemetry.roll_up() == 0
    assert await store.energy(MINUTE) == await store.energy(DAY) == 2000


async def test_a_session_that_is_over_is_forgotten_and_counted_anew_when_it_tells_more(store):
    roll_ups = RollUps(store.databases, clock=store.clock, retention=RETENTION, settle_s=None)
    await store.put(*charge(store, minutes=10), *charge(store, minutes=10, session_id="s2", station_id="S2"))
    await roll_ups.roll_up()
    await store.end_session("s1", start=(LAST_NIGHT, 0), end=(LAST_NIGHT + timedelta(minutes=12), 1200))
    await roll_ups.roll_up()
    assert (await store.energy(DAY, station_id="S1"), roll_ups.followed_count) == (1200, 2)
    store.clock.advance(timedelta(minutes=5))
    for _ in range(2):
        await roll_ups.roll_up()
        assert (await store.energy(DAY, station_id="S1"), roll_ups.followed_count) == (1200, 1)
    late = LAST_NIGHT + timedelta(minutes=11, seconds=30)
    await store.put(store.block(late, power_w=6000, register_wh=1180))
    await roll_ups.roll_up()
    assert (await store.energy(DAY, station_id="S1"), roll_ups.followed_count) == (1200, 1)
    assert await store.energy(MINUTE, begins_at=LAST_NIGHT + timedelta(minutes=11)) == 80


async def test_a_session_that_ends_without_registers_of_its_own_is_forgotten(store):
    roll_ups = RollUps(store.databases, clock=store.clock, retention=RETENTION, settle_s=None)
    await store.put(*charge(store, minutes=10))
    await roll_ups.roll_up()
    await store.end_session("s1", start=(None, None), end=(None, None))
    for expected in (1, 0):
        await roll_ups.roll_up()
        assert (await store.energy(DAY), roll_ups.followed_count) == (1000, expected)
        store.clock.advance(timedelta(minutes=5))
