from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body, Instant, Name

Url = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[\x21-\x7e]+$")]
Event = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z]+$")]
Events = Annotated[tuple[Event, ...], Field(max_length=200)]


class WebhookBody(Body):
    """A new webhook."""

    name: Name
    url: Url
    """https; one in a private network only if the installation allows it."""
    events: Events = ()
    """Empty: all of them."""


class WebhookPatch(Body):
    """What is left out stays."""

    name: Name | None = None
    url: Url | None = None
    events: Events | None = None
    is_active: bool | None = None
    """Switched on again, it is told what happens from then on; what it missed can be replayed."""


class WebhookReplay(Body):
    """What is sent again."""

    since: Instant
    """Not longer ago than 30 days."""
    is_failed_only: bool = False
    """Only what was given up."""
