"""Which offers a session has, and what people may do with offers, coupons and plans: pure decisions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from busbar.canon.offers import Audience, Coupon, Membership, Offer, Plan, Redemption
from busbar.canon.pricing import OfferRefusal, OfferSource, RefusalReason
from busbar.domain.billing.prices import SessionPrice
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import CompanyId, DriverId, OperatorId, PlanId, SessionId, SiteId
from busbar.rating.lines import Use
from busbar.rating.offers import Offer as Terms
from busbar.rating.offers import OfferKind
from busbar.rating.totals import to_major

OFFERS_MAX = 1_000
COUPONS_MAX = 100_000
BATCH_MAX = 1_000
"""Coupons that are made together."""
PLANS_MAX = 100
MEMBERSHIPS_MAX = 10
"""Of one driver."""
REDEMPTIONS_MAX = 20
"""Of one driver, those that wait for a session."""
VALUE_MAX = Decimal(1_000_000)
MONEY_MAX = 10**12
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,38}[A-Za-z0-9]")
CURRENCY = re.compile(r"[A-Z]{3}")
THOUSAND = Decimal(1000)


class OfferNotFoundError(NotFoundError):
    """No such offer with this operator."""

    code = "not_found.offer"


class CouponNotFoundError(NotFoundError):
    """No such coupon with this operator, or it is over."""

    code = "not_found.coupon"


class PlanNotFoundError(NotFoundError):
    """No such membership plan with this operator."""

    code = "not_found.plan"


class MembershipNotFoundError(NotFoundError):
    """The driver is no member of the plan."""

    code = "not_found.membership"


class OfferError(InvalidError):
    """Not what an offer can be."""

    code = "invalid.offer"


class CouponError(InvalidError):
    """Not what a coupon can be: its code, its bounds, or its end."""

    code = "invalid.coupon"


class PlanError(InvalidError):
    """Not what a plan can be: its currency or an amount."""

    code = "invalid.plan"


class CouponCodeTakenError(ConflictError):
    """Another coupon of this operator has this code."""

    code = "conflict.coupon_code"


class CouponUsedUpError(ConflictError):
    """The coupon was redeemed as often as it may be, or its budget is spent."""

    code = "conflict.coupon_used_up"


class PlanClosedError(ConflictError):
    """Nobody may join the plan any more."""

    code = "conflict.plan_closed"


class TooManyOffersError(LimitExceededError):
    """The operator has as many offers as an operator may have."""

    code = "limit_exceeded.offers"


class TooManyCouponsError(LimitExceededError):
    """The operator has as many coupons as an operator may have."""

    code = "limit_exceeded.coupons"


class TooManyPlansError(LimitExceededError):
    """The operator has as many plans as an operator may have."""

    code = "limit_exceeded.plans"


class TooManyMembershipsError(LimitExceededError):
    """The driver is a member of as many plans as a driver may be."""

    code = "limit_exceeded.memberships"


class TooManyRedemptionsError(LimitExceededError):
    """The driver has as many coupons that wait for a session as a driver may have."""

    code = "limit_exceeded.redemptions"


# ---- what may be written ---------------------------------------------------------------------------------------------


class OfferTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an offer takes off: see `busbar.rating.offers.Offer`."""

    kind: OfferKind
    value: Decimal
    shares: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    is_exclusive: bool = False
    priority: int = 0


def read_terms(text: str) -> OfferTerms:
    """Return what an offer takes off. Errors: `invalid.offer`."""
    try:
        terms = msgspec.json.decode(text, type=OfferTerms)
        make_offer("o", "", terms)
    except (msgspec.DecodeError, ValueError) as error:
        raise OfferError(str(error)[:200]) from None
    amounts = [terms.value, terms.min_amount, terms.max_amount]
    if any(each is not None and not (each.is_finite() and 0 <= each <= VALUE_MAX) for each in amounts):
        raise OfferError("amounts lie between 0 and 1,000,000")
    if terms.kind is OfferKind.PERCENTAGE and terms.value > 100:  # noqa: PLR2004 - of a hundred
        raise OfferError("no more than a hundred percent")
    if abs(terms.priority) > 1_000:  # noqa: PLR2004 - enough to put fifty offers in order
        raise OfferError("a priority lies between -1,000 and 1,000")
    return terms


def make_offer(offer_id: str, name: str, terms: OfferTerms, *, left: Decimal | None = None) -> Terms:
    """Return an offer as rating takes it; `left` bounds what it may take off."""
    bounds = [each for each in (terms.max_amount, left) if each is not None]
    values = {key: getattr(terms, key) for key in OfferTerms.__struct_fields__}
    values["max_amount"] = min(bounds) if bounds else None
    return msgspec.convert({"offer_id": offer_id, "name": name, **msgspec.to_builtins(values)}, Terms)


def has_amounts(terms: OfferTerms) -> bool:
    """Tell whether an offer speaks of money, so that it needs a currency."""
    is_money = terms.kind in {OfferKind.FIXED, OfferKind.STAFF_PRICE}
    return is_money or terms.min_amount is not None or terms.max_amount is not None


def read_code(code: str) -> str:
    """Return a coupon's code as it is compared. Errors: `invalid.coupon`."""
    if not CODE.fullmatch(code):
        raise CouponError("a code has 4 to 40 letters, digits, - and _")
    return code.upper()


def read_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of a batch as they are compared. Errors: `invalid.coupon`."""
    if not 1 <= len(codes) <= BATCH_MAX:
        raise CouponError(f"a batch has 1 to {BATCH_MAX:,} codes")
    read = tuple(read_code(code) for code in codes)
    if len(set(read)) < len(read):
        raise CouponError("a code stands twice in the batch")
    return read


def check_coupon(offer: Offer, *, uses_max: int | None, budget: int | None) -> None:
    """Raise unless an offer may have coupons with these bounds. Errors: `invalid.coupon`."""
    if offer.audience is not Audience.COUPON:
        raise CouponError("the offer is for others than holders of coupons", audience=offer.audience.value)
    if any(not 1 <= each <= MONEY_MAX for each in (uses_max, budget) if each is not None):
        raise CouponError("a bound is at least 1")
    if budget is not None and offer.currency is None:
        raise CouponError("a budget needs an offer with a currency")


class Due(NamedTuple):
    """A month of a plan that a member was not asked for yet."""

    plan_id: PlanId
    driver_id: DriverId
    operator_id: OperatorId
    name: str
    currency: str
    amount: int
    tax_permille: int


class Spending(NamedTuple):
    """What a member spent in a month of a plan that has a monthly minimum."""

    plan_id: PlanId
    driver_id: DriverId
    operator_id: OperatorId
    name: str
    currency: str
    minimum: int
    tax_permille: int
    spent: int

    @property
    def missing(self) -> int:
        """What is owed beside it."""
        return max(self.minimum - self.spent, 0)


def check_plan(plan: Plan) -> None:
    """Raise unless a plan makes sense. Errors: `invalid.plan`."""
    if not CURRENCY.fullmatch(plan.currency):
        raise PlanError("give a currency such as EUR", field="currency")
    if not 0 <= plan.monthly_price <= MONEY_MAX:
        raise PlanError("the price is out of range", field="monthly_price")
    if not 0 <= plan.included_wh <= MONEY_MAX:
        raise PlanError("the energy is out of range", field="included_wh")
    if not 0 <= plan.tax_permille <= THOUSAND:
        raise PlanError("the tax is out of range", field="tax_permille")
    if not 0 <= plan.monthly_minimum <= MONEY_MAX:
        raise PlanError("the minimum is out of range", field="monthly_minimum")


def is_open(coupon: Coupon, offer: Offer, *, now: datetime) -> bool:
    """Tell whether a coupon may be redeemed."""
    return (
        coupon.ended_at is None
        and (coupon.valid_until is None or now < coupon.valid_until)
        and offer.valid_from <= now
        and (offer.valid_until is None or now < offer.valid_until)
    )


# ---- what a session has ----------------------------------------------------------------------------------------------


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """Who begins a session where and when: all that its offers depend on, before it has a price."""

    session_id: SessionId
    operator_id: OperatorId
    site_id: SiteId | None
    driver_id: DriverId | None
    token_group: str | None
    zone: str
    currency: str
    started_at: datetime


class Held(NamedTuple):
    """An offer that a session has, and whose account its use goes to."""

    terms: Terms
    offer_id: str
    coupon_id: str | None = None
    plan_id: str | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a driver has beside what everybody has."""

    company_id: CompanyId | None = None
    """At whose expense the driver charges."""
    plans: tuple[Plan, ...] = ()
    redemptions: tuple[Redemption, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    """Of the redemptions."""
    used_wh: dict[PlanId, int] = {}
    """Included energy that was used in the month of the session, by plan, other sessions' alone."""


class Chosen(NamedTuple):
    """The offers that a session has, and those that its driver has but not for this session."""

    held: list[Held]
    refused: list[OfferRefusal]


def list_held(offers: Iterable[Offer], price: Beginning | SessionPrice, standing: Standing) -> list[Held]:
    """Return the offers that a session has which began in these circumstances."""
    return choose_offers(offers, price, standing).held


def choose_offers(offers: Iterable[Offer], price: Beginning | SessionPrice, standing: Standing) -> Chosen:
    """Tell the offers that a session has which began in these circumstances, and why it lacks others of its driver."""
    known: dict[str, Offer] = {each.offer_id: each for each in offers}
    held = [Held(make_offer(each.offer_id, each.name, read_terms(each.terms_json)), each.offer_id)
            for each in known.values() if _holds(each, price, standing)]  # fmt: skip
    refused: list[OfferRefusal] = []
    _choose_coupon(known, price, standing, held, refused)
    for plan in standing.plans:
        left_wh = plan.included_wh - standing.used_wh.get(plan.plan_id, 0)
        if left_wh > 0:
            value = Decimal(left_wh) / THOUSAND
            terms = Terms(offer_id=plan.plan_id, name=plan.name, kind=OfferKind.INCLUDED_ENERGY, value=value)
            held.append(Held(terms, plan.plan_id, plan_id=plan.plan_id))
        elif plan.included_wh:
            reason = RefusalReason.ENERGY_USED_UP
            refused.append(OfferRefusal(offer_id=plan.plan_id, name=plan.name, source=OfferSource.PLAN, reason=reason))
    return Chosen(held, refused)


def _choose_coupon(
    known: Mapping[str, Offer],
    price: Beginning | SessionPrice,
    standing: Standing,
    held: list[Held],
    refused: list[OfferRefusal],
) -> None:
    """Give a session the first redeemed coupon that holds for it and has money left; say why not of the others."""
    coupons = {coupon.coupon_id: coupon for coupon in standing.coupons}
    has_one = False
    for redemption in standing.redemptions:
        offer, coupon = known.get(redemption.offer_id), coupons.get(redemption.coupon_id)
        if offer is None or coupon is None:
            continue
        left = None if coupon.budget is None else max(0, coupon.budget - coupon.spent)
        reason = _find_misfit(offer, price)
        if reason is None and left == 0:
            reason = RefusalReason.BUDGET_SPENT
        if reason is None and has_one:
            reason = RefusalReason.ONE_COUPON
        if reason is not None:
            refused.append(
                OfferRefusal(offer_id=offer.offer_id, name=offer.name, source=OfferSource.COUPON, reason=reason)
            )
            continue
        bound = None if left is None else to_major(left, price.currency)
        terms = make_offer(offer.offer_id, offer.name, read_terms(offer.terms_json), left=bound)
        held.append(Held(terms, offer.offer_id, coupon_id=coupon.coupon_id))
        has_one = True


def name_sources(refusals: Iterable[OfferRefusal], held: Sequence[Held]) -> list[OfferRefusal]:
    """Say of refused offers by what the session had them."""
    coupons = {each.offer_id for each in held if each.coupon_id is not None}
    plans = {each.offer_id for each in held if each.plan_id is not None}
    return [
        msgspec.structs.replace(
            each,
            source=OfferSource.COUPON
            if each.offer_id in coupons
            else OfferSource.PLAN
            if each.offer_id in plans
            else OfferSource.OFFER,
        )
        for each in refusals
    ]


def _holds(offer: Offer, price: Beginning | SessionPrice, standing: Standing) -> bool:
    match offer.audience:
        case Audience.EVERYBODY:
            is_for = True
        case Audience.GROUP:
            is_for = price.token_group is not None and price.token_group.casefold() == offer.subject
        case Audience.DRIVER:
            is_for = price.driver_id is not None and price.driver_id == offer.subject
        case Audience.COMPANY:
            is_for = standing.company_id is not None and standing.company_id == offer.subject
        case Audience.PLAN:
            is_for = any(plan.plan_id == offer.subject for plan in standing.plans)
        case Audience.COUPON:
            is_for = False
    is_now = offer.valid_from <= price.started_at and (
        offer.valid_until is None or price.started_at < offer.valid_until
    )
    return is_for and is_now and _fits(offer, price)


def _fits(offer: Offer, price: Beginning | SessionPrice) -> bool:
    return _find_misfit(offer, price) is None


def _find_misfit(offer: Offer, price: Beginning | SessionPrice) -> RefusalReason | None:
    if offer.site_ids and price.site_id not in offer.site_ids:
        return RefusalReason.ELSEWHERE
    return None if offer.currency in {None, price.currency} else RefusalReason.OTHER_CURRENCY


def name_month(at: datetime, zone: str) -> str:
    """Return the calendar month of an instant at a place: `2026-11`."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def is_member(membership: Membership, at: datetime) -> bool:
    """Tell whether a membership holds at an instant."""
    return membership.joined_at <= at and (membership.ends_at is None or at < membership.ends_at)


def find_use(uses: Sequence[Use], offer_id: str) -> Use | None:
    """Return what an offer gave."""
    return next((use for use in uses if use.offer_id == offer_id), None)
