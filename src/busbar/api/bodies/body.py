from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

BIGGEST = 2**53
"""Largest integer that every JSON reader keeps exactly."""

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class Body(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=10_000)


def _to_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("this instant is out of range") from None


Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""RFC 3339 with an offset; kept in UTC."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True, pattern=PRINTABLE)]
Line = Annotated[str, StringConstraints(max_length=250, strip_whitespace=True, pattern=PRINTABLE)]
Note = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True, pattern=r"^[^\x00]*$")]
ID_PATTERN = r"^[A-Za-z0-9_.:-]+$"
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=ID_PATTERN)]
"""An id made by us."""
Email = Annotated[
    str,
    StringConstraints(
        min_length=3, max_length=254, strip_whitespace=True, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$"
    ),
]
Password = Annotated[str, StringConstraints(min_length=8, max_length=256)]
GivenPassword = Annotated[str, StringConstraints(min_length=1, max_length=256)]
"""A password as typed in at sign-in: judged by its hash, not by its length."""
Language = Annotated[str, StringConstraints(max_length=8, pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
StationIdText = Annotated[str, StringConstraints(min_length=1, max_length=48, pattern=r"^[^\x00-\x1f\x7f/]+$")]
GroupText = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[\x20-\x7e]+$")]
TokenText = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")]
EvseNumber = Annotated[int, Field(ge=1, le=1000)]
ConnectorNumber = Annotated[int, Field(ge=1, le=100)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
PowerW = Annotated[int, Field(ge=1, le=10_000_000)]
CurrentMa = Annotated[int, Field(ge=1, le=10_000_000)]

_ZONES = frozenset(available_timezones())


def _check_zone(zone: str) -> str:
    if zone not in _ZONES:
        raise ValueError("give an IANA time zone such as Europe/Rome")
    return zone


Zone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_check_zone)]
