"""A CSMS as the package `ocpp` documents it: OCPP 2.0.1, schemas checked both ways, nothing kept."""

from datetime import UTC, datetime

import websockets
from ocpp.routing import on
from ocpp.v201 import ChargePoint, call_result
from ocpp.v201.datatypes import IdTokenInfoType
from ocpp.v201.enums import Action, AuthorizationStatusEnumType, RegistrationStatusEnumType

from bench.peers.serving import BACKLOG, serve

ACCEPTED = IdTokenInfoType(status=AuthorizationStatusEnumType.accepted)


def stamp() -> str:
    """Return the time as messages carry it."""
    return datetime.now(tz=UTC).isoformat()


class Csms(ChargePoint):
    """Accepts everything."""

    @on(Action.boot_notification)
    def on_boot_notification(self, **_: object) -> call_result.BootNotification:
        """Accept the station."""
        return call_result.BootNotification(
            current_time=stamp(), interval=300, status=RegistrationStatusEnumType.accepted
        )

    @on(Action.heartbeat)
    def on_heartbeat(self) -> call_result.Heartbeat:
        """Tell the time."""
        return call_result.Heartbeat(current_time=stamp())

    @on(Action.status_notification)
    def on_status_notification(self, **_: object) -> call_result.StatusNotification:
        """Take note."""
        return call_result.StatusNotification()

    @on(Action.notify_event)
    def on_notify_event(self, **_: object) -> call_result.NotifyEvent:
        """Take note."""
        return call_result.NotifyEvent()

    @on(Action.transaction_event)
    def on_transaction_event(
        self, id_token: dict[str, object] | None = None, **_: object
    ) -> call_result.TransactionEvent:
        """Accept the token where one is given."""
        return call_result.TransactionEvent(id_token_info=ACCEPTED if id_token else None)


async def connected(websocket: websockets.ServerConnection) -> None:
    """Speak with one station until it hangs up."""
    try:
        await Csms(websocket.request.path.strip("/"), websocket).start()
    except websockets.ConnectionClosed:
        return


async def listen(port: int) -> object:
    """Open the port."""
    return await websockets.serve(connected, "127.0.0.1", port, subprotocols=["ocpp2.0.1"], backlog=BACKLOG)


if __name__ == "__main__":
    serve(listen)
