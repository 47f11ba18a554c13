"""What a step adds to buckets: gathered over all EVSEs, written in one statement."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Dialect, case, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Insert

from busbar.app.recount import Evse, length_s
from busbar.db.bulk import BulkStatement
from busbar.db.schema import EPOCH, count_microseconds
from busbar.domain.metering.increment import SECOND_US, Tallies, Tally, fold
from busbar.domain.metering.rollup import DAY, HOUR, MINUTE, QUARTER, floor_to_day, next_day
from busbar.domain.metering.tables import telemetry_buckets

_NAMES = tuple(column.name for column in telemetry_buckets.columns)
_STATEMENTS: dict[str, BulkStatement] = {}


class Additions:
    """Rows to be added to what is there."""

    def __init__(self, dialect: Dialect, *, earliest: datetime) -> None:
        self._dialect = dialect
        self._earliest_us = count_microseconds(earliest)
        self._rows: list[tuple[Any, ...]] = []
        self._days: dict[tuple[tzinfo, int], tuple[int, int]] = {}

    def add(self, evse: Evse, minutes: dict[str, Tallies], zone: tzinfo) -> None:
        """Add what is new of an EVSE, its sessions' minutes: to those, and to its quarters, hours and days."""
        quarters: Tallies = {}
        step_us = _count(QUARTER)
        for session_id, tallies in minutes.items():
            kept = [(at_us, tally) for at_us, tally in tallies.items() if at_us >= self._earliest_us]
            self._put(evse, MINUTE, session_id, kept)
            fold(kept, lambda at_us: at_us - at_us % step_us, quarters)
        self._put(evse, QUARTER, "", quarters.items())
        hours: Tallies = {}
        hour_us = _count(HOUR)
        fold(quarters.items(), lambda at_us: at_us - at_us % hour_us, hours)
        self._put(evse, HOUR, "", hours.items())
        days: Tallies = {}
        fold(quarters.items(), lambda at_us: self._find_day(zone, at_us)[0], days)
        for at_us, tally in days.items():
            self._put_row(evse, DAY, "", self._find_day(zone, at_us), tally)

    def _put(self, evse: Evse, step: timedelta, session_id: str, tallies: Any) -> None:
        step_us = _count(step)
        for at_us, tally in tallies:
            self._put_row(evse, step, session_id, (at_us, at_us + step_us), tally)

    def _put_row(self, evse: Evse, step: timedelta, session_id: str, bounds: tuple[int, int], tally: Tally) -> None:
        begins_us, ends_us = bounds
        self._rows.append((
            length_s(step), evse.station_id, self._bind(begins_us), evse.evse_id, session_id, evse.operator_id,
            self._bind(ends_us), *tally,
        ))  # fmt: skip

    def _find_day(self, zone: tzinfo, at_us: int) -> tuple[int, int]:
        """Return begin and end of a zone's day."""
        held = self._days.get((zone, at_us))
        if held is None:
            begins_at = floor_to_day(EPOCH + timedelta(microseconds=at_us), zone)
            held = count_microseconds(begins_at), count_microseconds(next_day(begins_at, zone))
            self._days[zone, at_us] = held
        return held

    def _bind(self, at_us: int) -> Any:
        return at_us if self._dialect.name == "sqlite" else EPOCH + timedelta(microseconds=at_us)

    async def write(self, connection: AsyncConnection) -> None:
        """Add the rows to what is there, or put them there."""
        if self._rows:
            await connection.exec_driver_sql(_find_statement(self._dialect).text, self._rows)


def _count(step: timedelta) -> int:
    return length_s(step) * SECOND_US


def _find_statement(dialect: Dialect) -> BulkStatement:
    statement = _STATEMENTS.get(dialect.name)
    if statement is None:
        statement = BulkStatement(_build_addition(dialect), dialect, _NAMES)
        if statement.columns != _NAMES:
            raise ValueError("the columns of the buckets stand in another order")
        _STATEMENTS[dialect.name] = statement
    return statement


def _build_addition(dialect: Dialect) -> Insert:
    insert = sqlite.insert(telemetry_buckets) if dialect.name == "sqlite" else postgresql.insert(telemetry_buckets)
    held, new = telemetry_buckets.c, insert.excluded
    added = {name: held[name] + new[name] for name in ("energy_wh", "power_sum_w", "power_count")}
    least = _choose(held.power_min_w, new.power_min_w, is_better=new.power_min_w < held.power_min_w)
    greatest = _choose(held.power_max_w, new.power_max_w, is_better=new.power_max_w > held.power_max_w)
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in telemetry_buckets.primary_key],
        set_=added | {"power_min_w": least, "power_max_w": greatest},
    )


def _choose(held: ColumnElement[Any], new: ColumnElement[Any], *, is_better: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((or_(held.is_(None), is_better), new), else_=held)
