"""Offers, coupons and membership plans."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import Field
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.offers import Audience
from busbar.domain.access.sql import drivers
from busbar.domain.billing.offering import name_month
from busbar.domain.billing.tables import (
    coupon_redemptions,
    coupons,
    memberships,
    offer_uses,
    offers,
    plans,
    session_prices,
)
from busbar.domain.tenants.sql import operators
from busbar.kernel.ids import DriverId
from busbar.rating.lines import count_digits
from busbar.views.missing import CouponMissingError, OfferMissingError, PlanMissingError
from busbar.views.paging import Order, PageRequest, read_page, read_rows
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.offers import (
    Coupon,
    CouponPage,
    CouponUse,
    CouponUsePage,
    Member,
    MemberPage,
    Offer,
    OfferGiven,
    OfferPage,
    OfferTerms,
    OwnCoupon,
    OwnCouponList,
    OwnPlan,
    OwnPlanList,
    Plan,
    PlanPage,
)

OWN_MAX = 200
Text = Annotated[str, Field(min_length=1, max_length=100)]
Key = Annotated[str, Field(min_length=1, max_length=64)]


class OfferQuery(PageRequest):
    """Which offers are wanted."""

    q: Text | None = None
    """Text in the name."""
    audience: Audience | None = None


class CouponQuery(PageRequest):
    """Which coupons are wanted."""

    q: Text | None = None
    """Text in the code."""
    offer_id: Key | None = None


class CouponUseQuery(PageRequest):
    """Which redemptions of a coupon are wanted."""


class PlanQuery(PageRequest):
    """Which plans are wanted."""


class MemberQuery(PageRequest):
    """Which members are wanted."""


_OFFERS = Order(name="name", column=offers.c.name, key=offers.c.offer_id)
_COUPONS = Order(name="-created", column=coupons.c.created_at, key=coupons.c.coupon_id, is_descending=True)
_COUPON_USES = Order(
    name="-redeemed",
    column=coupon_redemptions.c.redeemed_at,
    key=coupon_redemptions.c.driver_id,
    is_descending=True,
)
_PLANS = Order(name="name", column=plans.c.name, key=plans.c.plan_id)
_MEMBERS = Order(name="-joined", column=memberships.c.joined_at, key=memberships.c.driver_id, is_descending=True)


def _select_offers(scope: Scope) -> AnySelect:
    used = offer_uses.c
    count = select(func.count()).where(used.offer_id == offers.c.offer_id).scalar_subquery()
    amount = select(func.coalesce(func.sum(used.amount), 0)).where(used.offer_id == offers.c.offer_id).scalar_subquery()
    return select(offers, count.label("sessions"), amount.label("amount")).where(
        offers.c.operator_id == scope.operator_id
    )


async def list_offers(connection: AsyncConnection, scope: Scope, query: OfferQuery, *, limit: int) -> OfferPage:
    """Return a page of offers."""
    statement = _select_offers(scope)
    if query.q is not None:
        statement = statement.where(contains(offers.c.name, query.q))
    if query.audience is not None:
        statement = statement.where(offers.c.audience == query.audience.value)
    rows, cursor, total = await read_rows(connection, statement, order=_OFFERS, request=query, limit=limit)
    given = await _sum_given(connection, [row.offer_id for row in rows])
    items = [_shape_offer(row, given.get(row.offer_id, [])) for row in rows]
    return OfferPage(items=items, next_cursor=cursor, total=total)


async def read_offer(connection: AsyncConnection, scope: Scope, offer_id: str) -> Offer:
    """Return one offer. Errors: `not_found.offer`."""
    row = (await connection.execute(_select_offers(scope).where(offers.c.offer_id == offer_id))).first()
    if row is None:
        raise OfferMissingError("there is no such offer", offer_id=offer_id)
    return _shape_offer(row, (await _sum_given(connection, [offer_id])).get(offer_id, []))


async def _sum_given(connection: AsyncConnection, offer_ids: Sequence[str]) -> dict[str, list[OfferGiven]]:
    """Return what offers took off, by the currency of the sessions."""
    if not offer_ids:
        return {}
    used, currency = offer_uses.c, session_prices.c.currency
    statement = (
        select(used.offer_id, currency, func.sum(used.amount).label("amount"))
        .select_from(offer_uses.join(session_prices, session_prices.c.session_id == used.session_id))
        .where(used.offer_id.in_(offer_ids))
        .group_by(used.offer_id, currency)
        .order_by(used.offer_id, currency)
    )
    found: dict[str, list[OfferGiven]] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.offer_id, []).append(OfferGiven(currency=row.currency, amount=int(row.amount)))
    return found


def _shape_offer(row: AnyRow, given: list[OfferGiven]) -> Offer:
    values = pick(row, Offer)
    values["given"] = given
    values["terms"] = OfferTerms.model_validate(msgspec.json.decode(row.terms_json))
    values["site_ids"] = msgspec.json.decode(row.site_ids)
    return Offer(**values)


def _select_coupons(scope: Scope) -> AnySelect:
    return (
        select(coupons, offers.c.name.label("offer_name"), offers.c.currency)
        .select_from(coupons.join(offers, offers.c.offer_id == coupons.c.offer_id))
        .where(coupons.c.operator_id == scope.operator_id)
    )


async def list_coupons(connection: AsyncConnection, scope: Scope, query: CouponQuery, *, limit: int) -> CouponPage:
    """Return a page of coupons."""
    statement = _select_coupons(scope)
    if query.q is not None:
        statement = statement.where(contains(coupons.c.code, query.q))
    if query.offer_id is not None:
        statement = statement.where(coupons.c.offer_id == query.offer_id)
    items, cursor, total = await read_page(
        connection, statement, order=_COUPONS, request=query, limit=limit, shape=Coupon.model_validate
    )
    return CouponPage(items=items, next_cursor=cursor, total=total)


async def read_coupon(connection: AsyncConnection, scope: Scope, coupon_id: str) -> Coupon:
    """Return one coupon. Errors: `not_found.coupon`."""
    row = (await connection.execute(_select_coupons(scope).where(coupons.c.coupon_id == coupon_id))).first()
    if row is None:
        raise CouponMissingError("there is no such coupon", coupon_id=coupon_id)
    return Coupon.model_validate(row)


async def list_coupon_uses(
    connection: AsyncConnection, scope: Scope, coupon_id: str, query: CouponUseQuery, *, limit: int
) -> CouponUsePage:
    """Return a page of who redeemed a coupon, and what it took off."""
    table, used = coupon_redemptions.c, offer_uses.c
    taken = and_(used.session_id == table.session_id, used.coupon_id == table.coupon_id)
    statement = (
        select(
            coupon_redemptions,
            drivers.c.display_name.label("driver_name"),
            func.coalesce(used.amount, 0).label("amount"),
        )
        .select_from(
            coupon_redemptions.outerjoin(drivers, drivers.c.driver_id == table.driver_id).outerjoin(offer_uses, taken)
        )
        .where(table.operator_id == scope.operator_id, table.coupon_id == coupon_id)
    )
    items, cursor, total = await read_page(
        connection, statement, order=_COUPON_USES, request=query, limit=limit, shape=CouponUse.model_validate
    )
    return CouponUsePage(items=items, next_cursor=cursor, total=total)


def _select_plans(operator_id: str, *, now: datetime) -> AnySelect:
    table = memberships.c
    is_member = and_(table.plan_id == plans.c.plan_id, or_(table.ends_at.is_(None), table.ends_at > now))
    count = select(func.count()).where(is_member).scalar_subquery()
    return select(plans, count.label("members")).where(plans.c.operator_id == operator_id)


async def list_plans(
    connection: AsyncConnection, scope: Scope, query: PlanQuery, *, limit: int, now: datetime
) -> PlanPage:
    """Return a page of plans."""
    statement = _select_plans(scope.operator_id, now=now)
    items, cursor, total = await read_page(
        connection, statement, order=_PLANS, request=query, limit=limit, shape=_shape_plan
    )
    return PlanPage(items=items, next_cursor=cursor, total=total)


async def read_plan(connection: AsyncConnection, scope: Scope, plan_id: str, *, now: datetime) -> Plan:
    """Return one plan. Errors: `not_found.plan`."""
    statement = _select_plans(scope.operator_id, now=now).where(plans.c.plan_id == plan_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise PlanMissingError("there is no such plan", plan_id=plan_id)
    return _shape_plan(row)


def _shape_plan(row: AnyRow) -> Plan:
    values = pick(row, Plan)
    values["currency_digits"] = count_digits(row.currency)
    return Plan(**values)


async def list_members(
    connection: AsyncConnection, scope: Scope, plan_id: str, query: MemberQuery, *, limit: int
) -> MemberPage:
    """Return a page of a plan's members, former ones too."""
    table = memberships.c
    statement = (
        select(memberships, drivers.c.display_name.label("driver_name"))
        .select_from(memberships.outerjoin(drivers, drivers.c.driver_id == table.driver_id))
        .where(table.operator_id == scope.operator_id, table.plan_id == plan_id)
    )
    items, cursor, total = await read_page(
        connection, statement, order=_MEMBERS, request=query, limit=limit, shape=Member.model_validate
    )
    return MemberPage(items=items, next_cursor=cursor, total=total)


async def list_own_coupons(connection: AsyncConnection, driver_id: DriverId) -> OwnCouponList:
    """Return the coupons that a driver has redeemed, the newest first."""
    table = coupon_redemptions.c
    statement = (
        select(coupon_redemptions, coupons.c.code, offers.c.name.label("offer_name"))
        .select_from(
            coupon_redemptions.join(coupons, coupons.c.coupon_id == table.coupon_id).join(
                offers, offers.c.offer_id == coupons.c.offer_id
            )
        )
        .where(table.driver_id == driver_id)
        .order_by(table.redeemed_at.desc(), table.coupon_id)
        .limit(OWN_MAX)
    )
    rows = (await connection.execute(statement)).all()
    return OwnCouponList(items=[OwnCoupon.model_validate(row) for row in rows])


async def list_own_plans(
    connection: AsyncConnection, *, operator_id: str, driver_id: DriverId, now: datetime
) -> OwnPlanList:
    """Return the plans that a driver may join or is a member of."""
    table = memberships.c
    own = and_(
        table.plan_id == plans.c.plan_id,
        table.driver_id == driver_id,
        or_(table.ends_at.is_(None), table.ends_at > now),
    )
    zone = (await connection.execute(select(operators.c.zone).where(operators.c.operator_id == operator_id))).scalar()
    used = offer_uses.c
    taken = (
        select(used.plan_id, func.sum(used.energy_wh))
        .where(used.driver_id == driver_id, used.month == name_month(now, zone or "UTC"), used.plan_id.is_not(None))
        .group_by(used.plan_id)
    )
    taken_wh = {plan_id: int(energy_wh or 0) for plan_id, energy_wh in (await connection.execute(taken)).all()}
    statement = (
        select(plans, table.joined_at)
        .select_from(plans.outerjoin(memberships, own))
        .where(plans.c.operator_id == operator_id, or_(plans.c.is_open.is_(True), table.joined_at.is_not(None)))
        .order_by(plans.c.name, plans.c.plan_id)
        .limit(OWN_MAX)
    )
    return OwnPlanList(
        items=[
            OwnPlan(
                plan_id=row.plan_id,
                name=row.name,
                currency=row.currency,
                currency_digits=count_digits(row.currency),
                monthly_price=row.monthly_price,
                monthly_minimum=row.monthly_minimum,
                included_wh=row.included_wh,
                included_left_wh=_count_left(row, taken_wh),
                is_member=row.joined_at is not None,
                joined_at=row.joined_at,
            )
            for row in (await connection.execute(statement)).all()
        ]
    )


def _count_left(row: AnyRow, taken_wh: Mapping[str, int]) -> int | None:
    """Return what is left of a member's included energy this month; None: no member, or none is included."""
    if row.joined_at is None or not row.included_wh:
        return None
    return max(0, row.included_wh - taken_wh.get(row.plan_id, 0))
