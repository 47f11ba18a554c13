"""The HTTP API over a whole house: real rooms, a real database file, stations played by the test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute

from busbar.api.app import create_app
from busbar.app.config import Settings
from busbar.app.migrations.tables import gather_metadata
from busbar.app.watch.embedded import watch_house
from busbar.app.wiring import House, build_house
from busbar.canon.access import AuthorizationRequested, Decision, IdToken
from busbar.canon.control import CommandOutcome, Outcome, RemoteStart, StationDelivery
from busbar.canon.metering import Measurand, Sample, SampleContext
from busbar.canon.secret import Secret
from busbar.canon.sessions import SamplesReported, TransactionPhase, TransactionReported
from busbar.canon.stations import (
    AdmissionRequested,
    ConnectorStatus,
    ConnectorStatusReported,
    Protocol,
    StationBooted,
    StationConnected,
)
from busbar.canon.tenants import CreateApiKey, CreateOperator, EnsureAdministrator, Principal, Role
from busbar.kernel.ids import ConnectionId, OperatorId, ReportId, SiteId, StationId, TransactionRef
from tests.contracts.conftest import create_missing
from tests.patience import HANG_LIMIT_S, Patience
from tests.services import SQLITE

ADMIN_EMAIL = "chief@installation.example"
ADMIN_PASSWORD = "correct horse battery"
_DOORS: list[BaseRoute] = []


class PlayedStation:
    """A station that answers every request as it is told to, and reports through the bus."""

    def __init__(self, house: House, station_id: str, protocol: Protocol = Protocol.OCPP16) -> None:
        self.house = house
        self.station_id = StationId(station_id)
        self.protocol = protocol
        self.deliveries: list[StationDelivery] = []
        self.outcome = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted", answer_json='{"status":"Accepted"}')
        self.remote_start: RemoteStart | None = None

    async def take(self, delivery: StationDelivery) -> CommandOutcome:
        self.deliveries.append(delivery)
        if isinstance(delivery.request, RemoteStart):
            self.remote_start = delivery.request
        return self.outcome

    def _stamp(self) -> dict[str, object]:
        return {
            "report_id": ReportId(self.house.ids.new()),
            "station_id": self.station_id,
            "received_at": self.house.clock.now(),
        }

    async def connect(self, *, connectors: int = 1) -> None:
        connection_id = ConnectionId(self.house.ids.new())
        bus = self.house.bus
        await bus.report(AdmissionRequested(**self._stamp(), protocol=self.protocol, remote_address="127.0.0.1"))
        await bus.report(
            StationConnected(
                **self._stamp(), connection_id=connection_id, protocol=self.protocol, remote_address="127.0.0.1"
            )
        )
        bus.attach(self.station_id, connection_id, self.take)
        await bus.report(StationBooted(**self._stamp(), vendor="Trial", model="T1", serial_number="S-1"))
        for evse_id in range(1, connectors + 1):
            await self.tell_status(evse_id, ConnectorStatus.AVAILABLE)

    async def tell_status(self, evse_id: int, status: ConnectorStatus) -> None:
        await self.house.bus.report(
            ConnectorStatusReported(**self._stamp(), evse_id=evse_id, connector_id=1, status=status)
        )

    async def start(self, token: str, *, at: datetime, evse_id: int = 1) -> TransactionRef:
        reply = await self.house.bus.report(
            TransactionReported(
                **self._stamp(),
                phase=TransactionPhase.STARTED,
                at=at,
                evse_id=evse_id,
                connector_id=1,
                id_token=IdToken(value=token),
                register_wh=1000,
            )
        )
        return reply.transaction_ref

    async def authorize(self, token: str) -> Decision:
        return await self.house.bus.report(AuthorizationRequested(**self._stamp(), id_token=IdToken(value=token)))

    async def sample(
        self, ref: TransactionRef, *, at: datetime, energy_wh: int, power_w: int, evse_id: int = 1
    ) -> None:
        samples = (
            Sample(at=at, measurand=Measurand.ENERGY_IMPORT_REGISTER, value=energy_wh),
            Sample(at=at, measurand=Measurand.POWER_IMPORT, value=power_w),
            Sample(at=at, measurand=Measurand.VOLTAGE, value=241_100, phase="L1"),
        )
        await self.house.bus.report(
            SamplesReported(**self._stamp(), evse_id=evse_id, transaction_ref=ref, samples=samples)
        )

    async def stop(
        self, ref: TransactionRef, *, at: datetime, register_wh: int, reason: str = "EVDisconnected"
    ) -> None:
        end = Sample(at=at, measurand=Measurand.ENERGY_IMPORT_REGISTER, value=register_wh, context=SampleContext.END)
        await self.house.bus.report(
            TransactionReported(
                **self._stamp(),
                phase=TransactionPhase.ENDED,
                at=at,
                transaction_ref=ref,
                stop_reason=reason,
                register_wh=register_wh,
                samples=(end,),
            )
        )


@dataclass
class Door:
    """A client at one of the doors."""

    http: httpx2.AsyncClient
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, method: str, path: str, **options: object) -> httpx2.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        target = path if path.startswith("/") and not path.startswith("//") else path[1:]
        prefix = "" if path.startswith("//") else "/api/v1"
        return await self.http.request(method, prefix + target, headers=headers, **options)

    async def get(self, path: str, status: int = 200, **options: object):
        return await self.expect("GET", path, status, **options)

    async def post(self, path: str, body: object = None, status: int = 200, **options: object):
        return await self.expect("POST", path, status, json=body, **options)

    async def expect(self, method: str, path: str, status: int, **options: object):
        response = await self(method, path, **options)
        assert response.status_code == status, (method, path, response.status_code, response.text)
        return response.json() if response.content and "json" in response.headers.get("Content-Type", "") else response


@dataclass
class World:
    """An installation with its first administrator, and ways to come in."""

    house: House
    app: FastAPI
    http: httpx2.AsyncClient
    operator_id: OperatorId
    admin: Principal
    boss: Door
    """An API key of the default operator with the role of an administrator, of the platform too."""

    async def key(
        self,
        role: Role,
        *,
        operator_id: str | None = None,
        site_ids: tuple[str, ...] = (),
        is_platform: bool = False,
    ) -> Door:
        owner = OperatorId(operator_id or self.operator_id)
        created = await self.house.desk.dispatch(
            CreateApiKey(
                by=msgspec.structs.replace(self.admin, operator_id=owner),
                operator_id=owner,
                name=f"{role}",
                role=role,
                site_ids=tuple(SiteId(site_id) for site_id in site_ids),
                is_platform=is_platform,
            )
        )
        return Door(self.http, created.secret.text)

    async def operator(self, slug: str) -> str:
        created = await self.house.desk.dispatch(CreateOperator(by=self.admin, name=slug.title(), slug=slug))
        return created.operator_id

    async def driver(self, email: str = "ada@driver.example", *, operator: str | None = None) -> Door:
        door = Door(self.http)
        body = {"email": email, "password": "long enough words", "display_name": "Ada", "operator": operator}
        signed_up = await door.post("/driver/sign-up", body, 201)
        return Door(self.http, signed_up["token"])

    async def station(
        self, door: Door, station_id: str, *, site_id: str | None = None, evses: int = 1
    ) -> PlayedStation:
        connectors = [{"evse_id": number, "max_power_w": 22_000} for number in range(1, evses + 1)]
        await door.post("/stations", {"station_id": station_id, "site_id": site_id, "connectors": connectors}, 201)
        return PlayedStation(self.house, station_id)

    async def site(self, door: Door, name: str, *, latitude: float = 45.07, longitude: float = 7.69) -> str:
        site = await door.post(
            "/sites",
            {"name": name, "city": "Torino", "latitude": latitude, "longitude": longitude, "time_zone": "Europe/Rome"},
            201,
        )
        return site["site_id"]


async def eventually(ask: Callable[[], Awaitable[Any]], check: Callable[[Any], bool]) -> Any:
    """Ask again until the answer passes: what follows from a fact happens a moment after the answer that told it."""
    patience = Patience(HANG_LIMIT_S)
    while not check(answer := await ask()):
        if patience.is_over:
            pytest.fail(f"it never came to pass: {answer}")
        await asyncio.sleep(0.01)
    return answer


@asynccontextmanager
async def open_world(data_dir: Path, database_url: str | None = None, **given: object) -> AsyncIterator[World]:
    """Build a house on an empty directory, and a SQLite file in it unless told otherwise, and let it run."""
    usual = {"data_dir": data_dir, "database_url": database_url, "request_max_per_min": 1_000_000}
    settings = Settings(**(usual | given))
    house = build_house(settings)
    async with house.databases.writer.begin() as connection:
        await connection.run_sync(partial(create_missing, gather_metadata()))
    house.wire_log.open()
    await house.core.start()
    await house.relay.start()
    ensured = await house.desk.dispatch(
        EnsureAdministrator(email=ADMIN_EMAIL, password=Secret(text=ADMIN_PASSWORD), operator_name="Alpha")
    )
    admin = Principal(
        operator_id=ensured.operator_id, role=Role.ADMIN, is_platform=True, staff_id=await _staff_id(house)
    )
    app = create_app(
        dispatcher=house.desk,
        station_commands=house.relay,
        feed=house.feed,
        fact_log=house.fact_log,
        wire_log=house.wire_log,
        refusals=house.gateway.refusals,
        databases=house.databases,
        settings=settings,
        clock=house.clock,
        ids=house.ids,
        watch=watch_house(house, role="up"),
        web_dir=data_dir / "web",
    )
    share_doors(app)
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 5000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://busbar.test") as http:
        made = World(house=house, app=app, http=http, operator_id=ensured.operator_id, admin=admin, boss=Door(http))
        made.boss = await made.key(Role.ADMIN, is_platform=True)
        yield made
    await house.relay.stop()
    await house.core.stop()
    await house.wire_log.close()
    await house.databases.close()


def share_doors(app: FastAPI) -> None:
    """Give the app the doors of the first one built.

    They hold nothing of an app (what is behind them hangs at the request), and describing all of them anew for each
    test costs more than most tests, and 20 MB that the framework keeps for good.
    """
    routes = app.router.routes
    places = [place for place, route in enumerate(routes) if type(route).__name__ == "_IncludedRouter"]
    assert places, "the framework includes routers in another way"
    if not _DOORS:
        _DOORS.extend(routes[place] for place in places)
    for place, door in zip(places, _DOORS, strict=True):
        routes[place] = door


@pytest.fixture
def database_kind() -> str:
    """SQLite, unless a module is marked `every_database`: those that cover the statements of the views are."""
    return SQLITE


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with open_world(tmp_path, database_url) as made:
        yield made


async def _staff_id(house: House) -> str:
    async with house.databases.read() as connection:
        return (await connection.exec_driver_sql("SELECT staff_id FROM staff")).scalar_one()
