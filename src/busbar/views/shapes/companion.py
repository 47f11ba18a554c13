from datetime import datetime

from busbar.canon.complaints import ComplaintCategory, ComplaintStatus
from busbar.canon.stations import ConnectorKind
from busbar.views.shapes.model import Page, Shape


class OwnVehicle(Shape):
    """A vehicle of the driver's own."""

    vehicle_id: str
    name: str
    plate: str | None
    vin: str | None
    connector_kind: ConnectorKind | None
    battery_wh: int | None
    created_at: datetime


class OwnVehicleList(Shape):
    """The driver's vehicles, oldest first."""

    items: list[OwnVehicle]


class KeptStations(Shape):
    """Stations that the driver keeps in mind."""

    favourites: list[str]
    awaited: list[str]
    """The driver is told once when one of these is free."""


class PushKey(Shape):
    """What a browser subscribes to push messages with."""

    application_server_key: str


class BusyHour(Shape):
    """How busy a station usually is at an hour of the week."""

    weekday: int
    """0: Monday."""
    hour: int
    busy_permille: int
    """Of its EVSEs, over the hour."""


class PopularTimes(Shape):
    """How busy a station usually is, from the charges of the last weeks; in the time of its site."""

    time_zone: str
    weeks: int
    """Over how many weeks this is known; 0: too little has happened to say anything."""
    hours: list[BusyHour]


class ComplaintStep(Shape):
    """A step in the life of a complaint."""

    at: datetime
    status: ComplaintStatus
    text: str
    actor: str | None
    """Who of the staff; drivers are not told."""


class OwnComplaint(Shape):
    """What the driver said is wrong, and what became of it."""

    complaint_id: str
    station_id: str
    station_name: str | None
    site_name: str | None
    evse_id: int | None
    session_id: str | None
    category: ComplaintCategory
    text: str
    status: ComplaintStatus
    entries: list[ComplaintStep]
    photo_ids: list[str]
    created_at: datetime
    changed_at: datetime


class OwnComplaintList(Shape):
    """The driver's complaints, the newest first."""

    items: list[OwnComplaint]


class Complaint(OwnComplaint):
    """A complaint as staff see it."""

    driver_id: str | None
    driver_name: str | None
    site_id: str | None


class ComplaintPage(Page[Complaint]):
    """Complaints, the newest first."""


class PhotoAdded(Shape):
    """A picture that was added."""

    photo_id: str
