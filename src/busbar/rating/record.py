"""What is rated: the instants and register values of one session, and the reservation before it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from busbar.canon.message import Noun

READINGS_MAX = 500_000


class State(StrEnum):
    """What the vehicle does from a reading on."""

    CHARGING = "charging"
    """Takes energy, or waits for it because the station or its power limit holds it back."""
    PARKED = "parked"
    """Connected, and does not charge by its own will or because it is full."""


class Outcome(StrEnum):
    """How a reservation ended."""

    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Reading(Noun, gc=False, frozen=True, kw_only=True):
    """What the register showed at an instant; state, power and current hold from here to the next reading."""

    at: datetime
    energy_wh: int | Decimal
    """Whole Wh; a decimal holds tenths where a meter counts them (0.0001 kWh)."""
    state: State = State.CHARGING
    power_w: int | None = None
    current_ma: int | None = None
    """Over all phases."""
    is_gap: bool = False
    """Readings are missing between this one and the next."""


class Reservation(Noun, frozen=True, kw_only=True):
    """A place held for a driver, from when it was made until it was used, cancelled, or expired."""

    starts_at: datetime
    ends_at: datetime
    outcome: Outcome


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A session, or what there is of a running one, from `started_at` until before `ended_at`.

    Readings outside of that window only say how the register ran to its edges: so a record can be cut anywhere, and
    the parts count what the whole did. A reservation that was not used has no session: nothing else is priced then.
    """

    started_at: datetime
    ended_at: datetime
    readings: tuple[Reading, ...] = ()
    reservation: Reservation | None = None


def cut(record: Record, at: datetime) -> tuple[Record, Record]:
    """Cut a record in two at an instant within it; a reservation stays with the first part."""
    first = msgspec.structs.replace(record, ended_at=at)
    second = msgspec.structs.replace(record, started_at=at, reservation=None)
    return first, second
