import io
from typing import Annotated

import msgspec
import segno
from fastapi import APIRouter, Query, Response

from busbar.api.bodies.body import EvseNumber
from busbar.api.bodies.network import (
    Connectors,
    ConnectorsBody,
    RegistrationBody,
    StationBody,
    StationPasswordBody,
    StationPatch,
)
from busbar.api.callers import NetworkKeeper, Reader, StaffCaller
from busbar.api.paging import bound_rows
from busbar.api.parameters import StationPath
from busbar.api.permissions import demand_site
from busbar.api.services import Given
from busbar.canon.stations import (
    ConnectorSpec,
    CreateStation,
    DeleteStation,
    PutConnectors,
    SetRegistration,
    SetStationPassword,
    StationSpec,
    UpdateStation,
)
from busbar.kernel.ids import SiteId, StationId
from busbar.views import station_records, stations
from busbar.views.shapes.network import (
    MadePassword,
    QuirkList,
    Station,
    StationEventPage,
    StationPage,
    VariablePage,
)

router = APIRouter(tags=["stations"])


@router.get("/stations")
async def list_stations(
    caller: Reader, services: Given, query: Annotated[stations.StationQuery, Query()]
) -> StationPage:
    """List stations with the live status of their connectors."""
    async with services.databases.read() as connection:
        return await stations.list_stations(connection, caller.scope, query, limit=bound_rows(services, query))


@router.post("/stations", status_code=201)
async def create_station(caller: NetworkKeeper, services: Given, body: StationBody) -> Station:
    """Enter a station beforehand. A second time is `conflict.station_taken`."""
    demand_site(caller.principal, body.site_id)
    await services.dispatcher.dispatch(
        CreateStation(
            operator_id=caller.operator_id,
            actor=caller.actor,
            station_id=StationId(body.station_id),
            spec=StationSpec(
                site_id=None if body.site_id is None else SiteId(body.site_id),
                name=body.name,
                note=body.note,
                is_tolerant=body.is_tolerant,
            ),
            registration=body.registration,
            connectors=_specify(body.connectors),
            password=body.password,
        )
    )
    return await read_own(services, caller, body.station_id)


@router.get("/stations/{station_id}")
async def get_station(caller: Reader, services: Given, station_id: StationPath) -> Station:
    """Show one station with its live status and what charges there."""
    return await read_own(services, caller, station_id)


@router.patch("/stations/{station_id}")
async def update_station(
    caller: NetworkKeeper, services: Given, station_id: StationPath, body: StationPatch
) -> Station:
    """Change what people entered of a station."""
    before = await read_own(services, caller, station_id)
    given = body.model_dump(exclude_unset=True)
    if "site_id" in given:
        demand_site(caller.principal, given["site_id"])
    spec = StationSpec(
        site_id=given.get("site_id", before.site_id),
        name=given.get("name") or ("" if given.get("name") == "" else before.name),
        note=given.get("note") or ("" if given.get("note") == "" else before.note),
        is_tolerant=given.get("is_tolerant", before.is_tolerant),
    )
    await services.dispatcher.dispatch(
        UpdateStation(operator_id=caller.operator_id, actor=caller.actor, station_id=station_id, spec=spec)
    )
    return await read_own(services, caller, station_id)


@router.delete("/stations/{station_id}", status_code=204)
async def delete_station(caller: NetworkKeeper, services: Given, station_id: StationPath) -> None:
    """Forget a station that is not connected; its sessions stay."""
    await read_own(services, caller, station_id)
    await services.dispatcher.dispatch(
        DeleteStation(operator_id=caller.operator_id, actor=caller.actor, station_id=station_id)
    )


@router.put("/stations/{station_id}/connectors")
async def put_connectors(
    caller: NetworkKeeper, services: Given, station_id: StationPath, body: ConnectorsBody
) -> Station:
    """Say which EVSEs and connectors the station has, in place of those known before."""
    await read_own(services, caller, station_id)
    await services.dispatcher.dispatch(
        PutConnectors(
            operator_id=caller.operator_id,
            actor=caller.actor,
            station_id=station_id,
            connectors=_specify(body.connectors),
        )
    )
    return await read_own(services, caller, station_id)


@router.put("/stations/{station_id}/registration")
async def set_registration(
    caller: NetworkKeeper, services: Given, station_id: StationPath, body: RegistrationBody
) -> Station:
    """Accept or block a station, or let it wait. A blocked one is refused at its next message and connection."""
    await read_own(services, caller, station_id)
    await services.dispatcher.dispatch(
        SetRegistration(
            operator_id=caller.operator_id, actor=caller.actor, station_id=station_id, registration=body.registration
        )
    )
    return await read_own(services, caller, station_id)


@router.put("/stations/{station_id}/password")
async def set_station_password(
    caller: NetworkKeeper, services: Given, station_id: StationPath, body: StationPasswordBody
) -> MadePassword:
    """Set the password that the station connects with. One that is made here is answered, once."""
    await read_own(services, caller, station_id)
    made = await services.dispatcher.dispatch(
        SetStationPassword(
            operator_id=caller.operator_id, actor=caller.actor, station_id=station_id, password=body.password
        )
    )
    return MadePassword(password=made)


@router.delete("/stations/{station_id}/password", status_code=204)
async def remove_station_password(caller: NetworkKeeper, services: Given, station_id: StationPath) -> None:
    """Let the station connect without a password."""
    await read_own(services, caller, station_id)
    await services.dispatcher.dispatch(
        SetStationPassword(operator_id=caller.operator_id, actor=caller.actor, station_id=station_id, is_removed=True)
    )


@router.get("/stations/{station_id}/events")
async def list_station_events(
    caller: Reader,
    services: Given,
    station_id: StationPath,
    query: Annotated[station_records.StationEventQuery, Query()],
) -> StationEventPage:
    """List what the station told, the newest first."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
        return await station_records.list_events(
            connection, caller.scope, station_id, query, limit=bound_rows(services, query)
        )


@router.get("/stations/{station_id}/quirks")
async def list_station_quirks(caller: Reader, services: Given, station_id: StationPath) -> QuirkList:
    """List how the station breaks the schema in harmless ways."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
        return await station_records.list_quirks(connection, caller.scope, station_id)


@router.get("/stations/{station_id}/variables")
async def list_station_variables(
    caller: Reader, services: Given, station_id: StationPath, query: Annotated[station_records.VariableQuery, Query()]
) -> VariablePage:
    """List the station's settings as it last told them; `commands/variables/get` asks it anew."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
        return await station_records.list_variables(
            connection, caller.scope, station_id, query, limit=bound_rows(services, query)
        )


@router.get(
    "/stations/{station_id}/qr",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}, "description": "The picture."}},
)
async def get_station_qr(
    caller: Reader, services: Given, station_id: StationPath, evse_id: EvseNumber | None = None
) -> Response:
    """Draw the QR code to put on a station or EVSE: it opens the driver app there."""
    await read_own(services, caller, station_id)
    address = stations.write_code(services.settings.public_address, station_id, evse_id)
    picture = io.BytesIO()
    segno.make_qr(address, error="q").save(picture, kind="svg", scale=8, xmldecl=False)
    return Response(picture.getvalue(), media_type="image/svg+xml")


async def read_own(services: Given, caller: StaffCaller, station_id: str) -> Station:
    """Return a station that the caller may see. Errors: `not_found.station`."""
    async with services.databases.read() as connection:
        return await stations.read_station(connection, caller.scope, station_id)


def _specify(connectors: Connectors) -> tuple[ConnectorSpec, ...]:
    return tuple(msgspec.convert(connector.model_dump(), ConnectorSpec) for connector in connectors)
