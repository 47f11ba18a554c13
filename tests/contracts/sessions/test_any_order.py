"""Whatever order, repetition or delay: one session, with the right energy, once all parts have come."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busbar.canon.access import Decision, IdToken, Verdict
from busbar.canon.control import Outcome
from busbar.canon.metering import SampleContext
from busbar.canon.sessions import ChargingState, SessionEnded, SessionStarted, TransactionPhase
from tests.services import SQLITE

STARTED, ENDED = TransactionPhase.STARTED, TransactionPhase.ENDED


@pytest.fixture
def database_kind() -> str:
    """SQLite alone: the room decides here; its statements are tried on both by the other suites."""
    return SQLITE


ORDERS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
TAG = IdToken(value="TAG-1")


def add_station(rooms) -> str:
    """Add a station for one example; what earlier examples left running is no reason to refuse the token."""
    rooms.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, is_concurrent_allowed=True)
    return rooms.add_station(f"S{next(rooms.numbers)}")


def write_charge(rooms, station: str, *, remote_start_id: int | None = None) -> list:
    """Write a 2.x charge: plugged in, authorized, four meter values, stopped by the driver."""
    named = {"remote_start_id": remote_start_id} if remote_start_id is not None else {}
    ref = f"T-{station}"
    parts = [
        rooms.part2(0, 1, wh=700, phase=STARTED, context=SampleContext.BEGIN, evse_id=1, connector_id=1,
                    trigger="CablePluggedIn"),
        rooms.part2(1, 5, id_token=TAG, trigger="RemoteStart" if named else "Authorized", **named),
        rooms.part2(2, 8, charging_state=ChargingState.CHARGING, trigger="ChargingStateChanged"),
        *(rooms.part2(3 + index, 40 + 30 * index, wh=800 + 100 * index) for index in range(4)),
        rooms.part2(7, 200, wh=1234, phase=ENDED, context=SampleContext.END, stop_reason="Local",
                    trigger="StopAuthorized", id_token=TAG),
    ]  # fmt: skip
    named_parts = []
    for part in parts:
        fields = {name: getattr(part, name) for name in part.__struct_fields__}
        named_parts.append(type(part)(**{**fields, "station_id": station, "transaction_ref": ref}))
    return named_parts


async def check(rooms, station: str, *, session_id: str | None = None) -> None:
    rows = [row for row in await rooms.sessions() if row["station_id"] == station]
    assert len(rows) == 1, "one session"
    (row,) = rows
    assert session_id is None or row["session_id"] == session_id
    assert (row["state"], row["energy_wh"], row["stop_reason"]) == ("ended", 534, "Local")
    assert (row["token_value"], row["evse_id"], row["has_start"]) == ("TAG-1", 1, True)
    assert (row["started_at"], row["ended_at"]) == (rooms.at(1), rooms.at(200))
    assert row["runs"] == "[[0,7]]"
    last = [fact for fact in rooms.facts(SessionEnded) if fact.station_id == station][-1]
    assert (last.session_id, last.record.energy_wh) == (row["session_id"], 534)
    (record,) = [record for record in await rooms.records() if record["session_id"] == row["session_id"]]
    assert (record["energy_wh"], record["sample_count"]) == (534, 6)
    stored = [taken for taken in await rooms.samples() if taken["station_id"] == station]
    assert len(stored) == 6, "each sample once"
    assert {taken["session_id"] for taken in stored} == {row["session_id"]}


@given(data=st.data())
@ORDERS
async def test_a_2_x_charge_in_any_order_and_with_repeats(rooms, data):
    station = add_station(rooms)
    parts = write_charge(rooms, station)
    again = data.draw(st.lists(st.sampled_from(parts), max_size=4))
    for part in data.draw(st.permutations([*parts, *again])):
        await rooms.say(part)
    await check(rooms, station)


@given(data=st.data())
@ORDERS
async def test_a_2_x_charge_that_was_asked_for_in_any_order(rooms, data):
    station = add_station(rooms)
    session_id = await rooms.ask_start(f"c{station}", station=station, evse=data.draw(st.sampled_from([1, None])))
    parts = write_charge(rooms, station, remote_start_id=rooms.remote_start_id())
    answered_after = data.draw(st.integers(min_value=0, max_value=len(parts)))
    for index, part in enumerate(data.draw(st.permutations(parts))):
        if index == answered_after:
            await rooms.answer(Outcome.ACCEPTED)
        await rooms.say(part)
    await check(rooms, station, session_id=session_id)
    started = [fact for fact in rooms.facts(SessionStarted) if fact.session_id == session_id]
    assert len(started) == 1


@given(data=st.data())
@ORDERS
async def test_a_1_6_charge_with_repeats_and_delays(rooms, data):
    """A 1.6 station cannot speak of a transaction before we numbered it; all else may come late, again, or mixed."""
    station = add_station(rooms)
    start = rooms.start16(1, wh=700, station=station)
    reference = (await rooms.say(start)).transaction_ref
    stop = rooms.stop16(reference, 200, wh=1234, stop_reason="Local", id_token=TAG, station=station)
    values = [rooms.sample(40 + 30 * index, 800 + 100 * index) for index in range(4)]
    said = data.draw(st.permutations([start, start, stop, stop, *values, *values[:2]]))
    is_named = data.draw(st.lists(st.booleans(), min_size=len(said), max_size=len(said)))
    for index, each in enumerate(said):
        if each is start or each is stop:
            assert (await rooms.say(each)).transaction_ref == reference
        else:
            # a value without a reference belongs to what runs on its EVSE, so it must come before the end
            needs_name = stop in said[:index] or is_named[index]
            await rooms.say_samples(each, ref=reference if needs_name else None, station=station)
    rows = [row for row in await rooms.sessions() if row["station_id"] == station]
    assert [(row["state"], row["energy_wh"], row["close_reason"]) for row in rows] == [("ended", 534, "reported")]
    stored = [taken for taken in await rooms.samples() if taken["station_id"] == station]
    assert len(stored) == 4
    last = [fact for fact in rooms.facts(SessionEnded) if fact.station_id == station][-1]
    assert last.record.energy_wh == 534


@given(data=st.data())
@ORDERS
async def test_parts_that_never_come_cost_nothing_but_a_flag(rooms, data):
    """Any parts lost for good: still one session; its energy is what the parts that came can show."""
    station = add_station(rooms)
    parts = write_charge(rooms, station)
    kept = data.draw(st.lists(st.sampled_from(parts), min_size=1, unique_by=lambda part: part.seq_no))
    for part in kept:
        await rooms.say(part)
    rows = [row for row in await rooms.sessions() if row["station_id"] == station]
    assert len(rows) == 1
    shown = sorted(taken.value for part in kept for taken in part.samples)
    expected = shown[-1] - shown[0] if shown else 0
    assert rows[0]["energy_wh"] == expected
    assert rows[0]["state"] == ("ended" if any(part.phase is ENDED for part in kept) else "active")
