from datetime import datetime
from enum import StrEnum

from busbar.views.shapes.model import Shape


class NowKind(StrEnum):
    """What waits for a person, the worst first."""

    FAULTED = "faulted"
    """A station reports a fault."""
    STUCK = "stuck"
    """A session neither goes on nor ends."""
    PAYMENT = "payment"
    """Money for a session that did not come, a refund that did not go, or a payer's bank that wants it back."""
    PENDING = "pending"
    """A station waits to be accepted."""
    OFFLINE = "offline"
    """An accepted station has lost its connection."""
    UNSEEN = "unseen"
    """An accepted station has never connected."""


class NowReason(StrEnum):
    """Why a session is stuck, or what is wrong with a payment."""

    STOP_UNANSWERED = "stop_unanswered"
    """It was asked to stop, and goes on."""
    STATION_OFFLINE = "station_offline"
    """Its station has no connection."""
    SILENT = "silent"
    """Nothing was heard of it for long, though its station is connected."""
    PAYMENT_FAILED = "payment_failed"
    """It failed, and its session is owed."""
    REFUND_FAILED = "refund_failed"
    """The newest refund of a payment failed."""
    DISPUTED = "disputed"
    """The payer's bank asks for the money back."""


class NowItem(Shape):
    """One thing that waits for a person."""

    kind: NowKind
    reason: NowReason | None
    since: datetime | None
    station_id: str
    """Empty for a payment that is of no station."""
    station_name: str
    site_id: str | None
    site_name: str | None
    evse_id: int | None
    session_id: str | None
    words: str
    """The station's own: error codes and texts, or its make; a provider's, of a payment."""
    acknowledged_at: datetime | None
    """When somebody said to have seen these faults; of faults alone."""
    payment_id: str | None = None
    amount: int | None = None
    """What a payment is about, in minor units; who may not read money is told of none."""
    currency: str | None = None


class NowCount(Shape):
    """How many of a kind there are, whether listed or not."""

    kind: NowKind
    count: int


class NowList(Shape):
    """What waits for a person, the worst first; of each kind the oldest."""

    at: datetime
    items: list[NowItem]
    counts: list[NowCount]
