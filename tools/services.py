"""Give tests the services they ask for: `services.py postgresql redis rabbitmq -- COMMAND ARGUMENT…`.

Each service's address goes to the command as `BUSBAR_TEST_<SERVICE>_URL`. One that is set already is used as it is.
Otherwise a server on the service's standard loopback port is used, if it lets us in and lets us keep to ourselves:
tests make databases of their own in PostgreSQL, names of their own in Redis, and a virtual host of their own is made
in RabbitMQ. Otherwise the service is started from the installed programs, on a free loopback port with an empty
directory of its own, and stopped afterwards. Programs that are missing are installed as Debian packages first.
"""

import argparse
import asyncio
import contextlib
import importlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prepare import make_debian_step
from steps import CACHE, StepFailedError, build_environ, describe_elapsed, run_step

START_TIMEOUT_S = 300
POLL_INTERVAL_S = 0.1
PROBE_TIMEOUT_S = 20
OWN_PREFIX = "busbar_test_"


@dataclass(frozen=True)
class Place:
    """Where a service is to run: an empty directory of its own and free loopback ports."""

    directory: Path
    port: int
    second_port: int


@dataclass(frozen=True)
class Plan:
    """How to run a service: commands that prepare it, the one that is the service, and its address."""

    preparations: Sequence[Sequence[str]]
    command: Sequence[str]
    url: str
    environ: Mapping[str, str]
    greeting: tuple[bytes, bytes] | None = None  # what to send, and how a service that is ready answers


@dataclass(frozen=True)
class Service:
    """A service that tests may ask for; `account` runs it when we are root, which the program refuses to be."""

    name: str
    program: str
    packages: tuple[str, ...]
    account: str | None

    @property
    def variable(self) -> str:
        """Name of the environment variable that holds the service's address."""
        return f"BUSBAR_TEST_{self.name.upper()}_URL"

    def find_program(self) -> str | None:
        """Find the service's program, also where Debian hides it from the path."""
        hidden = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/sbin"), Path("/usr/bin")]
        return shutil.which(self.program, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, hidden)]))


SERVICES = {
    service.name: service
    for service in (
        Service("postgresql", "initdb", ("postgresql",), "postgres"),
        Service("redis", "redis-server", ("redis-server",), None),
        Service("rabbitmq", "rabbitmq-server", ("rabbitmq-server",), "rabbitmq"),
    )
}


POSTGRESQL_GREETING = (b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b"N")  # SSLRequest, answered "no" by a server that is up
REDIS_GREETING = (b"PING\r\n", b"+PONG")
RABBITMQ_GREETING = (b"AMQP\x00\x00\x09\x01", b"\x01\x00\x00")  # protocol header, answered by connection.start


def plan_postgresql(program: str, place: Place) -> Plan:
    """Plan a PostgreSQL whose only role is `busbar`, open to this machine."""
    data, binaries = str(place.directory / "data"), Path(program).parent
    settings = {"port": place.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": place.directory}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Plan(
        preparations=[
            [program, "--pgdata", data, "--username=busbar", "--auth=trust", "--encoding=UTF8", "--no-sync"],
        ],
        command=[str(binaries / "postgres"), "-D", data, *options],
        url=f"postgresql://busbar@127.0.0.1:{place.port}/postgres",
        environ={"LC_ALL": "C.UTF-8"},
        greeting=POSTGRESQL_GREETING,
    )


def plan_redis(program: str, place: Place) -> Plan:
    """Plan a Redis that keeps nothing on disk."""
    options = ["--port", str(place.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return Plan(
        preparations=[],
        command=[program, *options, "--dir", str(place.directory)],
        url=f"redis://127.0.0.1:{place.port}/0",
        environ={},
        greeting=REDIS_GREETING,
    )


def plan_rabbitmq(program: str, place: Place) -> Plan:
    """Plan a RabbitMQ node of its own name, without plugins."""
    directory = place.directory
    return Plan(
        preparations=[],
        command=[program],
        url=f"amqp://guest:guest@127.0.0.1:{place.port}/",
        environ={
            "HOME": str(directory),  # Erlang keeps its cookie there
            "RABBITMQ_NODENAME": f"busbar{place.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(place.port),
            "RABBITMQ_DIST_PORT": str(place.second_port),
            "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(directory / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq"),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "1",  # the start script then becomes the server instead of watching over it
        },
        greeting=RABBITMQ_GREETING,
    )


PLANS = {"postgresql": plan_postgresql, "redis": plan_redis, "rabbitmq": plan_rabbitmq}


def find_free_ports(count: int) -> list[int]:
    """Find loopback ports that nobody uses now."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def answers(port: int, greeting: tuple[bytes, bytes] | None) -> bool:
    """Tell whether a service on a loopback port is ready: it takes a connection and answers its greeting."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
            if greeting is None:
                return True
            probe.sendall(greeting[0])
            return probe.recv(64).startswith(greeting[1])
    except OSError:
        return False


@contextlib.contextmanager
def use_postgresql() -> Generator[str | None]:
    """Give the address of the PostgreSQL on the standard port, if one of the usual roles may make databases there."""
    for role in ("busbar", "postgres", pwd.getpwuid(os.geteuid()).pw_name):
        url = f"postgresql://{role}@127.0.0.1:5432/postgres"
        if may_make_databases(url):
            yield url
            return
    yield None


def may_make_databases(url: str) -> bool:
    """Tell whether an address lets us in, as a role that may make databases."""
    driver: Any = importlib.import_module("asyncpg")  # the tests' environment has it; nothing else here needs it

    async def ask() -> bool:
        try:
            connection: Any = await driver.connect(url, timeout=PROBE_TIMEOUT_S)
        except (OSError, driver.PostgresError, driver.InterfaceError):
            return False
        try:
            question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            return bool(await connection.fetchval(question))
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as apart:  # the caller may be on an event loop
        return apart.submit(asyncio.run, ask()).result()


@contextlib.contextmanager
def use_redis() -> Generator[str | None]:
    """Give the address of the Redis on the standard port, if it asks for no password."""
    yield "redis://127.0.0.1:6379/0" if answers(6379, REDIS_GREETING) else None


@contextlib.contextmanager
def use_rabbitmq() -> Generator[str | None]:
    """Make a virtual host in the RabbitMQ on the standard port, if we may, and remove it in the end."""
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    control = shutil.which("rabbitmqctl", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if control is None or os.geteuid() != 0 or not answers(5672, RABBITMQ_GREETING):
        yield None
        return
    grant = ["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]
    is_made = all(run_quietly([control, *words]) for words in (["add_vhost", name], grant))
    try:
        yield f"amqp://guest:guest@127.0.0.1:5672/{name}" if is_made else None
    finally:
        run_quietly([control, "delete_vhost", name])


def run_quietly(command: Sequence[str]) -> bool:
    """Run a command and tell whether it succeeded."""
    try:
        return subprocess.run(command, capture_output=True, timeout=PROBE_TIMEOUT_S, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


FINDERS: dict[str, Callable[[], contextlib.AbstractContextManager[str | None]]] = {
    "postgresql": use_postgresql,
    "redis": use_redis,
    "rabbitmq": use_rabbitmq,
}


def find_running(service: Service) -> contextlib.AbstractContextManager[str | None]:
    """Find a server that happens to run here and is safe to use: nothing of others is read, changed or removed."""
    return FINDERS[service.name]()


@contextlib.contextmanager
def run_service(service: Service) -> Generator[str]:
    """Run a service and give its address; one named by the environment is used and left alone."""
    given = os.environ.get(service.variable)
    if given:
        yield given
        return
    with find_running(service) as found:
        if found is not None:
            yield found
            return
    with start_service(service) as url:
        yield url


@contextlib.contextmanager
def start_service(service: Service) -> Generator[str]:
    """Start a service for ourselves alone and give its address: one that may be stopped, frozen or filled up."""
    program = service.find_program()
    if program is None:
        run_step(make_debian_step(service.name, service.packages))
        program = service.find_program()
    if program is None:
        raise StepFailedError(f"{service.name}: there is no {service.program} even after installing {service.packages}")
    with tempfile.TemporaryDirectory(prefix=f"busbar-{service.name}-", ignore_cleanup_errors=True) as name:
        place = Place(Path(name), *find_free_ports(2))
        account = service.account if os.geteuid() == 0 else None
        if account is not None:
            entry = pwd.getpwnam(account)
            os.chown(place.directory, entry.pw_uid, entry.pw_gid)
        plan = PLANS[service.name](program, place)
        with run_plan(service.name, plan, place, account=account):
            if service.name == "postgresql":
                wait_until(lambda: may_make_databases(plan.url))  # it greets before it lets anybody in
            yield plan.url


@contextlib.contextmanager
def run_plan(name: str, plan: Plan, place: Place, *, account: str | None) -> Generator[None]:
    """Run a plan's commands until the service answers, and stop it in the end."""
    CACHE.mkdir(exist_ok=True)
    log = CACHE / f"{name}.log"
    environ = build_environ(plan.environ)
    with log.open("wb") as output:
        for command in plan.preparations:
            subprocess.run(
                command, cwd=place.directory, env=environ, user=account, stdout=output, stderr=output, check=True
            )
        process = subprocess.Popen(
            plan.command,
            cwd=place.directory,
            env=environ,
            user=account,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until_ready(name, process, place.port, plan.greeting, log=log)
        yield
    finally:
        stop_group(process)


def stop_group(process: subprocess.Popen[bytes]) -> None:
    """End a service and what it started: it leads a process group of its own."""
    for number, timeout_s in ((signal.SIGTERM, 20), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=timeout_s)
            return


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, for as long as a start may take."""
    until_s = time.monotonic() + START_TIMEOUT_S
    while not condition():
        if time.monotonic() > until_s:
            raise StepFailedError(f"it was not ready within {describe_elapsed(START_TIMEOUT_S)}")
        time.sleep(POLL_INTERVAL_S)


def wait_until_ready(
    name: str, process: subprocess.Popen[bytes], port: int, greeting: tuple[bytes, bytes] | None, *, log: Path
) -> None:
    """Wait until the service answers; raise StepFailedError when it ends or takes too long."""
    started_at = time.monotonic()
    while not answers(port, greeting):
        elapsed_s = time.monotonic() - started_at
        if process.poll() is not None or elapsed_s > START_TIMEOUT_S:
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise StepFailedError(f"{name} did not start within {describe_elapsed(elapsed_s)}:\n{tail}")
        time.sleep(POLL_INTERVAL_S)


@contextlib.contextmanager
def run_services(names: Sequence[str]) -> Generator[dict[str, str]]:
    """Run the services named; give the environment variables that tell their addresses."""
    with contextlib.ExitStack() as running:
        services = [SERVICES[name] for name in names]
        yield {service.variable: running.enter_context(run_service(service)) for service in services}


def main() -> int:
    """Run a command beside the services it needs and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", nargs="+", choices=sorted(SERVICES))
    arguments = sys.argv[1:]
    end = arguments.index("--") if "--" in arguments else len(arguments)
    command = arguments[end + 1 :]
    names: list[str] = parser.parse_args(arguments[:end]).services
    try:
        with run_services(names) as addresses:
            if not command:
                print("\n".join(f"{name}={url}" for name, url in addresses.items()))
                return 0
            return subprocess.run(command, env=build_environ(addresses), check=False).returncode
    except StepFailedError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
