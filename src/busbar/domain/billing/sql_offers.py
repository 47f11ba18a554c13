"""Offers, coupons and plans on SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Table, and_, delete, func, or_, select

from busbar.canon.offers import Coupon, Membership, Offer, Plan, Redemption
from busbar.db.work import sql
from busbar.domain.billing.offering import Due, Spending
from busbar.domain.billing.store import OfferUse
from busbar.domain.billing.tables import (
    coupon_redemptions,
    coupons,
    memberships,
    offer_uses,
    offers,
    plan_dues,
    plan_minimums,
    plans,
    session_prices,
)
from busbar.kernel.ids import CouponId, DriverId, OperatorId, PlanId, SessionId, TransferId
from busbar.ports.work import UnitOfWork

ROWS_MAX = 10_000
_SITES = msgspec.json.Decoder(tuple[str, ...])


class SqlOfferStore:
    """See `busbar.domain.billing.store.OfferStore`."""

    async def list_offers(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Offer]:
        """Return all offers of an operator."""
        query = select(offers).where(offers.c.operator_id == operator_id).order_by(offers.c.offer_id).limit(ROWS_MAX)
        rows = (await sql(work).execute(query)).mappings()
        return [read_offer(row) for row in rows]

    async def save_offer(self, work: UnitOfWork, offer: Offer, *, is_new: bool) -> None:
        """Write an offer."""
        row = msgspec.structs.asdict(offer) | {"site_ids": msgspec.json.encode(offer.site_ids).decode()}
        await _save(work, offers, row, {"offer_id": offer.offer_id}, is_new=is_new)

    # ---- coupons -----------------------------------------------------------------------------------------------------

    async def find_coupon(self, work: UnitOfWork, operator_id: OperatorId, code: str) -> Coupon | None:
        """Return the coupon with this code, locked."""
        return await self._find_coupon(work, coupons.c.operator_id == operator_id, coupons.c.code == code)

    async def load_coupon(self, work: UnitOfWork, operator_id: OperatorId, coupon_id: CouponId) -> Coupon | None:
        """Return a coupon, locked."""
        return await self._find_coupon(work, coupons.c.operator_id == operator_id, coupons.c.coupon_id == coupon_id)

    async def _find_coupon(self, work: UnitOfWork, *conditions: Any) -> Coupon | None:
        row = (await sql(work).execute(select(coupons).where(*conditions).with_for_update())).mappings().first()
        return None if row is None else msgspec.convert(_read(row), Coupon)

    async def count_coupons(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many coupons an operator has."""
        query = select(func.count()).select_from(coupons).where(coupons.c.operator_id == operator_id)
        return (await sql(work).execute(query)).scalar_one()

    async def list_taken(self, work: UnitOfWork, operator_id: OperatorId, codes: Sequence[str]) -> Sequence[str]:
        """Return those of the codes that other coupons have."""
        own = (coupons.c.operator_id == operator_id) & coupons.c.code.in_(codes)
        query = select(coupons.c.code).where(own).order_by(coupons.c.code)
        return list((await sql(work).execute(query)).scalars())

    async def insert_coupons(self, work: UnitOfWork, made: Sequence[Coupon]) -> None:
        """Add new coupons."""
        await sql(work).execute(coupons.insert().values([msgspec.structs.asdict(coupon) for coupon in made]))

    async def save_coupon(self, work: UnitOfWork, coupon: Coupon, *, is_new: bool) -> None:
        """Write a coupon."""
        row = msgspec.structs.asdict(coupon)
        await _save(work, coupons, row, {"coupon_id": coupon.coupon_id}, is_new=is_new)

    async def list_redemptions(
        self, work: UnitOfWork, driver_id: DriverId
    ) -> Sequence[tuple[CouponId, SessionId | None]]:
        """Return a driver's coupons, the first redeemed first, and the session that has each."""
        table = coupon_redemptions.c
        query = select(table.coupon_id, table.session_id).where(table.driver_id == driver_id)
        found = await sql(work).execute(query.order_by(table.redeemed_at, table.coupon_id).limit(ROWS_MAX))
        return [(CouponId(row.coupon_id), row.session_id) for row in found]

    async def find_redemption(
        self, work: UnitOfWork, coupon_id: CouponId, driver_id: DriverId
    ) -> tuple[datetime, SessionId | None] | None:
        """Return when a driver redeemed a coupon, and the session that has it."""
        table = coupon_redemptions.c
        query = select(table.redeemed_at, table.session_id).where(
            table.coupon_id == coupon_id, table.driver_id == driver_id
        )
        row = (await sql(work).execute(query)).first()
        return None if row is None else (row.redeemed_at, row.session_id)

    async def insert_redemption(self, work: UnitOfWork, redemption: Redemption) -> None:
        """Add a redemption."""
        row = msgspec.structs.asdict(redemption)
        values = {name: row[name] for name in coupon_redemptions.columns.keys()}  # noqa: SIM118 - columns are no mapping of names
        await sql(work).execute(coupon_redemptions.insert().values(values))

    async def assign_redemption(
        self, work: UnitOfWork, coupon_id: CouponId, driver_id: DriverId, session_id: SessionId | None
    ) -> None:
        """Write which session has a redemption."""
        table = coupon_redemptions.c
        own = coupon_redemptions.update().where(table.coupon_id == coupon_id, table.driver_id == driver_id)
        await sql(work).execute(own.values(session_id=session_id))

    # ---- plans -------------------------------------------------------------------------------------------------------

    async def list_plans(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[Plan]:
        """Return all plans of an operator."""
        query = select(plans).where(plans.c.operator_id == operator_id).order_by(plans.c.plan_id).limit(ROWS_MAX)
        return [msgspec.convert(_read(row), Plan) for row in (await sql(work).execute(query)).mappings()]

    async def save_plan(self, work: UnitOfWork, plan: Plan, *, is_new: bool) -> None:
        """Write a plan."""
        await _save(work, plans, msgspec.structs.asdict(plan), {"plan_id": plan.plan_id}, is_new=is_new)

    async def list_memberships(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[Membership]:
        """Return a driver's memberships, locked."""
        table = memberships.c
        query = select(memberships).where(table.driver_id == driver_id).order_by(table.joined_at, table.plan_id)
        rows = (await sql(work).execute(query.limit(ROWS_MAX).with_for_update())).mappings()
        return [msgspec.convert(_read(row), Membership) for row in rows]

    async def save_membership(self, work: UnitOfWork, membership: Membership, *, is_new: bool) -> None:
        """Write a membership."""
        row = msgspec.structs.asdict(membership)
        key = {name: row[name] for name in ("plan_id", "driver_id", "joined_at")}
        await _save(work, memberships, row, key, is_new=is_new)

    # ---- dues --------------------------------------------------------------------------------------------------------

    async def list_dues(self, work: UnitOfWork, *, month: str, since: datetime, limit: int) -> Sequence[Due]:
        """Return the months that members, at some time since then, were not asked for yet."""
        held, asked = memberships.c, plan_dues.c
        is_asked = and_(asked.plan_id == held.plan_id, asked.driver_id == held.driver_id, asked.month == month)
        query = (
            select(
                held.plan_id, held.driver_id, held.operator_id, plans.c.name, plans.c.currency,
                plans.c.monthly_price.label("amount"), plans.c.tax_permille,
            )
            .select_from(memberships.join(plans, plans.c.plan_id == held.plan_id).outerjoin(plan_dues, is_asked))
            .where(
                asked.month.is_(None),
                plans.c.monthly_price > 0,
                or_(held.ends_at.is_(None), held.ends_at > since),
            )
            .distinct()
            .order_by(held.plan_id, held.driver_id)
        )  # fmt: skip
        return [Due(*row) for row in (await sql(work).execute(query.limit(limit))).all()]

    async def insert_due(self, work: UnitOfWork, due: Due, *, month: str, transfer_id: TransferId) -> None:
        """Write down that a member was asked for a month."""
        await sql(work).execute(
            plan_dues.insert().values(
                plan_id=due.plan_id,
                driver_id=due.driver_id,
                month=month,
                operator_id=due.operator_id,
                currency=due.currency,
                amount=due.amount,
                transfer_id=transfer_id,
                at=work.now,
            )
        )

    async def list_spendings(
        self, work: UnitOfWork, *, month: str, since: datetime, until: datetime, limit: int
    ) -> Sequence[Spending]:
        """Return what members of plans with a minimum spent in a month that was not looked at yet."""
        held, asked, price = memberships.c, plan_minimums.c, session_prices.c
        is_asked = and_(asked.plan_id == held.plan_id, asked.driver_id == held.driver_id, asked.month == month)
        spent = (
            select(func.coalesce(func.sum(price.gross), 0))
            .where(
                price.driver_id == held.driver_id,
                price.operator_id == held.operator_id,
                price.currency == plans.c.currency,
                price.revision > 0,
                price.started_at >= since,
                price.started_at < until,
            )
            .scalar_subquery()
        )
        query = (
            select(
                held.plan_id, held.driver_id, held.operator_id, plans.c.name, plans.c.currency,
                plans.c.monthly_minimum, plans.c.tax_permille, spent,
            )
            .select_from(memberships.join(plans, plans.c.plan_id == held.plan_id).outerjoin(plan_minimums, is_asked))
            .where(
                asked.month.is_(None),
                plans.c.monthly_minimum > 0,
                held.joined_at < until,
                or_(held.ends_at.is_(None), held.ends_at > since),
            )
            .distinct()
            .order_by(held.plan_id, held.driver_id)
        )  # fmt: skip
        rows = (await sql(work).execute(query.limit(limit))).all()
        return [Spending(*row)._replace(spent=int(row[-1])) for row in rows]

    async def insert_minimum(self, work: UnitOfWork, spending: Spending, *, month: str) -> None:
        """Write down that a month was looked at."""
        await sql(work).execute(
            plan_minimums.insert().values(
                plan_id=spending.plan_id,
                driver_id=spending.driver_id,
                month=month,
                operator_id=spending.operator_id,
                currency=spending.currency,
                spent=spending.spent,
                amount=spending.missing,
                at=work.now,
            )
        )

    # ---- uses --------------------------------------------------------------------------------------------------------

    async def list_uses(self, work: UnitOfWork, session_id: SessionId) -> Sequence[OfferUse]:
        """Return what offers took off a session."""
        query = select(offer_uses).where(offer_uses.c.session_id == session_id)
        return [msgspec.convert(_read(row), OfferUse) for row in (await sql(work).execute(query)).mappings()]

    async def replace_uses(self, work: UnitOfWork, session_id: SessionId, uses: Sequence[OfferUse]) -> None:
        """Write anew what offers took off a session."""
        await sql(work).execute(delete(offer_uses).where(offer_uses.c.session_id == session_id))
        if uses:
            await sql(work).execute(offer_uses.insert(), [msgspec.structs.asdict(use) for use in uses])

    async def sum_energy(
        self, work: UnitOfWork, driver_id: DriverId, plan_id: PlanId, month: str, *, without: SessionId
    ) -> int:
        """Return the included energy that a driver's other sessions used in a month."""
        table = offer_uses.c
        query = select(func.coalesce(func.sum(table.energy_wh), 0)).where(
            table.driver_id == driver_id, table.plan_id == plan_id, table.month == month, table.session_id != without
        )
        return int((await sql(work).execute(query)).scalar_one())


def read_offer(row: RowMapping) -> Offer:
    """Return an offer from its row."""
    return msgspec.convert(_read(row) | {"site_ids": _SITES.decode(row["site_ids"])}, Offer)


async def _save(work: UnitOfWork, table: Table, row: dict[str, Any], key: dict[str, Any], *, is_new: bool) -> None:
    if is_new:
        await sql(work).execute(table.insert().values(row))
        return
    own = [table.c[name] == value for name, value in key.items()]
    await sql(work).execute(table.update().where(*own).values(row))


def _read(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # its names are a subclass of str, which msgspec refuses
