"""The cookie that carries a sign-in when no script shall see its token."""

from datetime import datetime

from starlette.responses import Response

from busbar.api.bodies.people import Transport
from busbar.api.services import Services
from busbar.canon.secret import Secret

PATH = "/api"


def hand_over(
    services: Services, response: Response, *, cookie: str, bearer: Secret, expires_at: datetime, transport: Transport
) -> str | None:
    """Give the token to the client: in the answer's body (returned), or as a cookie that scripts cannot read."""
    if transport is Transport.BEARER:
        return bearer.text
    response.set_cookie(
        cookie,
        bearer.text,
        expires=expires_at,
        path=PATH,
        secure=services.settings.public_address.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
    return None


def take_back(response: Response, *, cookie: str) -> None:
    """Remove the cookie."""
    response.delete_cookie(cookie, path=PATH, httponly=True, samesite="strict")
