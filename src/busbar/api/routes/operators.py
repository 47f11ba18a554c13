from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.people import OperatorBody, OperatorPatch
from busbar.api.callers import PlatformKeeper, SignedIn, StaffKeeper
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath
from busbar.api.services import Given
from busbar.canon import tenants
from busbar.kernel.ids import OperatorId
from busbar.views import people
from busbar.views.shapes.people import Operator, OperatorPage

router = APIRouter(prefix="/operators", tags=["operators"])


@router.get("")
async def list_operators(
    caller: SignedIn, services: Given, query: Annotated[people.OperatorQuery, Query()]
) -> OperatorPage:
    """List the operators that the caller may act for: all of them for platform staff, else one's own."""
    async with services.databases.read() as connection:
        return await people.list_operators(connection, caller.principal, query, limit=bound_rows(services, query))


@router.post("", status_code=201)
async def create_operator(
    caller: PlatformKeeper, services: Given, body: OperatorBody, key: IdempotencyKey = None
) -> Operator:
    """Add an operator to the installation."""
    command = tenants.CreateOperator(
        by=caller.principal,
        name=body.name,
        slug=body.slug,
        currency=body.currency,
        zone=body.time_zone,
        language=body.language,
    )
    return show(await perform(services, caller, command, key=key, reply=tenants.Operator))


@router.get("/{operator_id}")
async def get_operator(caller: SignedIn, services: Given, operator_id: KeyPath) -> Operator:
    """Show one operator."""
    async with services.databases.read() as connection:
        return await people.read_operator(connection, caller.principal, operator_id)


@router.patch("/{operator_id}")
async def update_operator(caller: StaffKeeper, services: Given, operator_id: KeyPath, body: OperatorPatch) -> Operator:
    """Change an operator: one's own, or any for platform staff."""
    changed = await services.dispatcher.dispatch(
        tenants.UpdateOperator(
            by=caller.principal,
            operator_id=OperatorId(operator_id),
            name=body.name,
            slug=body.slug,
            currency=body.currency,
            zone=body.time_zone,
            country=body.country,
            language=body.language,
            requires_second_factor=body.requires_second_factor,
            is_default=body.is_default,
        )
    )
    return show(changed)


def show(operator: tenants.Operator) -> Operator:
    """Return the operator as callers see it."""
    return Operator(
        operator_id=operator.operator_id,
        name=operator.name,
        slug=operator.slug,
        currency=operator.currency,
        time_zone=operator.zone,
        country=operator.country,
        language=operator.language,
        requires_second_factor=operator.requires_second_factor,
        is_default=operator.is_default,
        created_at=operator.created_at,
    )
