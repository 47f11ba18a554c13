"""The demo's identity provider: it runs inside, on this machine alone, and knows three people who are not real."""

import asyncio
from ipaddress import ip_address

import structlog
from sqlalchemy import select

from busbar.app.http import HttpDoor, bind
from busbar.app.wiring import House
from busbar.canon.identity import FindIdentityProvider, GroupRule, IdentityTerms, SaveIdentityProvider
from busbar.canon.secret import Secret
from busbar.canon.tenants import Principal, Role
from busbar.domain.tenants.sql import staff
from busbar.kernel.errors import NotFoundError
from busbar.kernel.ids import OperatorId, StaffId
from busbar.simulator.idp.people import PEOPLE
from busbar.simulator.idp.server import Idp

log = structlog.get_logger(__name__)

LOOPBACK = "127.0.0.1"
SHUTDOWN_S = 2
NAME = "Example Company"
DOMAIN = "company.example"
RULES = (
    GroupRule(group="busbar-admins", role=Role.ADMIN),
    GroupRule(group="busbar-support", role=Role.SUPPORT),
)
"""The third person's group is in none: refusals can be tried as well."""


class DemoIdp:
    """A provider on a port of its own, over which the operator's staff can sign in."""

    def __init__(self, house: House, *, operator_id: OperatorId) -> None:
        self._house = house
        self._operator_id = operator_id
        self._door: HttpDoor | None = None

    async def start(self) -> None:
        """Open the provider and enter it, unless the operator has another one."""
        by = await self._find_administrator()
        if by is None or await self._has_another(by):
            return
        listener = bind(ip_address(LOOPBACK), 0, setting="the demo's identity provider")
        address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        # Drawing its key takes a while.
        idp = await asyncio.to_thread(Idp, clock=self._house.clock, address=address)
        self._door = HttpDoor(idp.make_app(), listener, shutdown_timeout_s=SHUTDOWN_S)
        await self._door.start()
        given = idp.credentials()
        terms = IdentityTerms(
            name=NAME,
            issuer=given["issuer"],
            client_id=given["client_id"],
            rules=RULES,
            creates_unknown=True,
            email_domains=(DOMAIN,),
        )
        secret = Secret(text=given["client_secret"])
        await self._house.desk.dispatch(
            SaveIdentityProvider(by=by, operator_id=self._operator_id, terms=terms, client_secret=secret)
        )
        log.info("demo.identity_provider", address=idp.address)

    async def _find_administrator(self) -> Principal | None:
        """Return somebody in whose name it is entered; None: nobody is left."""
        columns, mine = staff.c, staff.c.operator_id == self._operator_id
        wanted = select(columns.staff_id).where(mine, columns.is_active, columns.role == Role.ADMIN.value).limit(1)
        async with self._house.databases.read() as connection:
            found = (await connection.execute(wanted)).scalar_one_or_none()
        if found is None:
            return None
        return Principal(operator_id=self._operator_id, role=Role.ADMIN, staff_id=StaffId(found))

    async def _has_another(self, by: Principal) -> bool:
        try:
            found = await self._house.desk.dispatch(FindIdentityProvider(by=by, operator_id=self._operator_id))
        except NotFoundError:
            return False
        return not found.terms.issuer.startswith(f"http://{LOOPBACK}:")

    async def stop(self) -> None:
        """Close the provider."""
        if self._door is not None:
            await self._door.stop()

    def tell_people(self) -> str:
        """Say who can sign in over it, as a line of the greeting; empty: it is not open."""
        if self._door is None:
            return ""
        people = ", ".join(f"{each.email} with {each.password}" for each in PEOPLE[:2])
        return f"  or over {NAME}: {people}\n"
