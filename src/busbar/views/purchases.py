"""Purchase tariffs, and how many sessions wait to be reckoned by them."""

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.billing.tables import purchase_tariffs, session_costs
from busbar.domain.stations.tables import sites
from busbar.rating.purchase import PurchaseTerms
from busbar.views.missing import PurchaseMissingError
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.purchases import PurchaseDays, PurchaseTariff, PurchaseTariffList

LIST_MAX = 1_000
_TERMS = msgspec.json.Decoder(PurchaseTerms)


def _select(scope: Scope) -> AnySelect:
    table = purchase_tariffs.c
    joined = purchase_tariffs.outerjoin(sites, sites.c.site_id == table.site_id)
    statement = select(purchase_tariffs, sites.c.name.label("site_name")).select_from(joined)
    return statement.where(scope.covers(operator_id=table.operator_id, site_id=table.site_id))


async def list_purchases(connection: AsyncConnection, scope: Scope) -> PurchaseTariffList:
    """Return an operator's purchase tariffs, the newest first."""
    table, cost = purchase_tariffs.c, session_costs.c
    query = _select(scope).order_by(table.valid_from.desc(), table.purchase_id).limit(LIST_MAX)
    rows = (await connection.execute(query)).all()
    due = select(func.count()).where(cost.operator_id == scope.operator_id, cost.is_due)
    return PurchaseTariffList(items=[_shape(row) for row in rows], due=(await connection.execute(due)).scalar_one())


async def read_purchase(connection: AsyncConnection, scope: Scope, purchase_id: str) -> PurchaseTariff:
    """Return one purchase tariff. Errors: `not_found.purchase`."""
    row = (await connection.execute(_select(scope).where(purchase_tariffs.c.purchase_id == purchase_id))).first()
    if row is None:
        raise PurchaseMissingError("there is no such purchase tariff")
    return _shape(row)


def _shape(row: AnyRow) -> PurchaseTariff:
    terms = _TERMS.decode(row.terms_json)
    return PurchaseTariff(
        purchase_id=row.purchase_id,
        name=row.name,
        site_id=row.site_id,
        site_name=row.site_name,
        currency=row.currency,
        valid_from=row.valid_from,
        prices=terms.prices,
        days=[
            PurchaseDays(slots=each.slots, months=list(each.months), day_types=list(each.day_types))
            for each in terms.days
        ],
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
