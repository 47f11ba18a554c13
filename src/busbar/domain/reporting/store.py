"""What the reporting room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.canon.reporting import ReportSchedule
from busbar.kernel.ids import OperatorId, ReportScheduleId
from busbar.ports.work import UnitOfWork


class ScheduleStore(Protocol):
    """Schedules."""

    async def load(self, work: UnitOfWork, schedule_id: ReportScheduleId) -> ReportSchedule | None:
        """Return a schedule."""
        ...

    async def list_of(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[ReportSchedule]:
        """Return an operator's schedules."""
        ...

    async def list_due(self, work: UnitOfWork, now: datetime, *, limit: int) -> Sequence[ReportSchedule]:
        """Return schedules that are due, the longest due first."""
        ...

    async def save(self, work: UnitOfWork, schedule: ReportSchedule) -> None:
        """Add a schedule, or write its new state."""
        ...

    async def remove(self, work: UnitOfWork, schedule_id: ReportScheduleId) -> None:
        """Forget a schedule."""
        ...
