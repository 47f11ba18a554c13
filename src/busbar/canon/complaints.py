"""Complaints: what a driver says is wrong with a charge or a station, and what becomes of it."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import CommandId, ComplaintId, DriverId, OperatorId, PhotoId, SessionId, SiteId, StationId


class ComplaintCategory(StrEnum):
    """What it is about."""

    NO_START = "no_start"
    """The charge did not begin."""
    NO_STOP = "no_stop"
    """The charge did not end, or the cable stayed locked."""
    SLOW = "slow"
    WRONG_PRICE = "wrong_price"
    DAMAGED = "damaged"
    BLOCKED = "blocked"
    """Somebody parks there."""
    OTHER = "other"


class ComplaintStatus(StrEnum):
    """Where it stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    REJECTED = "rejected"


class ComplaintEntry(Noun, frozen=True, kw_only=True):
    """A step in the life of a complaint."""

    at: datetime
    status: ComplaintStatus
    text: str = ""
    actor: str | None = None
    """Who of the staff; None: the driver."""


class Complaint(Noun, frozen=True, kw_only=True):
    """What a driver says is wrong."""

    complaint_id: ComplaintId
    operator_id: OperatorId
    site_id: SiteId | None = None
    station_id: StationId
    evse_id: int | None = None
    session_id: SessionId | None = None
    driver_id: DriverId | None = None
    """None: the driver was erased."""
    category: ComplaintCategory
    text: str
    status: ComplaintStatus = ComplaintStatus.OPEN
    entries: tuple[ComplaintEntry, ...] = ()
    created_at: datetime
    changed_at: datetime


class FileComplaint(Command[Complaint], frozen=True, kw_only=True):
    """Say what is wrong. `command_id` is the driver's: a repeat answers the same complaint.

    Errors: `not_found.station`, `invalid.complaint_text`, `limit_exceeded.complaints`, `conflict.command`.
    """

    command_id: CommandId
    operator_id: OperatorId
    driver_id: DriverId
    station_id: StationId
    evse_id: int | None = None
    session_id: SessionId | None = None
    category: ComplaintCategory
    text: str


class AddComplaintPhoto(Command[PhotoId], frozen=True, kw_only=True):
    """Add a picture to one's own open complaint: JPEG, PNG or WebP; the same picture again is the same photo.

    Errors: `not_found.complaint`, `conflict.complaint_closed`, `invalid.photo`, `limit_exceeded.photos`.
    """

    operator_id: OperatorId
    driver_id: DriverId
    complaint_id: ComplaintId
    content: bytes


class AnswerComplaint(Command[Complaint], frozen=True, kw_only=True):
    """Say how far it is, and answer the driver.

    Errors: `not_found.complaint`, `invalid.complaint_text` (a complaint that ends needs an answer).
    """

    operator_id: OperatorId
    site_ids: tuple[SiteId, ...] = ()
    """Empty: all sites of the operator."""
    complaint_id: ComplaintId
    status: ComplaintStatus
    text: str
    actor: str


class ComplaintFact(Fact, frozen=True, kw_only=True):
    """What facts of a complaint carry."""

    complaint_id: ComplaintId
    station_id: StationId
    site_id: SiteId | None = None
    driver_id: DriverId | None = None


class ComplaintFiled(ComplaintFact, frozen=True, kw_only=True):
    """A driver said what is wrong."""

    category: ComplaintCategory


class ComplaintAnswered(ComplaintFact, frozen=True, kw_only=True):
    """Staff said how far it is."""

    status: ComplaintStatus
