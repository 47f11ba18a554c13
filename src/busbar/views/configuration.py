"""Configuration templates, and where stations differ from theirs."""

from datetime import datetime
from typing import Annotated

import msgspec
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.control import VariableRef, VariableValue
from busbar.canon.stations import Protocol
from busbar.domain.stations.configuration import read_template
from busbar.domain.stations.configuration_rules import (
    TEMPLATES_MAX,
    ConfigurationTemplateNotFoundError,
    Difference,
    Template,
    choose_template,
    compare,
    name_dialect,
)
from busbar.domain.stations.tables import configuration_templates, station_templates, station_variables, stations
from busbar.views.missing import StationMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow
from busbar.views.scope import Scope
from busbar.views.search import contains
from busbar.views.shapes.configuration import (
    ConfigurationTemplate,
    ConfigurationTemplatePage,
    SettingDifference,
    StationConfiguration,
    WantedSetting,
)

VARIABLES_MAX = 20_000
"""Of one station, that are looked at."""


class ConfigurationTemplateQuery(PageRequest):
    """Which configuration templates are wanted."""

    q: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Text in the name."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A station against its template."""

    template: Template | None
    is_given: bool
    differences: tuple[Difference, ...]
    told_at: datetime | None


_ORDER = Order(name="name", column=configuration_templates.c.name_key, key=configuration_templates.c.template_id)


async def list_templates(
    connection: AsyncConnection, scope: Scope, query: ConfigurationTemplateQuery, *, limit: int
) -> ConfigurationTemplatePage:
    """Return a page of configuration templates."""
    statement = select(configuration_templates).where(configuration_templates.c.operator_id == scope.operator_id)
    if query.q is not None:
        statement = statement.where(contains(configuration_templates.c.name, query.q))
    items, cursor, total = await read_page(
        connection, statement, order=_ORDER, request=query, limit=limit, shape=_shape
    )
    return ConfigurationTemplatePage(items=items, next_cursor=cursor, total=total)


async def find_template(connection: AsyncConnection, scope: Scope, template_id: str) -> ConfigurationTemplate:
    """Return one configuration template. Errors: `not_found.configuration_template`."""
    table = configuration_templates.c
    found = select(configuration_templates).where(
        table.operator_id == scope.operator_id, table.template_id == template_id
    )
    row = (await connection.execute(found)).first()
    if row is None:
        raise ConfigurationTemplateNotFoundError("there is no such template", template_id=template_id[:64])
    return _shape(row)


async def read_standing(connection: AsyncConnection, scope: Scope, station_id: str) -> Standing:
    """Return how a station stands to its template. Errors: `not_found.station`."""
    table = stations.c
    covered = scope.covers(operator_id=table.operator_id, site_id=table.site_id)
    found = select(table.protocol, table.vendor, table.model, table.site_id, station_templates.c.template_id)
    joined = stations.outerjoin(station_templates, station_templates.c.station_id == table.station_id)
    row = (await connection.execute(found.select_from(joined).where(covered, table.station_id == station_id))).first()
    if row is None:
        raise StationMissingError("there is no such station", station_id=station_id)
    dialect = name_dialect(None if row.protocol is None else Protocol(row.protocol))
    templates = (
        select(configuration_templates)
        .where(configuration_templates.c.operator_id == scope.operator_id)
        .limit(TEMPLATES_MAX)
    )
    template = None
    if dialect is not None:
        template = choose_template(
            [read_template(each) for each in await connection.execute(templates)],
            given_id=row.template_id,
            dialect=dialect,
            vendor=row.vendor,
            model=row.model,
            site_id=row.site_id,
        )
    told = await _list_told(connection, station_id)
    return Standing(
        template=template,
        is_given=template is not None and template.template_id == row.template_id,
        differences=() if template is None else compare(template.settings, [value for value, _ in told]),
        told_at=max((at for _, at in told), default=None),
    )


async def _list_told(connection: AsyncConnection, station_id: str) -> list[tuple[VariableValue, datetime]]:
    found = select(station_variables).where(station_variables.c.station_id == station_id).limit(VARIABLES_MAX)
    return [
        (
            VariableValue(
                ref=VariableRef(**{name: getattr(row, name) for name in VariableRef.__struct_fields__}),
                value=row.value,
                is_readonly=row.is_readonly,
            ),
            row.reported_at,
        )
        for row in await connection.execute(found)
    ]


def show_standing(standing: Standing) -> StationConfiguration:
    """Return a station against its template as callers see it."""
    template = standing.template
    return StationConfiguration(
        template_id=None if template is None else template.template_id,
        template_name=None if template is None else template.name,
        is_given=standing.is_given,
        setting_count=0 if template is None else len(template.settings),
        differences=[
            SettingDifference(**msgspec.structs.asdict(each.ref), wanted=each.wanted, value=each.value, kind=each.kind)
            for each in standing.differences
        ],
        told_at=standing.told_at,
    )


def _shape(row: AnyRow) -> ConfigurationTemplate:
    template = read_template(row)
    return ConfigurationTemplate(
        template_id=row.template_id,
        operator_id=row.operator_id,
        name=template.name,
        dialect=template.dialect,
        vendor=template.vendor,
        model=template.model,
        site_id=template.site_id,
        settings=[
            WantedSetting(**msgspec.structs.asdict(each.ref), value=each.value or "") for each in template.settings
        ],
        changed_at=row.changed_at,
    )
