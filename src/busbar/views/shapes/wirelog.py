from datetime import date, datetime

from busbar.ports.wirelog import Direction
from busbar.views.shapes.model import Shape


class Frame(Shape):
    """One frame as it went over the wire, or one note."""

    entry_id: int
    """Order within the day."""
    at: datetime
    direction: Direction
    """Seen from us; `note`: not a frame, but `connected`, `disconnected` …"""
    text: str


class FramePage(Shape):
    """Frames of a day: page on with `before_id` (older) or `after_id` (newer)."""

    day: date
    items: list[Frame]
    has_more: bool
    missing_gateways: list[str]
    """Gateways that did not answer: frames that they have heard are not among these."""


class WireDays(Shape):
    """UTC days of which there are frames, the newest first."""

    days: list[date]
    missing_gateways: list[str]
    """Gateways that did not answer: days that only they know are not among these."""
