"""Rating: the CPU time that a session of twelve hours and 1,440 readings takes under a tariff of twenty elements."""

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.figure import Figure, describe_machine
from busbar.rating.calendar import Calendar
from busbar.rating.coding import decode
from busbar.rating.rate import rate
from busbar.rating.record import Reading, Record, State
from busbar.rating.tariff import Tariff

READINGS = 1440
INTERVAL_S = 30
ELEMENTS = 20
SESSIONS = 300
ROUNDS = 5
START = datetime(2026, 3, 2, 15, 7, 13, tzinfo=UTC)
CALENDAR = Calendar(zone="Asia/Shanghai", country="CN")
PERIODS = ("sharp", "peak", "flat", "valley", "deep_valley")
WORKDAY = "V" * 14 + "F" * 6 + "P" * 8 + "F" * 6 + "S" * 8 + "P" * 4 + "V" * 2
WEEKEND = "D" * 14 + "F" * 20 + "P" * 10 + "V" * 4


def make_tariff(*, has_power: bool) -> Tariff:
    """Make a tariff: five periods in two seasons and two kinds of day, electricity and service apart."""
    elements: list[dict[str, Any]] = []
    for index in range(ELEMENTS):
        restrictions: dict[str, Any] = {
            "period": PERIODS[index % 5],
            "day_types": ["workday"] if index < ELEMENTS // 2 else ["weekend", "holiday"],
        }
        if index % 10 < 5:  # noqa: PLR2004 - half of them
            restrictions |= {"season_start": "06-01", "season_end": "10-01"}
        if has_power and index % 2:
            restrictions |= {"min_power_w": 5000}
        components = [
            {"dimension": "energy", "price": f"{1 + index / 100:.5f}", "share": "electricity", "vat_percent": "13"},
            {"dimension": "energy", "price": "0.4", "share": "service", "vat_percent": "6"},
        ]
        elements.append({"components": components, "restrictions": restrictions})
    tables = [{"slots": WEEKEND, "day_types": ["weekend", "holiday"]}, {"slots": WORKDAY}]
    return decode({"currency": "CNY", "tax_included": "yes", "elements": elements, "tables": tables})


def make_record(session: int) -> Record:
    """Make a session of twelve hours that charges for nine."""
    start = START + timedelta(hours=session % 48, minutes=session % 7)
    energy_wh = 0
    readings: list[Reading] = []
    for index in range(READINGS):
        is_charging = index < READINGS * 3 // 4
        state = State.CHARGING if is_charging else State.PARKED
        readings.append(Reading(at=start + timedelta(seconds=INTERVAL_S * index), energy_wh=energy_wh, state=state))
        energy_wh += (30 + (index * 7 + session) % 25) if is_charging else 0
    return Record(started_at=start, ended_at=readings[-1].at, readings=tuple(readings))


def measure() -> Iterator[Figure]:
    """Rate sessions under a tariff of periods, then under one that asks for the power too."""
    records = [make_record(session) for session in range(SESSIONS)]
    for name, has_power in (("rating", False), ("rating by power", True)):
        tariff = make_tariff(has_power=has_power)
        spent_ms = statistics.median(_spend(tariff, records) for _ in range(ROUNDS))
        yield Figure(
            name=name,
            ours=round(spent_ms, 4),
            unit="ms of CPU a session",
            limit=10.0,
            conditions={
                "sessions_per_s_and_core": round(1000 / spent_ms),
                "million_sessions_min": round(spent_ms * 1000 / 60, 1),
                "readings": READINGS,
                "elements": ELEMENTS,
                "tables": len(tariff.tables),
                "sessions": SESSIONS,
                "rounds": ROUNDS,
            },
            measured_on=describe_machine(),
        )


def _spend(tariff: Tariff, records: list[Record]) -> float:
    start = time.process_time()
    for record in records:
        rate(tariff, record, CALENDAR)
    return (time.process_time() - start) * 1000 / len(records)
