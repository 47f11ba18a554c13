"""Purchase tariffs."""

from datetime import date, datetime
from decimal import Decimal

from busbar.rating.tariff import DayType, Period
from busbar.views.shapes.model import Shape


class PurchaseDays(Shape):
    """Which half-hours of some days belong to which period."""

    slots: str
    """48 letters, one for each half-hour of the local day: S(harp), P(eak), F(lat), V(alley), D(eep valley)."""
    months: list[int]
    """1 to 12; none: all."""
    day_types: list[DayType]
    """None: all."""


class PurchaseTariff(Shape):
    """What electricity costs the operator from a local day on."""

    purchase_id: str
    name: str
    site_id: str | None
    """Null: all sites that have none of their own on that day."""
    site_name: str | None
    currency: str
    valid_from: date
    prices: dict[Period, Decimal]
    """Per kWh, in major units."""
    days: list[PurchaseDays]
    """Of those that cover a date the first ones rule."""
    changed_at: datetime
    changed_by: str


class PurchaseTariffList(Shape):
    """Purchase tariffs, the newest first."""

    items: list[PurchaseTariff]
    due: int
    """Sessions whose electricity is still to be reckoned."""
