from datetime import datetime

from busbar.ports.refusals import RefusalKind
from busbar.views.shapes.model import Shape


class RefusalItem(Shape):
    """Visits at the stations' door that were turned away, from one address, under one name, for one cause."""

    kind: RefusalKind
    """What was wrong."""
    code: str
    """The stable code of the error, as in metrics and logs."""
    station_id: str | None
    """The station of the caller's that bears this name; null: no station of the caller's does."""
    name: str | None
    """The name that the visitor gave itself, or what looks like one in a path that is wrong."""
    address: str
    """From where, without the port."""
    path: str | None
    """As sent, without its query, cut."""
    offered: str
    """Sub-protocols that were offered."""
    is_encrypted: bool
    detail: str
    """What was found, in English."""
    count: int
    first_at: datetime
    last_at: datetime
    gateway_id: str
    """At whose door; empty where there is one process."""


class RefusalItems(Shape):
    """Who was turned away since each gateway's start, the newest first."""

    items: list[RefusalItem]
    total: int
    """How many fit the question, whether listed or not."""
    missing_gateways: list[str]
    """Gateways that did not answer: what they know is not among these."""
