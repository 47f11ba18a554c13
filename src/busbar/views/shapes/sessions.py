from datetime import datetime
from typing import Any

from busbar.canon.access import TokenKind
from busbar.canon.metering import Curve, Measurand, SampleLocation
from busbar.canon.sessions import ChargingState, CloseReason, SessionState, TransactionPhase
from busbar.domain.sessions.model import FailReason
from busbar.domain.sessions.trail import Source, Step
from busbar.views.shapes.model import Page, Shape
from busbar.views.shapes.pricing import Cost


class SessionStep(Shape):
    """Something that happened in a session."""

    step: Step
    at: datetime
    """The station's time for what the station told, ours for the rest."""
    heard_at: datetime
    """Our time."""
    source: Source
    actor: str | None
    """Who, when people did it."""
    detail: str | None
    """The station's own word, or the rule's, where there is one."""
    number: int | None
    """OCPP 2.x sequence number."""
    is_offline: bool
    """The station kept it while it had no connection."""


class Session(Shape):
    """A commercial charging session."""

    session_id: str
    operator_id: str
    state: SessionState
    is_open: bool
    charging_state: ChargingState | None
    station_id: str
    station_name: str | None
    site_id: str | None
    site_name: str | None
    evse_id: int | None
    connector_id: int | None
    transaction_ref: str | None
    """The station's own transaction id."""
    id_token: str | None
    id_token_kind: TokenKind | None
    token_id: str | None
    driver_id: str | None
    driver_name: str | None
    requested_by: str | None
    """Who asked for it, when it was started remotely."""
    created_at: datetime
    requested_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None
    """Until now for an open session."""
    energy_wh: int
    exported_wh: int
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
    """Why a session that was asked for did not begin."""
    stop_requested_at: datetime | None
    stop_requested_by: str | None
    is_offline: bool
    """Some part happened while the station had no connection."""
    is_late: bool
    """It came to us after a newer transaction of the same EVSE had begun."""
    cost: Cost | None
    """So far, or in the end; null: it has no tariff."""


class SessionPage(Page[Session]):
    """Sessions."""


class SessionDetail(Session):
    """A session with its steps."""

    steps: list[SessionStep]


class SessionStepPage(Page[SessionStep]):
    """Steps of a session, in the order in which we heard of them."""


class Series(Shape):
    """One measurand of one phase at one place."""

    measurand: Measurand
    raw_measurand: str | None
    """The station's own name of a measurand that we do not know."""
    phase: str | None
    location: SampleLocation
    unit: str
    """Of the values: whole Wh, W, mA, mV, m°C, permille …"""
    sampled_at: list[datetime]
    values: list[int]
    """One for each instant in `sampled_at`."""
    sample_count: int
    """Samples there are; more than `values` when thinned out: the least and greatest of each stretch stay."""


class MeterCurve(Shape):
    """Everything that was measured in a session."""

    session_id: str
    series: list[Series]


class MeterRecord(Shape):
    """The closed curve of a session, which billing prices."""

    session_id: str
    started_at: datetime
    ended_at: datetime
    register_start_wh: int | None
    register_end_wh: int | None
    energy_wh: int
    exported_wh: int
    sample_count: int
    flags: list[Curve]
    signed_start: str | None
    signed_end: str | None


class UnmatchedPart(Shape):
    """A part of a transaction that fits no session we know: acknowledged to the station and kept."""

    part_id: str
    operator_id: str
    station_id: str
    transaction_ref: str
    phase: TransactionPhase
    at: datetime
    """The station's time."""
    received_at: datetime
    reason: str
    session_id: str | None
    """The session that it was found to belong to later."""
    joined_at: datetime | None
    report: dict[str, Any]
    """The report as it came."""


class UnmatchedPartPage(Page[UnmatchedPart]):
    """Unmatched parts of transactions, the newest first."""


class StopRequested(Shape):
    """A stop that was sent to the station."""

    command_id: str | None
    """The request to the station; null when a mere start was given up."""
    session: SessionDetail
