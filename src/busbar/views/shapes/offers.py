from datetime import datetime
from typing import Annotated

from pydantic import Field

from busbar.canon.offers import Audience
from busbar.canon.pricing import LineKind, Share
from busbar.rating.offers import OfferKind
from busbar.views.shapes.model import Page, Shape
from busbar.views.shapes.pricing import PriceExample

Amount = Annotated[str, Field(pattern=r"^\d{1,7}(\.\d{1,8})?$")]
"""A decimal as text, in major units of the currency, kWh or percent."""


class OfferTerms(Shape):
    """What an offer takes off."""

    kind: OfferKind
    value: Amount
    shares: tuple[Share, ...] = ()
    """The shares that it reduces; empty: all."""
    kinds: tuple[LineKind, ...] = ()
    """The lines that it reduces; empty: all."""
    min_amount: Amount | None = None
    """What the session must cost without offers."""
    max_amount: Amount | None = None
    """At most this much is taken off."""
    is_exclusive: bool = False
    """It combines with no other: the driver has whatever costs least."""
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0


class OfferGiven(Shape):
    """What an offer took off the sessions of a currency."""

    currency: str
    amount: int
    """Whole minor units."""


class Offer(Shape):
    """What takes something off a price, and who has it."""

    offer_id: str
    operator_id: str
    name: str
    terms: OfferTerms
    audience: Audience
    subject: str
    site_ids: list[str]
    """Where it holds; empty: everywhere."""
    currency: str | None
    valid_from: datetime
    valid_until: datetime | None
    sessions: int
    """That it took something off."""
    amount: int
    """It took off, in whole minor units of its currency, or of several."""
    given: list[OfferGiven]
    """The same by currency."""
    created_at: datetime
    changed_at: datetime


class OfferPage(Page[Offer]):
    """Offers."""


class OfferEffect(Shape):
    """What an offer does in an example, or why it does nothing."""

    offer_id: str
    """Empty: the one that is being written."""
    name: str
    amount: int
    """It takes off, in whole minor units."""
    refusal: str | None
    """`below_minimum`, `nothing_to_reduce`, `another_is_better`, `other_currency`; null: it holds."""


class OfferPreview(Shape):
    """A receipt without and with an offer, before anybody has it."""

    tariff_name: str
    before: PriceExample
    after: PriceExample
    effects: list[OfferEffect]
    """In the order in which they are taken off."""


class Coupon(Shape):
    """A code that gives an offer."""

    coupon_id: str
    code: str
    offer_id: str
    offer_name: str
    uses_max: int | None
    uses: int
    budget: int | None
    """Whole minor units for all its sessions together."""
    spent: int
    currency: str | None
    valid_until: datetime | None
    created_at: datetime
    ended_at: datetime | None


class CouponPage(Page[Coupon]):
    """Coupons, the newest first."""


class CouponUse(Shape):
    """A driver redeemed a coupon."""

    driver_id: str
    driver_name: str | None
    redeemed_at: datetime
    session_id: str | None
    """The charge that had it; null: it waits for the next one."""
    amount: int
    """It took off, in whole minor units of the offer's currency."""


class CouponUsePage(Page[CouponUse]):
    """Who redeemed a coupon, the newest first."""


class CouponBatch(Shape):
    """Coupons that were made together."""

    offer_id: str
    codes: list[str]


class Plan(Shape):
    """A membership: a price a month, and energy that is included."""

    plan_id: str
    name: str
    currency: str
    currency_digits: int
    monthly_price: int
    """Whole minor units, with tax."""
    included_wh: int
    """In each calendar month."""
    is_open: bool
    tax_permille: int
    """The tax that the price contains."""
    monthly_minimum: int
    """What a member spends on sessions at least in a calendar month, with tax; 0: nothing."""
    members: int
    created_at: datetime
    changed_at: datetime


class PlanPage(Page[Plan]):
    """Membership plans."""


class Member(Shape):
    """A driver who is a member of a plan."""

    plan_id: str
    driver_id: str
    driver_name: str | None
    joined_at: datetime
    ends_at: datetime | None


class MemberPage(Page[Member]):
    """Members of a plan, the newest first."""


class OwnCoupon(Shape):
    """A coupon that a driver has redeemed."""

    coupon_id: str
    code: str
    offer_name: str
    redeemed_at: datetime
    session_id: str | None
    """The charge that had it; null: it waits for the next one."""


class OwnCouponList(Shape):
    """One's own coupons, the newest first."""

    items: list[OwnCoupon]


class OwnPlan(Shape):
    """A plan that a driver may join, or is a member of."""

    plan_id: str
    name: str
    currency: str
    currency_digits: int
    monthly_price: int
    monthly_minimum: int
    """What a member spends on sessions at least in a calendar month, with tax; 0: nothing."""
    included_wh: int
    included_left_wh: int | None
    """Of this month; null for who is no member, and where nothing is included."""
    is_member: bool
    joined_at: datetime | None


class OwnPlanList(Shape):
    """Plans that one may join or is a member of."""

    items: list[OwnPlan]
