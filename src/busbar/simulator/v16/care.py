"""How a virtual 1.6 station answers what is about itself: configuration, lists, firmware, logs, certificates."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from busbar.simulator.certificates import CertificateStore, read_pem
from busbar.simulator.evse import Evse
from busbar.simulator.speaker import Payload, Setting
from busbar.simulator.steps import Step, is_loadable, name_firmware, run_steps
from busbar.simulator.tokens import Verdict
from busbar.simulator.v16.control import ACCEPTED, REJECTED
from busbar.simulator.v16.speaker import SETTINGS, Answer, Speaker16, read_verdict

SEND_LIST_MAX = 500
PRICES_VENDOR = "org.openchargealliance.costmsg"
PRICES_SHOWN = {"SetUserPrice": "price_shown", "RunningCost": "cost_updated", "FinalCost": "total_shown"}
CLOCK_KEYS = {SETTINGS[Setting.CLOCK_ALIGNED_S]}


def show_price_message(speaker: Speaker16, request: Payload) -> Payload:
    """Show what the OCA's price messages say; they must be JSON objects."""
    happening = PRICES_SHOWN.get(str(request.get("messageId")))
    if happening is None:
        return {"status": "UnknownMessageId"}
    try:
        content = msgspec.json.decode(str(request.get("data") or ""), type=dict[str, Any])
    except msgspec.DecodeError:
        return {"status": "Rejected"}
    speaker.station.shown[happening] = content
    speaker.station.emit(happening)
    return ACCEPTED


class Caretaker:
    """State of the care of one station: its certificates, its uploads."""

    def __init__(self) -> None:
        self.certificates = CertificateStore()

    # --- configuration ----------------------------------------------------------------------------------------------

    def get_configuration(self, speaker: Speaker16, request: Payload) -> Payload:
        """GetConfiguration (1.6 section 5.8)."""
        known, unknown = speaker.configuration.report(request.get("key"))
        answer: Payload = {"configurationKey": known}
        if unknown:
            answer["unknownKey"] = unknown
        return answer

    def change_configuration(self, speaker: Speaker16, request: Payload) -> Payload:
        """ChangeConfiguration (1.6 section 5.3); intervals take effect at once."""
        station = speaker.station
        status, name = speaker.configuration.change(request["key"], request["value"])
        if status == "Accepted":
            if name == SETTINGS[Setting.HEARTBEAT_S]:
                station.heartbeat_changed()
            elif name in CLOCK_KEYS:
                station.schedule_clock_aligned()
            elif name == SETTINGS[Setting.SAMPLE_S]:
                for evse in station.charging.evses.values():
                    if evse.transaction is not None:
                        station.charging.arm_sampler(evse, evse.transaction)
        return {"status": status}

    def clear_cache(self, speaker: Speaker16, request: Payload) -> Payload:
        """ClearCache (1.6 section 5.4)."""
        del request
        speaker.station.gate.tokens.cached.clear()
        return ACCEPTED

    def get_list_version(self, speaker: Speaker16, request: Payload) -> Payload:
        """GetLocalListVersion (1.6 section 5.10)."""
        del request
        return {"listVersion": speaker.station.gate.tokens.version}

    def send_list(self, speaker: Speaker16, request: Payload) -> Payload:
        """SendLocalList (1.6 section 5.15)."""
        book = speaker.station.gate.tokens
        entries = request.get("localAuthorizationList", [])
        if len(entries) > SEND_LIST_MAX:
            return {"status": "Failed"}
        if request["updateType"] == "Differential":
            if request["listVersion"] <= book.version:
                return {"status": "VersionMismatch"}
            changes: dict[str, Verdict | None] = {
                entry["idTag"]: read_verdict(entry["idTagInfo"]) if "idTagInfo" in entry else None for entry in entries
            }
            return {"status": "Accepted" if book.update(request["listVersion"], changes) else "Failed"}
        if any("idTagInfo" not in entry for entry in entries):
            return {"status": "Failed"}
        whole = {entry["idTag"]: read_verdict(entry["idTagInfo"]) for entry in entries}
        return {"status": "Accepted" if book.replace(request["listVersion"], whole) else "Failed"}

    def transfer_data(self, speaker: Speaker16, request: Payload) -> Payload:
        """DataTransfer: the station knows its own vendor's extension `Echo`, and prices (1.6 section 4.3)."""
        if request["vendorId"] == PRICES_VENDOR:
            return show_price_message(speaker, request)
        if request["vendorId"] != speaker.station.vendor.name:
            return {"status": "UnknownVendorId"}
        if request.get("messageId") not in {None, "Echo"}:
            return {"status": "UnknownMessageId"}
        return {"status": "Accepted", "data": request.get("data", "")}

    # --- triggers ---------------------------------------------------------------------------------------------------

    def trigger(self, speaker: Speaker16, request: Payload) -> Payload:
        """TriggerMessage and ExtendedTriggerMessage; also allowed while Pending (1.6 section 5.17)."""
        connector_id = request.get("connectorId")
        if connector_id not in {None, 0, *speaker.station.charging.evses}:
            return REJECTED
        says: dict[str, Callable[[], None]] = {
            "BootNotification": speaker.station.boot,
            "Heartbeat": speaker.station.beat,
            "StatusNotification": lambda: _say_status(speaker, connector_id),
            "MeterValues": lambda: _say_meter(speaker, connector_id),
            "FirmwareStatusNotification": lambda: speaker.call(
                "FirmwareStatusNotification", {"status": speaker.firmware_status}, is_early=True
            ),
            "DiagnosticsStatusNotification": lambda: speaker.call(
                "DiagnosticsStatusNotification", {"status": speaker.diagnostics_status}, is_early=True
            ),
            "LogStatusNotification": lambda: speaker.call(
                "LogStatusNotification", _log_payload(speaker), is_early=True
            ),
            "SignChargePointCertificate": lambda: self._sign(speaker),
        }
        speaker.station.after(0, says[request["requestedMessage"]])
        return ACCEPTED

    def _sign(self, speaker: Speaker16) -> None:
        csr = self.certificates.request_certificate(speaker.station.identity, speaker.station.vendor.name)
        speaker.call("SignCertificate", {"csr": csr}, is_early=True)

    # --- firmware and logs ------------------------------------------------------------------------------------------

    def update_firmware(self, speaker: Speaker16, request: Payload) -> Payload:
        """UpdateFirmware: report every step, reboot, report the last one (1.6 section 6.19)."""
        self._update(speaker, request["location"], request["retrieveDate"], None)
        return {}

    def update_signed(self, speaker: Speaker16, request: Payload) -> Payload:
        """SignedUpdateFirmware (security whitepaper L01)."""
        firmware = request["firmware"]
        if read_pem(firmware["signingCertificate"]) is None:
            return {"status": "InvalidCertificate"}
        is_busy = speaker.firmware_status not in {"Idle", "Installed"}
        self._update(speaker, firmware["location"], firmware["retrieveDateTime"], request["requestId"])
        return {"status": "AcceptedCanceled" if is_busy else "Accepted"}

    def _update(self, speaker: Speaker16, location: str, retrieve_at: datetime, request_id: int | None) -> None:
        station = speaker.station

        def tell(status: str) -> None:
            if request_id is None:
                speaker.tell_firmware(status)
                return
            speaker.firmware_status = "Idle" if status == "Installed" else status
            speaker.call("SignedFirmwareStatusNotification", {"status": status, "requestId": request_id})

        def finish() -> None:
            speaker.after_boot.remove(finish)
            station.after(3, lambda: tell("Installed"))

        def install() -> None:
            tell("Installing")
            speaker.firmware_version = name_firmware(location, speaker.firmware_version)
            speaker.after_boot.append(finish)
            station.after(10, lambda: station.reset("FirmwareUpdate", ends="Reboot"))

        delay_s = max(0.0, (retrieve_at - station.now()).total_seconds())
        steps: list[Step] = [(delay_s + 2, lambda: tell("Downloading"))]
        if not is_loadable(location):
            steps.append((10, lambda: tell("DownloadFailed")))
        else:
            steps.append((20, lambda: tell("Downloaded")))
            if request_id is not None:
                steps.append((3, lambda: tell("SignatureVerified")))
            steps.append((10, install))
        run_steps(station, "firmware", steps)

    def get_diagnostics(self, speaker: Speaker16, request: Payload) -> Payload:
        """GetDiagnostics (1.6 section 6.5)."""

        def tell(status: str) -> None:
            speaker.diagnostics_status = "Idle" if status in {"Uploaded", "UploadFailed"} else status
            speaker.call("DiagnosticsStatusNotification", {"status": status})

        last = "Uploaded" if is_loadable(request["location"]) else "UploadFailed"
        run_steps(speaker.station, "diagnostics", [(2, lambda: tell("Uploading")), (15, lambda: tell(last))])
        return {"fileName": f"{speaker.station.identity}-diagnostics.tar.gz"[-255:]}

    def get_log(self, speaker: Speaker16, request: Payload) -> Payload:
        """GetLog (security whitepaper N01)."""

        def tell(status: str) -> None:
            speaker.log_status = (status, request["requestId"])
            speaker.call("LogStatusNotification", _log_payload(speaker))
            if status != "Uploading":
                speaker.log_status = ("Idle", request["requestId"])

        is_busy = speaker.log_status[0] == "Uploading"
        last = "Uploaded" if is_loadable(request["log"]["remoteLocation"]) else "UploadFailure"
        run_steps(speaker.station, "log", [(2, lambda: tell("Uploading")), (15, lambda: tell(last))])
        name = f"{speaker.station.identity}-{request['logType']}.log"[-255:]
        return {"status": "AcceptedCanceled" if is_busy else "Accepted", "filename": name}

    # --- certificates -----------------------------------------------------------------------------------------------

    def install_certificate(self, speaker: Speaker16, request: Payload) -> Payload:
        """InstallCertificate (security whitepaper M05)."""
        del speaker
        return {"status": self.certificates.install(request["certificateType"], request["certificate"])}

    def delete_certificate(self, speaker: Speaker16, request: Payload) -> Payload:
        """DeleteCertificate (security whitepaper M04)."""
        del speaker
        return {"status": self.certificates.delete(request["certificateHashData"])}

    def list_certificates(self, speaker: Speaker16, request: Payload) -> Payload:
        """GetInstalledCertificateIds (security whitepaper M03)."""
        del speaker
        found = self.certificates.find(frozenset({request["certificateType"]}))
        if not found:
            return {"status": "NotFound"}
        return {"status": "Accepted", "certificateHashData": [each.hash_data() for each in found]}

    def take_certificate(self, speaker: Speaker16, request: Payload) -> Payload:
        """CertificateSigned (security whitepaper A02); a bad one is a security event."""
        if self.certificates.take_signed(request["certificateChain"]):
            return ACCEPTED
        event = {"type": "InvalidChargePointCertificate", "timestamp": speaker.now()}
        speaker.station.after(0, lambda: speaker.call("SecurityEventNotification", event))
        return REJECTED

    def answers(self) -> dict[str, Answer]:
        """Return what this answers, by action."""
        return {
            "CertificateSigned": self.take_certificate,
            "ChangeConfiguration": self.change_configuration,
            "ClearCache": self.clear_cache,
            "DataTransfer": self.transfer_data,
            "DeleteCertificate": self.delete_certificate,
            "ExtendedTriggerMessage": self.trigger,
            "GetConfiguration": self.get_configuration,
            "GetDiagnostics": self.get_diagnostics,
            "GetInstalledCertificateIds": self.list_certificates,
            "GetLocalListVersion": self.get_list_version,
            "GetLog": self.get_log,
            "InstallCertificate": self.install_certificate,
            "SendLocalList": self.send_list,
            "SignedUpdateFirmware": self.update_signed,
            "TriggerMessage": self.trigger,
            "UpdateFirmware": self.update_firmware,
        }


def _log_payload(speaker: Speaker16) -> Payload:
    status, request_id = speaker.log_status
    return {"status": status} if status == "Idle" and request_id == 0 else {"status": status, "requestId": request_id}


def _say_status(speaker: Speaker16, connector_id: int | None) -> None:
    if connector_id in {None, 0}:
        speaker.tell_station_status(is_early=True)
    for evse in _choose(speaker, connector_id):
        if connector_id != 0:
            speaker.tell_status(evse, is_early=True)


def _say_meter(speaker: Speaker16, connector_id: int | None) -> None:
    for evse in _choose(speaker, connector_id):
        evse.advance(speaker.station.agenda.now_ms())
        speaker.tell_meter(evse, "Trigger", is_early=True)


def _choose(speaker: Speaker16, connector_id: int | None) -> list[Evse]:
    evses = speaker.station.charging.evses
    return [evses[connector_id]] if connector_id in evses else list(evses.values())
