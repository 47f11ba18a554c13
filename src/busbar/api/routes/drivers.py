from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.charging import DriverBody, DriverPatch
from busbar.api.callers import AccessKeeper, Reader, StaffCaller
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath
from busbar.api.services import Given
from busbar.canon import drivers as canon
from busbar.canon.entry import SendDriverLink
from busbar.kernel.ids import DriverId
from busbar.views import drivers
from busbar.views.shapes.access import Driver, DriverPage
from busbar.views.shapes.people import NewPassword, SentLink

router = APIRouter(tags=["drivers"])


@router.get("/drivers")
async def list_drivers(caller: Reader, services: Given, query: Annotated[drivers.DriverQuery, Query()]) -> DriverPage:
    """List the operator's drivers."""
    async with services.databases.read() as connection:
        return await drivers.list_drivers(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/drivers", status_code=201)
async def create_driver(caller: AccessKeeper, services: Given, body: DriverBody, key: IdempotencyKey = None) -> Driver:
    """Enter a driver who did not sign up; `reset-password` lets them sign in."""
    command = canon.CreateDriver(
        operator_id=caller.operator_id,
        actor=caller.actor,
        email=body.email,
        display_name=body.display_name,
        language=body.language,
    )
    created = await perform(services, caller, command, key=key, reply=canon.Driver)
    return await _read(services, caller, created.driver_id)


@router.get("/drivers/{driver_id}")
async def get_driver(caller: Reader, services: Given, driver_id: KeyPath) -> Driver:
    """Show one driver."""
    return await _read(services, caller, driver_id)


@router.patch("/drivers/{driver_id}")
async def update_driver(caller: AccessKeeper, services: Given, driver_id: KeyPath, body: DriverPatch) -> Driver:
    """Change a driver, or refuse all their tokens (`is_blocked`).

    `group` is also that of the driver's tokens that have none of their own, the app's too.
    """
    if any(each is not None for each in (body.email, body.display_name, body.language, body.group)):
        await services.dispatcher.dispatch(
            canon.UpdateDriver(
                operator_id=caller.operator_id,
                actor=caller.actor,
                driver_id=DriverId(driver_id),
                email=body.email,
                display_name=body.display_name,
                language=body.language,
                group=body.group,
            )
        )
    if body.is_blocked is not None:
        await services.dispatcher.dispatch(
            canon.BlockDriver(
                operator_id=caller.operator_id,
                actor=caller.actor,
                driver_id=DriverId(driver_id),
                is_blocked=body.is_blocked,
            )
        )
    return await _read(services, caller, driver_id)


@router.delete("/drivers/{driver_id}", status_code=204)
async def erase_driver(caller: AccessKeeper, services: Given, driver_id: KeyPath) -> None:
    """Forget a person: personal data, sign-ins and tokens go; the sessions stay with an id that means nobody."""
    await services.dispatcher.dispatch(
        canon.EraseDriver(operator_id=caller.operator_id, actor=caller.actor, driver_id=DriverId(driver_id))
    )


@router.post("/drivers/{driver_id}/reset-password")
async def reset_driver_password(caller: AccessKeeper, services: Given, driver_id: KeyPath) -> NewPassword:
    """Make a new password for a driver who forgot theirs, answered once; all their sign-ins end."""
    made = await services.dispatcher.dispatch(
        canon.ResetDriverPassword(operator_id=caller.operator_id, actor=caller.actor, driver_id=DriverId(driver_id))
    )
    return NewPassword(password=made.text)


@router.post("/drivers/{driver_id}/send-link", status_code=202)
async def send_driver_link(caller: AccessKeeper, services: Given, driver_id: KeyPath) -> SentLink:
    """Mail a driver a link to set a password: an invitation to whoever never signed in."""
    wish = SendDriverLink(operator_id=caller.operator_id, actor=caller.actor, driver_id=DriverId(driver_id))
    return SentLink(letter_id=await services.dispatcher.dispatch(wish))


async def _read(services: Given, caller: StaffCaller, driver_id: str) -> Driver:
    async with services.databases.read() as connection:
        return await drivers.read_driver(connection, caller.scope, driver_id)
