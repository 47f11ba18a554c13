"""Drivers, as staff see them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.drivers import DriverStatus
from busbar.domain.access.sql import drivers, id_tokens, token_groups
from busbar.domain.sessions.tables import sessions
from busbar.views.missing import DriverMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnySelect
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.access import Driver, DriverPage


class DriverSort(StrEnum):
    """Orders of the list of drivers."""

    DISPLAY_NAME = "display_name"
    DISPLAY_NAME_DOWN = "-display_name"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class DriverQuery(PageRequest):
    """Which drivers are wanted. Those who were erased are left out unless asked for by status."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in name or e-mail address."""
    status: DriverStatus | None = None
    sort: DriverSort = DriverSort.DISPLAY_NAME


_ORDERS = {"display_name": drivers.c.display_name, "created_at": drivers.c.created_at}


def _select(scope: Scope) -> AnySelect:
    table = drivers.c
    tokens = select(func.count()).select_from(id_tokens).where(id_tokens.c.driver_id == table.driver_id)
    charged = select(func.count()).select_from(sessions).where(sessions.c.driver_id == table.driver_id)
    group = select(token_groups.c.value).where(token_groups.c.group_id == table.group_id)
    return select(
        table.driver_id,
        table.operator_id,
        table.email,
        table.display_name,
        table.language,
        table.status,
        table.created_at,
        table.signed_in_at,
        group.scalar_subquery().label("group"),
        tokens.scalar_subquery().label("token_count"),
        charged.scalar_subquery().label("session_count"),
    ).where(table.operator_id == scope.operator_id)


async def list_drivers(connection: AsyncConnection, scope: Scope, query: DriverQuery, *, limit: int) -> DriverPage:
    """Return a page of drivers."""
    table, statement = drivers.c, _select(scope)
    if query.q is not None:
        statement = statement.where(contains(table.display_name, query.q) | contains(table.email, query.q))
    if query.status is None:
        statement = statement.where(table.status != DriverStatus.ERASED.value)
    else:
        statement = statement.where(table.status == query.status.value)
    order = Order.choose(query.sort, _ORDERS, key=table.driver_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=Driver.model_validate
    )
    return DriverPage(items=items, next_cursor=cursor, total=total)


async def read_driver(connection: AsyncConnection, scope: Scope, driver_id: str) -> Driver:
    """Return one driver. Errors: `not_found.driver`."""
    row = (await connection.execute(_select(scope).where(drivers.c.driver_id == driver_id))).first()
    if row is None:
        raise DriverMissingError("there is no such driver", driver_id=driver_id)
    return Driver.model_validate(row)


async def check_driver(connection: AsyncConnection, scope: Scope, driver_id: str) -> None:
    """Raise `not_found.driver` unless the driver is the operator's."""
    statement = select(drivers.c.driver_id).where(
        drivers.c.operator_id == scope.operator_id, drivers.c.driver_id == driver_id
    )
    if (await connection.execute(statement)).first() is None:
        raise DriverMissingError("there is no such driver", driver_id=driver_id)
