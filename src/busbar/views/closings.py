"""Wallets on their way to being closed."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.closings import ClosingState
from busbar.domain.access.sql import drivers
from busbar.domain.payments.closing_rules import OPEN
from busbar.domain.payments.tables import wallet_closings
from busbar.views.missing import ClosingMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.closings import WalletClosing, WalletClosingPage

_ORDER = Order(
    name="-created_at", column=wallet_closings.c.created_at, key=wallet_closings.c.closing_id, is_descending=True
)


class ClosingQuery(PageRequest):
    """Which closings are wanted."""

    state: ClosingState | None = None


def _select(scope: Scope) -> AnySelect:
    joined = wallet_closings.outerjoin(drivers, drivers.c.driver_id == wallet_closings.c.driver_id)
    return (
        select(wallet_closings, drivers.c.display_name.label("driver_name"))
        .select_from(joined)
        .where(wallet_closings.c.operator_id == scope.operator_id)
    )


async def list_closings(
    connection: AsyncConnection, scope: Scope, query: ClosingQuery, *, limit: int
) -> WalletClosingPage:
    """Return a page of closings, the newest first."""
    statement = _select(scope)
    if query.state is not None:
        statement = statement.where(wallet_closings.c.state == query.state.value)
    items, cursor, total = await read_page(
        connection, statement, order=_ORDER, request=query, limit=limit, shape=WalletClosing.model_validate
    )
    return WalletClosingPage(items=items, next_cursor=cursor, total=total)


async def read_closing(connection: AsyncConnection, scope: Scope, closing_id: str) -> WalletClosing:
    """Return one closing. Errors: `not_found.closing`."""
    row = (await connection.execute(_select(scope).where(wallet_closings.c.closing_id == closing_id))).first()
    if row is None:
        raise ClosingMissingError("there is no such closing")
    return WalletClosing.model_validate(row)


async def find_open(connection: AsyncConnection, scope: Scope, driver_id: str) -> WalletClosing | None:
    """Return the closing of a driver's wallet that is under way."""
    table = wallet_closings.c
    statement = _select(scope).where(table.driver_id == driver_id, table.state.in_([state.value for state in OPEN]))
    row = (await connection.execute(statement)).first()
    return None if row is None else WalletClosing.model_validate(row)
