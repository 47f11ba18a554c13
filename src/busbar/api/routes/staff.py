from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.people import ApiKeyBody, StaffBody, StaffPatch
from busbar.api.callers import Auditor, Reader, StaffKeeper
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.routes.auth import show_sign_ins
from busbar.api.services import Given
from busbar.canon import tenants
from busbar.canon.entry import SendStaffLink
from busbar.canon.factors import FindSecondFactors, ResetSecondFactors
from busbar.canon.secret import Secret
from busbar.kernel.ids import ApiKeyId, SiteId, StaffId
from busbar.views import people
from busbar.views.shapes.people import (
    ActorNameList,
    ApiKey,
    ApiKeyPage,
    AuditPage,
    NewApiKey,
    NewPassword,
    NewStaffMember,
    SecondFactors,
    SentLink,
    SignInList,
    StaffMember,
    StaffPage,
)

router = APIRouter()


@router.get("/staff", tags=["staff"])
async def list_staff(caller: StaffKeeper, services: Given, query: Annotated[people.StaffQuery, Query()]) -> StaffPage:
    """List the operator's staff."""
    async with services.databases.read() as connection:
        return await people.list_staff(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/staff-names", tags=["staff"])
async def list_staff_names(caller: Reader, services: Given) -> ActorNameList:
    """Tell what the operator's staff and keys are called, for histories that tell who did something."""
    async with services.databases.read() as connection:
        return await people.list_actor_names(connection, caller.scope)


@router.post("/staff", status_code=201, tags=["staff"])
async def create_staff(caller: StaffKeeper, services: Given, body: StaffBody) -> NewStaffMember:
    """Give a person access. Without a password a link to set one is mailed; while mail is off, one is made and told."""
    is_invited = body.password is None and services.settings.mail_host is not None
    created = await services.dispatcher.dispatch(
        tenants.CreateStaff(
            by=caller.principal,
            operator_id=caller.operator_id,
            email=body.email,
            display_name=body.display_name,
            role=body.role,
            language=body.language,
            site_ids=tuple(SiteId(site_id) for site_id in body.site_ids),
            is_platform=body.is_platform,
            password=None if body.password is None else Secret(text=body.password),
            is_invited=is_invited,
        )
    )
    password = None if created.password is None else created.password.text
    return NewStaffMember(staff=show_staff(created.staff), password=password, is_invited=is_invited)


@router.get("/staff/{staff_id}", tags=["staff"])
async def get_staff(caller: StaffKeeper, services: Given, staff_id: KeyPath) -> StaffMember:
    """Show one member of staff."""
    async with services.databases.read() as connection:
        return await people.read_staff(connection, caller.scope, staff_id)


@router.patch("/staff/{staff_id}", tags=["staff"])
async def update_staff(caller: StaffKeeper, services: Given, staff_id: KeyPath, body: StaffPatch) -> StaffMember:
    """Change a member of staff; it takes effect at the person's next request."""
    site_ids = None if body.site_ids is None else tuple(SiteId(site_id) for site_id in body.site_ids)
    changed = await services.dispatcher.dispatch(
        tenants.UpdateStaff(
            by=caller.principal,
            operator_id=caller.operator_id,
            staff_id=StaffId(staff_id),
            email=body.email,
            display_name=body.display_name,
            language=body.language,
            role=body.role,
            site_ids=site_ids,
            is_platform=body.is_platform,
            is_active=body.is_active,
        )
    )
    return show_staff(changed)


@router.post("/staff/{staff_id}/reset-password", tags=["staff"])
async def reset_staff_password(caller: StaffKeeper, services: Given, staff_id: KeyPath) -> NewPassword:
    """Make a new password for somebody who forgot theirs, answered once; all their sign-ins end."""
    made = await services.dispatcher.dispatch(
        tenants.ResetStaffPassword(by=caller.principal, operator_id=caller.operator_id, staff_id=StaffId(staff_id))
    )
    return NewPassword(password=made.text)


@router.post("/staff/{staff_id}/send-link", status_code=202, tags=["staff"])
async def send_staff_link(caller: StaffKeeper, services: Given, staff_id: KeyPath) -> SentLink:
    """Mail a member of staff a link to set a password: an invitation to whoever never signed in."""
    wish = SendStaffLink(by=caller.principal, operator_id=caller.operator_id, staff_id=StaffId(staff_id))
    return SentLink(letter_id=await services.dispatcher.dispatch(wish))


@router.get("/staff/{staff_id}/sign-ins", tags=["staff"])
async def list_staff_sign_ins(caller: StaffKeeper, services: Given, staff_id: KeyPath) -> SignInList:
    """List where a member of staff is signed in; `DELETE /auth/sign-ins/{id}` ends one."""
    wish = tenants.ListStaffSignIns(by=caller.principal, staff_id=StaffId(staff_id))
    return show_sign_ins(await services.dispatcher.dispatch(wish), current=caller.principal.sign_in_id)


@router.get("/staff/{staff_id}/second-factors", tags=["staff"])
async def get_staff_second_factors(caller: StaffKeeper, services: Given, staff_id: KeyPath) -> SecondFactors:
    """Show what a member of staff has set up beside the password."""
    wish = FindSecondFactors(by=caller.principal, staff_id=StaffId(staff_id))
    return SecondFactors.model_validate(await services.dispatcher.dispatch(wish))


@router.delete("/staff/{staff_id}/second-factors", status_code=204, tags=["staff"])
async def reset_staff_second_factors(caller: StaffKeeper, services: Given, staff_id: KeyPath) -> None:
    """Take phone and passkeys from somebody who lost them; all their sign-ins end."""
    await services.dispatcher.dispatch(
        ResetSecondFactors(by=caller.principal, operator_id=caller.operator_id, staff_id=StaffId(staff_id))
    )


@router.get("/api-keys", tags=["api keys"])
async def list_api_keys(
    caller: StaffKeeper, services: Given, query: Annotated[people.ApiKeyQuery, Query()]
) -> ApiKeyPage:
    """List the operator's keys for programs."""
    async with services.databases.read() as connection:
        return await people.list_api_keys(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/api-keys", status_code=201, tags=["api keys"])
async def create_api_key(caller: StaffKeeper, services: Given, body: ApiKeyBody) -> NewApiKey:
    """Give a program access. The key is answered this once."""
    created = await services.dispatcher.dispatch(
        tenants.CreateApiKey(
            by=caller.principal,
            operator_id=caller.operator_id,
            name=body.name,
            role=body.role,
            site_ids=tuple(SiteId(site_id) for site_id in body.site_ids),
            is_platform=body.is_platform,
            expires_at=body.expires_at,
        )
    )
    return NewApiKey(api_key=show_api_key(created.api_key), secret=created.secret.text)


@router.delete("/api-keys/{api_key_id}", status_code=204, tags=["api keys"])
async def revoke_api_key(caller: StaffKeeper, services: Given, api_key_id: KeyPath) -> None:
    """End a key at once."""
    await services.dispatcher.dispatch(
        tenants.RevokeApiKey(by=caller.principal, operator_id=caller.operator_id, api_key_id=ApiKeyId(api_key_id))
    )


@router.get("/audit", tags=["audit"])
async def list_audit(caller: Auditor, services: Given, query: Annotated[people.AuditQuery, Query()]) -> AuditPage:
    """List who did what to which thing, the newest first."""
    async with services.databases.read() as connection:
        return await people.list_audit(connection, caller.scope, query, limit=bound_rows(services, query))


def show_staff(staff: tenants.StaffMember) -> StaffMember:
    """Return the member of staff as callers see them."""
    return StaffMember.model_validate(staff)


def show_api_key(api_key: tenants.ApiKey) -> ApiKey:
    """Return the key as callers see it."""
    return ApiKey.model_validate(api_key)
