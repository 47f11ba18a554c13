"""The reporting room: reports that come round."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from busbar.canon.mail import LetterKind, LetterSettled, RequireMail, SendLetter
from busbar.canon.message import Fact, Message
from busbar.canon.reporting import (
    RemoveReportSchedule,
    ReportSchedule,
    RunReportSchedules,
    SaveReportSchedule,
    SendReportNow,
)
from busbar.canon.tenants import FindOperator, OperatorChanged, RecordAudit
from busbar.domain.reporting import model
from busbar.domain.reporting.store import ScheduleStore
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import IdSource, LetterId, OperatorId, ReportScheduleId, is_key
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class ReportingService:
    """Keeps schedules and has their reports mailed."""

    def __init__(self, *, store: ScheduleStore, ids: IdSource) -> None:
        self._store = store
        self._ids = ids

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            SaveReportSchedule: self.save,
            RemoveReportSchedule: self.remove,
            SendReportNow: self.send_now,
            RunReportSchedules: self.run,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [
            (LetterSettled, "reporting.letter_settled", self.hear_letter),
            (OperatorChanged, "reporting.operator_changed", self.hear_operator),
        ]

    # ---- schedules ---------------------------------------------------------------------------------------------------

    async def save(self, command: SaveReportSchedule, work: UnitOfWork) -> ReportSchedule:
        """Have a report come round, or change how."""
        plan = model.read_plan(command.plan)
        known = None if command.schedule_id is None else await self._get(work, command.operator_id, command.schedule_id)
        zone = (await work.ask(FindOperator(operator_id=command.operator_id))).zone
        if plan.is_active:
            await work.ask(RequireMail())
        if known is None:
            if len(await self._store.list_of(work, command.operator_id)) >= model.SCHEDULES_MAX:
                raise model.TooManySchedulesError(f"an operator has at most {model.SCHEDULES_MAX} schedules")
            known = ReportSchedule(
                schedule_id=ReportScheduleId(self._ids.new()),
                operator_id=command.operator_id,
                plan=plan,
                created_at=work.now,
                created_by=command.actor,
            )
        next_at = model.find_next(plan, zone=zone, after=work.now) if plan.is_active else None
        schedule = msgspec.structs.replace(known, plan=plan, next_at=next_at)
        await self._store.save(work, schedule)
        await self._record(work, schedule, command.actor, "report_schedule.save")
        return schedule

    async def remove(self, command: RemoveReportSchedule, work: UnitOfWork) -> None:
        """Have a report come no more."""
        schedule = await self._get(work, command.operator_id, command.schedule_id)
        await self._store.remove(work, schedule.schedule_id)
        await self._record(work, schedule, command.actor, "report_schedule.remove")

    async def _get(self, work: UnitOfWork, operator_id: OperatorId, schedule_id: ReportScheduleId) -> ReportSchedule:
        schedule = await self._store.load(work, schedule_id) if is_key(schedule_id) else None
        if schedule is None or schedule.operator_id != operator_id:
            raise model.ScheduleMissingError("there is no such schedule", schedule_id=schedule_id[:64])
        return schedule

    # ---- mailing -----------------------------------------------------------------------------------------------------

    async def send_now(self, command: SendReportNow, work: UnitOfWork) -> ReportSchedule:
        """Mail the report of the last whole period now."""
        schedule = await self._get(work, command.operator_id, command.schedule_id)
        zone = (await work.ask(FindOperator(operator_id=command.operator_id))).zone
        sent = await self._mail(work, schedule, zone=zone, at=work.now, occasion=command.command_id)
        if sent is not schedule:
            await self._store.save(work, sent)
            await self._record(work, schedule, command.actor, "report_schedule.send")
        return sent

    async def run(self, command: RunReportSchedules, work: UnitOfWork) -> int:
        """Mail the reports that are due. One that cannot be mailed says why, and comes round again."""
        mailed = 0
        for schedule in await self._store.list_due(work, work.now, limit=command.limit):
            zone = (await work.ask(FindOperator(operator_id=schedule.operator_id))).zone
            due_at = schedule.next_at or work.now
            sent = schedule
            if work.now - due_at <= model.LATE_MAX:
                try:
                    sent = await self._mail(work, schedule, zone=zone, at=due_at, occasion=due_at.isoformat())
                    mailed += 1
                except BusbarError as error:
                    sent = model.begin_run(schedule, (), now=work.now, reason=error.code)
            next_at = model.find_next(schedule.plan, zone=zone, after=max(due_at, work.now - model.LATE_MAX))
            await self._store.save(work, msgspec.structs.replace(sent, next_at=next_at))
        return mailed

    async def _mail(
        self, work: UnitOfWork, schedule: ReportSchedule, *, zone: str, at: datetime, occasion: str
    ) -> ReportSchedule:
        plan = schedule.plan
        detail = msgspec.json.encode(model.shape_wish(plan, zone=zone, at=at)).decode()
        letters: list[LetterId] = []
        reason = ""
        for recipient in plan.recipients:
            letter_id = model.name_letter(schedule.schedule_id, occasion, recipient)
            wish = SendLetter(
                letter_id=letter_id,
                operator_id=schedule.operator_id,
                kind=LetterKind.REPORT,
                recipient=recipient,
                language=plan.language,
                about=model.name_subject(schedule.schedule_id),
                detail_json=detail,
            )
            try:
                await work.ask(wish)
            except BusbarError as error:
                if not letters:
                    raise
                reason = error.code
                break
            letters.append(letter_id)
        return model.begin_run(schedule, tuple(letters), now=work.now, reason=reason)

    # ---- hearing -----------------------------------------------------------------------------------------------------

    async def hear_letter(self, fact: LetterSettled, work: UnitOfWork) -> None:
        """Count what became of a report's letters."""
        schedule_id = model.read_subject(fact.about)
        schedule = None if schedule_id is None else await self._store.load(work, schedule_id)
        if schedule is not None:
            await self._store.save(work, model.note_letter(schedule, fact))

    async def hear_operator(self, fact: OperatorChanged, work: UnitOfWork) -> None:
        """Keep to the hours of the operator's time zone, which may be another now."""
        schedules = await self._store.list_of(work, fact.operator_id)
        if not schedules:
            return
        zone = (await work.ask(FindOperator(operator_id=fact.operator_id))).zone
        for schedule in schedules:
            if schedule.next_at is not None and schedule.next_at > work.now:
                next_at = model.find_next(schedule.plan, zone=zone, after=work.now)
                await self._store.save(work, msgspec.structs.replace(schedule, next_at=next_at))

    async def _record(self, work: UnitOfWork, schedule: ReportSchedule, actor: str, action: str) -> None:
        subject = model.name_subject(schedule.schedule_id)
        await work.ask(RecordAudit(operator_id=schedule.operator_id, actor=actor, action=action, subject=subject))
