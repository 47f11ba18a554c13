from typing import Annotated

from fastapi import APIRouter, Query, Response

from busbar.api.bodies.charging import TokenBody, TokenGroupBody, TokenPatch, TokenReplaceBody
from busbar.api.callers import AccessKeeper, Reader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import GroupPath, TokenPath
from busbar.api.remembering import forget_at_stations
from busbar.api.services import Given
from busbar.canon.access import FindToken, PutGroup, PutToken, RemoveGroup, RemoveToken, ReplaceToken
from busbar.kernel.ids import DriverId, PartnerId, SiteId
from busbar.views import drivers, tokens
from busbar.views.shapes.access import Token, TokenGroup, TokenGroupPage, TokenPage

router = APIRouter(tags=["tokens"])

_CREATED = 201


@router.get("/tokens")
async def list_tokens(caller: Reader, services: Given, query: Annotated[tokens.TokenQuery, Query()]) -> TokenPage:
    """List the operator's id tokens."""
    async with services.databases.read() as connection:
        return await tokens.list_tokens(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/tokens/{value}")
async def get_token(caller: Reader, services: Given, value: TokenPath) -> Token:
    """Show one token."""
    return await _read_token(services, caller, value)


@router.put("/tokens/{value}", responses={201: {"model": Token, "description": "Registered."}})
async def put_token(
    caller: AccessKeeper, services: Given, value: TokenPath, body: TokenBody, response: Response
) -> Token:
    """Register a token, or make the one with this value exactly this. A repeat changes nothing."""
    if await _put_token(services, caller, value, body):
        response.status_code = _CREATED
    return await _read_token(services, caller, value)


@router.patch("/tokens/{value}")
async def update_token(caller: AccessKeeper, services: Given, value: TokenPath, body: TokenPatch) -> Token:
    """Change a token: block, freeze or report it lost, give it to a driver, let it expire."""
    before = await _read_token(services, caller, value)
    values = {name: getattr(before, name) for name in TokenBody.model_fields}
    nullable = {"driver_id", "group", "valid_from", "expires_at", "partner_id"}
    given = body.model_dump(exclude_unset=True)
    values |= {name: item for name, item in given.items() if item is not None or name in nullable}
    if values["partner_id"] is None and "contract_id" not in given:
        values["contract_id"] = ""  # it was with the partner that the token is no longer of
    await _put_token(services, caller, before.value, TokenBody.model_validate(values))
    return await _read_token(services, caller, value)


@router.post("/tokens/{value}/replace", status_code=201)
async def replace_token(caller: AccessKeeper, services: Given, value: TokenPath, body: TokenReplaceBody) -> Token:
    """Let another token take the place of this one, which is refused from now on; answers the new one."""
    before = await _read_token(services, caller, value)
    new = await services.dispatcher.dispatch(
        ReplaceToken(
            operator_id=caller.operator_id,
            actor=caller.actor,
            value=before.value,
            new_value=body.value,
            label=body.label,
        )
    )
    await _forget(services, caller, before.value)
    return await _read_token(services, caller, new.value)


async def _forget(services: Given, caller: StaffCaller, value: str) -> None:
    token = await services.dispatcher.dispatch(FindToken(operator_id=caller.operator_id, value=value))
    await forget_at_stations(services, caller.actor, token)


@router.delete("/tokens/{value}", status_code=204)
async def delete_token(caller: AccessKeeper, services: Given, value: TokenPath) -> None:
    """Forget a token; its sessions stay."""
    await services.dispatcher.dispatch(RemoveToken(operator_id=caller.operator_id, actor=caller.actor, value=value))


@router.get("/token-groups")
async def list_token_groups(
    caller: Reader, services: Given, query: Annotated[tokens.GroupQuery, Query()]
) -> TokenGroupPage:
    """List the operator's token groups."""
    async with services.databases.read() as connection:
        return await tokens.list_groups(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/token-groups/{value}")
async def get_token_group(caller: Reader, services: Given, value: GroupPath) -> TokenGroup:
    """Show one group."""
    return await _read_group(services, caller, value)


@router.put("/token-groups/{value}", responses={201: {"model": TokenGroup, "description": "Made."}})
async def put_token_group(
    caller: AccessKeeper, services: Given, value: GroupPath, body: TokenGroupBody, response: Response
) -> TokenGroup:
    """Make a group, or make the one with this value exactly this."""
    put = await services.dispatcher.dispatch(
        PutGroup(
            operator_id=caller.operator_id,
            actor=caller.actor,
            value=value,
            name=body.name,
            concurrency=body.concurrency,
        )
    )
    if put.is_new:
        response.status_code = _CREATED
    return await _read_group(services, caller, value)


@router.delete("/token-groups/{value}", status_code=204)
async def delete_token_group(caller: AccessKeeper, services: Given, value: GroupPath) -> None:
    """Forget a group that has no tokens."""
    await services.dispatcher.dispatch(RemoveGroup(operator_id=caller.operator_id, actor=caller.actor, value=value))


async def _read_token(services: Given, caller: StaffCaller, value: str) -> Token:
    async with services.databases.read() as connection:
        return await tokens.read_token(connection, caller.scope, value)


async def _read_group(services: Given, caller: StaffCaller, value: str) -> TokenGroup:
    async with services.databases.read() as connection:
        return await tokens.read_group(connection, caller.scope, value)


async def _put_token(services: Given, caller: StaffCaller, value: str, body: TokenBody) -> bool:
    """Put the token; tell whether it is new."""
    if body.driver_id is not None:
        async with services.databases.read() as connection:
            await drivers.check_driver(connection, caller.scope, body.driver_id)
    put = await services.dispatcher.dispatch(
        PutToken(
            operator_id=caller.operator_id,
            actor=caller.actor,
            value=value,
            kind=body.kind,
            label=body.label,
            status=body.status,
            concurrency=body.concurrency,
            driver_id=None if body.driver_id is None else DriverId(body.driver_id),
            group=body.group,
            valid_from=body.valid_from,
            expires_at=body.expires_at,
            site_ids=tuple(SiteId(site_id) for site_id in body.site_ids),
            partner_id=None if body.partner_id is None else PartnerId(body.partner_id),
            contract_id=body.contract_id,
        )
    )
    await forget_at_stations(services, caller.actor, put.token)
    return put.is_new
