"""Anything that stations and people may do, mixed: no defect, one session a transaction, memory and tables agree."""

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from busbar.canon.access import Decision, IdToken, Verdict
from busbar.canon.control import Outcome
from busbar.canon.metering import Measurand, SampleContext
from busbar.canon.sessions import ChargingState, CloseAbandonedSessions, CloseSession, SessionEnded, TransactionPhase
from busbar.canon.stations import ConnectorStatus
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import SessionId, TransactionRef
from tests.services import SQLITE


@pytest.fixture
def database_kind() -> str:
    """SQLite alone: the room decides here; its statements are tried on both by the other suites."""
    return SQLITE


MIXES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["start16", "stop16", "values", "values", "part2", "part2", "part2", "part2", "ask", "ask", "answer",
             "answer", "stop", "close", "boot", "offline", "status", "sweep", "wait"]
        ),
        st.integers(min_value=0, max_value=2**62),
    ),
    max_size=40,
)  # fmt: skip
TOKENS = [IdToken(value=f"TAG-{number}") for number in range(3)]
PHASES = [TransactionPhase.STARTED, *[TransactionPhase.UPDATED] * 4, TransactionPhase.ENDED]


class Mix:
    """Does one thing after another, chosen by number."""

    def __init__(self, rooms) -> None:
        self.rooms = rooms
        name = f"S{next(rooms.numbers)}"
        self.stations = [rooms.add_station(f"{name}-{place}") for place in range(2)]
        self.refs = ["-1", "4711"]
        self.session_ids: list[SessionId] = []
        self.sent = len(rooms.sent)
        self.name = name

    async def do(self, what: str, chance: int) -> None:
        self.chance = Random(chance)  # noqa: S311 - choices of a test, made again by the same number
        code = "conflict.none"
        try:
            await getattr(self, what)()
        except BusbarError as error:
            code = error.code
        assert code.startswith(("conflict.", "not_found.")), code

    def pick(self, options):
        return self.chance.choice(options)

    @property
    def second(self) -> int:
        """Around the present of the clock, so that some of it is late."""
        now = self.rooms.house.clock.now() - self.rooms.at(0)
        return int(now.total_seconds()) + self.pick(range(-120, 60))

    async def start16(self) -> None:
        station, evse, token = self.pick(self.stations), self.pick([1, 2]), self.pick(TOKENS)
        reply = await self.rooms.say(
            self.rooms.start16(self.second // 60 * 60, wh=100, evse=evse, token=token, station=station)
        )
        self.refs.append(reply.transaction_ref)

    async def stop16(self) -> None:
        station, ref, token = self.pick(self.stations), self.pick(self.refs), self.pick([None, *TOKENS])
        wh = self.pick([0, 100, 5000])
        await self.rooms.say(
            self.rooms.stop16(TransactionRef(ref), self.second, wh=wh, id_token=token, station=station)
        )

    async def values(self) -> None:
        station, ref, evse = self.pick(self.stations), self.pick([None, *self.refs]), self.pick([None, 1, 2])
        measurand = self.pick([Measurand.ENERGY_IMPORT_REGISTER, Measurand.POWER_IMPORT])
        taken = self.rooms.sample(self.second, self.pick([0, 100, 400, 3000]), measurand)
        await self.rooms.say_samples(taken, ref=TransactionRef(ref) if ref else None, evse=evse, station=station)

    async def part2(self) -> None:
        await self.rooms.say(
            self.rooms.part2(
                self.pick(range(6)),
                self.second,
                station=self.pick(self.stations),
                ref=f"{self.name}-T{self.pick(range(3))}",
                phase=self.pick(PHASES),
                wh=self.pick([None, 100, 500, 900]),
                context=self.pick(list(SampleContext)[:4]),
                evse_id=self.pick([None, 1, 2]),
                id_token=self.pick([None, None, *TOKENS]),
                charging_state=self.pick([None, *ChargingState]),
                remote_start_id=self.pick([None, self.last_start_id()]),
                trigger=self.pick([None, "StopAuthorized", "Authorized", "MeterValuePeriodic"]),
            )
        )

    def last_start_id(self) -> int | None:
        starts = [sent.request for sent in self.rooms.sent[self.sent :] if hasattr(sent.request, "remote_start_id")]
        return starts[-1].remote_start_id if starts else None

    async def ask(self) -> None:
        name = f"{self.name}-c{self.pick(range(6))}"
        self.session_ids.append(
            await self.rooms.ask_start(
                name, station=self.pick(self.stations), evse=self.pick([None, 1, 2]), id_token=self.pick(TOKENS)
            )
        )

    async def answer(self) -> None:
        sent = self.rooms.sent[self.sent :]
        if sent:
            index = self.sent + self.pick(range(len(sent)))
            ref = self.pick([None, None, f"{self.name}-T0"])
            outcome = self.pick([Outcome.ACCEPTED, Outcome.ACCEPTED, *Outcome])
            await self.rooms.answer(outcome, index=index, transaction_ref=TransactionRef(ref) if ref else None)

    async def stop(self) -> None:
        rows = [row for row in await self.rooms.sessions() if row["station_id"] in self.stations]
        if rows:
            row = self.pick(rows)
            await self.rooms.ask_stop(row["session_id"], f"{self.name}-s{self.pick(range(4))}{row['session_id']}")

    async def close(self) -> None:
        rows = [row for row in await self.rooms.sessions() if row["station_id"] in self.stations]
        if rows:
            command = CloseSession(operator_id="op", session_id=self.pick(rows)["session_id"], requested_by="staff:1")
            await self.rooms.core.dispatch(command)

    async def boot(self) -> None:
        await self.rooms.boot(self.pick(self.stations))

    async def offline(self) -> None:
        await self.rooms.go_offline(self.pick(self.stations))

    async def status(self) -> None:
        await self.rooms.show_status(self.pick(list(ConnectorStatus)), self.pick([1, 2]), self.pick(self.stations))

    async def sweep(self) -> None:
        now = self.rooms.house.clock.now()
        silent_since = now - timedelta(seconds=self.pick([3600, 36_000]))
        await self.rooms.core.dispatch(
            CloseAbandonedSessions(silent_since=silent_since, requested_before=now - timedelta(seconds=60))
        )

    async def wait(self) -> None:
        self.rooms.house.clock.advance(timedelta(seconds=self.pick([1, 10, 30, 200, 4000])))


async def check(mix: Mix) -> None:
    rooms = mix.rooms
    rows = [row for row in await rooms.sessions() if row["station_id"] in mix.stations]
    named = Counter((row["station_id"], row["transaction_ref"]) for row in rows if row["transaction_ref"])
    assert all(count == 1 for count in named.values()), "one session a transaction"
    ids = {row["session_id"] for row in rows}
    taken = [row for row in await rooms.samples() if row["station_id"] in mix.stations]
    assert {row["session_id"] for row in taken} <= ids | {None}, "no sample of a session that is not there"
    told = Counter()
    for fact in rooms.facts(SessionEnded):
        told[fact.session_id] += 0 if fact.is_correction else 1
    records = {row["session_id"]: row for row in await rooms.records()}
    for row in rows:
        assert row["energy_wh"] >= 0
        if row["state"] == "ended":
            assert told[row["session_id"]] == 1, "an end is told once, corrections apart"
            assert row["ended_at"] >= row["started_at"] or row["has_end"]
            assert records[row["session_id"]]["energy_wh"] == row["energy_wh"]
    same = Counter(
        (row["session_id"], row["at"], row["measurand"], row["context"], row["value"]) for row in taken
        if row["session_id"]
    )  # fmt: skip
    assert all(count == 1 for count in same.values()), "each sample once"


@given(STEPS)
@MIXES
async def test_any_mix_leaves_the_books_in_order(rooms, steps):
    for token in TOKENS[1:]:
        rooms.decisions[token.value] = Decision(verdict=Verdict.ACCEPTED, is_concurrent_allowed=True)
    mix = Mix(rooms)
    with capture_logs() as logs:
        for what, chance in steps:
            await mix.do(what, chance)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == [], "no listener broke"
    await check(mix)
    await check_memory(mix)


async def check_memory(mix: Mix) -> None:
    """After a restart the room says of every session what it says now."""
    rooms = mix.rooms
    book = rooms.service._book
    for station in mix.stations:
        desk = book._desks.get(station)
        for session in desk.sessions.values() if desk else ():
            async with rooms.house.databases.writer.connect() as connection:
                stored = await rooms.load(connection, session.session_id)
            assert stored == msgspec.structs.replace(session, signalled_at=None, figures_at=None)


@given(st.lists(st.sampled_from(range(10)), min_size=0, max_size=3), st.data())
@MIXES
async def test_two_charges_on_one_evse_in_any_order(rooms, again, data):
    """Parts of two transactions that followed each other, mixed: each ends with its own energy."""
    station = rooms.add_station(f"S{next(rooms.numbers)}")
    parts = []
    for ref, first in (("A", 0), ("B", 1000)):
        for number in range(5):
            phase = {0: TransactionPhase.STARTED, 4: TransactionPhase.ENDED}.get(number, TransactionPhase.UPDATED)
            context = {0: SampleContext.BEGIN, 4: SampleContext.END}.get(number, SampleContext.PERIODIC)
            wh = first + number * (100 if ref == "A" else 70)
            place = {"evse_id": 1} if number == 0 else {}
            parts.append(
                rooms.part2(number, first + 100 * number, ref=ref, phase=phase, context=context, wh=wh,
                            station=station, **place)
            )  # fmt: skip
    for part in data.draw(st.permutations([*parts, *(parts[index] for index in again)])):
        await rooms.say(part)
    rows = {row["transaction_ref"]: row for row in await rooms.sessions() if row["station_id"] == station}
    assert sorted(rows) == ["A", "B"]
    assert [(rows[ref]["state"], rows[ref]["close_reason"], rows[ref]["energy_wh"]) for ref in "AB"] == [
        ("ended", "reported", 400), ("ended", "reported", 280),
    ]  # fmt: skip


async def test_a_burst_in_one_batch_is_like_one_after_the_other(rooms):
    """Whole charges of many stations at once: what is staged by one message is seen by the next."""
    for number in range(30):
        rooms.add_station(f"B{number}")
    starts = [rooms.start16(0, wh=10, station=f"B{number}", token=IdToken(value=f"T{number}")) for number in range(30)]
    first = await asyncio.gather(*(rooms.say(start) for start in (*starts, *starts)))
    assert [reply.transaction_ref for reply in first[:30]] == [reply.transaction_ref for reply in first[30:]]
    assert len({reply.transaction_ref for reply in first}) == 30
    stops = [
        rooms.stop16(reply.transaction_ref, 600, wh=510, station=f"B{number}")
        for number, reply in enumerate(first[:30])
    ]
    values = [
        rooms.say_samples(rooms.sample(60, 60), ref=reply.transaction_ref, station=f"B{number}")
        for number, reply in enumerate(first[:30])
    ]
    await asyncio.gather(*values, *(rooms.say(stop) for stop in stops))
    rows = await rooms.sessions()
    assert [(row["state"], row["energy_wh"]) for row in rows] == [("ended", 500)] * 30
