from typing import Annotated

from fastapi import APIRouter, Body, Response
from fastapi.responses import JSONResponse

from busbar.api.bodies.branding import AppBrandBody
from busbar.api.callers import (
    AnyVisitor,
    NetworkKeeper,
    OperatorChoice,
    Reader,
    StaffCaller,
    choose_operator,
)
from busbar.api.permissions import demand_whole_operator
from busbar.api.services import Given
from busbar.canon import branding as canon
from busbar.canon.tenants import FindOperator
from busbar.views import branding
from busbar.views.shapes.branding import AppBrand, AppManifest, PublicBrand

router = APIRouter(tags=["driver app"])
driver_router = APIRouter(prefix="/driver", tags=["driver"])
LOGO: dict[int | str, dict[str, object]] = {200: {"description": "The logo.", "content": {"image/png": {}}}}


@router.get("/app-brand")
async def get_app_brand(caller: Reader, services: Given) -> AppBrand:
    """Show how the operator's driver app looks and what it says."""
    return await _read(services, caller)


@router.put("/app-brand")
async def put_app_brand(caller: NetworkKeeper, services: Given, body: AppBrandBody) -> AppBrand:
    """Say how the operator's driver app looks and what it says."""
    demand_whole_operator(caller.principal)
    brand = canon.AppBrand(**body.model_dump())
    await services.dispatcher.dispatch(
        canon.PutAppBrand(operator_id=caller.operator_id, actor=caller.actor, brand=brand)
    )
    return await _read(services, caller)


@router.put("/app-brand/logo")
async def put_app_logo(
    caller: NetworkKeeper,
    services: Given,
    content: Annotated[bytes, Body(media_type="application/octet-stream", min_length=1, max_length=200_000)],
) -> AppBrand:
    """Keep a logo: a square PNG of 192 to 1024 pixels."""
    demand_whole_operator(caller.principal)
    await services.dispatcher.dispatch(
        canon.PutAppLogo(operator_id=caller.operator_id, actor=caller.actor, content=content)
    )
    return await _read(services, caller)


@router.delete("/app-brand/logo", status_code=204)
async def remove_app_logo(caller: NetworkKeeper, services: Given) -> None:
    """Forget the logo."""
    demand_whole_operator(caller.principal)
    await services.dispatcher.dispatch(canon.RemoveAppLogo(operator_id=caller.operator_id, actor=caller.actor))


@driver_router.get("/brand")
async def get_public_brand(visitor: AnyVisitor, services: Given, operator: OperatorChoice = None) -> PublicBrand:
    """Show how the driver app looks under this address. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        return branding.publish(await branding.read_brand(connection, chosen))


@driver_router.get("/brand/logo", response_class=Response, responses=LOGO)
async def get_public_logo(visitor: AnyVisitor, services: Given, operator: OperatorChoice = None) -> Response:
    """Show the logo. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        logo = await branding.read_logo(connection, chosen.operator_id)
    headers = {"Cache-Control": "public, max-age=3600", "ETag": f'"{logo.digest[:32]}"'}
    return Response(logo.content, media_type="image/png", headers=headers)


class ManifestResponse(JSONResponse):
    """A web app manifest."""

    media_type = "application/manifest+json"


@driver_router.get("/manifest", response_model=AppManifest, response_class=ManifestResponse)
async def get_app_manifest(visitor: AnyVisitor, services: Given, operator: OperatorChoice = None) -> ManifestResponse:
    """Show the web app manifest under this address. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        manifest = await branding.read_manifest(connection, chosen, is_named=operator is not None)
    return ManifestResponse(manifest.model_dump())


async def _read(services: Given, caller: StaffCaller) -> AppBrand:
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    async with services.databases.read() as connection:
        return await branding.read_brand(connection, operator)
