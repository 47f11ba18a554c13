"""Makes tariffs and records for the tests of rating, short to write and to read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from busbar.rating.calendar import Calendar
from busbar.rating.coding import decode
from busbar.rating.lines import Line, Rated
from busbar.rating.record import Reading, Record, Reservation, State
from busbar.rating.tariff import Tariff

UTC_DAYS = Calendar()
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def make_tariff(*elements, currency: str = "EUR", **rest) -> Tariff:
    """Make a tariff of elements: each a list of components, or a dict as in JSON."""
    plain = [element if isinstance(element, dict) else {"components": element} for element in elements]
    return decode({"currency": currency, "elements": plain, **rest})


def price(dimension: str, amount: str, **rest) -> dict:
    return {"dimension": dimension, "price": amount, **rest}


def under(restrictions: dict, *components: dict) -> dict:
    return {"components": list(components), "restrictions": restrictions}


def make_record(*points, start: datetime = MONDAY, reservation: Reservation | None = None, **of_all) -> Record:
    """Make a record of points (minute, Wh, state, more); it runs from the first point to the last."""
    readings = []
    for minute, energy_wh, *rest in points:
        more = {**of_all, **(rest[1] if len(rest) > 1 else {})}
        state = State(rest[0]) if rest else State.CHARGING
        at = start + timedelta(minutes=minute)
        readings.append(Reading(at=at, energy_wh=energy_wh, state=state, **more))
    return Record(
        started_at=readings[0].at, ended_at=readings[-1].at, readings=tuple(readings), reservation=reservation
    )


def charge_then_park(charging_min: int, energy_wh: int, parked_min: int = 0, start=MONDAY, **rest) -> Record:
    """Make a record of even charging, then standing."""
    points = [(0, 0), (charging_min, energy_wh, "parked")]
    if parked_min:
        points.append((charging_min + parked_min, energy_wh, "parked"))
    return make_record(*points, start=start, **rest)


def sum_exact(rated: Rated) -> tuple[Decimal, Decimal]:
    """Sum the lines before any rounding: without and with tax."""
    net = sum((line.exact for line in rated.lines), Decimal(0))
    gross = sum((line.exact * (1 + (line.vat_percent or Decimal(0)) / 100) for line in rated.lines), Decimal(0))
    return net, gross


def find_line(rated: Rated, kind: str, **wanted) -> Line:
    found = [
        line
        for line in rated.lines
        if line.kind == kind and all(getattr(line, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1, [line.kind for line in rated.lines]
    return found[0]
