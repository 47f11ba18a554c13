"""The access room in a real core beside the tenants room, behind the desk, with cheap password hashes."""

from datetime import timedelta
from typing import Any

import pytest

from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.app.desk import Desk
from busbar.canon.access import Authorize, IdToken, PutToken, TokenKind
from busbar.canon.drivers import SignInDriver, SignUpDriver
from busbar.canon.facts import decode_fact
from busbar.canon.ledger import CheckFunds, FundsVerdict
from busbar.canon.secret import Secret
from busbar.canon.stations import FindStation, Registration, StationStanding
from busbar.canon.tenants import CreateOperator, EnsureAdministrator, Principal, Role
from busbar.db.messaging import outbox
from busbar.domain.access.errands import AccessErrands
from busbar.domain.access.model import AccessPolicy, DriverTerms
from busbar.domain.access.service import AccessService
from busbar.domain.access.sql import SqlAccessStore
from busbar.domain.tenants.errands import TenantErrands
from busbar.domain.tenants.service import TenantService
from busbar.domain.tenants.sql import SqlTenantStore
from busbar.kernel.errors import BusbarError, NotFoundError

TERMS = DriverTerms(lifetime=timedelta(days=90), idle=timedelta(days=30), live_max=3)
PASSWORD = "correct horse battery"
SITES = {"HERE": "site-here", "THERE": "site-there"}


class CountingStore(SqlAccessStore):
    """The real store, which counts how often it is asked on the hot path."""

    lookups = 0

    async def load_standing(self, work, operator_id, value_key):
        self.lookups += 1
        return await super().load_standing(work, operator_id, value_key)

    async def find_sign_in(self, work, *, bearer_hash):
        self.lookups += 1
        return await super().find_sign_in(work, bearer_hash=bearer_hash)


async def find_station(message: FindStation, _work: Any) -> StationStanding:
    """Answer for the stations room: two stations, each at a site of its own."""
    if message.station_id not in SITES:
        raise NotFoundError("there is no such station")
    return StationStanding(
        station_id=message.station_id,
        operator_id="any",
        site_id=SITES[message.station_id],
        registration=Registration.ACCEPTED,
        is_online=True,
    )


class Access:
    """What the suites say in one word."""

    def __init__(self, house: Any, core: Any, passwords: Argon2Passwords, policy: AccessPolicy) -> None:
        self.house = house
        self.store = CountingStore()
        given: dict[str, Any] = {"ids": house.ids, "secrets": SystemSecrets(), "key": b"k" * 32}
        tenants = TenantService(store=SqlTenantStore(), **given)
        access = AccessService(store=self.store, policy=policy, terms=TERMS, **given)
        core.register(tenants.handlers())
        core.register(access.handlers())
        core.register({FindStation: find_station, CheckFunds: self._check_funds})
        outside: dict[str, Any] = {
            "core": core,
            "passwords": passwords,
            "secrets": SystemSecrets(),
            "clock": house.clock,
            "attempts_max_per_min": 5,
        }
        desk = Desk(core)
        desk.register(TenantErrands(bearers=tenants.bearers, **outside).errands())
        desk.register(AccessErrands(bearers=access.bearers, **outside).errands())
        self.dispatch = desk.dispatch
        self.one = self.two = ""
        self.funds = FundsVerdict.ENOUGH

    async def _check_funds(self, _message: CheckFunds, _work: Any) -> FundsVerdict:
        return self.funds

    async def begin(self) -> None:
        """Make two operators: one is the default one."""
        ensured = await self.dispatch(EnsureAdministrator(email="root@example.org"))
        self.one = ensured.operator_id
        root = Principal(operator_id=self.one, role=Role.ADMIN, is_platform=True, staff_id="root")
        self.two = (await self.dispatch(CreateOperator(by=root, name="Two", slug="two"))).operator_id

    async def put(self, value: str, *, operator_id: str | None = None, **given: Any):
        wish = PutToken(operator_id=operator_id or self.one, actor="staff:s", value=value, **given)
        return await self.dispatch(wish)

    async def decide(
        self, value: str, kind=TokenKind.RFID, *, operator_id: str | None = None, station_id="HERE", running=0
    ):
        message = Authorize(
            operator_id=operator_id or self.one,
            station_id=station_id,
            id_token=IdToken(value=value, kind=kind),
            running_sessions=running,
        )
        return await self.dispatch(message)

    async def judge(self, *args: Any, **given: Any) -> str:
        return (await self.decide(*args, **given)).verdict.value

    async def sign_up(self, email: str, *, operator_id: str | None = None, address="192.0.2.1", **given: Any):
        wish = SignUpDriver(
            operator_id=operator_id or self.one,
            email=email,
            address=address,
            **{"display_name": "Mara Lind", "password": Secret(text=PASSWORD), **given},
        )
        return await self.dispatch(wish)

    async def sign_in(self, email: str, password=PASSWORD, *, operator_id: str | None = None, address="192.0.2.1"):
        wish = SignInDriver(
            operator_id=operator_id or self.one, email=email, password=Secret(text=password), address=address
        )
        return await self.dispatch(wish)


@pytest.fixture
def passwords():
    adapter = Argon2Passwords(memory_kib=8, passes=1)
    yield adapter
    adapter.close()


@pytest.fixture
def policy():
    return AccessPolicy(cache_max_tokens=100)


@pytest.fixture
async def access(house, passwords, policy):
    room = Access(house, house.core, passwords, policy)
    await house.start()
    await room.begin()
    return room


@pytest.fixture
def refuse():
    async def refuse(awaitable: Any) -> str:
        with pytest.raises(BusbarError) as caught:
            await awaitable
        return caught.value.code

    return refuse


@pytest.fixture
def rows(house):
    async def rows(table: Any) -> list[dict[str, Any]]:
        async with house.databases.read() as connection:
            return [dict(row) for row in (await connection.execute(table.select())).mappings()]

    return rows


@pytest.fixture
def facts(house):
    async def facts() -> list[Any]:
        async with house.databases.read() as connection:
            statement = outbox.select().order_by(outbox.c.fact_id)
            return [decode_fact(row["body"]) for row in (await connection.execute(statement)).mappings()]

    return facts
