"""Roaming partners and their records, for screens and files."""

from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon import roaming as canon
from busbar.domain.access.sql import id_tokens
from busbar.domain.roaming.sql import cdrs, own_parties, partners, read_cdr
from busbar.views.missing import CdrMissingError, PartnerMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.search import contains, within
from busbar.views.shapes import roaming as shapes


class PartnerQuery(PageRequest):
    """Which partners are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in name or party id."""
    is_active: bool | None = None


class CdrQuery(PageRequest):
    """Which records are wanted."""

    partner_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    session_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    since: AwareDatetime | None = None
    """Made at or after this instant."""
    until: AwareDatetime | None = None
    """Made before this instant."""


def _select_partners(scope: Scope) -> AnySelect:
    """Select partners with the number of their tokens, which are counted in one go."""
    tokens = id_tokens.c
    counted = (
        select(tokens.partner_id, func.count().label("token_count"))
        .where(tokens.operator_id == scope.operator_id, tokens.partner_id.is_not(None))
        .group_by(tokens.partner_id)
        .subquery()
    )
    return (
        select(partners, func.coalesce(counted.c.token_count, 0).label("token_count"))
        .select_from(partners.outerjoin(counted, counted.c.partner_id == partners.c.partner_id))
        .where(partners.c.operator_id == scope.operator_id)
    )


async def list_partners(
    connection: AsyncConnection, scope: Scope, query: PartnerQuery, *, limit: int
) -> shapes.PartnerPage:
    """Return a page of partners."""
    table, statement = partners.c, _select_partners(scope)
    if query.q is not None:
        statement = statement.where(contains(table.name, query.q) | contains(table.party_id, query.q))
    if query.is_active is not None:
        statement = statement.where(table.is_active == query.is_active)
    items, cursor, total = await read_page(
        connection,
        statement,
        order=Order(name="name", column=table.name, key=table.partner_id),
        request=query,
        limit=limit,
        shape=shapes.Partner.model_validate,
    )
    return shapes.PartnerPage(items=items, next_cursor=cursor, total=total)


async def read_partner(connection: AsyncConnection, scope: Scope, partner_id: str) -> shapes.Partner:
    """Return one partner. Errors: `not_found.partner`."""
    row = (await connection.execute(_select_partners(scope).where(partners.c.partner_id == partner_id))).first()
    if row is None:
        raise PartnerMissingError("there is no such partner")
    return shapes.Partner(**pick(row, shapes.Partner))


async def read_own_party(connection: AsyncConnection, scope: Scope) -> shapes.OwnParty:
    """Return what the operator is called by its partners."""
    row = (await connection.execute(select(own_parties).where(own_parties.c.operator_id == scope.operator_id))).first()
    if row is None:
        return shapes.OwnParty(country_code=None, party_id=None)
    return shapes.OwnParty(**pick(row, shapes.OwnParty))


# ---- records ---------------------------------------------------------------------------------------------------------


async def list_cdrs(connection: AsyncConnection, scope: Scope, query: CdrQuery, *, limit: int) -> shapes.CdrPage:
    """Return a page of records, the newest first."""
    table = cdrs.c
    statement = (
        select(cdrs, partners.c.name.label("partner_name"))
        .select_from(cdrs.join(partners, partners.c.partner_id == table.partner_id))
        .where(table.operator_id == scope.operator_id, *within(table.made_at, query.since, query.until))
    )
    if query.partner_id is not None:
        statement = statement.where(table.partner_id == query.partner_id)
    if query.session_id is not None:
        statement = statement.where(table.session_id == query.session_id)
    items, cursor, total = await read_page(
        connection,
        statement,
        order=Order(name="-made_at", column=table.made_at, key=table.cdr_id, is_descending=True),
        request=query,
        limit=limit,
        shape=shapes.Cdr.model_validate,
    )
    return shapes.CdrPage(items=items, next_cursor=cursor, total=total)


async def read_record(connection: AsyncConnection, scope: Scope, cdr_id: str) -> canon.Cdr:
    """Return one record as it was sealed. Errors: `not_found.cdr`."""
    statement = select(cdrs.c.content).where(cdrs.c.cdr_id == cdr_id, cdrs.c.operator_id == scope.operator_id)
    content = (await connection.execute(statement)).scalar_one_or_none()
    if content is None:
        raise CdrMissingError("there is no such record")
    return read_cdr(content)


async def find_own_party(connection: AsyncConnection, scope: Scope) -> canon.OwnParty | None:
    """Return what the operator is called by its partners; None: it has not said."""
    told = await read_own_party(connection, scope)
    if told.country_code is None or told.party_id is None:
        return None
    return canon.OwnParty(operator_id=scope.operator_id, country_code=told.country_code, party_id=told.party_id)
