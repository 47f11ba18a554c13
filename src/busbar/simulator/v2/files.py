"""Firmware and logs of a virtual 2.x station: the steps are real, the files are not (L01 to L04, N01)."""

from datetime import datetime

from busbar.simulator.certificates import read_pem
from busbar.simulator.speaker import Payload
from busbar.simulator.steps import Step, is_loadable, name_firmware, run_steps
from busbar.simulator.v2.profiles import ACCEPTED, REJECTED
from busbar.simulator.v2.speaker import Answer, Speaker2

FINISHED = frozenset({"Idle", "Installed", "DownloadFailed", "InstallationFailed", "InvalidSignature"})
PUBLISHED_MAX = 10


class FileClerk:
    """What is being loaded, installed, published and uploaded."""

    def __init__(self) -> None:
        self.firmware: tuple[str, int | None] = ("Idle", None)
        self.upload: tuple[str, int | None] = ("Idle", None)
        self.publication: tuple[str, int | None] = ("Idle", None)
        self.published: dict[str, str] = {}

    # --- firmware ---------------------------------------------------------------------------------------------------

    def update_firmware(self, speaker: Speaker2, request: Payload) -> Payload:
        """UpdateFirmware (L01 with a certificate, L02 without)."""
        station = speaker.station
        firmware, request_id = request["firmware"], request["requestId"]
        is_signed = "signingCertificate" in firmware
        if is_signed and read_pem(firmware["signingCertificate"]) is None:
            return {"status": "InvalidCertificate"}
        was_busy = self.firmware[0] not in FINISHED
        location: str = firmware["location"]

        def tell(status: str) -> None:
            self._tell_firmware(speaker, status, request_id)

        def install() -> None:
            tell("Installing")
            speaker.firmware_version = name_firmware(location, speaker.firmware_version)
            station.after(5, lambda: tell("InstallRebooting"))
            station.after(6, lambda: station.reset("FirmwareUpdate", ends="Reboot"))

        steps: list[Step] = []
        wait_s = _seconds_until(firmware["retrieveDateTime"], station.now())
        if wait_s > 0:
            steps.append((1, lambda: tell("DownloadScheduled")))
        steps.append((wait_s + 1, lambda: tell("Downloading")))
        if is_loadable(location):
            steps.append((20, lambda: tell("Downloaded")))
            if is_signed:
                steps.append((2, lambda: tell("SignatureVerified")))
            later_s = _seconds_until(firmware.get("installDateTime"), station.now())
            if later_s > wait_s + 25:
                steps.append((1, lambda: tell("InstallScheduled")))
                steps.append((later_s - wait_s - 25, install))
            else:
                steps.append((5, install))
        else:
            steps.append((10, lambda: tell("DownloadFailed")))
        run_steps(station, "firmware", steps)
        return {"status": "AcceptedCanceled" if was_busy else "Accepted"}

    def note_booted(self, speaker: Speaker2) -> None:
        """After the reboot of an update: it is installed (L01.FR.20)."""
        status, request_id = self.firmware
        if status == "InstallRebooting" and request_id is not None:
            speaker.station.after(2, lambda: self._tell_firmware(speaker, "Installed", request_id))

    def _tell_firmware(self, speaker: Speaker2, status: str, request_id: int) -> None:
        self.firmware = (status, request_id)
        speaker.call("FirmwareStatusNotification", {"status": status, "requestId": request_id})
        speaker.station.emit(f"firmware_{status}")

    def publish_firmware(self, speaker: Speaker2, request: Payload) -> Payload:
        """PublishFirmware: for stations behind this one (L03)."""
        location, checksum, request_id = request["location"], request["checksum"], request["requestId"]
        if len(self.published) >= PUBLISHED_MAX:
            return REJECTED

        def tell(status: str) -> None:
            self.publication = (status, request_id)
            payload: Payload = {"status": status, "requestId": request_id}
            if status == "Published":
                self.published[checksum] = location
                payload["location"] = [f"http://station.local/{checksum}"]
            speaker.call("PublishFirmwareStatusNotification", payload)

        names = (
            ("Downloading", "Downloaded", "ChecksumVerified", "Published")
            if is_loadable(location)
            else ("Downloading", "DownloadFailed")
        )
        run_steps(speaker.station, "publish", [(3, lambda status=status: tell(status)) for status in names])
        return ACCEPTED

    def unpublish_firmware(self, speaker: Speaker2, request: Payload) -> Payload:
        """UnpublishFirmware (L04)."""
        del speaker
        if self.publication[0] == "Downloading":
            return {"status": "DownloadOngoing"}
        gone = self.published.pop(request["checksum"], None)
        return {"status": "NoFirmware" if gone is None else "Unpublished"}

    # --- logs -------------------------------------------------------------------------------------------------------

    def get_log(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetLog (N01); a new request takes the place of one under way."""
        request_id = request["requestId"]
        was_busy = self.upload[0] == "Uploading"
        before = self.upload[1]

        def tell(status: str, about: int | None) -> None:
            self.upload = (status, about)
            speaker.call("LogStatusNotification", {"status": status, "requestId": about})

        last = "Uploaded" if is_loadable(request["log"]["remoteLocation"]) else "UploadFailure"
        steps: list[Step] = [(2, lambda: tell("Uploading", request_id)), (15, lambda: tell(last, request_id))]
        if was_busy:
            steps.insert(0, (0, lambda: tell("AcceptedCanceled", before)))  # N01.FR.20
        run_steps(speaker.station, "log", steps)
        name = f"{speaker.station.identity}-{request['logType']}.log"[-255:]
        return {"status": "AcceptedCanceled" if was_busy else "Accepted", "filename": name}

    # --- triggers ---------------------------------------------------------------------------------------------------

    def tell_firmware_status(self, speaker: Speaker2) -> None:
        """FirmwareStatusNotification on demand: Idle when the last thing said was final (L01.FR.25)."""
        status, request_id = self.firmware
        speaker.call("FirmwareStatusNotification", _with_id(status, request_id, FINISHED), is_early=True)

    def tell_log_status(self, speaker: Speaker2) -> None:
        """LogStatusNotification on demand."""
        status, request_id = self.upload
        final = frozenset({"Uploaded", "UploadFailure", "AcceptedCanceled"})
        speaker.call("LogStatusNotification", _with_id(status, request_id, final), is_early=True)

    def tell_publication_status(self, speaker: Speaker2) -> None:
        """PublishFirmwareStatusNotification on demand."""
        status, request_id = self.publication
        final = frozenset({"Published", "DownloadFailed"})
        speaker.call("PublishFirmwareStatusNotification", _with_id(status, request_id, final), is_early=True)

    def answers(self) -> dict[str, Answer]:
        """Return what this answers, by action."""
        return {
            "GetLog": self.get_log,
            "PublishFirmware": self.publish_firmware,
            "UnpublishFirmware": self.unpublish_firmware,
            "UpdateFirmware": self.update_firmware,
        }


def _with_id(status: str, request_id: int | None, final: frozenset[str]) -> Payload:
    if status in final or status == "Idle" or request_id is None:
        return {"status": "Idle"}
    return {"status": status, "requestId": request_id}


def _seconds_until(instant: datetime | None, now: datetime) -> float:
    return 0.0 if instant is None else max(0.0, (instant - now).total_seconds())
