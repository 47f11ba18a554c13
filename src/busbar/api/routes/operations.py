from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.operations import DropParcelBody
from busbar.api.callers import Mechanic, Watchman
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.services import Given
from busbar.canon.operations import DropParkedFact, RetryParkedFact
from busbar.canon.tenants import RecordAudit
from busbar.kernel.ids import FactId, StationId
from busbar.ports.parcels import ParcelNotFoundError, ParcelShelf
from busbar.views import operations
from busbar.views.shapes.operations import Operations, ParkedFactPage, ParkedParcelContent, ParkedParcelList

PARCELS_MAX = 1000

router = APIRouter(prefix="/operations", tags=["operations"])


@router.get("")
async def read_operations(_caller: Watchman, services: Given) -> Operations:
    """Show how the installation is: its processes, queues, stores and the last quarter of an hour."""
    return operations.combine(await services.watch.glance(), now=services.clock.now())


@router.get("/parked-facts")
async def list_parked_facts(
    _caller: Watchman, services: Given, query: Annotated[operations.ParkedFactQuery, Query()]
) -> ParkedFactPage:
    """List facts of all operators that one of their listeners could not take, the newest first."""
    async with services.databases.read() as connection:
        return await operations.list_parked(connection, query, limit=bound_rows(services, query))


@router.post("/parked-facts/{fact_id}/{consumer}/retry", status_code=204)
async def retry_parked_fact(caller: Mechanic, services: Given, fact_id: KeyPath, consumer: KeyPath) -> None:
    """Deliver a parked fact once more. If it fails again as often as before, it is parked again."""
    station_id = await _find_station(services, fact_id, consumer)
    await services.dispatcher.dispatch(
        RetryParkedFact(by=caller.principal, fact_id=FactId(fact_id), consumer=consumer, station_id=station_id)
    )


@router.delete("/parked-facts/{fact_id}/{consumer}", status_code=204)
async def drop_parked_fact(caller: Mechanic, services: Given, fact_id: KeyPath, consumer: KeyPath) -> None:
    """Give a parked fact up for good: its listener will never hear it."""
    station_id = await _find_station(services, fact_id, consumer)
    await services.dispatcher.dispatch(
        DropParkedFact(by=caller.principal, fact_id=FactId(fact_id), consumer=consumer, station_id=station_id)
    )


@router.get("/parked-parcels")
async def list_parked_parcels(
    _caller: Watchman, services: Given, limit: Annotated[int, Query(ge=1, le=PARCELS_MAX)] = 100
) -> ParkedParcelList:
    """List messages on their way to a core that none could handle, the oldest first."""
    if services.parcels is None:
        return ParkedParcelList(is_network=False, items=[])
    found = await services.parcels.list_all(limit=limit)
    return ParkedParcelList(is_network=True, items=[operations.shape_parcel(parcel) for parcel in found])


@router.get("/parked-parcels/{parked_id}")
async def read_parked_parcel(_caller: Mechanic, services: Given, parked_id: KeyPath) -> ParkedParcelContent:
    """Show what is in a parked parcel: what stations reported, and of requests only that they are there."""
    return operations.shape_content(await _shelf(services, parked_id).read(parked_id))


@router.post("/parked-parcels/{parked_id}/replay", status_code=204)
async def replay_parked_parcel(caller: Mechanic, services: Given, parked_id: KeyPath) -> None:
    """Send a parked parcel to its partition once more. What of it was done already is not done again."""
    await _shelf(services, parked_id).replay(parked_id)
    await _note(caller, services, "parcel.replay", parked_id)


@router.post("/parked-parcels/{parked_id}/drop", status_code=204)
async def drop_parked_parcel(caller: Mechanic, services: Given, parked_id: KeyPath, body: DropParcelBody) -> None:
    """Forget a parked parcel for good, and say why. Nobody was told that what is in it was taken."""
    await _shelf(services, parked_id).drop(parked_id)
    await _note(caller, services, "parcel.drop", parked_id, reason=body.reason)


def _shelf(services: Given, parked_id: str) -> ParcelShelf:
    if services.parcels is None:
        raise ParcelNotFoundError("no such parcel is parked", parked_id=parked_id)
    return services.parcels


async def _note(caller: Mechanic, services: Given, action: str, parked_id: str, **detail: str) -> None:
    await services.dispatcher.dispatch(
        RecordAudit(
            operator_id=caller.operator_id,
            actor=caller.actor,
            action=action,
            subject=f"parcel:{parked_id}",
            detail=detail,
        )
    )


async def _find_station(services: Given, fact_id: str, consumer: str) -> StationId | None:
    async with services.databases.read() as connection:
        found = await operations.read_parked(connection, fact_id, consumer)
    return None if found.station_id is None else StationId(found.station_id)
