"""The command `busbar`. Each command is a few lines: what it does lives in the rooms."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from busbar import __version__
from busbar.app.config import ConfigError, Settings, load_settings
from busbar.app.memory import hold_memory
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import StationId
from busbar.ports.jobs import JobState
from busbar.ports.wirelog import Direction

if TYPE_CHECKING:
    from busbar.adapters.rabbitmq.parked import ParkedParcels

R = TypeVar("R")

app = typer.Typer(
    name="busbar",
    help="Busbar connects every station, every driver and every kilowatt of a charging network.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

jobs_app = typer.Typer(
    help="See and mend work for later: what waits, what runs, what was given up.", no_args_is_help=True
)
app.add_typer(jobs_app, name="jobs")

parked_app = typer.Typer(
    help="See and mend parcels that no core could handle, in a network of several processes.", no_args_is_help=True
)
app.add_typer(parked_app, name="parked")

export_app = typer.Typer(help="Write what is stored to files for other programs.", no_args_is_help=True)
app.add_typer(export_app, name="export")

EXIT_CONFIG = 2
EXIT_START = 1
INSTANTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


def _load(**overrides: object) -> Settings:
    try:
        return load_settings(overrides=overrides)
    except ConfigError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_CONFIG) from None


def _run(work: Coroutine[Any, Any, R]) -> R:
    """Run a command's work; what is refused, and a database that cannot be read, ends the command with its reason."""
    from sqlite3 import Error as SqliteError  # noqa: PLC0415 - other commands start without a database

    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from busbar.app.data_dir import DataDirInUseError  # noqa: PLC0415

    try:
        return asyncio.run(work)
    except BusbarError as error:
        typer.secho(f"{error.text} ({error.code})", err=True, fg=typer.colors.RED)
    except DataDirInUseError as error:
        typer.secho(f"{error}: stop it first", err=True, fg=typer.colors.RED)
    except OSError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
    except (SQLAlchemyError, SqliteError) as error:
        typer.secho(f"cannot use the database: {str(error).splitlines()[0]}", err=True, fg=typer.colors.RED)
    raise typer.Exit(EXIT_START)


@app.command()
def up(
    *,
    demo: Annotated[
        bool, typer.Option(help="Fill an empty installation with a demo site that charges by itself.")
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where everything is kept.")] = None,
    http_port: Annotated[int | None, typer.Option(help="Console, driver app and API.")] = None,
    ocpp_port: Annotated[int | None, typer.Option(help="Stations.")] = None,
) -> None:
    """Run everything in this one process until Ctrl-C."""
    hold_memory()
    from busbar.app.roles import StartError, run_up  # noqa: PLC0415 - other commands start without the whole house

    settings = _load(data_dir=data_dir, http_port=http_port, ocpp_port=ocpp_port)
    try:
        run_up(settings, is_demo=demo)
    except StartError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_START) from None


def _run_role(role: str, **overrides: object) -> None:
    hold_memory()
    from busbar.app.cluster.process import run_role  # noqa: PLC0415 - other commands start without the brokers' clients
    from busbar.app.start import StartError  # noqa: PLC0415

    try:
        run_role(role, _load(**overrides))
    except StartError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_START) from None


@app.command()
def gateway(
    *,
    data_dir: Annotated[Path | None, typer.Option(help="Where the wire log is kept.")] = None,
    ocpp_port: Annotated[int | None, typer.Option(help="Stations.")] = None,
    health_port: Annotated[int | None, typer.Option(help="Health and figures.")] = None,
) -> None:
    """Hold the connections of stations: one of many processes on RabbitMQ and Redis."""
    _run_role("gateway", data_dir=data_dir, ocpp_port=ocpp_port, health_port=health_port)


@app.command()
def core(*, health_port: Annotated[int | None, typer.Option(help="Health and figures.")] = None) -> None:
    """Hold partitions of the network and decide: one of many processes on PostgreSQL, RabbitMQ and Redis."""
    _run_role("core", health_port=health_port)


@app.command()
def api(*, http_port: Annotated[int | None, typer.Option(help="Console, driver app and API.")] = None) -> None:
    """Serve people and programs: one of many processes on PostgreSQL, RabbitMQ and Redis."""
    _run_role("api", http_port=http_port)


@app.command()
def worker(*, health_port: Annotated[int | None, typer.Option(help="Health and figures.")] = None) -> None:
    """Do jobs and what is done once for the whole network: one of many processes."""
    _run_role("worker", health_port=health_port)


@export_app.command("samples")
def export_samples(
    file: Annotated[Path, typer.Argument(help="Parquet file to write; one that is there is replaced.")],
    *,
    since: Annotated[datetime, typer.Option("--from", help="First instant, UTC.", formats=INSTANTS)],
    until: Annotated[datetime, typer.Option(help="End, not included, UTC.", formats=INSTANTS)],
    station: Annotated[str | None, typer.Option(help="One station alone.")] = None,
    site: Annotated[str | None, typer.Option(help="The stations of one site alone.")] = None,
) -> None:
    """Write samples as they were sent to a Parquet file; Busbar may be running."""
    from busbar.app.export import ExportQuery  # noqa: PLC0415 - other commands start without a database
    from busbar.app.export import export_samples as export  # noqa: PLC0415

    begin, end = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    count = _run(export(_load(), ExportQuery(since=begin, until=end, station_id=station, site_id=site), file))
    typer.echo(f"{count} samples in {file}")


@app.command()
def config() -> None:
    """Print every setting in force and where it comes from."""
    settings = _load()
    width = max(len(source.variable) for source in settings.sources())
    for source in settings.sources():
        typer.echo(f"{source.variable:<{width}}  {source.value or '-'}  ({source.origin})")
        typer.secho(f"{'':<{width}}  {source.description}", dim=True)


@app.command()
def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print findings as JSON.")] = False) -> None:
    """Tell what is wrong with this installation and how to mend it."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.app.doctor import examine, exit_code_of, write_json, write_text  # noqa: PLC0415

    findings = examine(_load(), clock=SystemClock())
    typer.echo(write_json(findings) if as_json else write_text(findings))
    raise typer.Exit(exit_code_of(findings))


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version (a start does it by itself)."""
    from busbar.app.roles import StartError, run_migrate  # noqa: PLC0415

    try:
        before, after = asyncio.run(run_migrate(_load()))
    except StartError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_START) from None
    typer.echo(f"schema {before or 'none'} -> {after}" if before != after else f"schema {after}: nothing to do")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where it goes; compressed when the name ends with .gz or .tgz.")],
    *,
    key: Annotated[bool, typer.Option(help="With the key of password hashes; keep it apart if you can.")] = True,
    wire_log: Annotated[bool, typer.Option(help="With the raw frames of all days.")] = False,
) -> None:
    """Write the whole installation into one file, while it runs."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.app.backup.making import BackupContents, make_backup  # noqa: PLC0415

    contents = BackupContents(has_key=key, has_wire_log=wire_log)
    made = _run(make_backup(_load(), file, contents=contents, clock=SystemClock()))
    size_bytes = sum(member.size_bytes for member in made.files)
    typer.echo(f"{file}: schema {made.schema}, {len(made.files)} files, {size_bytes} bytes")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `busbar backup` wrote.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Set aside what is there already.")] = False,
) -> None:
    """Put a backup into an empty data directory or database, and bring its schema to this version's."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.app.backup.restoring import restore_backup  # noqa: PLC0415

    made = _run(restore_backup(_load(), file, is_forced=force, clock=SystemClock()))
    typer.echo(f"restored what Busbar {made.version} held on {made.made_at.isoformat(timespec='seconds')}")


@app.command()
def wirelog(
    station: Annotated[str, typer.Argument(help="Station id.")],
    *,
    day: Annotated[str | None, typer.Option(help="UTC day as YYYY-MM-DD; today when left out.")] = None,
    text: Annotated[str | None, typer.Option(help="Only frames that hold this text.")] = None,
    direction: Annotated[Direction | None, typer.Option(help="Seen from here.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many, the newest.")] = 100,
) -> None:
    """Print the raw frames of a station and day, oldest first."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.app.frames import print_frames  # noqa: PLC0415

    chosen = _read_day(day) if day else SystemClock().now().date()
    asyncio.run(
        print_frames(
            _load(), station_id=station, day=chosen, text=text, direction=direction, limit=limit, out=sys.stdout
        )
    )


@app.command()
def replay(
    *,
    station: Annotated[str, typer.Option(help="Station id.")],
    day: Annotated[str, typer.Option(help="UTC day as YYYY-MM-DD.")],
    apply: Annotated[
        bool, typer.Option("--apply", help="Hand in what the database lacks; Busbar must not run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Play the raw frames of a station and day through this version, and print where the database differs."""
    from busbar.adapters.system.clock import SystemClock, TimeOrderedIds  # noqa: PLC0415
    from busbar.app.replay.run import Replay, write_outcome  # noqa: PLC0415

    chosen = _read_day(day)
    replayed = Replay(_load(), clock=SystemClock(), ids=TimeOrderedIds())
    outcome = _run(replayed.run(StationId(station), chosen, is_applied=apply))
    typer.echo(write_outcome(outcome, as_json=as_json))
    raise typer.Exit(EXIT_START if outcome.differences and not outcome.handed_in else 0)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("give a day as YYYY-MM-DD", param_hint="--day") from None


@app.command()
def simulate(  # noqa: PLR0913 - one parameter for each option
    *,
    url: Annotated[str | None, typer.Option(help="Where stations connect; this installation when left out.")] = None,
    scenario: Annotated[Path | None, typer.Option(help="A scenario file; the options below are then not used.")] = None,
    count: Annotated[int, typer.Option(min=1, max=50_000, help="How many stations.")] = 10,
    protocol: Annotated[str, typer.Option(help="1.6, 2.0.1 or 2.1.")] = "1.6",
    vendor: Annotated[str, typer.Option(help="How they behave; see --list.")] = "plain",
    evse: Annotated[list[str] | None, typer.Option(help="An EVSE of each station: ac22, dc150 … (repeatable).")] = None,
    station_id: Annotated[str, typer.Option(help="Pattern of their ids.")] = "SIM-{n:04}",
    token: Annotated[list[str] | None, typer.Option(help="A token that drivers present (repeatable).")] = None,
    password: Annotated[str | None, typer.Option(help="Station password.")] = None,
    arrivals_per_h: Annotated[float | None, typer.Option(min=0, help="Vehicles an hour, over all stations.")] = None,
    sample_s: Annotated[int, typer.Option(min=0, max=86_400, help="Seconds between meter samples.")] = 10,
    steady: Annotated[bool, typer.Option(help="Every EVSE charges at once and goes on, for measuring.")] = False,
    deflate: Annotated[bool, typer.Option(help="Offer compression.")] = False,
    speed: Annotated[float | None, typer.Option(min=0.01, max=10_000, help="How fast their time runs.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed plays the same; new each time when left out.")] = None,
    duration_s: Annotated[float | None, typer.Option(min=0, help="Stop after so many seconds.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="PEM roots to trust for wss://.")] = None,
    show: Annotated[bool, typer.Option("--list", help="Print vendors and vehicles, and end.")] = False,
) -> None:
    """Play virtual stations that boot, charge and fail as real ones do, until Ctrl-C."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.simulator import commands  # noqa: PLC0415
    from busbar.simulator.scenario import ScenarioError  # noqa: PLC0415

    if show:
        typer.echo(commands.list_choices())
        return
    address = url or (None if scenario else f"ws://127.0.0.1:{_load().ocpp_port}/ocpp")
    try:
        if scenario is not None:
            play = commands.load_simulation(scenario, url=address, seed=seed, speed=speed)
        else:
            play = commands.plan_simulation(
                url=address or "",
                count=count,
                protocol=protocol,
                vendor=vendor,
                evses=tuple(evse or ("ac22",)),
                identity=station_id,
                tokens=tuple(token or ()),
                password=password,
                arrivals_per_h=arrivals_per_h,
                sample_s=sample_s,
                is_steady=steady,
                is_deflating=deflate,
                seed=int(SystemClock().now().timestamp()) if seed is None else seed,
                speed=1.0 if speed is None else speed,
            )
        tls = commands.make_tls(ca_file=ca_file) if ca_file is not None else None
    except (ScenarioError, OSError) as error:
        raise typer.BadParameter(str(error)) from None
    code = commands.simulate(play, clock=SystemClock(), out=sys.stdout, duration_s=duration_s, tls=tls)
    raise typer.Exit(code)


@app.command()
def psp(
    *,
    host: Annotated[str, typer.Option(help="Address it listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 lets the system choose.")] = 8290,
    address: Annotated[str | None, typer.Option(help="How it is reached, when not by host and port.")] = None,
    webhook: Annotated[
        str | None, typer.Option(help="Where Stripe's events go; others are told by each payment.")
    ] = None,
    credentials: Annotated[
        Path | None, typer.Option(help="File to write what a merchant enters: addresses, keys, secrets.")
    ] = None,
) -> None:
    """Play a payment provider that speaks as Stripe, Alipay and WeChat Pay do, until Ctrl-C; no money moves."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.simulator.psp.running import run  # noqa: PLC0415

    try:
        run(
            clock=SystemClock(),
            host=host,
            port=port,
            address=address,
            webhook=webhook,
            credentials=credentials,
            out=sys.stdout,
        )
    except OSError as error:
        typer.secho(f"cannot listen on {host} port {port}: {error.strerror or error}", err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_START) from None


@app.command()
def idp(
    *,
    host: Annotated[str, typer.Option(help="Address it listens on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 lets the system choose.")] = 8291,
    address: Annotated[str | None, typer.Option(help="How it is reached, when not by host and port.")] = None,
    credentials: Annotated[
        Path | None, typer.Option(help="File to write what an operator enters: issuer, client id, client secret.")
    ] = None,
) -> None:
    """Play an identity provider (OpenID Connect) with made-up people, until Ctrl-C."""
    from busbar.adapters.system.clock import SystemClock  # noqa: PLC0415
    from busbar.simulator.idp.running import run  # noqa: PLC0415

    try:
        run(clock=SystemClock(), host=host, port=port, address=address, credentials=credentials, out=sys.stdout)
    except OSError as error:
        typer.secho(f"cannot listen on {host} port {port}: {error.strerror or error}", err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_START) from None


@jobs_app.command("list")
def list_jobs(
    *,
    state: Annotated[JobState | None, typer.Option(help="Only those that stand so.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List jobs, the next ones first."""
    from busbar.app import job_list  # noqa: PLC0415

    rows = _run(job_list.list_jobs(_load(), state=state))
    typer.echo(job_list.write_jobs(rows, as_json=as_json))


@jobs_app.command("retry")
def retry_job(job_id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Run a job again at once, with all its attempts before it."""
    from busbar.app import job_list  # noqa: PLC0415

    job = _run(job_list.retry_job(_load(), job_id))
    typer.echo(f"{job.kind} is due now")


@jobs_app.command("drop")
def drop_job(job_id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Forget a job without doing it; one that comes round is back after the next start."""
    from busbar.app import job_list  # noqa: PLC0415

    job = _run(job_list.drop_job(_load(), job_id))
    typer.echo(f"{job.kind} is forgotten")


def _open_parked() -> "ParkedParcels":
    from busbar.app import parked_list  # noqa: PLC0415

    try:
        return parked_list.open_parked(_load())
    except ConfigError as error:
        typer.secho(str(error), err=True, fg=typer.colors.RED)
        raise typer.Exit(EXIT_CONFIG) from None


@parked_app.command("list")
def list_parked(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the oldest first.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List parked parcels: what is in them, never its contents, and why they are parked."""
    from busbar.app import parked_list  # noqa: PLC0415

    parcels = _run(_open_parked().list_all(limit=limit))
    typer.echo(parked_list.write_parked(parcels, as_json=as_json))


@parked_app.command("replay")
def replay_parked(
    parked_id: Annotated[str | None, typer.Argument(help="Its id; without one: all that can be read.")] = None,
) -> None:
    """Send parked parcels to their partitions once more."""
    parked = _open_parked()
    if parked_id is None:
        typer.echo(f"{_run(parked.replay_all())} parcels are on their way")
    else:
        _run(parked.replay(parked_id))
        typer.echo("the parcel is on its way")


@parked_app.command("drop")
def drop_parked(parked_id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Forget a parked parcel for good."""
    _run(_open_parked().drop(parked_id))
    typer.echo("the parcel is gone")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the HTTP API."""
    from busbar.api.openapi import render  # noqa: PLC0415

    typer.echo(render())


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line."""
    app()
