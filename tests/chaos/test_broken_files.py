"""Files of the data directory that a failing disk has spoiled."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from busbar.adapters.wirelog.day_file import UnreadableDayError, name_file
from busbar.adapters.wirelog.sqlite import SqliteWireLog
from busbar.db.messaging import inbox
from busbar.kernel.ids import StationId
from busbar.ports.wirelog import Direction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATION = StationId("CS-1")
NOISE = bytes(range(7, 207)) * 100


@pytest.fixture
async def log(tmp_path):
    log = SqliteWireLog(tmp_path, queue_max_entries=1000)
    yield log
    await log.close()


async def test_a_spoilt_day_of_the_wire_log_stops_no_station(log, tmp_path):
    path = name_file(tmp_path, NOON.date())
    path.write_bytes(NOISE)
    log.open()
    for number in range(3):
        log.append(NOON, STATION, Direction.IN, str(number))
    entries = await log.read(station_id=STATION, day=NOON.date())
    assert [entry.text for entry in entries] == ["2", "1", "0"]
    assert path.with_name(f"{path.name}.broken").read_bytes() == NOISE


async def test_a_spoilt_day_hides_no_other_day(log, tmp_path):
    earlier = NOON - timedelta(days=2)
    log.open()
    log.append(NOON, STATION, Direction.IN, "well")
    name_file(tmp_path, earlier.date()).write_bytes(NOISE)
    assert await log.list_days(station_id=STATION) == [NOON.date()]
    with pytest.raises(UnreadableDayError):
        await log.read(station_id=STATION, day=earlier.date())
    assert len(await log.read(station_id=STATION, day=NOON.date())) == 1


async def test_a_time_beyond_all_calendars_hides_no_other_row(house):
    await house.start()
    async with house.databases.writer.begin() as connection:
        for name, at_us in (("a", 2**62), ("b", -(2**62)), ("c", 0)):
            await connection.exec_driver_sql("INSERT INTO inbox VALUES (?, 'x', ?)", (name, at_us))
    async with house.databases.read() as connection:
        rows = (await connection.execute(select(inbox.c.at).order_by(inbox.c.message_id))).scalars().all()
    assert [at.year for at in rows] == [9999, 1, 1970]
