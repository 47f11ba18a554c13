"""Operators, staff, API keys and the audit log."""

from enum import StrEnum
from typing import Annotated, Any, cast

import msgspec
from pydantic import AwareDatetime, Field
from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.identity import IdentityTerms
from busbar.canon.tenants import Principal, Role
from busbar.domain.tenants.sql import api_keys, audit_entries, operators, staff
from busbar.domain.tenants.sql_identity import identity_domains, identity_providers
from busbar.views.missing import OperatorMissingError, StaffMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, pick
from busbar.views.scope import Scope
from busbar.views.search import contains, within
from busbar.views.shapes.people import (
    ActorName,
    ActorNameList,
    ApiKey,
    ApiKeyPage,
    AuditEntry,
    AuditPage,
    Operator,
    OperatorPage,
    StaffMember,
    StaffPage,
)

NAMES_MAX = 2_000
"""Staff and keys that one answer names."""
Text = Annotated[str, Field(min_length=1, max_length=100)]


class OperatorSort(StrEnum):
    """Orders of the list of operators."""

    NAME = "name"
    NAME_DOWN = "-name"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class OperatorQuery(PageRequest):
    """Which operators are wanted."""

    q: Text | None = None
    """Text in name or slug."""
    sort: OperatorSort = OperatorSort.NAME


class StaffSort(StrEnum):
    """Orders of the list of staff."""

    EMAIL = "email"
    EMAIL_DOWN = "-email"
    DISPLAY_NAME = "display_name"
    DISPLAY_NAME_DOWN = "-display_name"
    CREATED_AT = "created_at"
    CREATED_AT_DOWN = "-created_at"


class StaffQuery(PageRequest):
    """Which members of staff are wanted."""

    q: Text | None = None
    """Text in name or e-mail address."""
    role: Role | None = None
    is_active: bool | None = None
    sort: StaffSort = StaffSort.EMAIL


class ApiKeyQuery(PageRequest):
    """Which API keys are wanted."""

    q: Text | None = None
    """Text in name or prefix."""
    is_revoked: bool | None = None


class AuditQuery(PageRequest):
    """Which audit entries are wanted."""

    actor: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    """`staff:<id>`, `key:<id>` …"""
    subject: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """`station:<id>`, `token:<id>` …"""
    action: Annotated[str, Field(min_length=1, max_length=81)] | None = None
    """Of this name, or with a dot at the end, all that begin so: `station.`."""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    """Not included."""


_OPERATOR_ORDERS = {"name": operators.c.name, "created_at": operators.c.created_at}
_STAFF_ORDERS = {"email": staff.c.email, "display_name": staff.c.display_name, "created_at": staff.c.created_at}
_API_KEYS = Order(name="-api_key", column=api_keys.c.api_key_id, key=api_keys.c.api_key_id, is_descending=True)
_AUDIT = Order(name="-audit", column=audit_entries.c.entry_id, key=audit_entries.c.entry_id, is_descending=True)


async def list_operators(
    connection: AsyncConnection, principal: Principal, query: OperatorQuery, *, limit: int
) -> OperatorPage:
    """Return a page of the operators that a principal may act for."""
    statement = select(operators)
    if not principal.is_platform:
        statement = statement.where(operators.c.operator_id == principal.operator_id)
    if query.q is not None:
        statement = statement.where(contains(operators.c.name, query.q) | contains(operators.c.slug, query.q))
    order = Order.choose(query.sort, _OPERATOR_ORDERS, key=operators.c.operator_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_operator
    )
    return OperatorPage(items=items, next_cursor=cursor, total=total)


async def read_operator(connection: AsyncConnection, principal: Principal, operator_id: str) -> Operator:
    """Return an operator that a principal may act for. Errors: `not_found.operator`."""
    row = (await connection.execute(select(operators).where(operators.c.operator_id == operator_id))).first()
    if row is None or not (principal.is_platform or principal.operator_id == operator_id):
        raise OperatorMissingError("there is no such operator", operator_id=operator_id)
    return _shape_operator(row)


async def list_staff(connection: AsyncConnection, scope: Scope, query: StaffQuery, *, limit: int) -> StaffPage:
    """Return a page of an operator's staff."""
    statement = select(staff).where(staff.c.operator_id == scope.operator_id)
    if query.q is not None:
        statement = statement.where(contains(staff.c.display_name, query.q) | contains(staff.c.email, query.q))
    if query.role is not None:
        statement = statement.where(staff.c.role == query.role.value)
    if query.is_active is not None:
        statement = statement.where(staff.c.is_active.is_(query.is_active))
    order = Order.choose(query.sort, _STAFF_ORDERS, key=staff.c.staff_id)
    items, cursor, total = await read_page(
        connection, statement, order=order, request=query, limit=limit, shape=_shape_staff
    )
    return StaffPage(items=items, next_cursor=cursor, total=total)


async def read_staff(connection: AsyncConnection, scope: Scope, staff_id: str) -> StaffMember:
    """Return one member of staff. Errors: `not_found.staff`."""
    statement = select(staff).where(staff.c.operator_id == scope.operator_id, staff.c.staff_id == staff_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise StaffMissingError("there is no such member of staff", staff_id=staff_id)
    return _shape_staff(row)


async def read_names(connection: AsyncConnection, principal: Principal) -> tuple[str, str | None, str | None]:
    """Return name, e-mail address and language of whoever is signed in."""
    if principal.staff_id is None:
        found = select(api_keys.c.name).where(api_keys.c.api_key_id == principal.api_key_id)
        return (await connection.execute(found)).scalar_one_or_none() or "", None, None
    columns = select(staff.c.display_name, staff.c.email, staff.c.language)
    row = (await connection.execute(columns.where(staff.c.staff_id == principal.staff_id))).first()
    return ("", None, None) if row is None else (row.display_name, row.email, row.language)


async def read_providers(connection: AsyncConnection, slug: str | None) -> tuple[str | None, bool]:
    """Return the name of an operator's (None: the default one's) identity provider; whether addresses lead to any."""
    is_it = operators.c.is_default if slug is None else operators.c.slug == slug
    found = select(identity_providers.c.terms).join_from(identity_providers, operators).where(is_it)
    terms = (await connection.execute(found)).scalar_one_or_none()
    read = None if terms is None else msgspec.json.decode(terms, type=IdentityTerms)
    domain = (await connection.execute(select(identity_domains.c.domain).limit(1))).first()
    return (read.name if read is not None and read.is_enabled else None), domain is not None


async def list_api_keys(connection: AsyncConnection, scope: Scope, query: ApiKeyQuery, *, limit: int) -> ApiKeyPage:
    """Return a page of an operator's API keys, the newest first."""
    statement = select(api_keys).where(api_keys.c.operator_id == scope.operator_id)
    if query.q is not None:
        statement = statement.where(contains(api_keys.c.name, query.q) | contains(api_keys.c.prefix, query.q))
    if query.is_revoked is not None:
        revoked = api_keys.c.revoked_at
        statement = statement.where(revoked.is_not(None) if query.is_revoked else revoked.is_(None))
    items, cursor, total = await read_page(
        connection, statement, order=_API_KEYS, request=query, limit=limit, shape=_shape_api_key
    )
    return ApiKeyPage(items=items, next_cursor=cursor, total=total)


async def list_actor_names(connection: AsyncConnection, scope: Scope) -> ActorNameList:
    """Return what the operator's staff and keys are called: histories tell them by their ids."""
    by_staff = select((literal("staff:") + staff.c.staff_id).label("actor"), staff.c.display_name.label("name"))
    by_key = select((literal("key:") + api_keys.c.api_key_id).label("actor"), api_keys.c.name.label("name"))
    wanted = union_all(
        by_staff.where(staff.c.operator_id == scope.operator_id),
        by_key.where(api_keys.c.operator_id == scope.operator_id),
    ).limit(NAMES_MAX)
    rows = await connection.execute(wanted)
    return ActorNameList(items=[ActorName(actor=row.actor, name=row.name) for row in rows])


async def list_audit(connection: AsyncConnection, scope: Scope, query: AuditQuery, *, limit: int) -> AuditPage:
    """Return a page of an operator's audit entries, the newest first."""
    table = audit_entries.c
    by_staff = table.actor == "staff:" + staff.c.staff_id
    by_key = table.actor == "key:" + api_keys.c.api_key_id
    statement = (
        select(audit_entries, func.coalesce(staff.c.display_name, api_keys.c.name).label("actor_name"))
        .select_from(audit_entries.outerjoin(staff, by_staff).outerjoin(api_keys, by_key))
        .where(table.operator_id == scope.operator_id, *within(table.at, query.since, query.until))
    )
    if query.actor is not None:
        statement = statement.where(table.actor == query.actor)
    if query.subject is not None:
        statement = statement.where(table.subject == query.subject)
    if query.action is not None:
        is_start = query.action.endswith(".")
        matched = table.action.startswith(query.action, autoescape=True) if is_start else table.action == query.action
        statement = statement.where(matched)
    items, cursor, total = await read_page(
        connection, statement, order=_AUDIT, request=query, limit=limit, shape=_shape_audit
    )
    return AuditPage(items=items, next_cursor=cursor, total=total)


def _shape_operator(row: AnyRow) -> Operator:
    return Operator(
        operator_id=row.operator_id,
        name=row.name,
        slug=row.slug,
        currency=row.currency,
        time_zone=row.zone,
        country=row.country,
        language=row.language,
        requires_second_factor=row.requires_second_factor,
        is_default=row.is_default,
        created_at=row.created_at,
    )


def _shape_staff(row: AnyRow) -> StaffMember:
    return StaffMember(**pick(row, StaffMember) | {"site_ids": msgspec.json.decode(row.site_ids)})


def _shape_api_key(row: AnyRow) -> ApiKey:
    return ApiKey(**pick(row, ApiKey) | {"site_ids": msgspec.json.decode(row.site_ids)})


def _shape_audit(row: AnyRow) -> AuditEntry:
    detail: object = msgspec.json.decode(row.detail_json)
    return AuditEntry(
        entry_id=row.entry_id,
        operator_id=row.operator_id,
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        subject=row.subject,
        detail=cast("dict[str, Any]", detail) if isinstance(detail, dict) else {"value": detail},
    )
