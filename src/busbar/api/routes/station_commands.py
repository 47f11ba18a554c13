from typing import Annotated

import msgspec
from fastapi import APIRouter, Query

from busbar.api.bodies.control import (
    AvailabilityBody,
    ClearProfilesBody,
    GetVariablesBody,
    OcppCallBody,
    RemoteStartBody,
    RemoteStopBody,
    ResetBody,
    SetProfileBody,
    SetVariablesBody,
    TriggerBody,
    UnlockBody,
)
from busbar.api.callers import Controller, NetworkKeeper, Reader
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, StationPath
from busbar.api.profiles import choose_optional, choose_profile, make_profile
from busbar.api.sending import send
from busbar.api.services import Given
from busbar.canon.access import IdToken
from busbar.canon.control import (
    CancelStationCommand,
    ChangeAvailability,
    ClearProfiles,
    GetVariables,
    RawCall,
    RemoteStart,
    RemoteStop,
    Reset,
    SetProfile,
    SetVariables,
    Trigger,
    Unlock,
    VariableRef,
    VariableValue,
)
from busbar.kernel.ids import CommandId, TransactionRef
from busbar.views import commands, stations
from busbar.views.shapes.control import CommandResult, StationCommand, StationCommandPage

router = APIRouter(tags=["station commands"])


@router.get("/commands")
async def list_commands(
    caller: Reader, services: Given, query: Annotated[commands.AllCommandsQuery, Query()]
) -> StationCommandPage:
    """List what stations were asked to do and what became of it, the newest first."""
    async with services.databases.read() as connection:
        return await commands.list_all_commands(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/stations/{station_id}/commands")
async def list_station_commands(
    caller: Reader, services: Given, station_id: StationPath, query: Annotated[commands.CommandQuery, Query()]
) -> StationCommandPage:
    """List what the station was asked to do and what became of it, the newest first."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
        return await commands.list_commands(
            connection, caller.scope, station_id, query, limit=bound_rows(services, query)
        )


@router.get("/stations/{station_id}/commands/{command_id}")
async def get_station_command(
    caller: Reader, services: Given, station_id: StationPath, command_id: KeyPath
) -> StationCommand:
    """Show one request to the station and what became of it."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
        return await commands.read_command(connection, caller.scope, station_id, command_id)


@router.post("/stations/{station_id}/commands/{command_id}/cancel")
async def cancel_station_command(
    caller: Controller, services: Given, station_id: StationPath, command_id: KeyPath
) -> StationCommand:
    """Take back a request that is `queued`: it ends as `undelivered`. One that was sent cannot be taken back."""
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
    wish = CancelStationCommand(
        operator_id=caller.operator_id,
        actor=caller.actor,
        station_id=station_id,
        command_id=CommandId(command_id),
    )
    await services.dispatcher.dispatch(wish)
    async with services.databases.read() as connection:
        return await commands.read_command(connection, caller.scope, station_id, command_id)


@router.post("/stations/{station_id}/commands/reset")
async def reset_station(
    caller: Controller, services: Given, station_id: StationPath, body: ResetBody, key: IdempotencyKey = None
) -> CommandResult:
    """Restart the station or one of its EVSEs."""
    request = Reset(kind=body.kind, evse_id=body.evse_id)
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/unlock")
async def unlock_connector(
    caller: Controller, services: Given, station_id: StationPath, body: UnlockBody, key: IdempotencyKey = None
) -> CommandResult:
    """Release the cable lock of a connector."""
    request = Unlock(evse_id=body.evse_id, connector_id=body.connector_id)
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/availability")
async def change_availability(
    caller: Controller, services: Given, station_id: StationPath, body: AvailabilityBody, key: IdempotencyKey = None
) -> CommandResult:
    """Put the station, an EVSE or a connector into or out of service."""
    request = ChangeAvailability(is_operative=body.is_operative, evse_id=body.evse_id, connector_id=body.connector_id)
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/trigger")
async def trigger_message(
    caller: Controller, services: Given, station_id: StationPath, body: TriggerBody, key: IdempotencyKey = None
) -> CommandResult:
    """Ask the station to send a message now."""
    request = Trigger(topic=body.topic, evse_id=body.evse_id, connector_id=body.connector_id)
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/variables/get")
async def get_variables(
    caller: Controller, services: Given, station_id: StationPath, body: GetVariablesBody, key: IdempotencyKey = None
) -> CommandResult:
    """Read settings of the station. All of a 2.x station's come later, as reports: see `GET …/variables`."""
    request = GetVariables(refs=tuple(msgspec.convert(ref.model_dump(), VariableRef) for ref in body.variables))
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/variables/set")
async def set_variables(
    caller: NetworkKeeper,
    services: Given,
    station_id: StationPath,
    body: SetVariablesBody,
    key: IdempotencyKey = None,
) -> CommandResult:
    """Change settings of the station."""
    values = tuple(
        VariableValue(ref=msgspec.convert(item.model_dump(exclude={"value"}), VariableRef), value=item.value)
        for item in body.variables
    )
    return await send(services, caller, station_id, SetVariables(values=values), key=key, terms=body)


@router.post("/stations/{station_id}/commands/profile/set")
async def set_profile(
    caller: Controller, services: Given, station_id: StationPath, body: SetProfileBody, key: IdempotencyKey = None
) -> CommandResult:
    """Install a charging profile, written out or a template's."""
    profile = await choose_profile(services, caller, profile=body.profile, template_id=body.template_id)
    request = SetProfile(profile=make_profile(profile), evse_id=body.evse_id)
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/profile/clear")
async def clear_profiles(
    caller: Controller, services: Given, station_id: StationPath, body: ClearProfilesBody, key: IdempotencyKey = None
) -> CommandResult:
    """Remove charging profiles: by id, or all that match."""
    request = ClearProfiles(
        profile_id=body.profile_id, evse_id=body.evse_id, purpose=body.purpose, stack_level=body.stack_level
    )
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/remote-start")
async def remote_start(
    caller: Controller, services: Given, station_id: StationPath, body: RemoteStartBody, key: IdempotencyKey = None
) -> CommandResult:
    """Send the protocol's own remote start, without a session made first."""
    profile = await choose_optional(services, caller, profile=body.profile, template_id=body.template_id)
    request = RemoteStart(
        id_token=IdToken(value=body.id_token.value, kind=body.id_token.kind),
        remote_start_id=body.remote_start_id or int(services.ids.new()[-7:], 16),
        evse_id=body.evse_id,
        connector_id=body.connector_id,
        profile=profile,
    )
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/commands/remote-stop")
async def remote_stop(
    caller: Controller, services: Given, station_id: StationPath, body: RemoteStopBody, key: IdempotencyKey = None
) -> CommandResult:
    """Send the protocol's own remote stop, for any transaction."""
    request = RemoteStop(transaction_ref=TransactionRef(body.transaction_ref))
    return await send(services, caller, station_id, request, key=key, terms=body)


@router.post("/stations/{station_id}/ocpp")
async def call_ocpp(
    caller: NetworkKeeper, services: Given, station_id: StationPath, body: OcppCallBody, key: IdempotencyKey = None
) -> CommandResult:
    """Send any request of the station's protocol version, checked against its schema, and wait for the answer.

    `outcome` is `undelivered` when the station is not connected (with `expires_at`: `queued`), `timed_out` when it
    does not answer in time; `answer` is its CALLRESULT, `error` its CALLERROR. A payload that breaks the schema is
    refused, and nothing is sent.
    """
    request = RawCall(action=body.action, payload_json=msgspec.json.encode(body.payload).decode())
    return await send(services, caller, station_id, request, key=key, terms=body)
