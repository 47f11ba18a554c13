"""The batch path against the naive one: whatever is batched, the database ends as if each message had come alone.

The same history is told to houses on copies of one database: to one that applies a message, commits, answers, and only
then takes the next; and to others that get everything at once, in batches of any size, with memory for hardly any
station, or with a restart in between. What they stored and what they answered must be the same.
"""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import unified_diff
from pathlib import Path
from random import Random

import msgspec
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs

from busbar.adapters.memory.feed import MemoryFeed
from busbar.adapters.system.clock import SystemClock
from busbar.app.config import Settings
from busbar.app.core import Core
from busbar.app.migrations import migrate
from busbar.app.wiring import build_house
from busbar.canon.access import ConcurrencyRule, PutToken
from busbar.canon.message import Report
from busbar.canon.metering import RecordSamples, RecordStationSamples
from busbar.canon.sample_block import Column, RecordBlock, SampleBlock, pack_columns
from busbar.canon.sessions import SettleFigures
from busbar.canon.stations import AdmissionRequested, ConnectorSpec, PutConnectors, StationConnected
from busbar.canon.tenants import AdministratorEnsured, EnsureAdministrator
from busbar.domain.sessions import book
from busbar.domain.sessions.tables import transaction_numbers
from busbar.domain.stations.tables import station_commands
from busbar.kernel.errors import BusbarError
from busbar.ports.feed import PublishedFact
from busbar.ports.work import LATER
from tests.patience import HANG_LIMIT_S
from tests.properties.dump import FIRST_NUMBER, dump, find_ids, hide_names
from tests.properties.history import BEGIN, BROKEN_WH, DEFECT, HISTORIES, PROTOCOLS, SHARED, Teller

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - directories of chance names are made in it
IS_SHRINKING = "BUSBAR_TEST_SHRINK" in os.environ
"""Making a failing history small takes minutes: only when somebody asks for it."""
MIXES = settings(
    max_examples=16,
    phases=[phase for phase in Phase if IS_SHRINKING or phase is not Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
FEW_MIXES = settings(MIXES, max_examples=6)


@dataclass
class Way:
    """A way to run a house: how many messages a batch takes, how many stations fit into memory, when it starts anew."""

    batch_max: int
    is_naive: bool = False
    state_max: int = 50_000
    is_restarted: bool = False
    chance: int = 0
    """Decides in which order stations speak, and at which moments."""
    skips: frozenset[str] = frozenset()
    """What is not said at all: a station, and the place of the message in all that it says."""
    hides_failures: bool = False
    """Note a message that failed as if it had not been said."""


BOUNDS = {name: getattr(book, name) for name in ("CLOSED_MAX", "STRANGE_MAX")}
"""Bounds of what the sessions room keeps at hand of a station; set where hardly anything is to fit into memory."""
NAIVE = Way(batch_max=1, is_naive=True)
WAYS = st.builds(
    Way,
    batch_max=st.sampled_from([2, 3, 5, 17, 512]),
    state_max=st.sampled_from([1, 2, 50_000]),
    is_restarted=st.booleans(),
    chance=st.integers(min_value=0, max_value=2**62),
)


class InjectedError(Exception):
    """A defect of a handler, put there by this suite."""


def is_marked(message) -> bool:
    """Tell whether this message is to break its handler: as a whole, or the metering room under it."""
    if isinstance(message, RecordBlock):
        return BROKEN_WH in message.block.values
    if isinstance(message, (RecordSamples, RecordStationSamples)):
        return any(sample.value == BROKEN_WH for sample in message.samples)
    return any(getattr(message, name, "").startswith(DEFECT) for name in ("report_id", "requested_by"))


def break_marked(handler, is_marked):
    """Let a handler do all its work, and break then."""

    async def handle(message, work):
        answer = await handler(message, work)
        if is_marked(message):
            raise InjectedError
        return answer

    return handle


def break_marked_at_once(handler, is_marked):
    """Do the same to a handler that does not wait."""

    def handle(message, work):
        answer = handler(message, work)
        if answer is not LATER and is_marked(message):
            raise InjectedError
        return answer

    return handle


def write_columns(message):
    """Give samples of one instant in columns, as doors do: they may go the straight way then."""
    samples = getattr(message, "samples", ())
    if not samples or len({sample.at for sample in samples}) > 1:
        return message
    shape = pack_columns(
        Column(each.measurand, each.phase, each.location, each.context, each.raw_measurand) for each in samples
    )
    values = tuple(sample.value for sample in samples)
    block = SampleBlock(at=samples[0].at, shape=shape, values=values)
    return msgspec.structs.replace(message, samples=(), block=block)


@dataclass
class Present:
    patch: pytest.MonkeyPatch
    at: datetime = BEGIN
    published: list[str] = field(default_factory=list)
    """Ids of the facts that listeners and live streams were given."""


@pytest.fixture(scope="module")
def clock():
    """Stand still until the history says otherwise, and put the defects in."""
    register, at_once, listen, publish = Core.register, Core.register_at_once, Core.listen, MemoryFeed.publish

    def register_breakable(core, handlers):
        register(core, {kind: break_marked(handler, is_marked) for kind, handler in handlers.items()})

    def register_breakable_at_once(core, handlers):
        at_once(core, {kind: break_marked_at_once(handler, is_marked) for kind, handler in handlers.items()})

    def listen_breakable(core, listeners, **concerns):
        broken = [(kind, name, break_marked(handler, is_defect)) for kind, name, handler in listeners]
        listen(core, broken, **concerns)

    def publish_noted(feed, event):
        if isinstance(event, PublishedFact):
            present.published.append(event.fact_id)
        publish(feed, event)

    with pytest.MonkeyPatch.context() as patch:
        present = Present(patch)
        patch.setattr(PasswordHasher, "hash", lambda *_: "")  # slow by intention; nobody signs in here
        patch.setattr(SystemClock, "now", lambda _: present.at)
        patch.setattr(Core, "register", register_breakable)
        patch.setattr(Core, "register_at_once", register_breakable_at_once)
        patch.setattr(Core, "listen", listen_breakable)
        patch.setattr(MemoryFeed, "publish", publish_noted)
        yield present


def is_defect(fact) -> bool:
    return getattr(fact, "reason", None) == DEFECT


# ---- houses ----------------------------------------------------------------------------------------------------------


def build(data_dir, way):
    given = Settings(data_dir=data_dir, station_registration="accepted", fact_delivery_max_attempts=1)
    bounds = {"batch_max_reports": way.batch_max, "state_max_stations": way.state_max}
    return build_house(given.model_copy(update=bounds))


async def close(house):
    await house.core.stop()
    await house.wire_log.close()
    await house.databases.close()


@dataclass
class Origin:
    data_dir: Path
    operator_id: str
    ids: frozenset[str]


@pytest.fixture(scope="module")
def origin(clock):
    """A data directory with an operator, its tokens and its stations: every house begins as a copy of it.

    In memory where there is such a directory: durability is no matter of this suite.
    """
    with tempfile.TemporaryDirectory(prefix="busbar-", dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as name:
        data_dir = Path(name) / "origin"
        operator_id = asyncio.run(prepare(data_dir))
        yield Origin(data_dir, operator_id, find_ids(data_dir))


async def prepare(data_dir):
    house = build(data_dir, NAIVE)
    await migrate(house.databases)
    async with house.databases.writer.begin() as connection:
        await connection.execute(transaction_numbers.insert().values(name="transaction", next_number=FIRST_NUMBER))
    await house.core.start()
    ensured: AdministratorEnsured = await house.desk.dispatch(EnsureAdministrator())
    for index, protocol in enumerate(PROTOCOLS):
        teller = Teller(f"S{index}", protocol, ensured.operator_id)
        stamp = {"report_id": "r", "station_id": teller.station_id, "received_at": BEGIN}
        await house.bus.report(AdmissionRequested(**stamp, protocol=protocol, remote_address="127.0.0.1"))
        await house.bus.report(
            StationConnected(**stamp, connection_id="connection-1", protocol=protocol, remote_address="127.0.0.1")
        )
        built = tuple(ConnectorSpec(evse_id=number, max_power_w=22_000) for number in (1, 2))
        by = {"operator_id": ensured.operator_id, "actor": "staff:1"}
        await house.desk.dispatch(PutConnectors(**by, station_id=teller.station_id, connectors=built))
        for token in teller.tokens:
            rule = ConcurrencyRule.ALLOWED if token.value == SHARED else ConcurrencyRule.DEFAULT
            await house.desk.dispatch(PutToken(**by, value=token.value, concurrency=rule))
    await settle(house)
    await close(house)
    return ensured.operator_id


async def settle(house):
    """Wait until each of a fact's listeners has heard it, or it is parked for that listener."""
    async with asyncio.timeout(HANG_LIMIT_S):
        while house.core.deliveries.list_pending():  # noqa: ASYNC110 - the core tells nobody when it rests
            await asyncio.sleep(0.002)


# ---- telling ---------------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """One history, told to one house in one way."""

    house: object
    way: Way
    present: Present
    tellers: list[Teller]
    answers: dict[str, list[str]] = field(default_factory=dict)
    warm: list[str] = field(default_factory=list)
    cold: list[str] = field(default_factory=list)
    """What the database holds in the end, with and without the figures of running sessions."""
    failed: set[tuple[str, int]] = field(default_factory=set)
    """Which messages failed, like `Way.skips`."""

    async def tell(self, history):
        chance = Random(self.way.chance)  # noqa: S311 - choices of a test, made again by the same number
        for seconds, *bursts in history:
            self.present.at += timedelta(seconds=seconds)
            for teller in self.tellers:
                await self._catch_up(teller)
            spoken = list(zip(self.tellers, bursts, strict=True))
            if self.way.is_naive:
                for teller, burst in spoken:
                    await self._speak(teller, burst, None)
            else:
                chance.shuffle(spoken)
                await asyncio.gather(*(self._speak(teller, burst, chance) for teller, burst in spoken))
            await settle(self.house)
            if self.way.is_restarted and chance.random() < 0.3:
                await self._start_anew()

    async def _speak(self, teller, burst, chance):
        """Say all of a burst, one after the other; wait for each answer only where that is the way."""
        said = [teller.make(kind, number, self.present.at) for kind, number in burst]
        waiting = []
        for message in said:
            place = (teller.station_id, len(self.answers.setdefault(teller.station_id, [])) + len(waiting))
            waiting.append(asyncio.create_task(self._say(message, place)))
            if chance is None:
                await waiting[-1]
            else:
                for _ in range(chance.choice([0, 0, 0, 1, 10])):
                    await asyncio.sleep(0)
        for message, task in zip(said, waiting, strict=True):
            answer = await task
            is_hidden = self.way.hides_failures and isinstance(answer, BusbarError)
            self.answers[teller.station_id].append(write_answer(None if is_hidden else answer))
            if not isinstance(answer, BusbarError | None):
                teller.learn(message, answer)

    async def _say(self, message, place):
        if place in self.way.skips:
            return None
        try:
            if isinstance(message, Report):
                return await self.house.bus.report(message if self.way.is_naive else write_columns(message))
            return await self.house.desk.dispatch(message)
        except BusbarError as error:
            self.failed.add(place)
            return error

    async def _catch_up(self, teller):
        """See which starts the station has been asked for."""
        of_station = select(station_commands.c.request).where(station_commands.c.station_id == teller.station_id)
        async with self.house.databases.read() as connection:
            rows = (await connection.execute(of_station.order_by(station_commands.c.command_id))).scalars().all()
        requests = [msgspec.json.decode(row) for row in rows]
        teller.remote_start_ids = [each["remote_start_id"] for each in requests if "remote_start_id" in each]

    async def write_figures(self):
        """Let the figures of running sessions be written, which is done now and then: long enough ago is now."""
        before, self.present.at = self.present.at, self.present.at + timedelta(minutes=1)
        await self.house.desk.dispatch(SettleFigures())
        self.present.at = before

    async def _start_anew(self):
        data_dir = self.house.settings.data_dir
        await close(self.house)
        self.house = build(data_dir, self.way)
        self.house.ids.start_after(await self.house.fact_log.read_newest_id())
        await self.house.core.start()


def write_answer(answer) -> str:
    if isinstance(answer, BusbarError):
        return f"{answer.code} {answer.text}"
    return msgspec.json.encode(answer).decode()


async def play(history, way, *, origin, clock):
    """Tell a history to a copy of the first house; return the run."""
    copy = origin.data_dir.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(origin.data_dir, copy)
    clock.at = BEGIN
    clock.published.clear()
    for name, bound in BOUNDS.items():
        clock.patch.setattr(book, name, bound if way.state_max >= bound else 1)
    house = build(copy, way)
    newest = await house.fact_log.read_newest_id()
    house.ids.start_after(newest)
    await house.core.start()
    tellers = [Teller(f"S{index}", protocol, origin.operator_id) for index, protocol in enumerate(PROTOCOLS)]
    run = Run(house, way, clock, tellers)
    with capture_logs():
        try:
            await run.tell(history)
            await run.write_figures()
            stored = await run.house.fact_log.read_after(newest, limit=100_000)
            assert clock.published == [each.fact_id for each in stored], "what is told is what is stored, in order"
            run.warm = await dump(run.house, run.answers, known=origin.ids, has_live=True)
            run.cold = await dump(run.house, run.answers, known=origin.ids, has_live=False)
        finally:
            await close(run.house)
    return run


def compare(naive: Run, batched: Run) -> None:
    """Fail with what differs: first rows that differ whatever their ids are, then rows that name other rows."""
    has_all = batched.way.state_max == NAIVE.state_max and not batched.way.is_restarted
    pair = (naive.warm, batched.warm) if has_all else (naive.cold, batched.cold)
    for read in (hide_names, list):
        differences = list(unified_diff(read(pair[0]), read(pair[1]), "naive", "batched", n=0, lineterm=""))
        if differences:
            pytest.fail("\n".join([repr(batched.way), *differences[:40]]))


@given(HISTORIES, WAYS)
@MIXES
async def test_batches_end_as_one_message_at_a_time_does(origin, clock, history, way):
    naive = await play(history, NAIVE, origin=origin, clock=clock)
    batched = await play(history, way, origin=origin, clock=clock)
    compare(naive, batched)


@given(HISTORIES, WAYS)
@FEW_MIXES
async def test_a_message_that_fails_leaves_nothing(origin, clock, history, way):
    """Batches with refused, unstorable and broken messages in them end as if these had never been said."""
    batched = await play(history, replace(way, hides_failures=True), origin=origin, clock=clock)
    naive = await play(history, replace(NAIVE, skips=frozenset(batched.failed)), origin=origin, clock=clock)
    compare(naive, batched)
