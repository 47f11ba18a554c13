"""Who calls: staff and API keys at the operators' door, drivers at theirs."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import HTTPConnection

from busbar.api.credentials import (
    DRIVER_COOKIE,
    STAFF_COOKIE,
    find_driver,
    find_principal,
    has_credentials,
    name_address,
    recall_driver,
    recall_principal,
)
from busbar.api.permissions import Permission, demand
from busbar.api.services import Given, Services
from busbar.canon.drivers import DriverPrincipal
from busbar.canon.tenants import FindOperator, Operator, Principal
from busbar.kernel.errors import BusbarError, DeniedError, NotFoundError
from busbar.kernel.ids import DriverId, OperatorId
from busbar.views.branding import find_operator_of_host
from busbar.views.nearby import OperatorSlug
from busbar.views.scope import Scope

NETWORK_HEADER = "X-Busbar-Network"
"""The slug of the operator whose app a visitor uses, where the host name does not tell."""
SLUG = re.compile(r"[a-z0-9-]{1,40}")


class StaffCaller(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in member of staff, or an API key."""

    principal: Principal

    @property
    def scope(self) -> Scope:
        """Whose rows may be seen."""
        return Scope.of(self.principal)

    @property
    def operator_id(self) -> OperatorId:
        """For which operator the caller acts."""
        return self.principal.operator_id

    @property
    def actor(self) -> str:
        """The caller in audit entries."""
        return self.principal.name


class DriverCaller(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in driver."""

    principal: DriverPrincipal

    @property
    def driver_id(self) -> DriverId:
        """Who it is."""
        return self.principal.driver_id

    @property
    def operator_id(self) -> OperatorId:
        """Whose driver."""
        return self.principal.operator_id

    @property
    def actor(self) -> str:
        """The caller in audit entries."""
        return self.principal.name


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A driver, or somebody who looks around before signing in."""

    operator_id: OperatorId | None = None
    driver_id: DriverId | None = None
    host: str | None = None
    """Under which host name a stranger came."""
    network: str | None = None
    """Whose app a stranger uses, as the app says."""


_NO_SIGN_IN = frozenset({"denied.bearer", "denied.unauthenticated"})
_staff_bearer = HTTPBearer(scheme_name="staffToken", auto_error=False, description="A sign-in's token or an API key.")
_staff_cookie = APIKeyCookie(
    name=STAFF_COOKIE,
    scheme_name="staffCookie",
    auto_error=False,
    description="Set by a sign-in with `transport: cookie`.",
)
_driver_bearer = HTTPBearer(scheme_name="driverToken", auto_error=False, description="A driver's sign-in token.")
_driver_cookie = APIKeyCookie(
    name=DRIVER_COOKIE,
    scheme_name="driverCookie",
    auto_error=False,
    description="Set by a sign-in with `transport: cookie`.",
)


def need(permission: Permission | None) -> Any:
    """Return the dependency that gives the staff caller, who must have the right (None: be signed in at all)."""

    async def find(
        connection: HTTPConnection,
        services: Given,
        _bearer: Annotated[object, Depends(_staff_bearer)],
        _cookie: Annotated[object, Depends(_staff_cookie)],
    ) -> StaffCaller:
        principal = await find_principal(connection, services)
        if permission is not None:
            demand(principal, permission)
        return StaffCaller(principal=principal)

    find.permission = permission  # pyright: ignore[reportFunctionMemberAccess] - read by the tests over all routes
    return Depends(find)


async def _find_driver(
    connection: HTTPConnection,
    services: Given,
    _bearer: Annotated[object, Depends(_driver_bearer)],
    _cookie: Annotated[object, Depends(_driver_cookie)],
) -> DriverCaller:
    return DriverCaller(principal=await find_driver(connection, services))


async def _find_visitor(
    connection: HTTPConnection,
    services: Given,
    _bearer: Annotated[object, Depends(_driver_bearer)],
    _cookie: Annotated[object, Depends(_driver_cookie)],
) -> Visitor:
    if has_credentials(connection, cookie=DRIVER_COOKIE):
        try:
            principal = await find_driver(connection, services)
        except DeniedError as error:
            # No script can take a cookie away whose sign-in is over: who brings one is a stranger, and not refused.
            if error.code not in _NO_SIGN_IN or "Authorization" in connection.headers:
                raise
            return meet_stranger(connection)
        return Visitor(operator_id=principal.operator_id, driver_id=principal.driver_id)
    services.limits.take_stranger(name_address(connection))
    return meet_stranger(connection)


def meet_stranger(connection: HTTPConnection) -> Visitor:
    """Return somebody who is not signed in, with what tells whose app it is."""
    network = connection.headers.get(NETWORK_HEADER)
    is_slug = network is not None and SLUG.fullmatch(network) is not None
    return Visitor(host=connection.url.hostname, network=network if is_slug else None)


SignedIn = Annotated[StaffCaller, need(None)]
Onlooker = Annotated[StaffCaller, need(Permission.LOOK)]
Reader = Annotated[StaffCaller, need(Permission.READ)]
Controller = Annotated[StaffCaller, need(Permission.CONTROL)]
AccessKeeper = Annotated[StaffCaller, need(Permission.MANAGE_ACCESS)]
NetworkKeeper = Annotated[StaffCaller, need(Permission.MANAGE_NETWORK)]
PriceKeeper = Annotated[StaffCaller, need(Permission.MANAGE_PRICES)]
MoneyReader = Annotated[StaffCaller, need(Permission.READ_MONEY)]
MoneyKeeper = Annotated[StaffCaller, need(Permission.MANAGE_MONEY)]
Auditor = Annotated[StaffCaller, need(Permission.READ_AUDIT)]
WebhookKeeper = Annotated[StaffCaller, need(Permission.MANAGE_WEBHOOKS)]
StaffKeeper = Annotated[StaffCaller, need(Permission.MANAGE_STAFF)]
PlatformKeeper = Annotated[StaffCaller, need(Permission.MANAGE_OPERATORS)]
Watchman = Annotated[StaffCaller, need(Permission.WATCH)]
Mechanic = Annotated[StaffCaller, need(Permission.OPERATE)]
SignedInDriver = Annotated[DriverCaller, Depends(_find_driver)]
AnyVisitor = Annotated[Visitor, Depends(_find_visitor)]


def stays_staff(connection: HTTPConnection, services: Services, caller: StaffCaller) -> Callable[[], Awaitable[bool]]:
    """Return the question whether the caller is still signed in, and with the same rights."""

    async def ask() -> bool:
        try:
            return await recall_principal(connection, services) == caller.principal
        except (DeniedError, NotFoundError):
            return False
        except BusbarError:
            return True  # not to be told now: asked again later

    return ask


def stays_driver(connection: HTTPConnection, services: Services, caller: DriverCaller) -> Callable[[], Awaitable[bool]]:
    """Return the question whether the driver is still signed in."""

    async def ask() -> bool:
        try:
            return await recall_driver(connection, services) == caller.principal
        except DeniedError:
            return False
        except BusbarError:
            return True  # see above

    return ask


OperatorChoice = Annotated[
    OperatorSlug | None,
    Query(description="Whose stations, for a visitor who is not signed in; left out: the default operator's."),
]


async def choose_operator(services: Services, visitor: Visitor, slug: str | None) -> Operator:
    """Return whose stations a visitor sees: the driver's own operator, the one named, the host's, or the default one.

    Errors: `not_found.operator`.
    """
    if visitor.operator_id is not None:
        return await services.dispatcher.dispatch(FindOperator(operator_id=visitor.operator_id))
    if slug is not None or visitor.network is not None:
        return await services.dispatcher.dispatch(FindOperator(slug=slug or visitor.network))
    operator_id = None
    if visitor.host is not None:
        async with services.databases.read() as connection:
            operator_id = await find_operator_of_host(connection, visitor.host)
    return await services.dispatcher.dispatch(FindOperator(operator_id=operator_id))
