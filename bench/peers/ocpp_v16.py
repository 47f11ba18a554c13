"""A central system as the package `ocpp` documents it: OCPP 1.6, schemas checked both ways, nothing kept."""

import itertools
from datetime import UTC, datetime

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import Action, AuthorizationStatus, RegistrationStatus

from bench.peers.serving import BACKLOG, serve

ACCEPTED = IdTagInfo(status=AuthorizationStatus.accepted)
numbers = itertools.count(1)


def stamp() -> str:
    """Return the time as messages carry it."""
    return datetime.now(tz=UTC).isoformat()


class CentralSystem(ChargePoint):
    """Accepts everything."""

    @on(Action.boot_notification)
    def on_boot_notification(self, **_: object) -> call_result.BootNotification:
        """Accept the station."""
        return call_result.BootNotification(current_time=stamp(), interval=300, status=RegistrationStatus.accepted)

    @on(Action.heartbeat)
    def on_heartbeat(self) -> call_result.Heartbeat:
        """Tell the time."""
        return call_result.Heartbeat(current_time=stamp())

    @on(Action.status_notification)
    def on_status_notification(self, **_: object) -> call_result.StatusNotification:
        """Take note."""
        return call_result.StatusNotification()

    @on(Action.authorize)
    def on_authorize(self, **_: object) -> call_result.Authorize:
        """Accept the token."""
        return call_result.Authorize(id_tag_info=ACCEPTED)

    @on(Action.start_transaction)
    def on_start_transaction(self, **_: object) -> call_result.StartTransaction:
        """Give the transaction a number."""
        return call_result.StartTransaction(transaction_id=next(numbers), id_tag_info=ACCEPTED)

    @on(Action.meter_values)
    def on_meter_values(self, **_: object) -> call_result.MeterValues:
        """Take note."""
        return call_result.MeterValues()

    @on(Action.stop_transaction)
    def on_stop_transaction(self, **_: object) -> call_result.StopTransaction:
        """Take note."""
        return call_result.StopTransaction(id_tag_info=ACCEPTED)


async def connected(websocket: websockets.ServerConnection) -> None:
    """Speak with one station until it hangs up."""
    try:
        await CentralSystem(websocket.request.path.strip("/"), websocket).start()
    except websockets.ConnectionClosed:
        return


async def listen(port: int) -> object:
    """Open the port."""
    return await websockets.serve(connected, "127.0.0.1", port, subprotocols=["ocpp1.6"], backlog=BACKLOG)


if __name__ == "__main__":
    serve(listen)
