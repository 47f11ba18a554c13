"""Reports that come round."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.reporting.sql import read_schedule, report_schedules
from busbar.domain.tenants.sql import operators
from busbar.views.missing import ScheduleMissingError
from busbar.views.scope import Scope
from busbar.views.shapes.reporting import ReportSchedule, ReportScheduleList


async def list_schedules(connection: AsyncConnection, scope: Scope) -> ReportScheduleList:
    """Return an operator's schedules in the order of their names; there are few."""
    items = await _list(connection, scope)
    return ReportScheduleList(items=sorted(items, key=lambda item: (item.name.casefold(), item.schedule_id)))


async def read_one(connection: AsyncConnection, scope: Scope, schedule_id: str) -> ReportSchedule:
    """Return a schedule. Errors: `not_found.report_schedule`."""
    found = await _list(connection, scope, report_schedules.c.schedule_id == schedule_id)
    if not found:
        raise ScheduleMissingError("there is no such schedule")
    return found[0]


async def _list(connection: AsyncConnection, scope: Scope, *wanted: Any) -> list[ReportSchedule]:
    named = select(operators.c.zone).where(operators.c.operator_id == scope.operator_id)
    zone = (await connection.execute(named)).scalar_one()
    query = select(report_schedules).where(scope.covers(operator_id=report_schedules.c.operator_id), *wanted)
    shown: list[ReportSchedule] = []
    for row in (await connection.execute(query)).mappings():
        schedule = read_schedule(row)
        plan = msgspec.structs.asdict(schedule.plan)
        price = schedule.plan.electricity_price
        plan["electricity_price"] = None if price is None else f"{price:f}"
        plan["formats"], plan["recipients"] = list(schedule.plan.formats), list(schedule.plan.recipients)
        shown.append(
            ReportSchedule(
                **plan,
                schedule_id=schedule.schedule_id,
                time_zone=zone,
                created_at=schedule.created_at,
                created_by=schedule.created_by,
                next_at=schedule.next_at,
                last_at=schedule.last_at,
                last_letters=len(schedule.last_letters),
                last_sent=schedule.last_sent,
                last_failed=schedule.last_failed,
                last_reason=schedule.last_reason,
            )
        )
    return shown
