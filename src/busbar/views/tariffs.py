"""Tariffs, their versions and assignments."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from pydantic import Field
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.tariffs import Scope as Target
from busbar.domain.access.sql import drivers, token_groups
from busbar.domain.billing.tables import plans, tariff_assignments, tariff_versions, tariffs
from busbar.domain.ledger.tables import companies
from busbar.domain.roaming.sql import partners
from busbar.domain.stations.tables import sites, stations
from busbar.views.drivers import check_driver
from busbar.views.missing import AssignmentMissingError, TariffMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.roaming import read_partner
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.pricing import (
    Assignment,
    AssignmentPage,
    Overlap,
    Tariff,
    TariffPage,
    TariffSummary,
    TariffVersion,
    TariffVersionPage,
)
from busbar.views.sites import read_site
from busbar.views.stations import check_station
from busbar.views.tokens import read_group
from busbar.views.wallets import check_company

OVERLAPS_MAX = 2_000
"""Assignments of the things on a page that are looked through for overlaps."""
Text = Annotated[str, Field(min_length=1, max_length=100)]
Key = Annotated[str, Field(min_length=1, max_length=64)]


class TariffSort(StrEnum):
    """Orders of the list of tariffs."""

    NAME = "name"
    NAME_DOWN = "-name"
    CHANGED_AT = "changed_at"
    CHANGED_AT_DOWN = "-changed_at"


class TariffQuery(PageRequest):
    """Which tariffs are wanted."""

    q: Text | None = None
    """Text in the name."""
    is_retired: bool | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    sort: TariffSort = TariffSort.NAME


class VersionQuery(PageRequest):
    """Which versions are wanted."""


class AssignmentQuery(PageRequest):
    """Which assignments are wanted."""

    tariff_id: Key | None = None
    scope: Target | None = None
    subject: Annotated[str, Field(max_length=120)] | None = None
    is_over: bool | None = False
    """Left out: those that hold or will; null: all."""


_ORDERS = {"name": tariffs.c.name_key, "changed_at": tariffs.c.changed_at}
_VERSIONS = Order(
    name="-version", column=tariff_versions.c.version, key=tariff_versions.c.tariff_id, is_descending=True
)
_ASSIGNMENTS = Order(
    name="-created",
    column=tariff_assignments.c.created_at,
    key=tariff_assignments.c.assignment_id,
    is_descending=True,
)


def _select_tariffs(scope: Scope, *, now: datetime) -> AnySelect:
    held = (
        select(func.count())
        .select_from(tariff_assignments)
        .where(
            tariff_assignments.c.tariff_id == tariffs.c.tariff_id,
            or_(tariff_assignments.c.valid_until.is_(None), tariff_assignments.c.valid_until > now),
        )
        .scalar_subquery()
    )
    newest = and_(tariff_versions.c.tariff_id == tariffs.c.tariff_id, tariff_versions.c.version == tariffs.c.version)
    return (
        select(
            tariffs,
            held.label("assignments"),
            tariff_versions.c.valid_from,
            tariff_versions.c.content_json,
            tariff_versions.c.name.label("published_name"),
        )
        .select_from(tariffs.outerjoin(tariff_versions, newest))
        .where(tariffs.c.operator_id == scope.operator_id)
    )


async def list_tariffs(
    connection: AsyncConnection, scope: Scope, query: TariffQuery, *, limit: int, now: datetime
) -> TariffPage:
    """Return a page of tariffs."""
    statement = _select_tariffs(scope, now=now)
    if query.q is not None:
        statement = statement.where(contains(tariffs.c.name, query.q))
    if query.is_retired is not None:
        is_retired = tariffs.c.retired_at.is_not(None)
        statement = statement.where(is_retired if query.is_retired else ~is_retired)
    if query.currency is not None:
        statement = statement.where(tariffs.c.currency == query.currency)
    order = Order.choose(query.sort, _ORDERS, key=tariffs.c.tariff_id)
    items, cursor, total = await read_page(
        connection,
        statement,
        order=order,
        request=query,
        limit=limit,
        shape=lambda row: TariffSummary(**_list_fields(row)),
    )
    return TariffPage(items=items, next_cursor=cursor, total=total)


async def read_tariff(connection: AsyncConnection, scope: Scope, tariff_id: str, *, now: datetime) -> Tariff:
    """Return one tariff. Errors: `not_found.tariff`."""
    statement = _select_tariffs(scope, now=now).where(tariffs.c.tariff_id == tariff_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise TariffMissingError("there is no such tariff", tariff_id=tariff_id)
    return Tariff(
        **_list_fields(row),
        draft=msgspec.json.decode(row.draft_json),
        published=None if row.content_json is None else msgspec.json.decode(row.content_json),
    )


def _list_fields(row: AnyRow) -> dict[str, Any]:
    is_draft_new = (row.draft_json, row.name) != (row.content_json, row.published_name)
    return pick(row, TariffSummary) | {"is_draft_new": is_draft_new}


async def list_versions(
    connection: AsyncConnection, scope: Scope, tariff_id: str, query: VersionQuery, *, limit: int
) -> TariffVersionPage:
    """Return a page of a tariff's versions."""
    table = tariff_versions.c
    statement = select(tariff_versions).where(table.operator_id == scope.operator_id, table.tariff_id == tariff_id)
    items, cursor, total = await read_page(
        connection, statement, order=_VERSIONS, request=query, limit=limit, shape=shape_version
    )
    return TariffVersionPage(items=items, next_cursor=cursor, total=total)


async def read_version(connection: AsyncConnection, scope: Scope, tariff_id: str, version: int) -> TariffVersion:
    """Return one version. Errors: `not_found.tariff`."""
    table = tariff_versions.c
    statement = select(tariff_versions).where(
        table.operator_id == scope.operator_id, table.tariff_id == tariff_id, table.version == version
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise TariffMissingError("there is no such version", tariff_id=tariff_id, version=version)
    return shape_version(row)


def shape_version(row: AnyRow) -> TariffVersion:
    """Return a version as it is shown."""
    return TariffVersion(
        tariff_id=row.tariff_id,
        version=row.version,
        name=row.name,
        currency=row.currency,
        terms=msgspec.json.decode(row.content_json),
        valid_from=row.valid_from,
        published_at=row.published_at,
        published_by=row.published_by,
    )


async def list_assignments(
    connection: AsyncConnection, scope: Scope, query: AssignmentQuery, *, limit: int, now: datetime
) -> AssignmentPage:
    """Return a page of assignments, the newest first."""
    table = tariff_assignments.c
    ends_at = table.valid_until
    is_over = and_(ends_at.is_not(None), or_(ends_at <= now, ends_at <= table.valid_from))
    statement = _select_assignments(scope)
    if query.tariff_id is not None:
        statement = statement.where(table.tariff_id == query.tariff_id)
    if query.scope is not None:
        statement = statement.where(table.scope == query.scope.value)
    if query.subject is not None:
        statement = statement.where(table.subject == query.subject)
    if query.is_over is not None:
        statement = statement.where(is_over if query.is_over else ~is_over)
    items, cursor, total = await read_page(
        connection,
        statement,
        order=_ASSIGNMENTS,
        request=query,
        limit=limit,
        shape=lambda row: _shape_assignment(row, now=now),
    )
    told = await _add_overlaps(connection, scope, items, now=now)
    return AssignmentPage(items=told, next_cursor=cursor, total=total)


async def read_assignment(
    connection: AsyncConnection, scope: Scope, assignment_id: str, *, now: datetime
) -> Assignment:
    """Return one assignment. Errors: `not_found.assignment`."""
    statement = _select_assignments(scope).where(tariff_assignments.c.assignment_id == assignment_id)
    row = (await connection.execute(statement)).first()
    if row is None:
        raise AssignmentMissingError("there is no such assignment", assignment_id=assignment_id)
    return (await _add_overlaps(connection, scope, [_shape_assignment(row, now=now)], now=now))[0]


async def _add_overlaps(
    connection: AsyncConnection, scope: Scope, items: Sequence[Assignment], *, now: datetime
) -> list[Assignment]:
    """Tell of assignments with which others of the same thing they overlap from now on."""
    table = tariff_assignments.c
    subjects = {each.subject for each in items if not each.is_over}
    if not subjects:
        return list(items)
    wanted = (
        select(tariff_assignments, tariffs.c.name.label("tariff_name"))
        .join(tariffs, tariffs.c.tariff_id == table.tariff_id)
        .where(
            table.operator_id == scope.operator_id,
            table.subject.in_(subjects),
            or_(table.valid_until.is_(None), table.valid_until > now),
        )
        .order_by(table.valid_from, table.created_at, table.assignment_id)
        .limit(OVERLAPS_MAX)
    )
    held = [row for row in await connection.execute(wanted) if not _is_empty(row)]
    found = {each.assignment_id: [] if each.is_over else _find_overlaps(each, held) for each in items}
    return [each.model_copy(update={"overlaps": found[each.assignment_id]}) for each in items]


def _is_empty(row: AnyRow) -> bool:
    return row.valid_until is not None and row.valid_until <= row.valid_from


def _find_overlaps(assignment: Assignment, held: Sequence[AnyRow]) -> list[Overlap]:
    """Return what overlaps an assignment; of two the one that begins later rules, of equals that made later."""
    alike = [row for row in held if (row.scope, row.subject) == (assignment.scope.value, assignment.subject)]
    own = next((place for place, row in enumerate(alike) if row.assignment_id == assignment.assignment_id), -1)
    return [
        Overlap(
            assignment_id=row.assignment_id,
            tariff_id=row.tariff_id,
            tariff_name=row.tariff_name,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            is_ruling=place > own,
        )
        for place, row in enumerate(alike)
        if place != own
        and (assignment.valid_until is None or row.valid_from < assignment.valid_until)
        and (row.valid_until is None or assignment.valid_from < row.valid_until)
    ]


def _select_assignments(scope: Scope) -> AnySelect:
    table = tariff_assignments.c
    own = scope.operator_id
    joined = (
        tariff_assignments.join(tariffs, tariffs.c.tariff_id == table.tariff_id)
        .outerjoin(
            drivers,
            and_(
                table.scope == Target.DRIVER.value, drivers.c.driver_id == table.subject, drivers.c.operator_id == own
            ),
        )
        .outerjoin(
            token_groups,
            and_(
                table.scope == Target.GROUP.value,
                token_groups.c.value_key == table.subject,
                token_groups.c.operator_id == own,
            ),
        )
        .outerjoin(
            companies,
            and_(
                table.scope == Target.COMPANY.value,
                companies.c.company_id == table.subject,
                companies.c.operator_id == own,
            ),
        )
        .outerjoin(
            plans,
            and_(table.scope == Target.PLAN.value, plans.c.plan_id == table.subject, plans.c.operator_id == own),
        )
        .outerjoin(
            partners,
            and_(
                table.scope == Target.PARTNER.value,
                partners.c.partner_id == table.subject,
                partners.c.operator_id == own,
            ),
        )
        .outerjoin(
            stations,
            and_(
                table.scope == Target.STATION.value,
                stations.c.station_id == table.subject,
                stations.c.operator_id == own,
            ),
        )
        .outerjoin(
            sites, and_(table.scope == Target.SITE.value, sites.c.site_id == table.subject, sites.c.operator_id == own)
        )
    )
    name = case(
        (table.scope == Target.DRIVER.value, drivers.c.display_name),
        (table.scope == Target.GROUP.value, token_groups.c.name),
        (table.scope == Target.COMPANY.value, companies.c.name),
        (table.scope == Target.PLAN.value, plans.c.name),
        (table.scope == Target.PARTNER.value, partners.c.name),
        (table.scope == Target.STATION.value, stations.c.name),
        (table.scope == Target.SITE.value, sites.c.name),
    )
    return (
        select(tariff_assignments, tariffs.c.name.label("tariff_name"), name.label("subject_name"))
        .select_from(joined)
        .where(table.operator_id == own)
    )


def _shape_assignment(row: AnyRow, *, now: datetime) -> Assignment:
    values = pick(row, Assignment)
    values["is_over"] = row.valid_until is not None and (row.valid_until <= now or _is_empty(row))
    values["is_future"] = row.valid_from > now and not values["is_over"]
    values["overlaps"] = []
    values["subject_name"] = row.subject_name or None
    return Assignment(**values)


async def check_subject(connection: AsyncConnection, scope: Scope, target: Target, subject: str) -> None:
    """Raise unless what a tariff shall be assigned to is there, and is the operator's.

    Errors: `not_found.driver`, `not_found.group`, `not_found.company`, `not_found.partner`,
    `not_found.station`, `not_found.site`.
    """
    match target:
        case Target.DRIVER:
            await check_driver(connection, scope, subject)
        case Target.GROUP:
            await read_group(connection, scope, subject)
        case Target.COMPANY:
            await check_company(connection, scope, subject)
        case Target.STATION:
            await check_station(connection, scope, subject)
        case Target.CONNECTOR:
            await check_station(connection, scope, subject.partition("/")[0])
        case Target.SITE:
            await read_site(connection, scope, subject)
        case Target.PARTNER:
            await read_partner(connection, scope, subject)
        case Target.PLAN | Target.OPERATOR:
            pass
