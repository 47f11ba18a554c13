"""The ways to run: `busbar up` is every role in one process."""

import asyncio
import signal
import socket
import ssl
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, TextIO

import structlog
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from busbar.api.app import create_app, end_streams
from busbar.app.config import Settings, format_host
from busbar.app.data_dir import DataDirInUseError, claim, claim_or_refuse, keep_private
from busbar.app.database import open_databases
from busbar.app.demo_logins import ADMIN_EMAIL as DEMO_ADMIN_EMAIL
from busbar.app.demo_logins import PASSWORD as DEMO_PASSWORD
from busbar.app.demo_logins import ZONE as DEMO_ZONE
from busbar.app.housekeeping import Housekeeping
from busbar.app.http import HttpDoor, bind
from busbar.app.logs import configure_logs
from busbar.app.memory import settle_memory
from busbar.app.migrations import NewerSchemaError, migrate
from busbar.app.start import StartError
from busbar.app.tracer import open_tracer
from busbar.app.watch.embedded import watch_house, watch_http
from busbar.app.wiring import House, build_house
from busbar.canon.secret import Secret
from busbar.canon.stations import EndAllConnections
from busbar.canon.tenants import AdministratorEnsured, EnsureAdministrator
from busbar.db.postgresql import DatabaseDriverError
from busbar.kernel.errors import BusbarError

if TYPE_CHECKING:
    from busbar.app.demo import Demo

log = structlog.get_logger(__name__)

LAST_SHARE = 0.2
"""Part of the time to stop that the stations' door has even if the people's door used up all of it."""


class Installation:
    """A whole installation in this process."""

    def __init__(self, settings: Settings, *, is_demo: bool = False, out: TextIO = sys.stdout) -> None:
        self._settings = settings
        self._is_demo = is_demo
        self._out = out
        keep_private()
        self._claim = claim_or_refuse(settings.data_dir)
        self._listener: socket.socket = bind(settings.bind, settings.http_port, setting="BUSBAR_HTTP_PORT")
        if not settings.http_port:  # providers, links and QR codes name the port that the system chose
            settings = settings.model_copy(update={"http_port": int(self._listener.getsockname()[1])})
        if is_demo:  # whose identity provider is on this machine
            settings = settings.model_copy(update={"identity_is_private_allowed": True})
        try:
            self.house: House = build_house(settings)
        except OSError as error:
            raise StartError(f"cannot use {settings.data_dir}: {error}. Choose another with BUSBAR_DATA_DIR") from None
        except DatabaseDriverError as error:
            raise StartError(str(error)) from None
        self._housekeeping = Housekeeping(self.house)
        self._watcher = watch_house(self.house, role="up")
        self._tracer = open_tracer(settings, self.house.clock, role="up")
        self.house.core.tracer = self._tracer
        self.house.relay.tracer = self._tracer
        self.house.gateway.follow(self._tracer)
        self._demo: Demo | None = None
        self._app = create_app(
            dispatcher=self.house.desk,
            station_commands=self.house.relay,
            feed=self.house.feed,
            fact_log=self.house.fact_log,
            wire_log=self.house.wire_log,
            refusals=self.house.gateway.refusals,
            databases=self.house.databases,
            settings=settings,
            clock=self.house.clock,
            ids=self.house.ids,
            watch=self._watcher,
            tracer=self._tracer,
            push_key=self.house.push.public_key,
        )
        self.http = HttpDoor(
            self._app,
            self._listener,
            shutdown_timeout_s=settings.shutdown_timeout_s,
            timeout_s=settings.http_timeout_s,
            connections_max=settings.http_max_connections,
        )
        watch_http(self._watcher, self._app, self.http)

    async def start(self) -> None:
        """Open everything, from the database up to the doors."""
        house = self.house
        try:
            before, after = await migrate(house.databases)
        except NewerSchemaError as error:
            raise StartError(str(error)) from None
        except (SQLAlchemyError, OSError) as error:
            raise StartError(f"cannot open the database: {error}. `busbar doctor` tells more") from None
        if before != after:
            log.info("schema.migrated", before=before, after=after)
        newest = await house.fact_log.read_newest_id()
        if newest is not None:
            house.ids.start_after(newest)
        house.wire_log.open()
        await house.core.start()
        await house.desk.dispatch(EndAllConnections())
        ensured = await self._ensure_administrator()
        await house.relay.start()
        await self._open_gateway()
        await self._housekeeping.start()
        self._watcher.start()
        await self.http.start()
        settle_memory()
        self._greet(ensured)
        if self._is_demo:
            from busbar.app.demo import Demo  # noqa: PLC0415 - the simulator is loaded only where it is used

            self._demo = Demo(house, operator_id=ensured.operator_id, out=self._out)
            await self._demo.start()

    async def _open_gateway(self) -> None:
        settings = self._settings
        try:
            await self.house.gateway.start()
        except ssl.SSLError as error:
            raise StartError(f"cannot use the certificate {settings.ocpp_tls_certificate_file}: {error}") from None
        except OSError as error:
            raise StartError(
                f"cannot listen for stations on {settings.bind} port {settings.ocpp_port}: {error.strerror or error}. "
                "Choose another port with BUSBAR_OCPP_PORT; `busbar doctor` tells more"
            ) from None

    async def stop(self) -> None:
        """Close the doors, let what waits be finished, and close the database."""
        if self._demo is not None:
            await self._demo.stop()
        end_streams(self._app)
        loop = asyncio.get_running_loop()
        timeout_s = self._settings.shutdown_timeout_s
        until_s = loop.time() + timeout_s
        await self.http.stop()
        await self.house.gateway.stop(drain_s=max(until_s - loop.time(), timeout_s * LAST_SHARE))
        await self._watcher.stop()
        await asyncio.to_thread(self._tracer.close)
        await self._housekeeping.stop()
        await self.house.relay.stop()
        await self.house.core.stop()
        await self.house.wire_log.close()
        await self.house.databases.close()
        self._claim.close()

    async def _ensure_administrator(self) -> AdministratorEnsured:
        settings = self._settings
        given = settings.admin_password
        password = Secret(text=given.get_secret_value()) if given is not None else None
        if self._is_demo:
            wish = EnsureAdministrator(
                email=settings.admin_email or DEMO_ADMIN_EMAIL,
                password=password or Secret(text=DEMO_PASSWORD),
                operator_name="Busbar Demo",
                operator_zone=DEMO_ZONE,
            )
        elif settings.admin_email is not None:
            wish = EnsureAdministrator(email=settings.admin_email, password=password)
        else:
            wish = EnsureAdministrator(password=password)
        try:
            return await self.house.desk.dispatch(wish)
        except BusbarError as error:
            raise StartError(f"cannot make the first administrator: {error.text} ({error.code})") from None

    def _greet(self, ensured: AdministratorEnsured) -> None:
        """Print the addresses, and a password that was made here: it cannot be shown again."""
        address = self._settings.public_address if self._settings.http_port else f"http://127.0.0.1:{self.http.port}"
        scheme = "wss" if self._settings.ocpp_tls_certificate_file else "ws"
        stations = f"{scheme}://{format_host(self._settings.bind)}:{self.house.gateway.port}"
        lines = [
            "",
            f"  Console     {address}/",
            f"  Driver app  {address}/app/",
            f"  API docs    {address}/docs",
            f"  Stations    {stations}/ocpp/<station id>",
            "",
        ]
        is_made_here = self._settings.admin_password is None and not self._is_demo
        if ensured.is_created and ensured.password is not None and is_made_here:
            lines += [f"  Sign in as {ensured.email} with {ensured.password.text} (shown this once)", ""]
        self._out.write("\n".join(lines) + "\n")
        self._out.flush()


async def _serve(settings: Settings, *, is_demo: bool) -> None:
    installation = Installation(settings, is_demo=is_demo)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    await installation.start()
    await stopping.wait()
    sys.stdout.write("\n  stopping …\n")
    sys.stdout.flush()
    await installation.stop()


def run_up(settings: Settings, *, is_demo: bool) -> None:
    """Run everything in this process until SIGINT or SIGTERM. Errors: `StartError`."""
    configure_logs(settings, is_demo=is_demo)
    try:
        uvloop.run(_serve(settings, is_demo=is_demo))
    except BusbarError as error:
        raise StartError(f"{error.text} ({error.code})") from None


async def run_migrate(settings: Settings) -> tuple[str | None, str]:
    """Bring the schema to this version's; return the revisions before and after.

    A SQLite file is its process's own; on PostgreSQL older processes serve on meanwhile. Errors: `StartError`.
    """
    keep_private()
    with ExitStack() as stack:
        try:
            databases = open_databases(settings, application="busbar migrate")
            if databases.is_sqlite:
                stack.enter_context(claim(settings.data_dir))
        except (DataDirInUseError, DatabaseDriverError, OSError) as error:
            raise StartError(f"{error}") from None
        try:
            return await migrate(databases)
        except NewerSchemaError as error:
            raise StartError(str(error)) from None
        finally:
            await databases.close()
