"""When a report comes round, of which time it tells, and what a schedule may say: pure."""

import hashlib
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from busbar.canon.mail import LetterSettled, LetterState
from busbar.canon.reporting import ReportFormat, ReportPlan, ReportSchedule, ReportWish, Rhythm
from busbar.kernel.errors import InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import LetterId, ReportScheduleId, is_key
from busbar.kernel.person import read_language, read_name
from busbar.ports.mailer import read_address

SCHEDULES_MAX = 50
"""Of one operator."""
RECIPIENTS_MAX = 20
GROUP_MAX_CHARS = 255
PRICE_MAX = 1000
DAY_MAX = 28
"""Every month has this day."""
LATE_MAX = timedelta(days=31)
"""What is due for longer is left out: an installation that was away for months does not mail a hundred reports."""
_WEEK = 7


class ScheduleError(InvalidError):
    """A schedule beyond its bounds; the fact `field` names what is."""

    code = "invalid.report_schedule"


class ScheduleMissingError(NotFoundError):
    """No such schedule, or not the operator's."""

    code = "not_found.report_schedule"


class TooManySchedulesError(LimitExceededError):
    """The operator has as many schedules as there may be."""

    code = "limit_exceeded.report_schedules"


def read_plan(plan: ReportPlan) -> ReportPlan:
    """Return a plan that may be kept, addresses and formats each once.

    Errors: `invalid.report_schedule` (fact `field`), `invalid.name`, `invalid.email`, `invalid.language`.
    """
    recipients = tuple(dict.fromkeys(read_address(each) for each in plan.recipients[: RECIPIENTS_MAX + 1]))
    formats = tuple(each for each in ReportFormat if each in plan.formats)
    price = plan.electricity_price
    keys = {"site_id": plan.site_id, "tariff_id": plan.tariff_id}
    is_right = {
        "weekday": 1 <= plan.weekday <= _WEEK,
        "day": 1 <= plan.day <= DAY_MAX,
        "hour": 0 <= plan.hour <= 23,  # noqa: PLR2004 - hours of a day
        "formats": bool(formats),
        "recipients": 1 <= len(recipients) <= RECIPIENTS_MAX,
        "customer_group": plan.customer_group is None or 1 <= len(plan.customer_group) <= GROUP_MAX_CHARS,
        "electricity_price": price is None or (price.is_finite() and Decimal(0) <= price <= PRICE_MAX),
        **{name: key is None or is_key(key) for name, key in keys.items()},
    }
    for field, is_field_right in is_right.items():
        if not is_field_right:
            raise ScheduleError(f"the {field} of a schedule is beyond its bounds", field=field)
    return msgspec.structs.replace(
        plan,
        name=read_name(plan.name),
        language=read_language(plan.language),
        recipients=recipients,
        formats=formats,
    )


def find_next(plan: ReportPlan, *, zone: str, after: datetime) -> datetime:
    """Return the first instant after this one at which a report is due."""
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        if _is_day(plan, day):
            at = _find_instant(day, plan.hour, zone)
            if at > after:
                return at
        day += timedelta(days=1)


def find_period(plan: ReportPlan, *, zone: str, at: datetime) -> tuple[datetime, datetime]:
    """Return the whole days that a report tells of which is made at this instant: half-open, in UTC."""
    until = at.astimezone(ZoneInfo(zone)).date()
    if plan.rhythm is Rhythm.MONTHLY:
        until = until.replace(day=1)
        before = until - timedelta(days=1)
        since = before.replace(day=1)
    else:
        since = until - timedelta(days=1 if plan.rhythm is Rhythm.DAILY else _WEEK)
    return _find_instant(since, 0, zone), _find_instant(until, 0, zone)


def _is_day(plan: ReportPlan, day: date) -> bool:
    if plan.rhythm is Rhythm.WEEKLY:
        return day.isoweekday() == plan.weekday
    if plan.rhythm is Rhythm.MONTHLY:
        return day.day == min(plan.day, monthrange(day.year, day.month)[1])
    return True


def _find_instant(day: date, hour: int, zone: str) -> datetime:
    """Return an hour of a day in UTC; one that the day does not have lies as far after midnight as it would."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def shape_wish(plan: ReportPlan, *, zone: str, at: datetime) -> ReportWish:
    """Return what the letters of a report are about that is made at this instant."""
    since, until = find_period(plan, zone=zone, at=at)
    return ReportWish(
        name=plan.name,
        group_by=plan.group_by,
        since=since,
        until=until,
        site_id=plan.site_id,
        tariff_id=plan.tariff_id,
        customer_group=plan.customer_group,
        electricity_price=plan.electricity_price,
        formats=plan.formats,
    )


def name_letter(schedule_id: ReportScheduleId, occasion: str, recipient: str) -> LetterId:
    """Return the id of a letter: the same for the same occasion, so that nobody is mailed a report twice."""
    return LetterId(hashlib.sha256(f"{schedule_id}\n{occasion}\n{recipient}".encode()).hexdigest()[:32])


def name_subject(schedule_id: ReportScheduleId) -> str:
    """Return what letters of a schedule are about."""
    return f"report_schedule:{schedule_id}"


def read_subject(about: str) -> ReportScheduleId | None:
    """Return the schedule that a letter is about; None: it is about something else."""
    name, _, schedule_id = about.partition(":")
    return ReportScheduleId(schedule_id) if name == "report_schedule" and schedule_id else None


def begin_run(schedule: ReportSchedule, letters: tuple[str, ...], *, now: datetime, reason: str = "") -> ReportSchedule:
    """Return a schedule whose letters were just wished for; `reason`: why there are fewer than there should be."""
    if letters and schedule.last_letters == letters:
        return schedule
    return msgspec.structs.replace(
        schedule, last_at=now, last_letters=letters, last_sent=0, last_failed=0, last_reason=reason
    )


def note_letter(schedule: ReportSchedule, fact: LetterSettled) -> ReportSchedule:
    """Count what became of a letter, if it is one of the last time."""
    if fact.letter_id not in schedule.last_letters:
        return schedule
    if fact.state is LetterState.SENT:
        return msgspec.structs.replace(schedule, last_sent=schedule.last_sent + 1)
    return msgspec.structs.replace(schedule, last_failed=schedule.last_failed + 1, last_reason=fact.reason)
