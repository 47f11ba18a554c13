"""Table and store of the reporting room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, RowMapping, String, Table, delete, select, update

from busbar.canon.reporting import ReportPlan, ReportSchedule
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.kernel.ids import OperatorId, ReportScheduleId
from busbar.ports.work import UnitOfWork

report_schedules = Table(
    "report_schedules",
    metadata,
    Column("schedule_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False, index=True),
    Column("plan", Json(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("next_at", Instant(), index=True),
    Column("last_at", Instant()),
    Column("last_letters", Json(), nullable=False),
    Column("last_sent", Integer, nullable=False),
    Column("last_failed", Integer, nullable=False),
    Column("last_reason", String(80), nullable=False),
)

_LETTERS = msgspec.json.Decoder(tuple[str, ...])


def read_schedule(row: RowMapping) -> ReportSchedule:
    """Return the schedule of a row."""
    values = {str(name): value for name, value in row.items()}
    plan = msgspec.json.decode(values.pop("plan"), type=ReportPlan)
    letters = _LETTERS.decode(values.pop("last_letters"))
    return ReportSchedule(**values, plan=plan, last_letters=letters)


class SqlScheduleStore:
    """`busbar.domain.reporting.store.ScheduleStore` on SQL."""

    async def load(self, work: UnitOfWork, schedule_id: ReportScheduleId) -> ReportSchedule | None:
        """Return a schedule."""
        found = await self._list(work, select(report_schedules).where(report_schedules.c.schedule_id == schedule_id))
        return found[0] if found else None

    async def list_of(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[ReportSchedule]:
        """Return an operator's schedules."""
        return await self._list(work, select(report_schedules).where(report_schedules.c.operator_id == operator_id))

    async def list_due(self, work: UnitOfWork, now: datetime, *, limit: int) -> Sequence[ReportSchedule]:
        """Return schedules that are due, the longest due first."""
        table = report_schedules.c
        due = select(report_schedules).where(table.next_at <= now).order_by(table.next_at, table.schedule_id)
        return await self._list(work, due.limit(limit))

    async def _list(self, work: UnitOfWork, query: Any) -> list[ReportSchedule]:
        return [read_schedule(row) for row in (await sql(work).execute(query)).mappings()]

    async def save(self, work: UnitOfWork, schedule: ReportSchedule) -> None:
        """Add a schedule, or write its new state."""
        values = msgspec.structs.asdict(schedule) | {
            "plan": msgspec.json.encode(schedule.plan).decode(),
            "last_letters": msgspec.json.encode(schedule.last_letters).decode(),
        }
        known = await sql(work).execute(
            update(report_schedules).where(report_schedules.c.schedule_id == schedule.schedule_id).values(values)
        )
        if known.rowcount == 0:
            await sql(work).execute(report_schedules.insert().values(values))

    async def remove(self, work: UnitOfWork, schedule_id: ReportScheduleId) -> None:
        """Forget a schedule."""
        await sql(work).execute(delete(report_schedules).where(report_schedules.c.schedule_id == schedule_id))
