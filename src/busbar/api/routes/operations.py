from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.callers import Mechanic, Watchman
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.services import Given
from busbar.canon.operations import DropParkedFact, RetryParkedFact
from busbar.kernel.ids import FactId, StationId
from busbar.views import operations
from busbar.views.shapes.operations import Operations, ParkedFactPage

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


async def _find_station(services: Given, fact_id: str, consumer: str) -> StationId | None:
    async with services.databases.read() as connection:
        found = await operations.read_parked(connection, fact_id, consumer)
    return None if found.station_id is None else StationId(found.station_id)
