from fastapi import APIRouter

from busbar.api.bodies.reporting import ReportScheduleBody
from busbar.api.callers import PriceKeeper, StaffCaller
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given
from busbar.canon.reporting import RemoveReportSchedule, SaveReportSchedule, SendReportNow
from busbar.kernel.ids import ReportScheduleId
from busbar.views import reporting
from busbar.views.shapes.reporting import ReportSchedule, ReportScheduleList

router = APIRouter(prefix="/report-schedules", tags=["reports"])


@router.get("")
async def list_report_schedules(caller: PriceKeeper, services: Given) -> ReportScheduleList:
    """List the reports that come round."""
    async with services.databases.read() as connection:
        return await reporting.list_schedules(connection, caller.scope)


@router.post("", status_code=201)
async def create_report_schedule(caller: PriceKeeper, services: Given, body: ReportScheduleBody) -> ReportSchedule:
    """Have a report come round and be mailed."""
    return await _save(services, caller, None, body)


@router.get("/{schedule_id}")
async def get_report_schedule(caller: PriceKeeper, services: Given, schedule_id: KeyPath) -> ReportSchedule:
    """Show one report that comes round, and how it went the last time."""
    return await _read(services, caller, schedule_id)


@router.put("/{schedule_id}")
async def put_report_schedule(
    caller: PriceKeeper, services: Given, schedule_id: KeyPath, body: ReportScheduleBody
) -> ReportSchedule:
    """Change a report that comes round; `is_active` false pauses it."""
    return await _save(services, caller, ReportScheduleId(schedule_id), body)


@router.delete("/{schedule_id}", status_code=204)
async def remove_report_schedule(caller: PriceKeeper, services: Given, schedule_id: KeyPath) -> None:
    """Have a report come no more."""
    await services.dispatcher.dispatch(
        RemoveReportSchedule(
            operator_id=caller.operator_id, actor=caller.actor, schedule_id=ReportScheduleId(schedule_id)
        )
    )


@router.post("/{schedule_id}/send", status_code=202)
async def send_report_now(
    caller: PriceKeeper, services: Given, schedule_id: KeyPath, key: IdempotencyKey = None
) -> ReportSchedule:
    """Mail the report of the last whole period now."""
    await services.dispatcher.dispatch(
        SendReportNow(
            command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            actor=caller.actor,
            schedule_id=ReportScheduleId(schedule_id),
        )
    )
    return await _read(services, caller, schedule_id)


async def _save(
    services: Given, caller: StaffCaller, schedule_id: ReportScheduleId | None, body: ReportScheduleBody
) -> ReportSchedule:
    saved = await services.dispatcher.dispatch(
        SaveReportSchedule(
            operator_id=caller.operator_id, actor=caller.actor, schedule_id=schedule_id, plan=body.to_plan()
        )
    )
    return await _read(services, caller, saved.schedule_id)


async def _read(services: Given, caller: StaffCaller, schedule_id: str) -> ReportSchedule:
    async with services.databases.read() as connection:
        return await reporting.read_one(connection, caller.scope, schedule_id)
