from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, EvseNumber, Key, Language, Name, StationIdText
from busbar.canon.complaints import ComplaintCategory, ComplaintStatus
from busbar.canon.stations import ConnectorKind

ComplaintText = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True, pattern=r"^[^\x00]*$")]


class VehicleBody(Body):
    """A vehicle as it shall be."""

    name: Name
    plate: Annotated[str, StringConstraints(max_length=40)] | None = None
    vin: Annotated[str, StringConstraints(max_length=40)] | None = None
    connector_kind: ConnectorKind | None = None
    battery_wh: Annotated[int, Field(ge=1000, le=1_000_000)] | None = None


class PushDeviceBody(Body):
    """What a browser gives when it subscribes to push messages."""

    endpoint: Annotated[str, StringConstraints(min_length=8, max_length=1000)]
    p256dh: Annotated[str, StringConstraints(min_length=80, max_length=120)]
    auth: Annotated[str, StringConstraints(min_length=20, max_length=40)]
    language: Language = "en"


class TokenFreezeBody(Body):
    """Whether a card of one's own may be used for now."""

    is_frozen: bool


class ComplaintBody(Body):
    """What is wrong, and where."""

    station_id: StationIdText
    evse_id: EvseNumber | None = None
    session_id: Key | None = None
    category: ComplaintCategory
    text: ComplaintText = ""


class ComplaintAnswerBody(Body):
    """How far it is, and what the driver is told."""

    status: ComplaintStatus
    text: ComplaintText = ""
