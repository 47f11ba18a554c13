"""Stations that Busbar's authors did not write: the PyPI package `ocpp` speaks, these classes decide what to say."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import websockets
from ocpp.charge_point import ChargePoint
from ocpp.routing import on
from ocpp.v16 import ChargePoint as ChargePoint16
from ocpp.v16 import call as call16
from ocpp.v16 import call_result as result16
from ocpp.v21 import ChargePoint as ChargePoint21
from ocpp.v21 import call as call21
from ocpp.v21 import call_result as result21
from ocpp.v201 import ChargePoint as ChargePoint201
from ocpp.v201 import call as call201
from ocpp.v201 import call_result as result201

from tests.patience import HANG_LIMIT_S

BEGIN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def stamp(seconds: float) -> str:
    """The station's own clock: it runs apart from ours on purpose."""
    return (BEGIN + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


class Requests:
    """What the other side asked, for a test to wait for."""

    def __init__(self):
        self._arrived: dict[str, asyncio.Queue[dict]] = {}

    def put(self, action: str, payload: dict) -> None:
        self._arrived.setdefault(action, asyncio.Queue()).put_nowait(payload)

    async def take(self, action: str) -> dict:
        async with asyncio.timeout(HANG_LIMIT_S):
            return await self._arrived.setdefault(action, asyncio.Queue()).get()


class Station16(ChargePoint16):
    """An OCPP 1.6 station."""

    subprotocol = "ocpp1.6"

    def __init__(self, station_id, connection):
        super().__init__(station_id, connection, response_timeout=HANG_LIMIT_S)
        self.asked = Requests()

    @on("RemoteStartTransaction")
    def on_remote_start(self, **payload):
        self.asked.put("RemoteStartTransaction", payload)
        return result16.RemoteStartTransaction(status="Accepted")

    @on("RemoteStopTransaction")
    def on_remote_stop(self, **payload):
        self.asked.put("RemoteStopTransaction", payload)
        return result16.RemoteStopTransaction(status="Accepted")

    @on("Reset")
    def on_reset(self, **payload):
        self.asked.put("Reset", payload)
        return result16.Reset(status="Accepted")

    @on("UnlockConnector")
    def on_unlock(self, **payload):
        return result16.UnlockConnector(status="Unlocked")

    @on("GetConfiguration")
    def on_get_configuration(self, **payload):
        keys = [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]
        return result16.GetConfiguration(configuration_key=keys, unknown_key=[])

    async def boot(self):
        return await self.call(call16.BootNotification(charge_point_vendor="Independent", charge_point_model="Sixteen"))

    async def status(self, status, connector_id=1, error_code="NoError"):
        await self.call(call16.StatusNotification(connector_id=connector_id, error_code=error_code, status=status))

    async def start(self, id_tag, *, at=0, meter_start=0, connector_id=1):
        return await self.call(
            call16.StartTransaction(
                connector_id=connector_id, id_tag=id_tag, meter_start=meter_start, timestamp=stamp(at)
            )
        )

    async def meter(self, transaction_id, at, *values, connector_id=1):
        sampled = [
            {"value": value, "measurand": measurand, "unit": unit, "context": "Sample.Periodic", "location": "Outlet"}
            for measurand, value, unit in values
        ]
        return await self.call(
            call16.MeterValues(
                connector_id=connector_id,
                transaction_id=transaction_id,
                meter_value=[{"timestamp": stamp(at), "sampledValue": sampled}],
            )
        )

    async def stop(self, transaction_id, *, at, meter_stop, reason=None, id_tag=None, data=None):
        return await self.call(
            call16.StopTransaction(
                transaction_id=transaction_id,
                meter_stop=meter_stop,
                timestamp=stamp(at),
                reason=reason,
                id_tag=id_tag,
                transaction_data=data,
            )
        )


class Station201(ChargePoint201):
    """An OCPP 2.0.1 station."""

    subprotocol = "ocpp2.0.1"
    calls = call201

    def __init__(self, station_id, connection):
        super().__init__(station_id, connection, response_timeout=HANG_LIMIT_S)
        self.asked = Requests()
        self.seq_no = 0

    @on("RequestStartTransaction")
    def on_request_start(self, **payload):
        self.asked.put("RequestStartTransaction", payload)
        return result201.RequestStartTransaction(status="Accepted")

    @on("RequestStopTransaction")
    def on_request_stop(self, **payload):
        self.asked.put("RequestStopTransaction", payload)
        return result201.RequestStopTransaction(status="Accepted")

    @on("Reset")
    def on_reset(self, **payload):
        self.asked.put("Reset", payload)
        return result201.Reset(status="Accepted")

    async def boot(self):
        return await self.call(
            self.calls.BootNotification(
                charging_station={"vendorName": "Independent", "model": "Two"}, reason="PowerUp"
            )
        )

    async def status(self, status, evse_id=1, connector_id=1):
        await self.call(
            self.calls.StatusNotification(
                timestamp=stamp(0), connector_status=status, evse_id=evse_id, connector_id=connector_id
            )
        )

    def event(self, kind, transaction_id, *, at, energy_wh=None, trigger="MeterValuePeriodic", seq_no=None, **more):
        """Make a TransactionEvent; sequence numbers count up unless one is given."""
        if seq_no is None:
            seq_no, self.seq_no = self.seq_no, self.seq_no + 1
        info = {"transactionId": transaction_id}
        for name in ("chargingState", "stoppedReason", "remoteStartId"):
            if name in more:
                info[name] = more.pop(name)
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(kind, "Sample.Periodic")
        if energy_wh is not None:
            more["meter_value"] = [
                {
                    "timestamp": stamp(at),
                    "sampledValue": [
                        {"value": energy_wh, "measurand": "Energy.Active.Import.Register", "context": context},
                        {"value": 7200.0, "measurand": "Power.Active.Import", "context": context},
                    ],
                }
            ]
        return self.calls.TransactionEvent(
            event_type=kind,
            timestamp=stamp(at),
            trigger_reason=trigger,
            seq_no=seq_no,
            transaction_info=info,
            evse={"id": 1, "connectorId": 1},
            **more,
        )


class Station21(ChargePoint21):
    """An OCPP 2.1 station."""

    subprotocol = "ocpp2.1"
    calls = call21

    boot = Station201.boot
    status = Station201.status
    event = Station201.event

    def __init__(self, station_id, connection):
        super().__init__(station_id, connection, response_timeout=HANG_LIMIT_S)
        self.asked = Requests()
        self.seq_no = 0

    @on("RequestStartTransaction")
    def on_request_start(self, **payload):
        self.asked.put("RequestStartTransaction", payload)
        return result21.RequestStartTransaction(status="Accepted")

    @on("RequestStopTransaction")
    def on_request_stop(self, **payload):
        self.asked.put("RequestStopTransaction", payload)
        return result21.RequestStopTransaction(status="Accepted")


async def listen(station):
    """`ChargePoint.start` is the package's own name; `Station16.start` begins a transaction."""
    await ChargePoint.start(station)


class connected:  # noqa: N801 - reads as a verb where it is used
    """`async with connected(Station16, installation, "ID") as station`: connected, and listening."""

    def __init__(self, kind, installation, station_id, *, password=None):
        headers = {}
        if password is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{station_id}:{password}".encode()).decode()
        self.kind = kind
        self.station_id = station_id
        self.opening = websockets.connect(
            f"{installation.ocpp_url}/{station_id}",
            subprotocols=[kind.subprotocol],
            additional_headers=headers,
            open_timeout=HANG_LIMIT_S,
        )

    async def __aenter__(self):
        self.connection = await self.opening
        assert self.connection.subprotocol == self.kind.subprotocol
        station = self.kind(self.station_id, self.connection)
        self.listening = asyncio.create_task(listen(station))
        return station

    async def __aexit__(self, *_):
        await self.connection.close()
        await asyncio.gather(self.listening, return_exceptions=True)
