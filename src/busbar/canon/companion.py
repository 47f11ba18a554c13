"""What the app keeps for a driver: vehicles, favourites, stations to be told of, and phones to tell it to."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.canon.stations import ConnectorKind
from busbar.kernel.ids import DriverId, OperatorId, StationId, VehicleId


class Vehicle(Noun, frozen=True, kw_only=True):
    """A driver's vehicle."""

    vehicle_id: VehicleId
    operator_id: OperatorId
    driver_id: DriverId
    name: str
    plate: str | None = None
    vin: str | None = None
    connector_kind: ConnectorKind | None = None
    battery_wh: int | None = None
    """What its battery holds."""
    created_at: datetime


class PutVehicle(Command[Vehicle], frozen=True, kw_only=True):
    """Add a vehicle, or make the one named exactly this.

    Errors: `not_found.vehicle`, `invalid.vin`, `invalid.plate`, `invalid.name`, `limit_exceeded.vehicles`.
    """

    operator_id: OperatorId
    driver_id: DriverId
    vehicle_id: VehicleId | None = None
    """None: a new one."""
    name: str
    plate: str | None = None
    vin: str | None = None
    connector_kind: ConnectorKind | None = None
    battery_wh: int | None = None


class RemoveVehicle(Command[None], frozen=True, kw_only=True):
    """Forget a vehicle. Errors: `not_found.vehicle`."""

    operator_id: OperatorId
    driver_id: DriverId
    vehicle_id: VehicleId


class KeepFavourite(Command[None], frozen=True, kw_only=True):
    """Keep a station among a driver's favourites, or no longer; a repeat changes nothing.

    Errors: `limit_exceeded.favourites`.
    """

    operator_id: OperatorId
    driver_id: DriverId
    station_id: StationId
    is_kept: bool


class AwaitStation(Command[None], frozen=True, kw_only=True):
    """Tell a driver once when a connector of a station is free, or no longer; a repeat changes nothing.

    Errors: `limit_exceeded.awaited_stations`.
    """

    operator_id: OperatorId
    driver_id: DriverId
    station_id: StationId
    is_awaited: bool


class PutPushDevice(Command[None], frozen=True, kw_only=True):
    """Keep a browser or phone that a driver wants to be told things on (RFC 8030); a repeat changes nothing.

    Errors: `invalid.push_endpoint`, `invalid.push_key`.
    """

    operator_id: OperatorId
    driver_id: DriverId
    endpoint: str
    public_key: str
    """The device's P-256 point, base64url (`p256dh`)."""
    auth: str
    """The device's authentication secret, base64url (RFC 8291)."""
    language: str


class RemovePushDevice(Command[None], frozen=True, kw_only=True):
    """Forget a device: its owner wants no more of it, or it is gone. An unknown one is no error."""

    endpoint: str
    driver_id: DriverId | None = None
    """Whose it is; None: whoever's, asked by ourselves."""


class NoticeTopic(StrEnum):
    """What a driver is told."""

    STARTED = "started"
    BATTERY_HIGH = "battery_high"
    """The battery has reached 80 %: from here on charging is slow."""
    PAUSED = "paused"
    """The station holds the charge back."""
    TARGET_REACHED = "target_reached"
    ENDED = "ended"
    FAULT = "fault"
    """The charge ended because of a fault."""
    FAULTED = "faulted"
    """The connector reports a fault while the charge runs."""
    IDLE_NEAR = "idle_near"
    """The charge is over, and occupying the place will soon cost something."""
    FAILED = "failed"
    """The charge that was asked for did not begin."""
    STATION_FREE = "station_free"
    COMPLAINT_ANSWERED = "complaint_answered"
    RESERVATION_OVER = "reservation_over"
    DEBT_OPENED = "debt_opened"
    """The driver owes something."""
    DEBT_REMINDED = "debt_reminded"
    DEBT_OVERDUE = "debt_overdue"
    """Reminded more than once."""
    WALLET_LOW = "wallet_low"
    FUNDS_EXHAUSTED = "funds_exhausted"
    """The station was asked to stop: the money is used up."""
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_DISPUTED = "payment_disputed"
    """The payer's bank took money back."""


class Notice(Noun, frozen=True, kw_only=True):
    """What one device is to be told."""

    device_id: str
    topic: NoticeTopic
    at: datetime
    station_id: StationId | None = None
    session_id: str | None = None
    complaint_id: str | None = None
    energy_wh: int | None = None
    amount: int | None = None
    """In whole minor units of `currency`."""
    currency: str = ""


class StationFreed(Fact, frozen=True, kw_only=True):
    """A driver who waits for it is told that a station is free."""

    driver_id: DriverId
    station_id: StationId
