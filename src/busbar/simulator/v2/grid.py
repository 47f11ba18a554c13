"""What OCPP 2.1 adds: DER controls (R), tariffs (I), vehicles that give (Q), battery swap (S), payment (C)."""

from dataclasses import dataclass

from busbar.simulator.evse import Evse, Token, Transaction
from busbar.simulator.speaker import Payload, Trigger
from busbar.simulator.v2.profiles import ACCEPTED, REJECTED, reject
from busbar.simulator.v2.speaker import Answer, Speaker2, read_token, write_token

CONTROLS_MAX = 24
TARIFFS_MAX = 50
ELEMENTS_MAX = 50
CHANGED = "*"
"""Before the id of a tariff that the next event is to tell of."""
MODES = frozenset(
    {"FreqDroop", "VoltVar", "VoltWatt", "FixedVar", "LimitMaxDischarge", "FixedPFInject", "FixedPFAbsorb"}
)
FIELDS = {
    "EnterService": "enterService",
    "FixedPFAbsorb": "fixedPFAbsorb",
    "FixedPFInject": "fixedPFInject",
    "FixedVar": "fixedVar",
    "FreqDroop": "freqDroop",
    "Gradients": "gradient",
    "LimitMaxDischarge": "limitMaxDischarge",
}
"""Controls with a field of their own; all others are curves."""
INNER = {"fixedPFAbsorb": "fixedPF", "fixedPFInject": "fixedPF"}


@dataclass(slots=True)
class Control:
    """One DER control as it was set."""

    control_id: str
    kind: str
    field: str
    body: Payload
    is_default: bool
    is_superseded: bool = False


class Grid:
    """DER controls, tariffs and the like of one station."""

    def __init__(self) -> None:
        self.controls: dict[str, Control] = {}
        self.tariffs: dict[tuple[int, str], Payload] = {}
        self.used: dict[str, str] = {}
        """The tariff of each running transaction that has one, by transactionId."""
        self.of_drivers: dict[str, str] = {}
        """Tariffs that came with the answer to an Authorize, by token."""
        self.signal = 0

    # --- DER controls (R04) -------------------------------------------------------------------------------------------

    def set_control(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetDERControl."""
        kind = request["controlType"]
        field = FIELDS.get(kind, "curve")
        if field not in request:
            return reject("MissingParam")
        if kind not in MODES:
            return {"status": "NotSupported"}
        if request["controlId"] not in self.controls and len(self.controls) >= CONTROLS_MAX:
            return reject("TooManyElements")
        control = Control(request["controlId"], kind, field, request[field], request["isDefault"])
        superseded = [
            other.control_id
            for other in self.controls.values()
            if other.kind == kind
            and other.is_default == control.is_default
            and other.control_id != control.control_id
            and not other.is_superseded
            and other.body["priority"] >= control.body["priority"]
        ]
        for control_id in superseded:
            self.controls[control_id].is_superseded = True
        self.controls[control.control_id] = control
        if not control.is_default:
            note: Payload = {"controlId": control.control_id, "started": True, "timestamp": speaker.now()}
            if superseded:
                note["supersededIds"] = superseded
            speaker.station.after(1, lambda: speaker.call("NotifyDERStartStop", note))
        return {"status": "Accepted", "supersededIds": superseded} if superseded else ACCEPTED

    def get_controls(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetDERControl, answered by ReportDERControl."""
        found = [each for each in self.controls.values() if _is_meant(each, request)]
        if not found:
            return {"status": "NotFound"}
        report: Payload = {"requestId": request["requestId"]}
        for control in found:
            entry: Payload = {"id": control.control_id, INNER.get(control.field, control.field): control.body}
            if control.field not in {"gradient", "enterService"}:
                entry["isDefault"] = control.is_default
                entry["isSuperseded"] = control.is_superseded
            if control.field == "curve":
                entry["curveType"] = control.kind
            report.setdefault(control.field, []).append(entry)
        speaker.station.after(0, lambda: speaker.call("ReportDERControl", report))
        return ACCEPTED

    def clear_controls(self, speaker: Speaker2, request: Payload) -> Payload:
        """ClearDERControl."""
        del speaker
        found = [each for each in self.controls.values() if _is_meant(each, request)]
        for control in found:
            del self.controls[control.control_id]
        return ACCEPTED if found else {"status": "NotFound"}

    def take_signal(self, speaker: Speaker2, request: Payload) -> Payload:
        """AFRRSignal (Q06): without a transaction in a V2X mode there is nothing that could follow it."""
        self.signal = request["signal"]
        is_following = any(each.transaction is not None for each in speaker.station.charging.evses.values())
        return ACCEPTED if is_following else REJECTED

    # --- tariffs (I07 to I12) -----------------------------------------------------------------------------------------

    def set_tariff(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetDefaultTariff (I07)."""
        evse_id, tariff = request["evseId"], request["tariff"]
        if evse_id != 0 and evse_id not in speaker.station.charging.evses:
            return reject("UnknownEvse")
        if _count_elements(tariff) > ELEMENTS_MAX or len(self.tariffs) >= TARIFFS_MAX:
            return {"status": "TooManyElements"}
        for (held_evse, held_id), held in self.tariffs.items():
            if held_id == tariff["tariffId"] and held_evse != evse_id and held != tariff:
                return {"status": "DuplicateTariffId"}
        held = [each for each in self.tariffs if evse_id in {0, each[0]}]  # one for all replaces each one's (I07.FR.12)
        for place in [each for each in held if "validFrom" not in self.tariffs[each]]:
            del self.tariffs[place]
        self.tariffs[evse_id, tariff["tariffId"]] = tariff
        return ACCEPTED

    def get_tariffs(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetTariffs (I09)."""
        evse_id = request["evseId"]
        if evse_id != 0 and evse_id not in speaker.station.charging.evses:
            return reject("UnknownEvse")
        assignments: list[Payload] = []
        for (held_evse, tariff_id), tariff in self.tariffs.items():
            if evse_id in {0, held_evse} or held_evse == 0:
                entry: Payload = {"tariffId": tariff_id, "tariffKind": "DefaultTariff"}
                if held_evse:
                    entry["evseIds"] = [held_evse]
                if "validFrom" in tariff:
                    entry["validFrom"] = tariff["validFrom"]
                assignments.append(entry)
        return {"status": "Accepted", "tariffAssignments": assignments} if assignments else {"status": "NoTariff"}

    def clear_tariffs(self, speaker: Speaker2, request: Payload) -> Payload:
        """ClearTariffs (I10)."""
        del speaker
        wanted, evse_id = request.get("tariffIds"), request.get("evseId")
        gone = [
            place
            for place in self.tariffs
            if (wanted is None or place[1] in wanted) and (evse_id is None or place[0] == evse_id)
        ]
        for place in gone:
            del self.tariffs[place]
        results = [{"tariffId": tariff_id, "status": "Accepted"} for _evse, tariff_id in gone]
        cleared = {tariff_id for _evse, tariff_id in gone}
        results += [{"tariffId": each, "status": "NoTariff"} for each in wanted or () if each not in cleared]
        return {"clearTariffsResult": results or [{"status": "NoTariff"}]}

    def change_tariff(self, speaker: Speaker2, request: Payload) -> Payload:
        """ChangeTransactionTariff (I11)."""
        transaction = speaker.station.find_transaction(request["transactionId"])
        if transaction is None:
            return {"status": "TxNotFound"}
        if request["tariff"]["currency"] != speaker.device.read("TariffCostCtrlr", "Currency"):
            return {"status": "NoCurrencyChange"}
        if _count_elements(request["tariff"]) > ELEMENTS_MAX:
            return {"status": "TooManyElements"}
        tariff_id, evse = request["tariff"]["tariffId"], speaker.station.charging.evses[transaction.evse_id]

        def apply() -> None:
            self.used[transaction.ref] = f"{CHANGED}{tariff_id}"
            speaker.tell_updated(evse, transaction, Trigger.TARIFF_CHANGED)  # I11.FR.07

        speaker.station.after(0, apply)
        return ACCEPTED

    def keep_tariff(self, token: Token, answer: Payload) -> None:
        """Keep the tariff of a driver, if there is one (I08.FR.04)."""
        self.of_drivers.pop(token.value, None)
        if "tariff" in answer and len(self.of_drivers) < TARIFFS_MAX:
            self.of_drivers[token.value] = answer["tariff"]["tariffId"]

    def name_tariff(self, evse: Evse, transaction: Transaction, info: Payload) -> None:
        """Say once which tariff a transaction has, when somebody charges (I07.FR.32, I08.FR.22), and after a change."""
        used = self.used.get(transaction.ref, "")
        if used.startswith(CHANGED):
            self.used[transaction.ref] = info["tariffId"] = used.removeprefix(CHANGED)
        elif not used and transaction.token is not None:
            found = self.of_drivers.get(transaction.token.value) or self._find_default(evse.evse_id)
            if found is not None:
                self.used[transaction.ref] = info["tariffId"] = found
        if "stoppedReason" in info:
            self.used.pop(transaction.ref, None)

    def _find_default(self, evse_id: int) -> str | None:
        """Return the tariff of an EVSE: its own, else that of all."""
        held = [(place, tariff_id) for (place, tariff_id), tariff in self.tariffs.items() if "validFrom" not in tariff]
        own = [tariff_id for place, tariff_id in held if place == evse_id]
        return next(iter([*own, *(tariff_id for place, tariff_id in held if place == 0)]), None)

    # --- vehicles, batteries, payment ---------------------------------------------------------------------------------

    def allow_transfer(self, speaker: Speaker2, request: Payload) -> Payload:
        """NotifyAllowedEnergyTransfer (Q01): accepted if the running transaction can go on by one of them."""
        transaction = speaker.station.find_transaction(request["transactionId"])
        if transaction is None:
            return reject("TxNotFound")
        spec = speaker.station.charging.evses[transaction.evse_id].spec
        fitting = {"DC"} if spec.is_dc else {"AC_single_phase", "AC_two_phase", "AC_three_phase"}
        return ACCEPTED if fitting & set(request["allowedEnergyTransfer"]) else REJECTED

    def swap_battery(self, speaker: Speaker2, request: Payload) -> Payload:
        """RequestBatterySwap (S03): somebody puts an empty battery in and takes a full one out."""
        station = speaker.station
        evses = [each for each in station.charging.evses.values() if each.transaction is None and each.is_operative]
        if not evses:
            return REJECTED
        token = read_token(request["idToken"])
        evse_id, request_id = evses[0].evse_id, request["requestId"]
        serial = f"BAT-{station.chance.randrange(10**6):06d}"
        station.after(10, lambda: _tell_swap(speaker, token, request_id, evse_id, serial, "BatteryIn", 17))
        station.after(20, lambda: _tell_swap(speaker, token, request_id, evse_id, serial[::-1], "BatteryOut", 95))
        return ACCEPTED

    def note_payment(self, speaker: Speaker2, request: Payload) -> Payload:
        """NotifyWebPaymentStarted (C25): the display says that somebody is paying."""
        speaker.station.emit("web_payment_started", request["evseId"])
        return {}

    def answers(self) -> dict[str, Answer]:
        """Return what this answers, by action."""
        return {
            "AFRRSignal": self.take_signal,
            "ChangeTransactionTariff": self.change_tariff,
            "ClearDERControl": self.clear_controls,
            "ClearTariffs": self.clear_tariffs,
            "GetDERControl": self.get_controls,
            "GetTariffs": self.get_tariffs,
            "NotifyAllowedEnergyTransfer": self.allow_transfer,
            "NotifyWebPaymentStarted": self.note_payment,
            "RequestBatterySwap": self.swap_battery,
            "SetDERControl": self.set_control,
            "SetDefaultTariff": self.set_tariff,
        }


def _is_meant(control: Control, request: Payload) -> bool:
    return (
        request.get("isDefault") in {None, control.is_default}
        and request.get("controlType") in {None, control.kind}
        and request.get("controlId") in {None, control.control_id}
    )


def _count_elements(tariff: Payload) -> int:
    parts: list[Payload] = [part for part in tariff.values() if isinstance(part, dict)]
    return sum(len(part.get("prices", ())) for part in parts)


def _tell_swap(
    speaker: Speaker2, token: Token, request_id: int, evse_id: int, serial: str, event: str, soc: int
) -> None:
    battery = {"evseId": evse_id, "serialNumber": serial, "soC": soc, "soH": 97}
    payload = {"batteryData": [battery], "eventType": event, "idToken": write_token(token), "requestId": request_id}
    speaker.call("BatterySwap", payload)
