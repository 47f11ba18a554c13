"""When sites are open."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon import hours as canon
from busbar.domain.stations.hours import is_open
from busbar.domain.stations.sql import read_opening
from busbar.domain.stations.tables import sites
from busbar.views.shapes.hours import ExceptionalPeriod, OpeningTimes, WeeklyPeriod


def show_opening(hours: canon.OpeningTimes) -> OpeningTimes:
    """Return opening hours for people."""
    return OpeningTimes(
        is_always=hours.is_always,
        regular=[
            WeeklyPeriod(weekday=each.weekday, begins=_write(each.begins_min), ends=_write(each.ends_min))
            for each in hours.regular
        ],
        openings=[ExceptionalPeriod.model_validate(each) for each in hours.openings],
        closings=[ExceptionalPeriod.model_validate(each) for each in hours.closings],
    )


def _write(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


async def list_closed(connection: AsyncConnection, operator_id: str, *, now: datetime) -> list[str]:
    """Return the ids of an operator's sites that are closed now; those without hours never are."""
    table = sites.c
    wanted = select(table.site_id, table.zone, table.hours)
    rows = (await connection.execute(wanted.where(table.operator_id == operator_id, table.hours.is_not(None)))).all()
    return [row.site_id for row in rows if not is_open(read_opening(row.hours), ZoneInfo(row.zone), now)]
