"""Offers: what takes something off a price, and who has it: everybody, holders of coupons, members of plans."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import (
    CouponId,
    DriverId,
    OfferId,
    OperatorId,
    PlanId,
    SessionId,
    SiteId,
    StationId,
    TransferId,
)


class Audience(StrEnum):
    """Who has an offer."""

    EVERYBODY = "everybody"
    """A campaign."""
    GROUP = "group"
    """A group of tokens and drivers: staff, a fleet's cards."""
    COMPANY = "company"
    """The drivers who charge at a company's expense."""
    DRIVER = "driver"
    PLAN = "plan"
    """The members of a plan."""
    COUPON = "coupon"
    """Who has redeemed a coupon of it."""


class Offer(Noun, frozen=True, kw_only=True):
    """An offer as it is kept. What it takes off, and in which order with others, is rating's business."""

    offer_id: OfferId
    operator_id: OperatorId
    name: str
    terms_json: str
    """Kind, value, bounds: `busbar.rating.offers.Offer` without its name."""
    audience: Audience
    subject: str = ""
    """The group's value, the driver's or the plan's id."""
    site_ids: tuple[str, ...] = ()
    """Where it holds; empty: everywhere."""
    currency: str | None = None
    """Of its amounts; None: it has none, and holds for every currency."""
    valid_from: datetime
    valid_until: datetime | None = None
    created_at: datetime
    changed_at: datetime


class Coupon(Noun, frozen=True, kw_only=True):
    """A code that gives an offer."""

    coupon_id: CouponId
    operator_id: OperatorId
    code: str
    offer_id: OfferId
    uses_max: int | None = None
    """Redemptions in all: 1 for a single coupon; None: shared by everybody."""
    uses: int = 0
    budget: int | None = None
    """Whole minor units that all its sessions together may be reduced by."""
    spent: int = 0
    valid_until: datetime | None = None
    created_at: datetime
    ended_at: datetime | None = None


class Redemption(Noun, frozen=True, kw_only=True):
    """A driver's coupon: it waits for a session, which then has its offer."""

    coupon_id: CouponId
    operator_id: OperatorId
    driver_id: DriverId
    offer_id: OfferId
    offer_name: str
    redeemed_at: datetime
    session_id: SessionId | None = None


class Plan(Noun, frozen=True, kw_only=True):
    """A membership: a price a month, energy that is included, and the offers and tariffs that its members have."""

    plan_id: PlanId
    operator_id: OperatorId
    name: str
    currency: str
    monthly_price: int
    """Whole minor units, with tax."""
    included_wh: int = 0
    """Energy that costs nothing, in each calendar month."""
    is_open: bool = True
    """Drivers may join."""
    tax_permille: int = 0
    """The tax that the price contains."""
    monthly_minimum: int = 0
    """What a member spends on sessions at least in a calendar month, with tax; what is missing is owed. 0: nothing."""
    created_at: datetime
    changed_at: datetime


class Membership(Noun, frozen=True, kw_only=True):
    """A driver is a member of a plan."""

    plan_id: PlanId
    operator_id: OperatorId
    driver_id: DriverId
    joined_at: datetime
    ends_at: datetime | None = None


class PutOffer(Command[Offer], frozen=True, kw_only=True):
    """Make an offer (`offer_id` None), or make one exactly this. A repeat changes nothing.

    Errors: `invalid.name`, `invalid.offer`, `invalid.assignment`, `not_found.offer`, `limit_exceeded.offers`.
    """

    operator_id: OperatorId
    actor: str
    offer_id: OfferId | None = None
    name: str
    terms_json: str
    audience: Audience
    subject: str = ""
    site_ids: tuple[str, ...] = ()
    currency: str | None = None
    valid_from: datetime | None = None
    """None: from now on."""
    valid_until: datetime | None = None


class ResolvedOffers(Noun, frozen=True, kw_only=True):
    """What a session would have that begins then and there."""

    offers_json: str
    """A list of `busbar.rating.offers.Offer`, for rating to apply."""


class ResolveOffers(Command[ResolvedOffers], frozen=True, kw_only=True):
    """Find the offers that a session would have which begins then and there; nothing is taken from any of them."""

    operator_id: OperatorId
    at: datetime
    station_id: StationId
    site_id: SiteId | None = None
    zone: str = "UTC"
    """Of the site: included energy is counted by its calendar months."""
    currency: str
    driver_id: DriverId | None = None
    group: str | None = None


class CreateCoupon(Command[Coupon], frozen=True, kw_only=True):
    """Give an offer a code. Codes are compared without the case of letters.

    Errors: `not_found.offer`, `invalid.coupon`, `conflict.coupon_code`, `limit_exceeded.coupons`.
    """

    operator_id: OperatorId
    actor: str
    offer_id: OfferId
    code: str
    uses_max: int | None = None
    budget: int | None = None
    valid_until: datetime | None = None


class CouponBatch(Noun, frozen=True, kw_only=True):
    """Coupons that were made together."""

    offer_id: OfferId
    codes: tuple[str, ...]


class CreateCoupons(Command[CouponBatch], frozen=True, kw_only=True):
    """Give an offer many codes with the same bounds: all of them, or none.

    Errors: `not_found.offer`, `invalid.coupon`, `conflict.coupon_code`, `limit_exceeded.coupons`.
    """

    operator_id: OperatorId
    actor: str
    offer_id: OfferId
    codes: tuple[str, ...]
    uses_max: int | None = None
    budget: int | None = None
    """Of each of them."""
    valid_until: datetime | None = None


class EndCoupon(Command[Coupon], frozen=True, kw_only=True):
    """Let a coupon be redeemed no more; who has redeemed it keeps it. Errors: `not_found.coupon`."""

    operator_id: OperatorId
    actor: str
    coupon_id: CouponId


class RedeemCoupon(Command[Redemption], frozen=True, kw_only=True):
    """Give a driver what a code promises, once: a repeat answers the same redemption.

    Errors: `not_found.coupon` (no such code, over, or not begun), `conflict.coupon_used_up`,
    `limit_exceeded.redemptions`.
    """

    operator_id: OperatorId
    driver_id: DriverId
    code: str


class PutPlan(Command[Plan], frozen=True, kw_only=True):
    """Make a membership plan (`plan_id` None), or make one exactly this. A repeat changes nothing.

    Errors: `invalid.name`, `invalid.plan`, `not_found.plan`, `limit_exceeded.plans`.
    """

    operator_id: OperatorId
    actor: str
    plan_id: PlanId | None = None
    name: str
    currency: str
    monthly_price: int
    included_wh: int = 0
    is_open: bool = True
    tax_permille: int = 0
    monthly_minimum: int = 0


class CollectDues(Command[int], frozen=True, kw_only=True):
    """Take the price of this month from members who have not paid it, once each; answers of how many.

    A month is owed by whoever is a member at some time of it (UTC). A job asks for it every hour. Three days after a
    month it is seen what its members did not spend of their plan's monthly minimum.
    """

    limit: int = 200


class JoinPlan(Command[Membership], frozen=True, kw_only=True):
    """Make a driver a member from now on. A repeat changes nothing.

    Errors: `not_found.plan`, `conflict.plan_closed`, `limit_exceeded.memberships`.
    """

    operator_id: OperatorId
    actor: str
    plan_id: PlanId
    driver_id: DriverId


class LeavePlan(Command[Membership], frozen=True, kw_only=True):
    """End a membership now. A repeat changes nothing. Errors: `not_found.membership`."""

    operator_id: OperatorId
    actor: str
    plan_id: PlanId
    driver_id: DriverId


class OfferChanged(Fact, frozen=True, kw_only=True):
    """An offer or a coupon of it was written or ended."""

    offer_id: OfferId


class CouponRedeemed(Fact, frozen=True, kw_only=True):
    """A driver has a coupon."""

    coupon_id: CouponId
    offer_id: OfferId
    driver_id: DriverId


class PlanChanged(Fact, frozen=True, kw_only=True):
    """A membership plan was written."""

    plan_id: PlanId


class PlanMonthDue(Fact, frozen=True, kw_only=True):
    """A member owes something for a month of a plan: its price, or what is missing to its monthly minimum."""

    plan_id: PlanId
    driver_id: DriverId
    transfer_id: TransferId
    name: str
    """Of the plan."""
    month: str
    """`2026-03`."""
    is_minimum: bool = False
    currency: str
    amount: int
    """With tax."""
    tax: int
    tax_permille: int


class MembershipChanged(Fact, frozen=True, kw_only=True):
    """A driver joined or left a plan."""

    plan_id: PlanId
    driver_id: DriverId
    is_member: bool
    currency: str
    monthly_price: int
