from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.network import ProfileTemplateBody
from busbar.api.callers import NetworkKeeper, Reader, StaffCaller
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath
from busbar.api.permissions import demand_whole_operator
from busbar.api.profiles import make_profile
from busbar.api.services import Given
from busbar.canon.stations import DeleteProfileTemplate, SaveProfileTemplate
from busbar.kernel.ids import TemplateId
from busbar.views import templates
from busbar.views.shapes.profiles import ProfileTemplate, ProfileTemplatePage

router = APIRouter(tags=["charging profiles"])


@router.get("/profile-templates")
async def list_profile_templates(
    caller: Reader, services: Given, query: Annotated[templates.TemplateQuery, Query()]
) -> ProfileTemplatePage:
    """List the operator's charging profile templates."""
    async with services.databases.read() as connection:
        return await templates.list_templates(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/profile-templates", status_code=201)
async def create_profile_template(
    caller: NetworkKeeper, services: Given, body: ProfileTemplateBody, key: IdempotencyKey = None
) -> ProfileTemplate:
    """Keep a charging profile under a name."""
    demand_whole_operator(caller.principal)
    template_id = await perform(services, caller, _save(caller, body, template_id=None), key=key, reply=str)
    return await _read(services, caller, template_id)


@router.get("/profile-templates/{template_id}")
async def get_profile_template(caller: Reader, services: Given, template_id: KeyPath) -> ProfileTemplate:
    """Show one template."""
    return await _read(services, caller, template_id)


@router.put("/profile-templates/{template_id}")
async def update_profile_template(
    caller: NetworkKeeper, services: Given, template_id: KeyPath, body: ProfileTemplateBody
) -> ProfileTemplate:
    """Change a template."""
    demand_whole_operator(caller.principal)
    await services.dispatcher.dispatch(_save(caller, body, template_id=TemplateId(template_id)))
    return await _read(services, caller, template_id)


@router.delete("/profile-templates/{template_id}", status_code=204)
async def delete_profile_template(caller: NetworkKeeper, services: Given, template_id: KeyPath) -> None:
    """Remove a template."""
    demand_whole_operator(caller.principal)
    await services.dispatcher.dispatch(
        DeleteProfileTemplate(operator_id=caller.operator_id, actor=caller.actor, template_id=TemplateId(template_id))
    )


async def _read(services: Given, caller: StaffCaller, template_id: str) -> ProfileTemplate:
    async with services.databases.read() as connection:
        return await templates.read_template(connection, caller.scope, template_id)


def _save(caller: StaffCaller, body: ProfileTemplateBody, *, template_id: TemplateId | None) -> SaveProfileTemplate:
    return SaveProfileTemplate(
        operator_id=caller.operator_id,
        actor=caller.actor,
        template_id=template_id,
        name=body.name,
        profile=make_profile(body.profile),
    )
