"""What a virtual station needs of whoever speaks its protocol version."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, Protocol

from busbar.simulator.evse import Evse, Token, Transaction
from busbar.simulator.tokens import Verdict
from busbar.wire.ocppj import ErrorCode, Version

Payload = dict[str, Any]
"""One OCPP message body: JSON names, instants as aware datetimes."""


class Setting(StrEnum):
    """Settings that steer the station itself, whatever a version calls them."""

    HEARTBEAT_S = auto()
    SAMPLE_S = auto()
    CLOCK_ALIGNED_S = auto()
    CONNECTION_TIMEOUT_S = auto()
    MESSAGE_ATTEMPTS = auto()
    MESSAGE_RETRY_S = auto()


class Rule(StrEnum):
    """Switches that steer the station itself."""

    AUTHORIZE_REMOTE = auto()
    STOP_ON_INVALID = auto()
    STOP_ON_UNPLUG = auto()
    LOCAL_LIST = auto()
    LOCAL_CACHE = auto()
    AUTHORIZE_LOCALLY_FIRST = auto()
    AUTHORIZE_OFFLINE = auto()
    ALLOW_UNKNOWN_OFFLINE = auto()


class Trigger(StrEnum):
    """Why something is reported; values are trigger reasons of OCPP 2.x."""

    AUTHORIZED = "Authorized"
    CABLE_PLUGGED_IN = "CablePluggedIn"
    CHARGING_STATE = "ChargingStateChanged"
    RATE = "ChargingRateChanged"
    DEAUTHORIZED = "Deauthorized"
    EV_DEPARTED = "EVDeparted"
    EV_TIMEOUT = "EVConnectTimeout"
    ENERGY_LIMIT = "EnergyLimitReached"
    METER_CLOCK = "MeterValueClock"
    METER_PERIODIC = "MeterValuePeriodic"
    REMOTE_START = "RemoteStart"
    REMOTE_STOP = "RemoteStop"
    STOP_AUTHORIZED = "StopAuthorized"
    UNLOCK = "UnlockCommand"
    RESET = "ResetCommand"
    ABNORMAL = "AbnormalCondition"
    TRIGGER = "Trigger"
    TARIFF_CHANGED = "TariffChanged"
    """2.1 only: a running transaction was given another tariff."""
    RESUMED = "TxResumed"
    """2.1 only: a transaction goes on after a reboot."""


class RefusedError(Exception):
    """A Call of the CSMS that is answered by a CALLERROR."""

    def __init__(self, code: ErrorCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Speaker(Protocol):
    """One version's tongue: says what happens, and answers what is asked."""

    version: Version

    def read_setting(self, setting: Setting) -> int:
        """Return a setting in whole seconds or times."""
        ...

    def read_rule(self, rule: Rule) -> bool:
        """Return a switch."""
        ...

    def start_points(self) -> frozenset[str]:
        """Return the conditions (2.x TxStartPoint) any of which begins a transaction."""
        ...

    def stop_points(self) -> frozenset[str]:
        """Return the conditions (2.x TxStopPoint) the end of any of which ends it."""
        ...

    def write_boot(self, reason: str) -> Payload:
        """Return a BootNotification."""
        ...

    def set_locally(self, name: str, value: str) -> None:
        """Set a configuration key or `Component.Variable` as on the station's own screen; raises KeyError."""
        ...

    def set_heartbeat(self, interval_s: int) -> None:
        """Keep the heartbeat interval that the CSMS gave."""
        ...

    def show_status(self, evse: Evse) -> str:
        """Return the status of an EVSE in the words of the version."""
        ...

    def tell_status(self, evse: Evse) -> None:
        """Report an EVSE's status."""
        ...

    def tell_all(self) -> None:
        """Report the status of everything, as after a boot."""
        ...

    def ask(self, token: Token, then: Callable[[Verdict | None], None]) -> None:
        """Authorize; `then` gets what the CSMS said, None when it did not answer."""
        ...

    def tell_started(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Report that a transaction began."""
        ...

    def tell_updated(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Report progress of a transaction (in 1.6 only meter values are)."""
        ...

    def tell_ended(self, evse: Evse, transaction: Transaction, trigger: Trigger) -> None:
        """Report that a transaction ended."""
        ...

    def tell_clock_aligned(self, evse: Evse) -> None:
        """Report the meter at a full interval of the day."""
        ...

    def tell_fault_cleared(self, evse: Evse) -> None:
        """Report that a fault is over, where the version has more than the status for it."""
        ...

    def tell_reservation(self, reservation_id: int, status: str) -> None:
        """Report that a reservation expired or was removed, where the version can."""
        ...

    def answer(self, action: str, request: Payload) -> Payload:
        """Answer a Call of the CSMS; raises RefusedError."""
        ...

    def resume(self) -> None:
        """Carry on after a reboot: what was under way is reported or forgotten."""
        ...

    def now(self) -> datetime:
        """Return the station's own idea of the time."""
        ...
