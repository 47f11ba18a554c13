"""Bodies about payments."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import PRINTABLE, Body, ConnectorNumber, EvseNumber, Language, Note, StationIdText
from busbar.canon.payments import PayWay, Provider
from busbar.canon.reconciliation import DifferenceState

MinorUnits = Annotated[int, Field(ge=1, le=1_000_000_000)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
OwnPath = Annotated[str, StringConstraints(max_length=300, pattern=r"^/app/[A-Za-z0-9/_.?=&%-]*$")]
"""A page of the driver app: payers come back there, and nowhere else."""
Word = Annotated[str, StringConstraints(max_length=128, pattern=PRINTABLE)]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
FieldText = Annotated[str, StringConstraints(max_length=8000, pattern=r"^[^\x00]*$")]


class TopUpBody(Body):
    """Money for one's own wallet."""

    provider: Provider
    way: PayWay = PayWay.PAGE
    amount: MinorUnits
    currency: Currency
    return_path: OwnPath = "/app/wallet"
    payer_ref: Word = ""
    """WeChat's openid, for payments inside WeChat."""
    language: Language = "en"


class CardBody(Body):
    """A card to be saved."""

    currency: Currency
    return_path: OwnPath = "/app/wallet"
    language: Language = "en"


class GuestBody(Body):
    """A payment for one session without an account."""

    station_id: StationIdText
    evse_id: EvseNumber | None = None
    connector_id: ConnectorNumber | None = None
    provider: Provider
    way: PayWay = PayWay.PAGE
    amount: MinorUnits
    currency: Currency
    language: Language = "en"


class RefundBody(Body):
    """Money that goes back."""

    amount: MinorUnits
    reason: Note = ""


class CaptureBody(Body):
    """What is taken of what is set aside."""

    amount: MinorUnits


class AccountBody(Body):
    """An account at a provider. A secret that is left out stays as it is."""

    is_active: bool = True
    settings: Annotated[dict[FieldName, FieldText], Field(max_length=20)]
    secrets: Annotated[dict[FieldName, FieldText], Field(max_length=20, default_factory=dict)]


class DifferenceBody(Body):
    """How a difference stands now."""

    state: DifferenceState
    owner: Word = ""
    note: Note = ""


class StatementBody(Body):
    """A provider's statement from a file."""

    provider: Provider
    day: date
    content: Annotated[str, StringConstraints(max_length=10_000_000)]
    """The file in Base64."""
