"""Purchase tariffs and what sessions cost by them, on SQL."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, literal, select

from busbar.canon.purchases import PurchaseTariff
from busbar.db.work import sql
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.tables import purchase_tariffs, session_costs, session_prices
from busbar.kernel.ids import OperatorId, SiteId
from busbar.ports.work import UnitOfWork


class SqlPurchaseStore:
    """`busbar.domain.billing.store.PurchaseStore` on SQL."""

    async def list_purchases(self, work: UnitOfWork, operator_id: OperatorId) -> Sequence[PurchaseTariff]:
        """Return an operator's purchase tariffs, by the day that they begin."""
        table = purchase_tariffs.c
        query = select(purchase_tariffs).where(table.operator_id == operator_id).order_by(table.valid_from)
        rows = (await sql(work).execute(query)).mappings()
        return [msgspec.convert({str(name): value for name, value in row.items()}, PurchaseTariff) for row in rows]

    async def save_purchase(self, work: UnitOfWork, tariff: PurchaseTariff) -> None:
        """Add a purchase tariff, or write it anew."""
        await self.remove_purchase(work, tariff.purchase_id)
        await sql(work).execute(purchase_tariffs.insert().values(msgspec.structs.asdict(tariff)))

    async def remove_purchase(self, work: UnitOfWork, purchase_id: str) -> None:
        """Remove a purchase tariff."""
        await sql(work).execute(delete(purchase_tariffs).where(purchase_tariffs.c.purchase_id == purchase_id))

    async def mark_costs(
        self, work: UnitOfWork, operator_id: OperatorId, *, site_id: SiteId | None, since: datetime
    ) -> None:
        """Let the sessions that ended since then be reckoned anew: those of a site, or of all."""
        price = session_prices.c
        covered = (price.operator_id == operator_id) & (price.ended_at >= since) & (price.revision > 0)
        if site_id is not None:
            covered &= price.site_id == site_id
        ids = select(price.session_id).where(covered)
        await sql(work).execute(delete(session_costs).where(session_costs.c.session_id.in_(ids)))
        columns = ["session_id", "operator_id", "is_due", "currency", "cost_nano", "costed_wh"]
        fresh = select(
            price.session_id, price.operator_id, literal(value=True), price.currency, literal(0), literal(0)
        ).where(covered)
        await sql(work).execute(session_costs.insert().from_select(columns, fresh))

    def mark_cost(self, work: UnitOfWork, price: SessionPrice) -> None:
        """Let a session be reckoned; bulk, at the end of the batch."""
        values = {
            "session_id": price.session_id,
            "operator_id": price.operator_id,
            "is_due": True,
            "currency": price.currency,
            "cost_nano": 0,
            "costed_wh": 0,
        }
        sql(work).stage_upsert(session_costs, values)
