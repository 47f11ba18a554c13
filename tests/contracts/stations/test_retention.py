"""Events of stations are kept as long as the setting says."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import insert, select

from busbar.app import chores
from busbar.app.chores import Chores
from busbar.app.config import Settings
from busbar.db.engine import Databases
from busbar.domain.stations.tables import station_events

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def make_event(at, number):
    event_id = f"{int(at.timestamp() * 1000):012x}7{number:019x}"
    return {
        "event_id": event_id,
        "operator_id": "0" * 32,
        "station_id": "CS-1",
        "at": at,
        "topic": "security",
        "payload": f'{{"number":{number}}}',
    }


async def test_events_past_their_retention_are_forgotten_in_portions(database_url, monkeypatch):
    monkeypatch.setattr(chores, "EXPIRED_MAX_ROWS", 2)
    databases = Databases(database_url)
    settings = Settings(event_retention_days=10)
    ages_days = (30, 20, 11, 10.5, 10.1, 9.9, 1, 0)
    async with databases.writer.begin() as connection:
        rows = [make_event(NOON - timedelta(days=days), number) for number, days in enumerate(ages_days)]
        await connection.execute(insert(station_events), rows)
    await Chores(
        settings=settings, databases=databases, dispatcher=None, clock=SimpleNamespace(now=lambda: NOON)
    ).expire_events()
    async with databases.read() as connection:
        left = (
            (await connection.execute(select(station_events.c.payload).order_by(station_events.c.at))).scalars().all()
        )
    await databases.close()
    assert left == [f'{{"number":{number}}}' for number in (5, 6, 7)]
