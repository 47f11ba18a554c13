"""What a station may send before its boot is accepted (OCPP 2.x B01..B03, 1.6 section 4.2). Pure."""

from busbar.canon.stations import Protocol, Registration

BOOT = "BootNotification"
NOT_WHILE_PENDING = frozenset(
    {"RequestStartTransaction", "RequestStopTransaction", "RemoteStartTransaction", "RemoteStopTransaction"}
)
REPORTS = {"GetBaseReport": "NotifyReport", "GetReport": "NotifyReport"}
TRIGGERED_NAMES = {
    "SignChargingStationCertificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
    "SignV2G20Certificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
    "SignChargePointCertificate": "SignCertificate",
}


class Standing:
    """The boot state of one station.

    A station that reconnects does not boot again (OCPP-J 1.6, 5.4), so until told otherwise it counts as accepted.
    """

    __slots__ = ("_asked_for", "_is_strict", "registration")

    def __init__(self, protocol: Protocol, registration: Registration = Registration.ACCEPTED) -> None:
        self.registration = registration
        self._is_strict = protocol is not Protocol.OCPP16
        self._asked_for: frozenset[str] = frozenset()

    def settle(self, registration: Registration) -> None:
        """Take over what a boot was answered with."""
        self.registration = registration
        self._asked_for = frozenset()

    def refuse_incoming(self, action: str) -> str | None:
        """Give the reason why this call is answered with SecurityError; None: it is welcome.

        1.6 knows no such answer for a pending station, and what it says may be a transaction: that is let through and
        the rooms decide.
        """
        if self.registration is Registration.ACCEPTED or action == BOOT:
            return None
        if self.registration is Registration.PENDING:
            if not self._is_strict or action in self._asked_for:
                return None
            return "the boot is still pending: nothing but what was asked for may be sent (B02.FR.09)"
        return "the boot was rejected: nothing but BootNotification may be sent (B03.FR.07)"

    def refuse_outgoing(self, action: str) -> str | None:
        """Give the reason why this request may not go to the station now; None: it may."""
        if self.registration is Registration.BLOCKED:
            return "the station's boot was rejected: it may not be asked anything (B03.FR.03)"
        if self.registration is Registration.PENDING and action in NOT_WHILE_PENDING:
            return "the station's boot is pending: it may not charge yet (B02.FR.05)"
        return None

    def note_outgoing(self, action: str, requested_message: str | None) -> None:
        """Remember what the station was asked for: it may send that while pending (B02.FR.02)."""
        if action in REPORTS:
            self._asked_for |= {REPORTS[action]}
        elif requested_message is not None:
            self._asked_for |= {TRIGGERED_NAMES.get(requested_message, requested_message)}
