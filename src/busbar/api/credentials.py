"""Reading a request's credentials and finding out whom they stand for."""

from typing import NamedTuple

import msgspec
from starlette.requests import HTTPConnection

from busbar.api.problems import UnauthenticatedError
from busbar.api.services import Services
from busbar.canon.drivers import DriverPrincipal, ResolveDriverBearer
from busbar.canon.secret import Secret
from busbar.canon.tenants import FindOperator, Principal, ResolveBearer
from busbar.kernel.errors import DeniedError
from busbar.kernel.ids import OperatorId

STAFF_COOKIE = "busbar_staff"
DRIVER_COOKIE = "busbar_driver"
WRITE_HEADER = "X-Busbar-Request"
"""Other sites cannot make a browser send a header of this name, so a write that carries it is the page's own."""
OPERATOR_HEADER = "X-Busbar-Operator"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER_CHARS_MAX = 512
_OPERATOR_CHARS_MAX = 64


class ForgeryError(DeniedError):
    """A write that came with a cookie alone: it may have been another site's doing."""

    code = "denied.forgery"


class OperatorChoiceError(DeniedError):
    """Only platform staff choose the operator."""

    code = "denied.operator"


class Bearer(NamedTuple):
    """A token as it came."""

    text: str
    is_cookie: bool


def read_bearer(connection: HTTPConnection, *, cookie: str) -> Bearer:
    """Take the token from the header, else from the cookie. Errors: `denied.unauthenticated`, `denied.forgery`."""
    header = connection.headers.get("Authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not 0 < len(text) <= _BEARER_CHARS_MAX:
            raise UnauthenticatedError("give Authorization: Bearer and a token")
        return Bearer(text, is_cookie=False)
    text = connection.cookies.get(cookie, "")
    if not 0 < len(text) <= _BEARER_CHARS_MAX:
        raise UnauthenticatedError("sign in first")
    if connection.scope.get("method") not in _SAFE_METHODS and WRITE_HEADER not in connection.headers:
        raise ForgeryError(f"a write with a cookie needs the header {WRITE_HEADER}")
    return Bearer(text, is_cookie=True)


def has_credentials(connection: HTTPConnection, *, cookie: str) -> bool:
    """Tell whether the request comes with a token at all."""
    return "Authorization" in connection.headers or cookie in connection.cookies


def name_address(connection: HTTPConnection) -> str:
    """Return the network address of the caller."""
    return connection.client.host if connection.client else "unknown"


async def find_principal(connection: HTTPConnection, services: Services) -> Principal:
    """Return the member of staff or API key that calls.

    Errors: as `read_bearer`, and `denied.bearer`, `denied.operator`, `limit_exceeded.requests`.
    """
    bearer = read_bearer(connection, cookie=STAFF_COOKIE)
    address = name_address(connection)
    services.limits.take_stranger(address)
    principal = await services.dispatcher.dispatch(ResolveBearer(bearer=Secret(text=bearer.text)))
    services.limits.give_back_stranger(address)
    services.limits.take_caller(principal.name)
    return await _choose_operator(connection, services, principal)


async def recall_principal(connection: HTTPConnection, services: Services) -> Principal:
    """Return who calls, without counting a request: for one whose request goes on. Errors: as `find_principal`."""
    bearer = read_bearer(connection, cookie=STAFF_COOKIE)
    principal = await services.dispatcher.dispatch(ResolveBearer(bearer=Secret(text=bearer.text)))
    return await _choose_operator(connection, services, principal)


async def _choose_operator(connection: HTTPConnection, services: Services, principal: Principal) -> Principal:
    chosen = connection.headers.get(OPERATOR_HEADER)
    if chosen is None or chosen == principal.operator_id:
        return principal
    if not principal.is_platform or len(chosen) > _OPERATOR_CHARS_MAX:
        raise OperatorChoiceError("only platform staff act for another operator")
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=OperatorId(chosen)))
    return msgspec.structs.replace(principal, operator_id=operator.operator_id)


async def find_driver(connection: HTTPConnection, services: Services) -> DriverPrincipal:
    """Return the driver who calls. Errors: as `read_bearer`, `denied.bearer`."""
    bearer = read_bearer(connection, cookie=DRIVER_COOKIE)
    address = name_address(connection)
    services.limits.take_stranger(address)
    principal = await services.dispatcher.dispatch(ResolveDriverBearer(bearer=Secret(text=bearer.text)))
    services.limits.give_back_stranger(address)
    services.limits.take_caller(principal.name)
    return principal


async def recall_driver(connection: HTTPConnection, services: Services) -> DriverPrincipal:
    """Return the driver who calls, without counting a request. Errors: as `find_driver`."""
    bearer = read_bearer(connection, cookie=DRIVER_COOKIE)
    return await services.dispatcher.dispatch(ResolveDriverBearer(bearer=Secret(text=bearer.text)))
