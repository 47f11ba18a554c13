from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import Body

Line = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\x00]*$")]
Long = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]


class AppBrandBody(Body):
    """How the driver app shall look and what it shall say; what is left out is empty."""

    name: Line
    short_name: Line = ""
    accent_light: Colour | None = None
    """On the light ground; must be readable there (4.5 to 1)."""
    accent_dark: Colour | None = None
    imprint: Long = ""
    terms: Long = ""
    support_phone: Line = ""
    support_email: Line = ""
    hosts: Annotated[tuple[Line, ...], Field(max_length=10)] = ()
