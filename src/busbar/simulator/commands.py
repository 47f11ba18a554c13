"""What `busbar simulate` does, as plain functions."""

import asyncio
import signal
import ssl
from pathlib import Path
from typing import TextIO

from busbar.kernel.clock import Clock
from busbar.simulator.behaviour import VENDORS, Behaviour
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan, name_stations, read_scenario
from busbar.simulator.swarm import Figures, Swarm
from busbar.simulator.vehicle import MODELS

REPORT_INTERVAL_S = 5.0


def plan_simulation(  # noqa: PLR0913 - the flags of a command
    *,
    url: str,
    count: int = 10,
    protocol: str = "1.6",
    vendor: str = "plain",
    evses: tuple[str, ...] = ("ac22",),
    identity: str = "SIM-{n:04}",
    tokens: tuple[str, ...] = (),
    password: str | None = None,
    arrivals_per_h: float | None = None,
    sample_s: int = 10,
    is_steady: bool = False,
    is_deflating: bool = False,
    seed: int = 1,
    speed: float = 1.0,
    connects_per_s: float = 100.0,
) -> Scenario:
    """Make a scenario of one site from flags; raises ScenarioError.

    Without tokens, drivers present SIM-0001, SIM-0002 … of which there are as many as EVSEs; the CSMS must know them,
    or nobody charges. By default about four vehicles an hour come to every EVSE.
    """
    names = name_stations(identity, count)
    places = count * len(evses)
    site = SitePlan(
        name="simulation",
        stations=tuple(
            StationPlan(
                identity=name, protocol=protocol, vendor=vendor, evses=evses, password=password, sample_s=sample_s
            )
            for name in names
        ),
        tokens=tokens or name_stations("SIM-{n:04}", max(1, places)),
        arrivals_per_h=(4.0 * places if arrivals_per_h is None else arrivals_per_h,),
        occupied_permille=500,
        is_steady=is_steady,
    )
    return Scenario(
        url=url,
        sites=(site,),
        seed=seed,
        speed=speed,
        is_deflating=is_deflating,
        connects_per_s=connects_per_s,
    ).check()


def load_simulation(
    path: Path, *, url: str | None = None, seed: int | None = None, speed: float | None = None
) -> Scenario:
    """Read a scenario file; what is given goes before what the file says. Raises ScenarioError, OSError."""
    return read_scenario(path, url=url, seed=seed, speed=speed)


async def run_simulation(
    scenario: Scenario,
    *,
    clock: Clock,
    out: TextIO,
    duration_s: float | None = None,
    stop: asyncio.Event | None = None,
    tls: ssl.SSLContext | None = None,
) -> Figures:
    """Play a scenario until `stop` is set or so many real seconds have passed; report now and then, and at the end."""
    swarm = Swarm(scenario, clock=clock, tls=tls)
    stopped = stop or asyncio.Event()
    began_s = clock.monotonic_s()
    await swarm.start()
    try:
        while not stopped.is_set():
            left_s = REPORT_INTERVAL_S
            if duration_s is not None:
                left_s = min(left_s, began_s + duration_s - clock.monotonic_s())
                if left_s <= 0:
                    break
            try:
                await asyncio.wait_for(stopped.wait(), timeout=left_s)
            except TimeoutError:
                out.write(describe(swarm.count()) + "\n")
                out.flush()
    finally:
        figures = swarm.count()
        await swarm.stop()
        for station in swarm.stations.values():
            if station.failure is not None:
                out.write(f"{station.identity} failed: {station.failure!r}\n")
    return figures


def simulate(
    scenario: Scenario,
    *,
    clock: Clock,
    out: TextIO,
    duration_s: float | None = None,
    tls: ssl.SSLContext | None = None,
) -> int:
    """Play a scenario until interrupted; return the exit code: 0, or 1 when a virtual station itself failed."""

    async def run() -> Figures:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        return await run_simulation(scenario, clock=clock, out=out, duration_s=duration_s, stop=stop, tls=tls)

    figures = asyncio.run(run())
    out.write(describe(figures) + "\n")
    return 1 if figures.crashed else 0


def describe(figures: Figures) -> str:
    """Return the figures in one line for people."""
    return (
        f"{figures.registered}/{figures.stations} stations, "
        f"{figures.charging} charging {figures.power_w / 1000:.1f} kW, "
        f"{figures.sessions_finished} sessions {figures.energy_wh / 1000:.1f} kWh, {figures.calls} calls, "
        f"{figures.errors} errors, {figures.queued} queued, answers p50 {figures.answer_p50_ms:.1f} ms "
        f"p99 {figures.answer_p99_ms:.1f} ms"
    )


def list_choices() -> str:
    """Return the vendors with their behaviours, and the kinds of vehicle, for people."""
    plain = Behaviour()
    lines = ["Vendors:"]
    for name, vendor in VENDORS.items():
        odd = [
            f"{each}={getattr(vendor.behaviour, each)}"
            for each in Behaviour.__dataclass_fields__
            if getattr(vendor.behaviour, each) != getattr(plain, each)
        ]
        lines.append(f"  {name:10} {vendor.name} {vendor.model}: {', '.join(odd) or 'by the book'}")
    lines.append("Vehicles:")
    for name, model in MODELS.items():
        direct = f", DC {model.dc_power_max_w // 1000} kW" if model.dc_power_max_w else ""
        current_a = model.ac_current_max_ma // 1000
        lines.append(f"  {name:12} {model.capacity_wh // 1000} kWh, AC {model.ac_phases} x {current_a} A{direct}")
    return "\n".join(lines)


def make_tls(
    *, ca_file: Path | None, certificate_file: Path | None = None, key_file: Path | None = None
) -> ssl.SSLContext:
    """Return a TLS context that trusts `ca_file` (default: the system's roots) and shows a certificate of its own."""
    context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    if certificate_file is not None:
        context.load_cert_chain(certificate_file, key_file)
    return context
