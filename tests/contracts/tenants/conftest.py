"""The tenants room in a real core, behind the desk, with cheap password hashes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.app.desk import Desk
from busbar.canon.secret import Secret
from busbar.canon.tenants import CreateOperator, CreateStaff, EnsureAdministrator, Principal, Role, SignInStaff
from busbar.domain.tenants.errands import TenantErrands
from busbar.domain.tenants.model import SignInTerms
from busbar.domain.tenants.service import TenantService
from busbar.domain.tenants.sql import SqlTenantStore
from busbar.kernel.errors import BusbarError

TERMS = SignInTerms(
    lifetime=timedelta(hours=12),
    idle=timedelta(hours=4),
    live_max=3,
    trust=timedelta(seconds=60),
    attempts_max_per_min=5,
)
PASSWORD = "correct horse battery"


class CountingStore(SqlTenantStore):
    """The real store, which counts how often a bearer is looked up."""

    lookups = 0

    async def find_sign_in(self, work, *, bearer_hash):
        self.lookups += 1
        return await super().find_sign_in(work, bearer_hash=bearer_hash)

    async def find_api_key(self, work, *, prefix):
        self.lookups += 1
        return await super().find_api_key(work, prefix=prefix)


class Tenants:
    """What the suites say in one word."""

    def __init__(self, house: Any, core: Any, passwords: Argon2Passwords) -> None:
        self.house = house
        self.store = CountingStore()
        service = TenantService(store=self.store, ids=house.ids, secrets=SystemSecrets(), key=b"k" * 32, terms=TERMS)
        core.register(service.handlers())
        errands = TenantErrands(
            core=core,
            bearers=service.bearers,
            passwords=passwords,
            secrets=SystemSecrets(),
            clock=house.clock,
            attempts_max_per_min=TERMS.attempts_max_per_min,
        )
        desk = Desk(core)
        desk.register(errands.errands())
        self.core = core
        self.dispatch = desk.dispatch

    async def sign_in(self, email: str, password: str = PASSWORD, *, address: str = "192.0.2.1"):
        return await self.dispatch(SignInStaff(email=email, password=Secret(text=password), address=address))

    async def begin(self) -> Principal:
        """Make the first administrator and sign in as such."""
        await self.dispatch(EnsureAdministrator(email="root@example.org", password=Secret(text=PASSWORD)))
        return (await self.sign_in("root@example.org")).principal

    async def add_staff(self, by: Principal, email: str, *, operator_id=None, role=Role.ADMIN, **given: Any):
        wish = CreateStaff(
            by=by,
            operator_id=operator_id or by.operator_id,
            email=email,
            display_name="Somebody",
            role=role,
            password=Secret(text=PASSWORD),
            **given,
        )
        return (await self.dispatch(wish)).staff

    async def add_operator(self, by: Principal, slug: str):
        return await self.dispatch(CreateOperator(by=by, name=slug.title(), slug=slug))


@dataclass
class Rows:
    """Reads what stands in a table."""

    house: Any

    async def __call__(self, table: Any) -> list[dict[str, Any]]:
        async with self.house.databases.read() as connection:
            return [dict(row) for row in (await connection.execute(table.select())).mappings()]


@pytest.fixture
def passwords():
    adapter = Argon2Passwords(memory_kib=8, passes=1)
    yield adapter
    adapter.close()


@pytest.fixture
async def tenants(house, passwords):
    room = Tenants(house, house.core, passwords)
    await house.start()
    return room


@pytest.fixture
def rows(house):
    return Rows(house)


@pytest.fixture
def refuse():
    async def refuse(awaitable: Any) -> str:
        with pytest.raises(BusbarError) as caught:
            await awaitable
        return caught.value.code

    return refuse
