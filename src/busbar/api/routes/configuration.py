"""Configuration templates, and writing them to stations."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query

from busbar.api.bodies.configuration import AssignedTemplateBody, ConfigurationTemplateBody
from busbar.api.callers import NetworkKeeper, Reader, StaffCaller
from busbar.api.configuring import write_settings
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, StationPath
from busbar.api.permissions import demand_whole_operator
from busbar.api.services import Given
from busbar.canon.configuration import (
    AssignConfigurationTemplate,
    DeleteConfigurationTemplate,
    SaveConfigurationTemplate,
)
from busbar.canon.control import VariableRef, VariableValue
from busbar.kernel.ids import SiteId, TemplateId
from busbar.views import configuration, stations
from busbar.views.shapes.configuration import (
    ConfigurationResult,
    ConfigurationTemplate,
    ConfigurationTemplatePage,
    StationConfiguration,
)

router = APIRouter(tags=["configuration"])


@router.get("/configuration-templates")
async def list_configuration_templates(
    caller: Reader, services: Given, query: Annotated[configuration.ConfigurationTemplateQuery, Query()]
) -> ConfigurationTemplatePage:
    """List the operator's configuration templates."""
    async with services.databases.read() as connection:
        return await configuration.list_templates(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/configuration-templates", status_code=201)
async def create_configuration_template(
    caller: NetworkKeeper, services: Given, body: ConfigurationTemplateBody, key: IdempotencyKey = None
) -> ConfigurationTemplate:
    """Keep settings of stations under a name."""
    demand_whole_operator(caller.principal)
    template_id = await perform(services, caller, _save(caller, body, template_id=None), key=key, reply=str)
    return await _read(services, caller, template_id)


@router.get("/configuration-templates/{configuration_id}")
async def get_configuration_template(
    caller: Reader, services: Given, configuration_id: KeyPath
) -> ConfigurationTemplate:
    """Show one configuration template."""
    return await _read(services, caller, configuration_id)


@router.put("/configuration-templates/{configuration_id}")
async def update_configuration_template(
    caller: NetworkKeeper, services: Given, configuration_id: KeyPath, body: ConfigurationTemplateBody
) -> ConfigurationTemplate:
    """Change a configuration template; nothing is written to stations by that."""
    demand_whole_operator(caller.principal)
    await services.dispatcher.dispatch(_save(caller, body, template_id=TemplateId(configuration_id)))
    return await _read(services, caller, configuration_id)


@router.delete("/configuration-templates/{configuration_id}", status_code=204)
async def delete_configuration_template(caller: NetworkKeeper, services: Given, configuration_id: KeyPath) -> None:
    """Forget a configuration template; stations stay as they are set."""
    demand_whole_operator(caller.principal)
    await services.dispatcher.dispatch(
        DeleteConfigurationTemplate(
            operator_id=caller.operator_id, actor=caller.actor, template_id=TemplateId(configuration_id)
        )
    )


@router.get("/stations/{station_id}/configuration")
async def get_station_configuration(caller: Reader, services: Given, station_id: StationPath) -> StationConfiguration:
    """Show the station's configuration template, and where its settings as it last told them differ from it."""
    return await _show(services, caller, station_id)


@router.put("/stations/{station_id}/configuration-template")
async def assign_configuration_template(
    caller: NetworkKeeper, services: Given, station_id: StationPath, body: AssignedTemplateBody
) -> StationConfiguration:
    """Give the station a configuration template, or let it inherit one again."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
    await services.dispatcher.dispatch(
        AssignConfigurationTemplate(
            operator_id=caller.operator_id,
            actor=caller.actor,
            station_id=station_id,
            template_id=None if body.template_id is None else TemplateId(body.template_id),
        )
    )
    return await _show(services, caller, station_id)


@router.post("/stations/{station_id}/configuration/apply")
async def apply_configuration_template(
    caller: NetworkKeeper, services: Given, station_id: StationPath, key: IdempotencyKey = None
) -> ConfigurationResult:
    """Write to the station what differs from its configuration template, setting by setting.

    What the station lets nobody change is left. It ends at the first setting that the station does not answer for.
    """
    async with services.databases.read() as connection:
        standing = await configuration.read_standing(connection, caller.scope, station_id)
    return await write_settings(services, caller, station_id, standing, key=key)


async def _show(services: Given, caller: StaffCaller, station_id: StationPath) -> StationConfiguration:
    async with services.databases.read() as connection:
        standing = await configuration.read_standing(connection, caller.scope, station_id)
    return configuration.show_standing(standing)


async def _read(services: Given, caller: StaffCaller, template_id: str) -> ConfigurationTemplate:
    async with services.databases.read() as connection:
        return await configuration.find_template(connection, caller.scope, template_id)


def _save(
    caller: StaffCaller, body: ConfigurationTemplateBody, *, template_id: TemplateId | None
) -> SaveConfigurationTemplate:
    return SaveConfigurationTemplate(
        operator_id=caller.operator_id,
        actor=caller.actor,
        template_id=template_id,
        name=body.name,
        dialect=body.dialect,
        vendor=body.vendor,
        model=body.model,
        site_id=None if body.site_id is None else SiteId(body.site_id),
        settings=tuple(
            VariableValue(ref=msgspec.convert(item.model_dump(exclude={"value"}), VariableRef), value=item.value)
            for item in body.settings
        ),
    )
