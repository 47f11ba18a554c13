"""One EVSE of a virtual station: what is connected to it, who may charge, what flows, what runs."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from random import Random

from busbar.simulator.agenda import Appointment
from busbar.simulator.books import FinishedTransaction
from busbar.simulator.contact import Contact
from busbar.simulator.flow import FREE, Cap, EvseSpec, Flow, compute_flow
from busbar.simulator.limits import Profile
from busbar.simulator.meter import Meter
from busbar.simulator.vehicle import Vehicle

STEP_MAX_MS = 30_000
"""Longest stretch over which power is taken as constant."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a driver presents. `kind` is OCPP 2.x's type; 1.6 knows no kinds."""

    value: str
    kind: str = "ISO14443"

    def same_as(self, other: "Token | None") -> bool:
        """Whether both are the same token: values are compared without case."""
        return other is not None and self.value.lower() == other.value.lower()


@dataclass(slots=True)
class Permit:
    """The right to charge at an EVSE, given to a token, perhaps before anything is plugged in."""

    token: Token
    group: str | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    expiry: Appointment | None = None
    profile: Profile | None = None
    """A charging profile that came with a remote start, for the transaction to be."""

    def profile_for(self, transaction_ref: str, evse_id: int) -> Profile | None:
        """Return that profile bound to its transaction."""
        if self.profile is None:
            return None
        return replace(self.profile, transaction_ref=transaction_ref, evse_id=evse_id)


class ChargingState(StrEnum):
    """Where a transaction stands; values are the names of OCPP 2.x."""

    IDLE = "Idle"
    CONNECTED = "EVConnected"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"


class Status(StrEnum):
    """Where an EVSE stands; values are the names of OCPP 1.6, which are finer than those of 2.x."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"


@dataclass(slots=True)
class Reservation:
    """An EVSE kept for a token until `expires_at`; `evse_id` 0 keeps any one of the station."""

    reservation_id: int
    token: Token
    group: str | None
    evse_id: int
    expires_at: datetime
    expiry: Appointment | None = None


@dataclass(slots=True)
class Transaction:
    """One transaction as the station knows it. `ref` is its own name for it; `number` is what a 1.6 CSMS assigned."""

    ref: str
    evse_id: int
    token: Token | None
    started_at: datetime
    meter_start_mws: int
    group: str | None = None
    number: int | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None
    ready_at: datetime | None = None
    stopped_at: datetime | None = None
    meter_stop_mws: int = 0
    reason: str | None = None
    stop_token: Token | None = None
    seq_no: int = 0
    state: ChargingState = ChargingState.IDLE
    points_seen: frozenset[str] = frozenset()
    """Start and stop points (2.x TxStartStopPoint) that were reached so far."""
    record: FinishedTransaction | None = None
    began_offline: bool = False
    told_cap: Cap | None = None
    """Cap in force when progress was looked at last."""
    has_priority: bool = False
    """2.1: priority charging is on."""
    is_numbered: bool = False
    """1.6: the CSMS gives the transaction its number."""
    is_start_delivered: bool = False
    is_start_lost: bool = False
    charging_ms: int = 0
    sampler: Appointment | None = None

    @property
    def shown_ref(self) -> str:
        """What the CSMS knows it by."""
        return str(self.number) if self.number is not None else self.ref

    @property
    def energy_mws(self) -> int:
        """Energy of a finished transaction."""
        return self.meter_stop_mws - self.meter_start_mws


@dataclass(slots=True)
class Evse:
    """The state of one EVSE. `advance` must be called before anything about it changes."""

    spec: EvseSpec
    chance: Random
    meter: Meter = field(default_factory=Meter)
    contact: Contact = field(default_factory=Contact)
    vehicle: Vehicle | None = None
    permit: Permit | None = None
    transaction: Transaction | None = None
    reservation: Reservation | None = None
    is_operative: bool = True
    pending_operative: bool | None = None
    fault: str | None = None
    is_visit_done: bool = False
    """A transaction of the vehicle now connected has ended; another one needs a new permit."""
    is_energised: bool = False
    """The talk over the cable is done and the contactor may close."""
    handshake: Appointment | None = None
    is_reset_scheduled: bool = False
    is_restarting: bool = False
    is_barred: bool = False
    """The CSMS does not accept the token: no energy, though the transaction goes on."""
    cap: Cap = FREE
    flow: Flow = field(default_factory=lambda: Flow(0, (0,), (0,), 0, 0))
    advanced_ms: int = 0
    told_status: str | None = None
    """Status reported last, in the words of the version."""

    @property
    def evse_id(self) -> int:
        """Its number, from 1."""
        return self.spec.evse_id

    @property
    def is_closed(self) -> bool:
        """Whether the contactor is closed: connected, permitted, in order."""
        return (
            self.vehicle is not None
            and self.permit is not None
            and self.is_energised
            and self.fault is None
            and not self.is_visit_done
            and not self.is_barred
        )

    def advance(self, now_ms: int) -> None:
        """Count what flowed since the last time, in stretches short enough for the battery's curve."""
        while self.advanced_ms < now_ms:
            step_ms = min(STEP_MAX_MS, now_ms - self.advanced_ms)
            self.advanced_ms += step_ms
            self.contact.warm(self.flow.load_ma, self.spec.current_max_ma, step_ms)
            if self.vehicle is None:
                continue
            power_w = self.flow.power_w
            if power_w == 0:
                self.vehicle.battery.warm(0, step_ms)
                continue
            self.meter.add(power_w, step_ms)
            share = self.vehicle.dc_efficiency_permille if self.spec.is_dc else self.vehicle.ac_efficiency_permille
            self.vehicle.battery.charge(power_w * share // 1000, step_ms)
            if self.transaction is not None:
                self.transaction.charging_ms += step_ms
            self.renew_flow()

    def renew_flow(self) -> None:
        """Work out anew what flows from now on."""
        self.flow = compute_flow(self.spec, self.vehicle, self.cap, self.chance, is_closed=self.is_closed)

    def read_state(self) -> ChargingState:
        """Return the charging state that the present flow means."""
        if self.vehicle is None:
            return ChargingState.IDLE
        if not self.is_closed:
            return ChargingState.SUSPENDED_EVSE if self.is_barred else ChargingState.CONNECTED
        if self.flow.is_flowing:
            return ChargingState.CHARGING
        return ChargingState.SUSPENDED_EVSE if self.flow.offered_ma == 0 else ChargingState.SUSPENDED_EV

    def read_status(self) -> Status:  # noqa: PLR0911 - one return per rank of status
        """Return the status to show, the weightiest first."""
        if self.fault is not None:
            return Status.FAULTED
        if self.transaction is None and (self.is_restarting or not self.is_operative):
            return Status.UNAVAILABLE
        if self.transaction is not None and self.is_closed:
            if self.flow.is_flowing:
                return Status.CHARGING
            return Status.SUSPENDED_EVSE if self.flow.offered_ma == 0 else Status.SUSPENDED_EV
        if self.is_barred and self.vehicle is not None:
            return Status.SUSPENDED_EVSE
        if self.vehicle is not None:
            return Status.FINISHING if self.is_visit_done else Status.PREPARING
        if self.transaction is not None and "EVConnected" in self.transaction.points_seen:
            return Status.SUSPENDED_EV  # 1.6 with StopTransactionOnEVSideDisconnect=false
        if self.permit is not None or self.transaction is not None:
            return Status.PREPARING
        return Status.RESERVED if self.reservation is not None else Status.AVAILABLE
