"""Reports that come round: which one, of what, when, and to whom it is mailed."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.kernel.ids import CommandId, OperatorId, ReportScheduleId


class GroupBy(StrEnum):
    """What a row of a report stands for."""

    SITE = "site"
    STATION = "station"
    CONNECTOR = "connector"
    DAY = "day"
    MONTH = "month"
    TARIFF = "tariff"
    CUSTOMER_GROUP = "customer_group"


class Rhythm(StrEnum):
    """How often a report comes, and how much time it tells of."""

    DAILY = "daily"
    """Of the day before."""
    WEEKLY = "weekly"
    """Of the seven days before."""
    MONTHLY = "monthly"
    """Of the calendar month before."""


class ReportFormat(StrEnum):
    """How a report is written."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


class ReportPlan(Noun, frozen=True, kw_only=True):
    """What people decide about a report that comes round. Days and hours are the operator's (its time zone)."""

    name: str
    group_by: GroupBy = GroupBy.SITE
    site_id: str | None = None
    tariff_id: str | None = None
    customer_group: str | None = None
    electricity_price: Decimal | None = None
    """Of a kWh, in major units: gives cost and margin."""
    rhythm: Rhythm = Rhythm.MONTHLY
    weekday: int = 1
    """Of a weekly report: 1 is Monday."""
    day: int = 1
    """Of a monthly report: 1 to 28."""
    hour: int = 6
    """0 to 23, on the wall clock; an hour that a day does not have is the next one, one that it has twice the first."""
    formats: tuple[ReportFormat, ...] = (ReportFormat.PDF,)
    recipients: tuple[str, ...] = ()
    language: str = "en"
    is_active: bool = True


class ReportSchedule(Noun, frozen=True, kw_only=True):
    """A report that comes round, and how it went the last time."""

    schedule_id: ReportScheduleId
    operator_id: OperatorId
    plan: ReportPlan
    created_at: datetime
    created_by: str
    next_at: datetime | None = None
    """None: paused."""
    last_at: datetime | None = None
    last_letters: tuple[str, ...] = ()
    """The letters of the last time; their words about it are counted below."""
    last_sent: int = 0
    last_failed: int = 0
    last_reason: str = ""
    """The code of the last failure, of a letter or of the whole."""


class SaveReportSchedule(Command[ReportSchedule], frozen=True, kw_only=True):
    """Have a report come round (`schedule_id` None), or change how.

    Errors: `invalid.report_schedule` (fact `field`), `invalid.email`, `invalid.name`, `invalid.language`,
    `not_found.report_schedule`, `limit_exceeded.report_schedules`, `conflict.mail_off` (unless it is paused).
    """

    operator_id: OperatorId
    actor: str
    schedule_id: ReportScheduleId | None = None
    plan: ReportPlan


class RemoveReportSchedule(Command[None], frozen=True, kw_only=True):
    """Have a report come no more. Errors: `not_found.report_schedule`."""

    operator_id: OperatorId
    actor: str
    schedule_id: ReportScheduleId


class SendReportNow(Command[ReportSchedule], frozen=True, kw_only=True):
    """Mail the report of the last whole period now; a repeat with the same id mails nothing more.

    Errors: `not_found.report_schedule`, `conflict.mail_off`, `limit_exceeded.letters`.
    """

    command_id: CommandId
    operator_id: OperatorId
    actor: str
    schedule_id: ReportScheduleId


class RunReportSchedules(Command[int], frozen=True, kw_only=True):
    """Mail the reports that are due; answers how many, at most `limit`. For a job that comes round."""

    limit: int = 50


class ReportWish(Noun, frozen=True, kw_only=True):
    """What the letter of a report is about: enough to make it, whatever becomes of its schedule."""

    name: str
    group_by: GroupBy
    since: datetime
    until: datetime
    site_id: str | None = None
    tariff_id: str | None = None
    customer_group: str | None = None
    electricity_price: Decimal | None = None
    formats: tuple[ReportFormat, ...]
