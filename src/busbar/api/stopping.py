"""Ending a session on somebody's wish."""

from busbar.api.callers import DriverCaller, StaffCaller
from busbar.api.parameters import make_command_id
from busbar.api.services import Services
from busbar.canon.sessions import CloseSession, StopSession
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import CommandId, SessionId

NOT_ACTIVE = "conflict.session_not_active"


async def stop_or_cancel(
    services: Services, caller: StaffCaller | DriverCaller, session_id: str, *, key: str | None
) -> CommandId | None:
    """Ask the station to end the session, or give up a start that has not begun; return the station command, if any.

    Errors: `not_found.session`, `conflict.session_not_active` (it is over), `conflict.command`.
    """
    stop = StopSession(
        command_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
        operator_id=caller.operator_id,
        session_id=SessionId(session_id),
        requested_by=caller.actor,
    )
    try:
        return await services.dispatcher.dispatch(stop)
    except ConflictError as error:
        if error.code != NOT_ACTIVE:
            raise
        cancel = CloseSession(
            operator_id=caller.operator_id,
            session_id=SessionId(session_id),
            requested_by=caller.actor,
            is_cancellation=True,
        )
        try:
            await services.dispatcher.dispatch(cancel)
        except ConflictError:
            raise error from None
        return None
