"""Whole charges with a client that nobody here wrote (PyPI `ocpp`), against a core that only answers."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from ocpp.routing import on
from ocpp.v16 import ChargePoint as ChargePoint16
from ocpp.v16 import call as call16
from ocpp.v16 import call_result as result16
from ocpp.v16.enums import RegistrationStatus
from ocpp.v21 import ChargePoint as ChargePoint21
from ocpp.v21 import call as call21
from ocpp.v201 import ChargePoint as ChargePoint201
from ocpp.v201 import call as call201
from websockets.asyncio.client import connect

from busbar.canon.access import IdToken
from busbar.canon.control import Outcome, RemoteStart, RemoteStop
from busbar.canon.metering import Measurand, SampleContext
from busbar.canon.sample_block import list_samples
from busbar.canon.sessions import SamplesReported, TransactionPhase, TransactionReported
from busbar.canon.stations import StationBooted, StationConnected, StationDisconnected
from busbar.kernel.ids import TransactionRef


@asynccontextmanager
async def plug_in(site, station_class, protocol):
    async with connect(f"ws://127.0.0.1:{site.gateway.port}/ocpp/CS-1", subprotocols=[protocol]) as socket:
        station = station_class("CS-1", socket)
        listening = asyncio.create_task(station.start())
        try:
            yield station
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


class Station16(ChargePoint16):
    @on("RemoteStartTransaction")
    async def on_remote_start(self, **request):
        self.remote_start = request
        return result16.RemoteStartTransaction(status="Accepted")

    @on("RemoteStopTransaction")
    async def on_remote_stop(self, **request):
        return result16.RemoteStopTransaction(status="Rejected")


VALUES = [
    {"value": "241.10", "measurand": "Voltage", "unit": "V", "phase": "L1-N"},
    {"value": "31.8", "measurand": "Current.Import", "unit": "A", "phase": "L1"},
    {"value": "7.6", "measurand": "Power.Active.Import", "unit": "kW"},
    {"value": "32", "measurand": "Current.Offered", "unit": "A"},
]
LAST_VALUE = {
    "value": "6379.259277",
    "context": "Transaction.End",
    "measurand": "Energy.Active.Import.Register",
    "unit": "Wh",
}


async def charge_16(site, station):
    boot = await station.call(call16.BootNotification(charge_point_model="M", charge_point_vendor="V"))
    assert boot.status == RegistrationStatus.accepted
    outcome = await site.deliver(RemoteStart(id_token=IdToken(value="remote-11902"), remote_start_id=1, evse_id=1))
    assert (outcome.outcome, outcome.status) == (Outcome.ACCEPTED, "Accepted")
    assert outcome.answer_json == '{"status":"Accepted"}'
    assert station.remote_start == {"connector_id": 1, "id_tag": "remote-11902"}
    start = await station.call(
        call16.StartTransaction(connector_id=1, id_tag="remote-11902", meter_start=0, timestamp="2026-11-21T10:00:00Z")
    )
    assert start.transaction_id == 7
    assert start.id_tag_info["status"] == "Accepted"
    meter = [{"timestamp": "2026-11-21T10:00:30Z", "sampledValue": VALUES}]
    await station.call(call16.MeterValues(connector_id=1, transaction_id=7, meter_value=meter))
    stop = await site.deliver(RemoteStop(transaction_ref=TransactionRef("7")))
    assert (stop.outcome, stop.status) == (Outcome.REJECTED, "Rejected")
    await station.call(
        call16.StopTransaction(
            meter_stop=6379,
            timestamp="2026-11-21T11:00:00Z",
            transaction_id=7,
            reason="EVDisconnected",
            transaction_data=[{"timestamp": "2026-11-21T11:00:00Z", "sampledValue": [LAST_VALUE]}],
        )
    )


async def test_a_1_6_station_boots_starts_meters_and_stops(site):
    core = site.core
    async with plug_in(site, Station16, "ocpp1.6") as station:
        await charge_16(site, station)
    await core.wait_for(StationDisconnected)
    assert [type(report).__name__ for report in core.reports] == [
        "AdmissionRequested",
        "StationConnected",
        "StationBooted",
        "TransactionReported",
        "SamplesReported",
        "TransactionReported",
        "StationDisconnected",
    ]
    started, ended = core.of(TransactionReported)
    assert (started.phase, started.evse_id, started.connector_id) == (TransactionPhase.STARTED, 1, 1)
    assert started.register_wh == 0
    (metered,) = core.of(SamplesReported)
    assert [(one.measurand, one.value, one.phase) for one in list_samples(metered.block)] == [
        (Measurand.VOLTAGE, 241_100, "L1-N"),
        (Measurand.CURRENT_IMPORT, 31_800, "L1"),
        (Measurand.POWER_IMPORT, 7_600, None),
        (Measurand.CURRENT_OFFERED, 32_000, None),
    ]
    assert (ended.phase, ended.transaction_ref) == (TransactionPhase.ENDED, "7")
    assert (ended.register_wh, ended.stop_reason) == (6379, "EVDisconnected")
    assert [(one.measurand, one.value, one.context) for one in ended.samples] == [
        (Measurand.ENERGY_IMPORT_REGISTER, 6379, SampleContext.END)
    ]
    assert ended.at == datetime(2026, 11, 21, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("station_class", "call", "protocol"),
    [(ChargePoint201, call201, "ocpp2.0.1"), (ChargePoint21, call21, "ocpp2.1")],
)
async def test_a_2_x_station_boots_starts_meters_and_stops(site, station_class, call, protocol):
    core = site.core
    async with plug_in(site, station_class, protocol) as station:
        boot = await station.call(
            call.BootNotification(charging_station={"model": "M", "vendor_name": "V"}, reason="PowerUp")
        )
        assert boot.status == "Accepted"

        def event(event_type, seq_no, **more):
            return call.TransactionEvent(
                event_type=event_type,
                timestamp=f"2026-11-21T10:00:0{seq_no}.250Z",
                trigger_reason="Authorized",
                seq_no=seq_no,
                transaction_info={"transaction_id": "T-1", "charging_state": "Charging"},
                evse={"id": 2, "connector_id": 1},
                **more,
            )

        started = await station.call(event("Started", 0, id_token={"id_token": "0123ABCD", "type": "ISO14443"}))
        assert started.id_token_info["status"] == "Accepted"
        updated = await station.call(
            event(
                "Updated",
                1,
                meter_value=[
                    {
                        "timestamp": "2026-11-21T10:00:01Z",
                        "sampled_value": [
                            {"value": 1.5, "unit_of_measure": {"unit": "kWh"}},
                            {"value": 11, "measurand": "Power.Active.Import", "unit_of_measure": {"multiplier": 3}},
                        ],
                    }
                ],
            )
        )
        assert updated.id_token_info is None
        await station.call(event("Ended", 2))
    await core.wait_for(StationDisconnected)
    parts = core.of(TransactionReported)
    assert [(part.phase.value, part.seq_no, part.evse_id, part.transaction_ref) for part in parts] == [
        ("started", 0, 2, "T-1"),
        ("updated", 1, 2, "T-1"),
        ("ended", 2, 2, "T-1"),
    ]
    assert [(one.measurand, one.value) for one in list_samples(parts[1].block)] == [
        (Measurand.ENERGY_IMPORT_REGISTER, 1500),
        (Measurand.POWER_IMPORT, 11_000),
    ]
    assert core.of(StationBooted)[0].vendor == "V"
    assert core.of(StationConnected)[0].protocol == protocol
