"""Id tokens and their groups."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.access import TokenKind, TokenStatus
from busbar.domain.access.model import fold_value
from busbar.domain.access.sql import drivers, id_tokens, token_groups
from busbar.domain.roaming.sql import partners
from busbar.domain.sessions.tables import sessions
from busbar.kernel.ids import StationId
from busbar.views.missing import GroupMissingError, TokenMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.access import Token, TokenGroup, TokenGroupPage, TokenPage
from busbar.views.shapes.driver_door import OwnToken

OWN_MAX = 200
REMEMBERING_MAX = 200
Text = Annotated[str, Field(min_length=1, max_length=100)]


class TokenSort(StrEnum):
    """Orders of the list of tokens."""

    VALUE = "value"
    VALUE_DOWN = "-value"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class TokenQuery(PageRequest):
    """Which tokens are wanted."""

    q: Text | None = None
    """Text in value or label."""
    kind: TokenKind | None = None
    status: TokenStatus | None = None
    driver_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    group: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    """The value of a group."""
    partner_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    sort: TokenSort = TokenSort.VALUE


class GroupQuery(PageRequest):
    """Which token groups are wanted."""

    q: Text | None = None
    """Text in value or name."""


_TOKEN_ORDERS = {"value": id_tokens.c.value_key, "created_at": id_tokens.c.created_at}
_GROUP_ORDER = Order(name="value", column=token_groups.c.value_key, key=token_groups.c.group_id)


def _select_tokens(scope: Scope) -> AnySelect:
    joined = (
        id_tokens.outerjoin(drivers, id_tokens.c.driver_id == drivers.c.driver_id)
        .outerjoin(token_groups, id_tokens.c.group_id == token_groups.c.group_id)
        .outerjoin(partners, id_tokens.c.partner_id == partners.c.partner_id)
    )
    return (
        select(
            id_tokens,
            drivers.c.display_name.label("driver_name"),
            token_groups.c.value.label("group"),
            partners.c.name.label("partner_name"),
        )
        .select_from(joined)
        .where(id_tokens.c.operator_id == scope.operator_id)
    )


async def list_tokens(connection: AsyncConnection, scope: Scope, query: TokenQuery, *, limit: int) -> TokenPage:
    """Return a page of tokens."""
    table, statement = id_tokens.c, _select_tokens(scope)
    if query.q is not None:
        statement = statement.where(contains(table.value, query.q) | contains(table.label, query.q))
    if query.kind is not None:
        statement = statement.where(table.kind == query.kind.value)
    if query.status is not None:
        statement = statement.where(table.status == query.status.value)
    if query.driver_id is not None:
        statement = statement.where(table.driver_id == query.driver_id)
    if query.partner_id is not None:
        statement = statement.where(table.partner_id == query.partner_id)
    if query.group is not None:
        statement = statement.where(token_groups.c.value_key == fold_value(query.group))
    order = Order.choose(query.sort, _TOKEN_ORDERS, key=table.token_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_token
    )
    return TokenPage(items=items, next_cursor=cursor, total=total)


async def read_token(connection: AsyncConnection, scope: Scope, value: str) -> Token:
    """Return one token. Errors: `not_found.token`."""
    statement = _select_tokens(scope).where(id_tokens.c.value_key == fold_value(value))
    row = (await connection.execute(statement)).first()
    if row is None:
        raise TokenMissingError("there is no such token")
    return _shape_token(row)


async def list_of_driver(connection: AsyncConnection, operator_id: str, driver_id: str) -> list[OwnToken]:
    """Return a driver's tokens, oldest first."""
    table = id_tokens.c
    own = (table.operator_id == operator_id) & (table.driver_id == driver_id)
    rows = (await connection.execute(select(id_tokens).where(own).order_by(table.token_id).limit(OWN_MAX))).all()
    return [OwnToken.model_validate(row) for row in rows]


async def list_stations_of(connection: AsyncConnection, token_id: str, *, since: datetime) -> list[StationId]:
    """Return the stations that a token charged at since then: those may remember it. The newest, at most 200."""
    table = sessions.c
    newest = func.max(table.created_at).label("newest")
    statement = (
        select(table.station_id, newest)
        .where(table.token_id == token_id, table.created_at >= since)
        .group_by(table.station_id)
        .order_by(newest.desc())
        .limit(REMEMBERING_MAX)
    )
    return [StationId(row.station_id) for row in (await connection.execute(statement)).all()]


def _select_groups(scope: Scope) -> AnySelect:
    count = (
        select(func.count())
        .select_from(id_tokens)
        .where(id_tokens.c.group_id == token_groups.c.group_id)
        .scalar_subquery()
    )
    return select(token_groups, count.label("token_count")).where(token_groups.c.operator_id == scope.operator_id)


async def list_groups(connection: AsyncConnection, scope: Scope, query: GroupQuery, *, limit: int) -> TokenGroupPage:
    """Return a page of token groups."""
    statement = _select_groups(scope)
    if query.q is not None:
        statement = statement.where(contains(token_groups.c.value, query.q) | contains(token_groups.c.name, query.q))
    items, cursor, total = await read_page(
        connection, statement, order=_GROUP_ORDER, request=query, limit=limit, shape=TokenGroup.model_validate
    )
    return TokenGroupPage(items=items, next_cursor=cursor, total=total)


async def read_group(connection: AsyncConnection, scope: Scope, value: str) -> TokenGroup:
    """Return one token group. Errors: `not_found.group`."""
    statement = _select_groups(scope).where(token_groups.c.value_key == fold_value(value))
    row = (await connection.execute(statement)).first()
    if row is None:
        raise GroupMissingError("there is no such group")
    return TokenGroup.model_validate(row)


def _shape_token(row: AnyRow) -> Token:
    return Token(
        token_id=row.token_id,
        operator_id=row.operator_id,
        value=row.value,
        kind=row.kind,
        label=row.label,
        status=row.status,
        concurrency=row.concurrency,
        driver_id=row.driver_id,
        driver_name=row.driver_name,
        group=row.group,
        valid_from=row.valid_from,
        expires_at=row.expires_at,
        site_ids=msgspec.json.decode(row.site_ids),
        replaced_by=row.replaced_by,
        partner_id=row.partner_id,
        partner_name=row.partner_name,
        contract_id=row.contract_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
