"""Sending a request to a station and telling what became of it."""

import msgspec

from busbar.api.bodies.control import TimedBody
from busbar.api.callers import StaffCaller
from busbar.api.parameters import make_command_id
from busbar.api.services import Services
from busbar.canon.control import AnyStationRequest, CommandOutcome, RawCall, SendStationCommand
from busbar.canon.tenants import RecordAudit
from busbar.gateways.ocpp.raw import check_request
from busbar.kernel.ids import CommandId, StationId
from busbar.views import commands, stations
from busbar.views.shapes.control import CommandResult, VariableAnswer


async def send(
    services: Services,
    caller: StaffCaller,
    station_id: StationId,
    request: AnyStationRequest,
    *,
    key: str | None,
    terms: TimedBody,
) -> CommandResult:
    """Send a request to a station that the caller may see, and wait.

    Errors: `not_found.station`, `conflict.command`, `invalid.ocpp_request` (fact `path`), `invalid.expiry`,
    `invalid.queued_secret`, `limit_exceeded.station_commands`.
    """
    async with services.databases.read() as connection:
        protocol = await stations.find_protocol(connection, caller.scope, station_id)
    if isinstance(request, RawCall) and protocol is not None:
        check_request(protocol, request.action, request.payload_json)
    command_id = make_command_id(actor=caller.actor, key=key, ids=services.ids)
    await services.dispatcher.dispatch(_describe(caller, station_id, command_id, request))
    outcome = await services.station_commands.run(
        SendStationCommand(
            command_id=command_id,
            operator_id=caller.operator_id,
            station_id=station_id,
            request=request,
            requested_by=caller.actor,
            timeout_s=terms.timeout_s or services.settings.call_timeout_s,
            expires_at=terms.expires_at,
        )
    )
    return show_outcome(command_id, outcome)


def _describe(
    caller: StaffCaller, station_id: StationId, command_id: CommandId, request: AnyStationRequest
) -> RecordAudit:
    """Say who asks for what. The content stands with the command itself, where secrets are masked."""
    detail = {"request": type(request).__name__, "command_id": command_id}
    if isinstance(request, RawCall):
        detail["action"] = request.action
    return RecordAudit(
        operator_id=caller.operator_id,
        actor=caller.actor,
        action="station.command",
        subject=f"station:{station_id}",
        detail=detail,
    )


def show_outcome(command_id: CommandId, outcome: CommandOutcome) -> CommandResult:
    """Return the outcome as callers see it."""
    answer, error = commands.read_answer(outcome)
    return CommandResult(
        command_id=command_id,
        outcome=outcome.outcome,
        status=outcome.status,
        answer=answer,
        error=error,
        values=[
            VariableAnswer(
                **msgspec.structs.asdict(value.ref),
                value=value.value,
                is_readonly=value.is_readonly,
                status=value.status,
            )
            for value in outcome.values
        ],
    )
