"""How a virtual 2.x station answers what is about itself: variables, reports, lists, certificates, triggers."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from busbar.simulator.certificates import CertificateStore
from busbar.simulator.evse import Evse
from busbar.simulator.speaker import Payload, Setting, Trigger
from busbar.simulator.tokens import Verdict
from busbar.simulator.v2.profiles import ACCEPTED, REJECTED, reject
from busbar.simulator.v2.speaker import SETTINGS, Answer, Speaker2, read_verdict
from busbar.simulator.v2.variables import Definition

ITEMS_MAX = 100
REPORT_ITEMS = 25
"""Variables in one NotifyReport: several frames for a whole inventory."""
LIST_ITEMS_MAX = 500
SLOTS_MAX = 5


def send_parts(
    speaker: Speaker2, action: str, field: str, items: Sequence[object], shared: Payload, *, size: int = REPORT_ITEMS
) -> None:
    """Send a long list in numbered parts, `tbc` in all but the last."""
    parts = [items[begin : begin + size] for begin in range(0, len(items), size)] or [()]
    for number, part in enumerate(parts):
        payload: Payload = {**shared, "seqNo": number}
        if part:
            payload[field] = list(part)
        if number + 1 < len(parts):
            payload["tbc"] = True
        speaker.call(action, payload, is_early=True)


class Caretaker2:
    """Variables, lists and certificates of one station."""

    def __init__(self) -> None:
        self.certificates = CertificateStore()
        self.networks: dict[int, Payload] = {}
        self.triggers: dict[str, Callable[[Speaker2], None]] = {}
        """What other parts send when triggered, by message."""

    # --- variables --------------------------------------------------------------------------------------------------

    def get_variables(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetVariables (B06)."""
        return {"getVariableResult": [speaker.device.get(each) for each in request["getVariableData"]]}

    def set_variables(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetVariables (B05); what it changes takes effect at once."""
        results: list[Payload] = []
        for each in request["setVariableData"]:
            result, changed = speaker.device.set(each)
            results.append(result)
            if changed is not None:
                self._take_effect(speaker, changed)
        return {"setVariableResult": results}

    def _take_effect(self, speaker: Speaker2, changed: Definition) -> None:
        station = speaker.station
        place = (changed.component, changed.variable, changed.instance)
        if place == SETTINGS[Setting.HEARTBEAT_S]:
            station.heartbeat_changed()
        elif place == SETTINGS[Setting.CLOCK_ALIGNED_S]:
            station.schedule_clock_aligned()
        elif place == SETTINGS[Setting.SAMPLE_S]:
            for evse in station.charging.evses.values():
                if evse.transaction is not None:
                    station.charging.arm_sampler(evse, evse.transaction)
        elif changed.variable == "MasterPassGroupId":
            station.gate.master_group = speaker.device.show(changed) or None

    def report_base(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetBaseReport (B07), answered by NotifyReport in several frames."""
        chosen = speaker.device.select_base(request["reportBase"])
        return self._report(speaker, request["requestId"], chosen)

    def report_some(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetReport (B08)."""
        wanted = request.get("componentVariable")
        if wanted is not None and len(wanted) > ITEMS_MAX:
            return REJECTED
        chosen = speaker.device.select(wanted, request.get("componentCriteria"))
        return self._report(speaker, request["requestId"], chosen)

    @staticmethod
    def _report(speaker: Speaker2, request_id: int, chosen: list[Definition]) -> Payload:
        if not chosen:
            return {"status": "EmptyResultSet"}

        def tell() -> None:
            shared = {"requestId": request_id, "generatedAt": speaker.now()}
            send_parts(speaker, "NotifyReport", "reportData", speaker.device.report(chosen), shared)

        speaker.station.after(0, tell)
        return ACCEPTED

    def set_network(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetNetworkProfile (B09): kept in its slot, used when its priority says so."""
        slot, data = request["configurationSlot"], request["connectionData"]
        if not 1 <= slot <= SLOTS_MAX or data["ocppTransport"] != "JSON":
            return reject("InvalidConfSlot" if not 1 <= slot <= SLOTS_MAX else "InvalidNetworkConf")
        if data["securityProfile"] < int(speaker.device.read("SecurityCtrlr", "SecurityProfile")):
            return reject("NoSecurityDowngrade")  # B09.FR.04
        self.networks[slot] = data
        return ACCEPTED

    # --- tokens -----------------------------------------------------------------------------------------------------

    def clear_cache(self, speaker: Speaker2, request: Payload) -> Payload:
        """ClearCache (C11)."""
        del request
        if speaker.device.read("AuthCacheCtrlr", "Enabled") != "true":
            return REJECTED
        speaker.station.gate.tokens.cached.clear()
        return ACCEPTED

    def get_list_version(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetLocalListVersion (D02)."""
        del request
        return {"versionNumber": speaker.station.gate.tokens.version}

    def send_list(self, speaker: Speaker2, request: Payload) -> Payload:
        """SendLocalList (D01)."""
        book = speaker.station.gate.tokens
        entries = request.get("localAuthorizationList", [])
        version = request["versionNumber"]
        if len(entries) > LIST_ITEMS_MAX or version <= 0:
            return {"status": "Failed"}
        if request["updateType"] == "Differential":
            if version <= book.version:
                return {"status": "VersionMismatch"}
            changes: dict[str, Verdict | None] = {
                entry["idToken"]["idToken"]: read_verdict(entry["idTokenInfo"]) if "idTokenInfo" in entry else None
                for entry in entries
            }
            return {"status": "Accepted" if book.update(version, changes) else "Failed"}
        if any("idTokenInfo" not in entry for entry in entries):
            return {"status": "Failed"}
        whole = {entry["idToken"]["idToken"]: read_verdict(entry["idTokenInfo"]) for entry in entries}
        return {"status": "Accepted" if book.replace(version, whole) else "Failed"}

    def transfer_data(self, speaker: Speaker2, request: Payload) -> Payload:
        """DataTransfer (P01): the station knows its own vendor's extension `Echo` and nothing else."""
        if request["vendorId"] != speaker.station.vendor.name:
            return {"status": "UnknownVendorId"}
        if request.get("messageId") not in {None, "Echo"}:
            return {"status": "UnknownMessageId"}
        return {"status": "Accepted", "data": request.get("data", "")}

    # --- triggers ---------------------------------------------------------------------------------------------------

    def trigger(self, speaker: Speaker2, request: Payload) -> Payload:
        """TriggerMessage (F06); also allowed while Pending."""
        evses = speaker.station.charging.evses
        place = request.get("evse")
        if place is not None and place["id"] not in evses:
            return REJECTED
        chosen = list(evses.values()) if place is None else [evses[place["id"]]]
        wanted = request["requestedMessage"]
        if wanted == "BootNotification" and speaker.station.is_registered:
            return REJECTED  # F06.FR.17
        if wanted == "TransactionEvent" and not any(evse.transaction for evse in chosen):
            return REJECTED
        says: dict[str, Callable[[], None]] = {
            "BootNotification": lambda: _say_boot(speaker),
            "Heartbeat": speaker.station.beat,
            "StatusNotification": lambda: _say_status(speaker, chosen),
            "MeterValues": lambda: _say_meter(speaker, chosen),
            "TransactionEvent": lambda: _say_transaction(speaker, chosen),
            "SignChargingStationCertificate": lambda: self._sign(speaker, wanted),
            "SignCombinedCertificate": lambda: self._sign(speaker, wanted),
            "SignV2GCertificate": lambda: self._sign(speaker, wanted),
            **{name: partial(say, speaker) for name, say in self.triggers.items()},
        }
        if wanted not in says:
            return {"status": "NotImplemented"}
        speaker.station.after(0, says[wanted])
        return ACCEPTED

    def _sign(self, speaker: Speaker2, wanted: str) -> None:
        csr = self.certificates.request_certificate(
            speaker.station.identity, speaker.device.read("SecurityCtrlr", "OrganizationName")
        )
        payload: Payload = {"csr": csr}
        if wanted != "SignCombinedCertificate":
            payload["certificateType"] = wanted.removeprefix("Sign")
        speaker.call("SignCertificate", payload, is_early=True)

    # --- certificates -----------------------------------------------------------------------------------------------

    def install_certificate(self, speaker: Speaker2, request: Payload) -> Payload:
        """InstallCertificate (M05)."""
        del speaker
        return {"status": self.certificates.install(request["certificateType"], request["certificate"])}

    def delete_certificate(self, speaker: Speaker2, request: Payload) -> Payload:
        """DeleteCertificate (M04)."""
        del speaker
        return {"status": self.certificates.delete(request["certificateHashData"])}

    def list_certificates(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetInstalledCertificateIds (M03)."""
        del speaker
        kinds = request.get("certificateType")
        found = self.certificates.find(None if kinds is None else frozenset(kinds))
        if not found:
            return {"status": "NotFound"}
        chain = [{"certificateType": each.use, "certificateHashData": each.hash_data()} for each in found]
        return {"status": "Accepted", "certificateHashDataChain": chain}

    def take_certificate(self, speaker: Speaker2, request: Payload) -> Payload:
        """CertificateSigned (A02); a bad one is a security event."""
        if self.certificates.take_signed(request["certificateChain"]):
            return ACCEPTED
        event = {"type": "InvalidChargingStationCertificate", "timestamp": speaker.now()}
        speaker.station.after(0, lambda: speaker.call("SecurityEventNotification", event))
        return REJECTED

    def answers(self) -> dict[str, Answer]:
        """Return what this answers, by action."""
        return {
            "CertificateSigned": self.take_certificate,
            "ClearCache": self.clear_cache,
            "DataTransfer": self.transfer_data,
            "DeleteCertificate": self.delete_certificate,
            "GetBaseReport": self.report_base,
            "GetInstalledCertificateIds": self.list_certificates,
            "GetLocalListVersion": self.get_list_version,
            "GetReport": self.report_some,
            "GetVariables": self.get_variables,
            "InstallCertificate": self.install_certificate,
            "SendLocalList": self.send_list,
            "SetNetworkProfile": self.set_network,
            "SetVariables": self.set_variables,
            "TriggerMessage": self.trigger,
        }


def _say_boot(speaker: Speaker2) -> None:
    speaker.station.boot_reason = "Triggered"
    speaker.station.boot()


def _say_status(speaker: Speaker2, evses: Iterable[Evse]) -> None:
    for evse in evses:
        speaker.tell_status(evse, is_early=True)


def _say_meter(speaker: Speaker2, evses: Iterable[Evse]) -> None:
    for evse in evses:
        evse.advance(speaker.station.agenda.now_ms())
        speaker.tell_meter(evse, "Trigger", is_early=True)


def _say_transaction(speaker: Speaker2, evses: Iterable[Evse]) -> None:
    for evse in evses:
        evse.advance(speaker.station.agenda.now_ms())
        if evse.transaction is not None:
            speaker.tell_updated(evse, evse.transaction, Trigger.TRIGGER)
