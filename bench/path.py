"""What a message costs on its way through the product, without sockets: from the text of a frame to its answer.

The whole house runs in this process as `busbar up` builds it, on SQLite with `synchronous=FULL`; only the WebSocket
engine is left out. The load is the same in every run, so two versions of the code can be compared on a busy machine:
the least of many cycles is what the code itself needs.
"""

import asyncio
import logging
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
import uvloop

from bench.figure import Figure
from bench.frames import LANGUAGES, METERS, REFERENCE, TOKENS, Language, Writer
from bench.product import ADMIN, data_directory
from busbar.app.config import Settings
from busbar.app.gateway_settings import choose_gateway_settings
from busbar.app.memory import settle_memory
from busbar.app.migrations import migrate
from busbar.app.secret_key import find_key
from busbar.app.wiring import House, build_house
from busbar.canon.access import ConcurrencyRule, PutToken
from busbar.canon.secret import Secret
from busbar.canon.tenants import EnsureAdministrator
from busbar.gateways.ocpp import house as gateways
from busbar.gateways.ocpp.door import FrontDoor
from busbar.gateways.ocpp.socket import CloseCode, SocketListener, Upgrade, Welcome

STATIONS = 100
CYCLES = 12
CYCLE_CALLS = 35
STARTED = '"transactionId":'


class Station:
    """One station without a network: says its next call when it has the answer to the last."""

    def __init__(self, stage: "Stage", number: int, language: Language) -> None:
        self._stage = stage
        self._language = language
        self._chance = random.Random(number)
        self.writer = Writer(number)
        self.cycle: list[str] = []
        self.frames: list[str] = []
        """What is still to be said, the next call last."""
        self.listener: SocketListener | None = None
        self.reference = ""

    def send(self, message: bytes) -> None:
        """Take an answer (see `busbar.gateways.ocpp.socket.Socket`)."""
        if message[1:2] != b"3":
            raise AssertionError(message)
        if b"transactionId" in message:
            self.reference = message.decode().partition(STARTED)[2].split(",")[0].split("}")[0]
        self._stage.note_answer(self)

    def say_next(self) -> None:
        """Say the next call."""
        if self.listener is None:
            raise AssertionError("the station is not connected")
        self.listener.receive(self.frames.pop().replace(REFERENCE, self.reference))

    def write_cycle(self) -> None:
        """Write one charging session, and what belongs to it."""
        self.cycle = self._language.write_cycle(self.writer, self._chance)

    def put(self, part: slice) -> None:
        """Put a part of the cycle before it."""
        self.frames = self.cycle[part][::-1]

    def close(self, code: CloseCode, reason: str) -> None:
        """Be sent away, which no station here deserves."""
        raise AssertionError(code, reason)

    def abort(self) -> None:
        """See `close`."""

    def pause_reading(self) -> None:
        """Say nothing less: a station here never has two calls on their way."""

    def resume_reading(self) -> None:
        """See `pause_reading`."""


class Stage:
    """Lets all stations play their frames, each one call at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready: list[Station] = []
        self._playing = 0
        self._over = asyncio.Event()
        self.messages = 0

    def note_answer(self, station: Station) -> None:
        """Count an answer; the next call comes with the loop's next turn, as from a socket."""
        self.messages += 1
        if not station.frames:
            self._playing -= 1
            if not self._playing:
                self._over.set()
            return
        if not self._ready:
            self._loop.call_soon(self._go_on)
        self._ready.append(station)

    def _go_on(self) -> None:
        ready, self._ready = self._ready, []
        for station in ready:
            station.say_next()

    async def play(self, stations: list[Station]) -> float:
        """Play all frames; return the microseconds of CPU (all threads) that a message took."""
        self._playing, self.messages = len(stations), 0
        self._over.clear()
        begun_s = time.process_time()
        for station in stations:
            station.say_next()
        await self._over.wait()
        return (time.process_time() - begun_s) / self.messages * 1e6


def make_settings(directory: Path) -> Settings:
    """Take unknown stations and slow nobody down, as the other benchmarks do."""
    given: dict[str, Any] = {
        "data_dir": directory,
        "station_registration": "accepted",
        "station_rate_max_messages_per_s": 10_000,
        "station_burst_max_messages": 100_000,
    }
    return Settings(**given)


def open_door(house: House) -> FrontDoor:
    """Give a door like the gateway's own, without sockets."""
    settings = choose_gateway_settings(house.settings, find_key(house.settings))
    gateway = gateways.House(
        bus=house.bus, wire_log=house.wire_log, clock=house.clock, ids=house.ids, settings=settings
    )
    return FrontDoor(gateway)


def is_meter(frame: str) -> bool:
    """Tell whether a call is one of those with samples that most calls are."""
    return '"Sample.Periodic"' in frame


async def open_house(settings: Settings) -> House:
    """Start the product without its doors, and make the tokens known."""
    house = build_house(settings)
    await migrate(house.databases)
    house.wire_log.open()
    await house.core.start()
    await house.relay.start()
    admin = EnsureAdministrator(email=ADMIN["email"], password=Secret(text=ADMIN["password"]))
    ensured = await house.desk.dispatch(admin)
    for number in range(TOKENS):
        await house.desk.dispatch(
            PutToken(
                operator_id=ensured.operator_id,
                actor="bench",
                value=f"TAG{number:06d}",
                concurrency=ConcurrencyRule.ALLOWED,
            )
        )
    settle_memory()
    return house


async def close_house(house: House) -> None:
    """Stop it."""
    await house.relay.stop()
    await house.core.stop()
    await house.wire_log.close()
    await house.databases.close()


async def connect(door: FrontDoor, stage: Stage, number: int, language: Language) -> Station:
    """Bring a station through the door."""
    upgrade = Upgrade(
        peer_address="127.0.0.1:1",
        target=f"/ocpp/PATH{number:06d}",
        authorization=(),
        protocols=(language.protocol,),
        is_encrypted=False,
    )
    welcome = await door.judge(upgrade)
    if not isinstance(welcome, Welcome):
        raise TypeError(welcome)
    station = Station(stage, number, language)
    station.listener = welcome.listener
    welcome.listener.begin(station)
    return station


@dataclass
class Spent:
    """Microseconds of CPU of a message, cycle by cycle: of those with samples, of the others, of all."""

    meters: list[float] = field(default_factory=list[float])
    others: list[float] = field(default_factory=list[float])

    @property
    def all(self) -> list[float]:
        """Of a whole cycle."""
        share = METERS / CYCLE_CALLS
        return [meter * share + other * (1 - share) for meter, other in zip(self.meters, self.others, strict=True)]


async def play_cycle(stage: Stage, stations: list[Station], spent: Spent) -> None:
    """Play one cycle: what comes before the samples, the samples, what comes after."""
    for station in stations:
        station.write_cycle()
    first = next(n for n, frame in enumerate(stations[0].cycle) if is_meter(frame))
    parts = [slice(first), slice(first, first + METERS), slice(first + METERS, None)]
    took: list[float] = []
    for part in parts:
        for station in stations:
            station.put(part)
        took.append(await stage.play(stations))
    last = CYCLE_CALLS - METERS - first
    spent.meters.append(took[1])
    spent.others.append((took[0] * first + took[2] * last) / (first + last))


async def measure_version(version: str, directory: Path, *, cycles: int = CYCLES) -> Spent:
    """Measure cycles; a first one, in which everything is loaded, is left out."""
    settings = make_settings(directory)
    house = await open_house(settings)
    try:
        stage, language = Stage(), LANGUAGES[version]
        door = open_door(house)
        stations = [await connect(door, stage, number, language) for number in range(STATIONS)]
        for station in stations:
            station.frames = [language.write_boot(station.writer)]
        await stage.play(stations)
        await play_cycle(stage, stations, Spent())
        spent = Spent()
        for _ in range(cycles):
            await play_cycle(stage, stations, spent)
        return spent
    finally:
        await close_house(house)


def measure() -> Iterator[Figure]:
    """Measure both versions."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for version in LANGUAGES:
        with data_directory() as directory:
            spent = uvloop.run(measure_version(version, directory))
        yield Figure(
            name=f"path of a message, {version}",
            ours=round(min(spent.all), 1),
            unit="µs CPU/message",
            conditions={
                "stations": STATIONS,
                "with_samples_us": round(min(spent.meters), 1),
                "without_us": round(min(spent.others), 1),
                "all_us": [round(each, 1) for each in spent.all],
            },
        )
