from datetime import datetime
from enum import StrEnum

from busbar.canon.access import TokenKind, TokenStatus
from busbar.canon.drivers import DriverStatus
from busbar.canon.metering import Curve
from busbar.canon.sessions import ChargingState, CloseReason, SessionState
from busbar.canon.stations import ConnectorKind, ConnectorStatus, PowerKind
from busbar.domain.sessions.model import FailReason
from busbar.views.shapes.companion import KeptStations, OwnComplaint, OwnVehicle
from busbar.views.shapes.documents import DocumentSummary, InvoiceRequest
from busbar.views.shapes.hours import OpeningTimes
from busbar.views.shapes.ledger import Receivable, Wallet, WalletEntry
from busbar.views.shapes.model import Page, Shape
from busbar.views.shapes.offers import OwnCoupon, OwnPlan
from busbar.views.shapes.payments import DriverPayment, SavedCard
from busbar.views.shapes.people import SignIn
from busbar.views.shapes.pricing import Cost, SessionPrice
from busbar.views.shapes.reservations import OwnReservation
from busbar.views.shapes.sessions import SessionStep


class DriverProfile(Shape):
    """The signed-in driver."""

    driver_id: str
    operator_id: str
    operator_name: str
    email: str | None
    display_name: str
    language: str
    status: DriverStatus
    created_at: datetime


class SignedInDriver(Shape):
    """A driver's new sign-in."""

    token: str | None
    """For `Authorization: Bearer`; null when it went into a cookie."""
    expires_at: datetime
    me: DriverProfile


class ConnectorSummary(Shape):
    """Connectors of one kind at a station."""

    kind: ConnectorKind
    power_kind: PowerKind
    max_power_w: int
    """Of the strongest of them."""
    total: int
    available: int


class StationPrice(Shape):
    """What the charge of an example costs at a station that begins now; at the cheapest of its connectors."""

    currency: str
    currency_digits: int
    energy_wh: int
    duration_s: int
    gross: int
    """Whole minor units; 0: free of charge."""
    is_from: bool
    """Other connectors there cost more."""


class NearbyStation(Shape):
    """A station on the map."""

    station_id: str
    name: str
    operator_name: str
    site_id: str | None
    site_name: str | None
    address: str
    city: str
    country: str
    latitude: float
    longitude: float
    distance_m: int | None
    """Null when no position was given."""
    is_online: bool
    max_power_w: int | None
    connectors: list[ConnectorSummary]
    available_evses: int
    total_evses: int
    time_zone: str
    """Where the station's clock hangs."""
    is_open: bool
    """One may come now, by the hours of the site."""
    changes_at: datetime | None
    """When it closes, or opens again; null where that is not known or never."""
    price: StationPrice | None
    """Null where charging is free: no tariff holds."""


class NearbyStationList(Shape):
    """Stations around a position, the nearest first."""

    items: list[NearbyStation]
    is_truncated: bool
    """There are more within the radius than were asked for."""


class Startability(StrEnum):
    """Why a charge can or cannot be started at an EVSE now."""

    READY = "ready"
    BUSY = "busy"
    YOURS = "yours"
    RESERVED = "reserved"
    FAULTED = "faulted"
    OUT_OF_SERVICE = "out_of_service"
    OFFLINE = "offline"


class DriverConnector(Shape):
    """A connector as drivers see it."""

    connector_id: int
    kind: ConnectorKind
    power_kind: PowerKind
    max_power_w: int
    label: str | None
    """What is painted on it."""
    status: ConnectorStatus


class DriverEvse(Shape):
    """An EVSE as drivers see it."""

    evse_id: int
    startability: Startability
    session_id: str | None
    """The driver's own session there."""
    connectors: list[DriverConnector]


class DriverStation(Shape):
    """A station as drivers see it."""

    station_id: str
    name: str
    operator_name: str
    site_id: str | None
    site_name: str | None
    address: str
    city: str
    country: str
    latitude: float | None
    longitude: float | None
    is_online: bool
    time_zone: str
    hours: OpeningTimes
    is_open: bool
    changes_at: datetime | None
    evses: list[DriverEvse]
    chosen_evse_id: int | None
    """The EVSE that the scanned code named."""


class OwnStopTarget(Shape):
    """Where a session shall end by itself; what is reached first ends it."""

    energy_wh: int | None
    soc_permille: int | None
    stop_at: datetime | None
    cost: int | None
    """With tax, in whole minor units."""
    is_reached: bool
    """The station was asked to stop because of it."""


class DriverSession(Shape):
    """A driver's own session, live."""

    session_id: str
    state: SessionState
    is_open: bool
    charging_state: ChargingState | None
    station_id: str
    station_name: str | None
    site_name: str | None
    address: str
    city: str
    country: str
    time_zone: str | None
    """The site's IANA zone."""
    evse_id: int | None
    connector_id: int | None
    connector_kind: ConnectorKind | None
    requested_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None
    energy_wh: int
    power_w: int | None
    current_ma: int | None
    voltage_mv: int | None
    soc_permille: int | None
    last_sample_at: datetime | None
    stop_reason: str | None
    """The station's word, verbatim."""
    close_reason: CloseReason | None
    """Why we consider it over."""
    fail_reason: FailReason | None
    """Why a charge that was asked for did not begin."""
    target: OwnStopTarget | None
    cost: Cost | None
    """So far, or in the end; null: it has no tariff."""
    steps: list[SessionStep]


class DriverSessionPage(Page[DriverSession]):
    """A driver's sessions, the newest first."""


class DriverSessionList(Shape):
    """A driver's open sessions."""

    items: list[DriverSession]


class Receipt(Shape):
    """What a driver keeps of an ended session."""

    session_id: str
    receipt_number: str
    issued_at: datetime
    operator_name: str
    station_id: str
    station_name: str | None
    site_name: str | None
    address: str
    city: str
    country: str
    time_zone: str | None
    evse_id: int | None
    id_token: str | None
    """Shortened, so that it cannot be used."""
    started_at: datetime
    ended_at: datetime
    duration_s: int
    energy_wh: int
    register_start_wh: int | None
    register_end_wh: int | None
    flags: list[Curve]
    stop_reason: str | None
    close_reason: CloseReason | None
    price: SessionPrice | None
    """Line by line; null: the charge had no tariff."""


class OwnToken(Shape):
    """A token of the driver's own."""

    value: str
    kind: TokenKind
    label: str
    status: TokenStatus
    expires_at: datetime | None
    replaced_by: str | None
    """The token that took its place."""
    changed_at: datetime
    created_at: datetime


class OwnTokenList(Shape):
    """The driver's tokens, oldest first."""

    items: list[OwnToken]


class OwnPushDevice(Shape):
    """A phone that is told what happens."""

    device_id: str
    endpoint: str
    """Where its maker takes notices for it."""
    language: str


class DriverData(Shape):
    """All that is kept of a person."""

    driver: DriverProfile
    tokens: list[OwnToken]
    sign_ins: list[SignIn]
    sessions: list[DriverSession]
    vehicles: list[OwnVehicle]
    stations: KeptStations
    complaints: list[OwnComplaint]
    reservations: list[OwnReservation]
    wallet: Wallet
    wallet_entries: list[WalletEntry]
    debts: list[Receivable]
    payments: list[DriverPayment]
    payment_cards: list[SavedCard]
    documents: list[DocumentSummary]
    """Receipts, invoices, credit notes."""
    invoice_requests: list[InvoiceRequest]
    coupons: list[OwnCoupon]
    plans: list[OwnPlan]
    push_devices: list[OwnPushDevice]


class Network(Shape):
    """Whose stations these are."""

    operator_id: str
    operator_name: str
    slug: str
    time_zone: str
    language: str
    can_reset: bool
    """Whoever forgot the password can be mailed a link."""


class MonthCost(Shape):
    """What the priced sessions of a month cost in one currency, tax included."""

    currency: str
    currency_digits: int
    gross: int


class Month(Shape):
    """What a driver charged in a month."""

    month: str
    """`2026-11`, in the time zone that was asked for."""
    sessions: int
    energy_wh: int
    costs: list[MonthCost]
    """One for each currency; none where nothing has a price."""


class MonthList(Shape):
    """Months with sessions, the newest first."""

    items: list[Month]
