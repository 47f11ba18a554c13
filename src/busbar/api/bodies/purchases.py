from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Key, Name
from busbar.rating.tariff import DayType, Period

Price = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=6)]
"""Per kWh, in major units."""
Slots = Annotated[str, StringConstraints(pattern=r"^[SPFVD]{48}$")]
Month = Annotated[int, Field(ge=1, le=12)]


class PurchaseDaysBody(Body):
    """Which half-hours of some days belong to which period."""

    slots: Slots
    """48 letters, one for each half-hour of the local day: S(harp), P(eak), F(lat), V(alley), D(eep valley)."""
    months: Annotated[tuple[Month, ...], Field(max_length=12)] = ()
    """None: all."""
    day_types: Annotated[tuple[DayType, ...], Field(max_length=3)] = ()
    """None: all."""


class PurchaseTariffBody(Body):
    """What electricity costs from a local day on; of the days that cover a date the first ones rule."""

    name: Name
    site_id: Key | None = None
    """Left out: all sites that have none of their own on that day."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    """Left out: the operator's."""
    valid_from: date
    prices: Annotated[dict[Period, Price], Field(min_length=1, max_length=5)]
    days: Annotated[tuple[PurchaseDaysBody, ...], Field(min_length=1, max_length=24)]

    model_config = Body.model_config | {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Grid 2026",
                    "valid_from": "2026-01-01",
                    "prices": {"peak": "0.28", "flat": "0.21", "valley": "0.14"},
                    "days": [
                        {"slots": "V" * 48, "day_types": ["weekend", "holiday"]},
                        {"slots": "V" * 14 + "F" * 4 + "P" * 22 + "F" * 6 + "V" * 2},
                    ],
                }
            ]
        }
    }
