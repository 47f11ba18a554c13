"""OCPP 2.0.1 and 2.1 as a virtual station speaks them."""

from typing import TYPE_CHECKING

from busbar.simulator.v2 import control, profiles
from busbar.simulator.v2.care import Caretaker2
from busbar.simulator.v2.files import FileClerk
from busbar.simulator.v2.grid import Grid
from busbar.simulator.v2.monitors import Monitoring
from busbar.simulator.v2.screen import Screen
from busbar.simulator.v2.speaker import Speaker2
from busbar.wire.ocppj import Role, Version, dialect_of

if TYPE_CHECKING:
    from busbar.simulator.station import Station


def make_speaker2(station: "Station") -> Speaker2:
    """Give a station its 2.0.1 or 2.1 tongue."""
    speaker = Speaker2(station, {})
    caretaker, clerk, screen, monitoring = Caretaker2(), FileClerk(), Screen(), Monitoring(speaker)
    answers = {
        **control.ANSWERS,
        **profiles.ANSWERS,
        **caretaker.answers(),
        **clerk.answers(),
        **screen.answers(),
        **monitoring.answers(),
    }
    if station.version is Version.V21:
        grid = Grid()
        answers |= {**profiles.ANSWERS_21, **grid.answers()}
        speaker.after_authorization.append(grid.keep_tariff)
        speaker.annotators.append(grid.name_tariff)
    known = dialect_of(station.version).by_sender[Role.CSMS]
    speaker.answers.update({action: answer for action, answer in answers.items() if action in known})
    caretaker.triggers.update(
        {
            "FirmwareStatusNotification": clerk.tell_firmware_status,
            "LogStatusNotification": clerk.tell_log_status,
            "PublishFirmwareStatusNotification": clerk.tell_publication_status,
        }
    )
    speaker.after_boot.append(lambda: clerk.note_booted(speaker))
    book = station.gate.tokens
    speaker.live.update(
        {
            ("LocalAuthListCtrlr", "Entries"): lambda: str(len(book.listed)),
            ("SecurityCtrlr", "CertificateEntries"): lambda: str(len(caretaker.certificates.held)),
            ("SmartChargingCtrlr", "Entries"): lambda: str(len(station.profiles.profiles)),
            ("DisplayMessageCtrlr", "DisplayMessages"): lambda: str(len(screen.messages)),
        }
    )
    return speaker
