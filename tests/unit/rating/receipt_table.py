"""Reads the table of receipts, and asks rating and the oracle what each session costs."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from busbar.rating.calendar import Calendar
from busbar.rating.coding import decode
from busbar.rating.rate import rate
from busbar.rating.record import Outcome, Reading, Record, Reservation, State
from tests.unit.rating.oracle import Oracle

HERE = Path(__file__).parent / "receipts"
SITES = {
    "it": Calendar(zone="Europe/Rome", country="IT"),
    "cn": Calendar(zone="Asia/Shanghai", country="CN"),
    "utc": Calendar(),
}


class Receipt(NamedTuple):
    tariff: str
    site: str
    start: str
    readings: str
    reservation: str
    lines: str
    net: int
    tax: int
    gross: int


def read_tariffs() -> dict[str, dict]:
    return json.loads((HERE / "tariffs.json").read_text(encoding="utf-8"))


def read_receipts() -> list[Receipt]:
    lines = (HERE / "receipts.txt").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split(" | ")] for line in lines if not line.startswith("#")]
    return [Receipt(*row[:6], *(int(Decimal(cell) * 100) for cell in row[6:])) for row in rows]


def read_points(receipt: Receipt) -> list[dict]:
    """Read `P40:1200@7000~16000`: parked from minute 40 on, 1200 Wh, at 7 kW and 16 A."""
    start = datetime.fromisoformat(receipt.start).replace(tzinfo=ZoneInfo(SITES[receipt.site].zone)).astimezone(UTC)
    points = []
    for word in receipt.readings.split():
        text, _, current = word.partition("~")
        text, _, power = text.partition("@")
        minute, _, wh = text.lstrip("P").partition(":")
        points.append({
            "at": start + timedelta(minutes=int(minute)),
            "wh": int(wh),
            "state": "parked" if word.startswith("P") else "charging",
            "power": int(power) if power else None,
            "current": int(current) if current else None,
        })  # fmt: skip
    return points


def read_reservation(receipt: Receipt, start: datetime) -> tuple[datetime, datetime, str] | None:
    if receipt.reservation == "-":
        return None
    outcome, _, minutes = receipt.reservation.partition(":")
    return start - timedelta(minutes=int(minutes)), start, outcome


def ask_oracle(receipt: Receipt) -> tuple[list[str], tuple[int, int, int]]:
    """Return the receipt's lines as text, and net, tax and gross."""
    calendar = SITES[receipt.site]
    points = read_points(receipt)
    oracle = Oracle(read_tariffs()[receipt.tariff], calendar.zone, calendar.find_day_type)
    start = points[0]["at"]
    said = oracle.price(points, start, points[-1]["at"], read_reservation(receipt, start))
    return [write_line(oracle, key, amount) for key, amount in sorted(said["lines"].items())], said["totals"]


def write_line(oracle: Oracle, key: tuple[str, str, int], amount: int) -> str:
    kind, share, element = key
    name = kind + (f"/{share}" if share in {"electricity", "service"} else "") + f"#{element}"
    if key not in oracle.counts:
        return f"{name}: {amount / 100:.2f}"
    component, count = oracle.rates[key], oracle.counts[key]
    is_minute = component.get("per") == "minute"
    unit, size = "", Fraction(1)
    if kind == "energy":
        unit, size = " kWh", Fraction(1000)
    elif not kind.endswith("flat"):
        unit, size = (" min", Fraction(60)) if is_minute else (" h", Fraction(3600))
    quantity = f"{float(count / size):.6f}".rstrip("0").rstrip(".")
    return f"{name}: {quantity}{unit} x {component['price']} = {amount / 100:.2f}"


def sum_lines(lines: list[str]) -> dict[str, int]:
    """Return the amounts of a receipt's lines by name, in cents."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.partition(":")[0]] += int(Decimal(line.split()[-1]) * 100)
    return dict(sums)


def ask_rating(receipt: Receipt) -> tuple[dict[str, int], tuple[int, int, int]]:
    """Return what rating bills: amounts by name, caps within their lines, and net, tax and gross."""
    tariff = decode(read_tariffs()[receipt.tariff])
    points = read_points(receipt)
    readings = tuple(
        Reading(
            at=each["at"],
            energy_wh=each["wh"],
            state=State(each["state"]),
            power_w=each["power"],
            current_ma=each["current"],
        )
        for each in points
    )
    reserved = read_reservation(receipt, points[0]["at"])
    reservation = reserved and Reservation(starts_at=reserved[0], ends_at=reserved[1], outcome=Outcome(reserved[2]))
    record = Record(started_at=points[0]["at"], ended_at=points[-1]["at"], readings=readings, reservation=reservation)
    rated = rate(tariff, record, SITES[receipt.site])
    sums: dict[str, int] = defaultdict(int)
    name = ""
    for line in rated.lines:
        amount = line.gross if tariff.tax_included == "yes" else line.net
        if line.cause in {"min_price", "max_price"}:
            name = f"{line.cause}#-1"
        elif line.cause != "cap":
            kind = str(line.kind)
            if kind in {"reservation", "cancellation"}:
                kind = "reservation flat" if line.unit == "session" else "reservation time"
            name = kind + (f"/{line.share}" if line.share != "none" else "") + f"#{line.element}"
        sums[name] += amount
    return dict(sums), (rated.totals.net, rated.totals.tax, rated.totals.gross)
