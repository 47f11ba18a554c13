"""Sending a request to a station and telling what became of it."""

import msgspec

from busbar.api.callers import StaffCaller
from busbar.api.parameters import make_command_id
from busbar.api.services import Services
from busbar.canon.control import AnyStationRequest, CommandOutcome, SendStationCommand
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
    timeout_s: int | None,
) -> CommandResult:
    """Send a request to a station that the caller may see, and wait.

    Errors: `not_found.station`, `conflict.command`.
    """
    async with services.databases.read() as connection:
        await stations.check_station(connection, caller.scope, station_id)
    command_id = make_command_id(actor=caller.actor, key=key, ids=services.ids)
    outcome = await services.station_commands.run(
        SendStationCommand(
            command_id=command_id,
            operator_id=caller.operator_id,
            station_id=station_id,
            request=request,
            requested_by=caller.actor,
            timeout_s=timeout_s or services.settings.call_timeout_s,
        )
    )
    return show_outcome(command_id, outcome)


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
