"""What a station says, as Python texts: the same cycle as the load generator's (`load/calls.c`)."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

REFERENCE = "@REF@"
"""Stands for the transaction id, which a 1.6 station is given in an answer."""
METERS = 28
STEP = timedelta(seconds=10)
TOKENS = 50
WH_PER_METER = 45
BEGUN_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Writer:
    """Writes one station's calls, cycle after cycle."""

    number: int
    at: datetime = BEGUN_AT
    meter_wh: int = 1000
    calls: int = 0
    sequence: int = 0

    @property
    def token(self) -> str:
        """The driver's token."""
        return f"TAG{self.number % TOKENS:06d}"

    def call(self, action: str, payload: str) -> str:
        """Write a call with an id of 36 characters; the station's clock goes on."""
        self.calls += 1
        self.at += STEP
        return f'[2,"{self.number:08d}-{self.calls:027d}","{action}",{payload}]'

    def stamp(self) -> str:
        """Write the station's time."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.at.microsecond // 1000:03d}Z"


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


# ---- 1.6 -------------------------------------------------------------------------------------------------------------


def _sample_16(value: str, measurand: str, unit: str, phase: str = "") -> str:
    at = f'"phase":"{phase}",' if phase else ""
    return (
        f'{{"value":"{value}","context":"Sample.Periodic","format":"Raw","measurand":"{measurand}",'
        f'{at}"location":"Outlet","unit":"{unit}"}}'
    )


def _meter_16(writer: Writer, chance: random.Random) -> str:
    writer.meter_wh += WH_PER_METER
    samples = [
        _sample_16(str(writer.meter_wh), "Energy.Active.Import.Register", "Wh"),
        _sample_16(_tenths(108000 + chance.randrange(2560)), "Power.Active.Import", "W"),
        *(_sample_16(_tenths(150 + chance.randrange(20)), "Current.Import", "A", f"L{n}") for n in (1, 2, 3)),
        *(_sample_16(_tenths(2280 + chance.randrange(40)), "Voltage", "V", f"L{n}-N") for n in (1, 2, 3)),
        _sample_16(str(20 + writer.calls % 35), "SoC", "Percent"),
        _sample_16(_tenths(300 + chance.randrange(100)), "Temperature", "Celsius"),
    ]
    listed = f'[{{"timestamp":"{writer.stamp()}","sampledValue":[{",".join(samples)}]}}]'
    return writer.call("MeterValues", f'{{"connectorId":1,"transactionId":{REFERENCE},"meterValue":{listed}}}')


def write_cycle_16(writer: Writer, chance: random.Random) -> list[str]:
    """Write a cycle of OCPP 1.6."""

    def status(word: str) -> str:
        said = f'{{"connectorId":1,"errorCode":"NoError","status":"{word}","timestamp":"{writer.stamp()}"}}'
        return writer.call("StatusNotification", said)

    token, begun = f'"idTag":"{writer.token}"', f'"meterStart":{writer.meter_wh},"timestamp":"{writer.stamp()}"'
    opening = [
        status("Preparing"),
        writer.call("Authorize", f"{{{token}}}"),
        writer.call("StartTransaction", f'{{"connectorId":1,{token},{begun}}}'),
        status("Charging"),
    ]
    meters = [_meter_16(writer, chance) for _ in range(METERS)]
    ended = f'"meterStop":{writer.meter_wh},"timestamp":"{writer.stamp()}","reason":"Local"'
    stop = writer.call("StopTransaction", f'{{"transactionId":{REFERENCE},{token},{ended}}}')
    return [*opening, *meters, stop, status("Available"), writer.call("Heartbeat", "{}")]


def write_boot_16(writer: Writer) -> str:
    """Write the boot of OCPP 1.6."""
    return writer.call("BootNotification", '{"chargePointVendor":"Load","chargePointModel":"L22"}')


# ---- 2.0.1 -----------------------------------------------------------------------------------------------------------


def _sample_201(value: str, context: str, measurand: str, unit: str, phase: str = "") -> str:
    at = f'"phase":"{phase}",' if phase else ""
    return (
        f'{{"value":{value},"context":"{context}","measurand":"{measurand}",'
        f'{at}"location":"Outlet","unitOfMeasure":{{"unit":"{unit}","multiplier":0}}}}'
    )


def _event_201(writer: Writer, chance: random.Random, *, phase: str, trigger: str, reference: str) -> str:
    context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(phase, "Sample.Periodic")
    samples = [
        _sample_201(str(writer.meter_wh), context, "Energy.Active.Import.Register", "Wh"),
        _sample_201(_tenths(108000 + chance.randrange(2560)), context, "Power.Active.Import", "W"),
        *(_sample_201(_tenths(150 + chance.randrange(20)), context, "Current.Import", "A", f"L{n}") for n in (1, 2, 3)),
        *(_sample_201(_tenths(2280 + chance.randrange(40)), context, "Voltage", "V", f"L{n}-N") for n in (1, 2, 3)),
        _sample_201(str(20 + writer.calls % 35), context, "SoC", "Percent"),
        _sample_201(_tenths(110000 + chance.randrange(100)), context, "Power.Offered", "W"),
    ]
    state = (
        '"chargingState":"EVConnected","stoppedReason":"Local"' if phase == "Ended" else '"chargingState":"Charging"'
    )
    token = "" if phase == "Updated" else f'"idToken":{{"idToken":"{writer.token}","type":"ISO14443"}},'
    said = (
        f'{{"eventType":"{phase}","timestamp":"{writer.stamp()}","triggerReason":"{trigger}","seqNo":{writer.sequence},'
        f'"transactionInfo":{{"transactionId":"{reference}",{state}}},"evse":{{"id":1,"connectorId":1}},{token}'
        f'"meterValue":[{{"timestamp":"{writer.stamp()}","sampledValue":[{",".join(samples)}]}}]}}'
    )
    writer.sequence += 1
    return writer.call("TransactionEvent", said)


def write_cycle_201(writer: Writer, chance: random.Random) -> list[str]:
    """Write a cycle of OCPP 2.0.1."""
    reference = f"{writer.number:08d}-{writer.calls:027d}"
    writer.sequence = 0

    def status(word: str) -> str:
        said = f'{{"timestamp":"{writer.stamp()}","connectorStatus":"{word}","evseId":1,"connectorId":1}}'
        return writer.call("StatusNotification", said)

    def notify() -> str:
        said = (
            f'{{"generatedAt":"{writer.stamp()}","tbc":false,"seqNo":0,"eventData":[{{"eventId":{writer.calls},'
            f'"timestamp":"{writer.stamp()}","trigger":"Delta","actualValue":"Occupied",'
            '"eventNotificationType":"HardWiredNotification","component":{"name":"Connector","evse":{"id":1,'
            '"connectorId":1}},"variable":{"name":"AvailabilityState"}}]}'
        )
        return writer.call("NotifyEvent", said)

    def event(phase: str, trigger: str) -> str:
        return _event_201(writer, chance, phase=phase, trigger=trigger, reference=reference)

    frames = [status("Occupied"), event("Started", "CablePluggedIn"), notify()]
    for _ in range(METERS):
        writer.meter_wh += WH_PER_METER
        frames.append(event("Updated", "MeterValuePeriodic"))
    return [
        *frames,
        event("Ended", "StopAuthorized"),
        status("Available"),
        notify(),
        writer.call("Heartbeat", "{}"),
    ]


def write_boot_201(writer: Writer) -> str:
    """Write the boot of OCPP 2.0.1."""
    said = '{"reason":"PowerUp","chargingStation":{"model":"L22","vendorName":"Load"}}'
    return writer.call("BootNotification", said)


@dataclass(frozen=True)
class Language:
    """One version of the protocol."""

    protocol: str
    write_boot: Callable[[Writer], str]
    write_cycle: Callable[[Writer, random.Random], list[str]]


LANGUAGES = {
    "1.6": Language("ocpp1.6", write_boot_16, write_cycle_16),
    "2.0.1": Language("ocpp2.0.1", write_boot_201, write_cycle_201),
}
