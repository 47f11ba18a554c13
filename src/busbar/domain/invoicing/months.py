"""Months of an operator's time zone, and what a statement over one is called: pure."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from busbar.kernel.ids import DocumentId, OperatorId


def name_month(at: datetime, *, zone: str) -> str:
    """Return the month of an instant, such as `2026-11`."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"


def name_month_before(at: datetime, *, zone: str) -> str:
    """Return the last month that is over."""
    first = at.astimezone(ZoneInfo(zone)).date().replace(day=1)
    return f"{first - timedelta(days=1):%Y-%m}"


def find_bounds(month: str, *, zone: str) -> tuple[datetime, datetime]:
    """Return begin and end of a month in UTC: half-open, an hour more or less where clocks change within it."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC).date()
    following = (first + timedelta(days=32)).replace(day=1)
    begin, end = (datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC) for day in (first, following))
    return begin, end


def list_due(first_month: str, last_month: str, *, over: str) -> list[str]:
    """List the months that are to be stated, the oldest first, up to the last one that is over."""
    year, number = (int(part) for part in (last_month or first_month).split("-"))
    due: list[str] = []
    if not last_month:
        due.append(first_month)
    while f"{year:04}-{number:02}" < over:
        year, number = (year + 1, 1) if number == 12 else (year, number + 1)  # noqa: PLR2004 - months of a year
        due.append(f"{year:04}-{number:02}")
    return [month for month in due if month <= over]


def name_statement(operator_id: OperatorId, party: str, month: str, first_session: str) -> DocumentId:
    """Return the id of a statement: the same for the same sessions, so that nobody gets two over them."""
    text = f"{operator_id}\n{party}\n{month}\n{first_session}"
    return DocumentId(hashlib.sha256(text.encode()).hexdigest()[:32])
