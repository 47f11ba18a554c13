from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Instant, Key, Name
from busbar.api.bodies.people import SiteIds
from busbar.canon.offers import Audience
from busbar.views.shapes.offers import OfferTerms

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Code = Annotated[str, StringConstraints(min_length=4, max_length=40, strip_whitespace=True)]
Minor = Annotated[int, Field(ge=1, le=10**12)]


class OfferBody(Body):
    """An offer as it shall be."""

    name: Name
    terms: OfferTerms
    audience: Audience = Audience.EVERYBODY
    subject: Annotated[str, StringConstraints(max_length=120, pattern=r"^[\x20-\x7e]*$")] = ""
    """The group's value, the driver's or the plan's id."""
    site_ids: SiteIds = ()
    """Where it holds; empty: everywhere."""
    currency: Currency | None = None
    """Of its amounts; left out where it has none."""
    valid_from: Instant | None = None
    valid_until: Instant | None = None

    model_config = Body.model_config | {
        "json_schema_extra": {"examples": [{"name": "Spring", "terms": {"kind": "percentage", "value": "20"}}]},
    }


class CouponBody(Body):
    """A code for an offer whose audience is `coupon`."""

    offer_id: Key
    code: Code
    uses_max: Minor | None = None
    """Redemptions in all; left out: no bound."""
    budget: Minor | None = None
    """Whole minor units for all its sessions together; left out: no bound."""
    valid_until: Instant | None = None


class CouponBatchBody(Body):
    """Many codes for an offer, with the same bounds."""

    offer_id: Key
    codes: Annotated[list[Code], Field(min_length=1, max_length=1_000)]
    uses_max: Minor | None = None
    """Redemptions of each; left out: no bound."""
    budget: Minor | None = None
    """Of each, whole minor units for all its sessions together; left out: no bound."""
    valid_until: Instant | None = None


class OfferPreviewBody(Body):
    """An offer that nobody has yet, and the charge of the example."""

    tariff_id: Key
    """Whose draft prices the charge."""
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    terms: OfferTerms
    currency: Currency | None = None
    with_offers: Annotated[tuple[Key, ...], Field(max_length=49)] = ()
    """The offers that the driver has too."""
    energy_wh: Annotated[int, Field(ge=1, le=10_000_000)] = 30_000
    duration_s: Annotated[int, Field(ge=60, le=604_800)] = 3600


class PlanBody(Body):
    """A membership plan as it shall be."""

    name: Name
    currency: Currency
    monthly_price: Annotated[int, Field(ge=0, le=10**12)]
    """Whole minor units, with tax."""
    included_wh: Annotated[int, Field(ge=0, le=10**12)] = 0
    is_open: bool = True
    tax_permille: Annotated[int, Field(ge=0, le=1000)] = 0
    """The tax that the price contains."""
    monthly_minimum: Annotated[int, Field(ge=0, le=10**12)] = 0
    """What a member spends on sessions at least in a calendar month, with tax; what is missing is owed."""


class PlanMemberBody(Body):
    """Who shall be a member."""

    driver_id: Key


class RedeemBody(Body):
    """The code as the driver typed it."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
