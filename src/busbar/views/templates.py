"""Charging profile templates."""

from enum import StrEnum
from typing import Annotated

import msgspec
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.control import ChargingProfile as Profile
from busbar.domain.stations.tables import profile_templates
from busbar.views.missing import TemplateMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.profiles import ChargingProfile, ProfileTemplate, ProfileTemplatePage


class TemplateSort(StrEnum):
    """Orders of the list of templates."""

    NAME = "name"
    NAME_DOWN = "-name"
    CHANGED_AT = "changed_at"
    CHANGED_AT_DOWN = "-changed_at"


class TemplateQuery(PageRequest):
    """Which templates are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in the name."""
    sort: TemplateSort = TemplateSort.NAME


_ORDERS = {"name": profile_templates.c.name, "changed_at": profile_templates.c.changed_at}


async def list_templates(
    connection: AsyncConnection, scope: Scope, query: TemplateQuery, *, limit: int
) -> ProfileTemplatePage:
    """Return a page of templates."""
    statement = select(profile_templates).where(profile_templates.c.operator_id == scope.operator_id)
    if query.q is not None:
        statement = statement.where(contains(profile_templates.c.name, query.q))
    order = Order.choose(query.sort, _ORDERS, key=profile_templates.c.template_id)
    items, cursor, total = await read_page(connection, statement, order=order, request=query, limit=limit, shape=_shape)
    return ProfileTemplatePage(items=items, next_cursor=cursor, total=total)


async def read_template(connection: AsyncConnection, scope: Scope, template_id: str) -> ProfileTemplate:
    """Return one template. Errors: `not_found.template`."""
    table = profile_templates.c
    statement = select(profile_templates).where(
        table.operator_id == scope.operator_id, table.template_id == template_id
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        raise TemplateMissingError("there is no such template", template_id=template_id)
    return _shape(row)


def _shape(row: AnyRow) -> ProfileTemplate:
    profile = msgspec.json.decode(row.profile, type=Profile)
    return ProfileTemplate(
        template_id=row.template_id,
        operator_id=row.operator_id,
        name=row.name,
        profile=ChargingProfile.model_validate(msgspec.to_builtins(profile)),
        changed_at=row.changed_at,
    )
