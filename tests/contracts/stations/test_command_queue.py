"""Requests that wait for stations that are away: the room on its real store, through the real core."""

import json
from datetime import timedelta

import pytest

from busbar.canon.control import (
    CancelStationCommand,
    CommandAnswered,
    CommandOutcome,
    Outcome,
    Reset,
    ResetKind,
    SendStationCommand,
    SetVariables,
    StationCommandAnswered,
    StationCommandQueued,
    StationCommandRequested,
    TendStationCommands,
    VariableRef,
    VariableValue,
)
from busbar.canon.stations import (
    ConnectorStatus,
    ConnectorStatusReported,
    DeleteStation,
    HeartbeatReceived,
    Registration,
    SetRegistration,
    StationBooted,
    StationDisconnected,
)
from busbar.domain.stations import model, tables
from busbar.domain.stations.service import StationPolicy
from tests.contracts.stations.test_stations import OP, OTHER, Stations

HOUR = timedelta(hours=1)
ACCEPTED = CommandOutcome(outcome=Outcome.ACCEPTED, status="Accepted")
UNDELIVERED = CommandOutcome(outcome=Outcome.UNDELIVERED, status="not connected")


@pytest.fixture(params=[50_000, 1], ids=["cached", "evicted"])
async def stations(house, request):
    room = Stations(house)
    policy = StationPolicy(
        cache_max_stations=request.param, command_queue_max_commands=3, command_wait_max=timedelta(days=1)
    )
    room.install(house.core, policy)
    await house.start()
    await room.create()
    return room


def wish(stations, command_id, *, after=HOUR, kind=ResetKind.ON_IDLE, **fields):
    fields = {"request": Reset(kind=kind), "operator_id": OP, "station_id": "BB-1"} | fields
    return SendStationCommand(
        command_id=command_id, requested_by="staff:1", expires_at=stations.house.clock.now() + after, **fields
    )


async def outcomes(stations):
    rows = await stations.rows(tables.station_commands)
    return {row["command_id"]: row["outcome"] for row in sorted(rows, key=lambda row: row["command_id"])}


async def sent(stations):
    facts = sorted(await stations.facts(StationCommandRequested), key=lambda fact: fact["fact_id"])
    return [json.loads(fact["body"])["command_id"] for fact in facts]


async def answer(stations, command_id, outcome=ACCEPTED):
    await stations.report(CommandAnswered, command_id=command_id, outcome=outcome)


async def queued(stations):
    return (await stations.rows(tables.stations))[0]["queued_commands"]


async def test_what_is_asked_of_a_station_that_is_away_waits(stations):
    await stations.do(wish(stations, "c1"))
    assert await outcomes(stations) == {"c1": "queued"}
    assert await sent(stations) == []
    assert len(await stations.facts(StationCommandQueued)) == 1
    assert await queued(stations) == 1


async def test_a_station_that_is_there_is_asked_at_once(stations):
    await stations.connect()
    await stations.do(wish(stations, "c1"))
    assert await sent(stations) == ["c1"]
    assert await stations.facts(StationCommandQueued) == []
    await answer(stations, "c1")
    assert await outcomes(stations) == {"c1": "accepted"}
    assert await queued(stations) == 0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (StationBooted, {"vendor": "V", "model": "M"}),
        (HeartbeatReceived, {}),
        (ConnectorStatusReported, {"evse_id": 1, "connector_id": 1, "status": ConnectorStatus.AVAILABLE}),
    ],
    ids=["boots", "lives", "tells its status"],
)
async def test_one_after_the_other_is_sent_when_the_station_is_back(stations, kind, fields):
    for command_id in ("c3", "c1", "c2"):
        await stations.do(wish(stations, command_id))
    await stations.connect()
    assert await sent(stations) == []  # it may be about to boot
    await stations.report(kind, **fields)
    assert await sent(stations) == ["c3"]
    await stations.report(kind, **fields)
    assert await sent(stations) == ["c3"]
    await answer(stations, "c3", CommandOutcome(outcome=Outcome.TIMED_OUT))
    assert await sent(stations) == ["c3", "c1"]
    await answer(stations, "c1", CommandOutcome(outcome=Outcome.REJECTED))
    await answer(stations, "c2")
    assert await outcomes(stations) == {"c1": "rejected", "c2": "accepted", "c3": "timed_out"}
    assert await queued(stations) == 0


async def test_a_quiet_station_is_sent_it_after_a_while(stations):
    await stations.do(wish(stations, "c1"))
    await stations.connect()
    await stations.do(TendStationCommands(station_id="BB-1"))
    assert await sent(stations) == []
    stations.house.clock.advance(model.CALM)
    assert await stations.do(TendStationCommands(station_id="BB-1")) == 0
    assert await sent(stations) == ["c1"]


async def test_one_that_did_not_reach_the_station_keeps_its_place(stations):
    for command_id in ("c1", "c2"):
        await stations.do(wish(stations, command_id))
    await stations.connect("k1")
    await stations.report(HeartbeatReceived)
    await stations.report(StationDisconnected, connection_id="k1", reason="gone")
    await answer(stations, "c1", UNDELIVERED)
    assert await outcomes(stations) == {"c1": "queued", "c2": "queued"}
    await stations.connect("k2")
    await stations.report(HeartbeatReceived)
    assert await sent(stations) == ["c1", "c1"]
    await answer(stations, "c1")
    assert await sent(stations) == ["c1", "c1", "c2"]


async def test_one_that_did_not_reach_the_station_ends_when_its_time_is_over(stations):
    await stations.connect("k1")
    await stations.do(wish(stations, "c1"))
    stations.house.clock.advance(HOUR)
    await answer(stations, "c1", UNDELIVERED)
    assert await outcomes(stations) == {"c1": "undelivered"}
    assert await queued(stations) == 0


async def test_what_expires_is_not_sent(stations):
    await stations.do(wish(stations, "c1", after=HOUR))
    await stations.do(wish(stations, "c2", after=2 * HOUR))
    stations.house.clock.advance(HOUR)
    await stations.connect()
    await stations.report(HeartbeatReceived)
    assert await outcomes(stations) == {"c1": "undelivered", "c2": None}
    assert await sent(stations) == ["c2"]


async def test_what_expires_ends_though_the_station_stays_away(stations):
    await stations.do(wish(stations, "c1", after=HOUR))
    await stations.do(wish(stations, "c2", after=2 * HOUR))
    assert await stations.do(TendStationCommands(station_id="BB-1")) == 0
    stations.house.clock.advance(HOUR)
    assert await stations.do(TendStationCommands(station_id="BB-1")) == 1
    assert await outcomes(stations) == {"c1": "undelivered", "c2": "queued"}
    assert len(await stations.facts(StationCommandAnswered)) == 1
    assert await queued(stations) == 1


async def test_so_many_may_wait_and_no_more(stations):
    for number in range(3):
        await stations.do(wish(stations, f"c{number}"))
    with pytest.raises(model.CommandQueueFullError):
        await stations.do(wish(stations, "c9"))
    await stations.do(wish(stations, "c2", after=HOUR))  # a repeat is no other
    assert list(await outcomes(stations)) == ["c0", "c1", "c2"]


async def test_other_content_under_the_same_id_is_refused(stations):
    await stations.do(wish(stations, "c1"))
    for other in (wish(stations, "c1", kind=ResetKind.IMMEDIATE), wish(stations, "c1", after=2 * HOUR)):
        with pytest.raises(model.CommandConflictError):
            await stations.do(other)


@pytest.mark.parametrize("after", [timedelta(0), -HOUR, timedelta(days=1, seconds=1)], ids=["now", "past", "too far"])
async def test_an_expiry_lies_ahead_and_not_too_far(stations, after):
    with pytest.raises(model.CommandExpiryError):
        await stations.do(wish(stations, "c1", after=after))
    assert await outcomes(stations) == {}


async def test_a_password_cannot_wait(stations):
    secret = VariableValue(ref=VariableRef(variable="AuthorizationKey"), value="0123456789abcdef")
    with pytest.raises(model.QueuedSecretError):
        await stations.do(wish(stations, "c1", request=SetVariables(values=(secret,))))


async def test_one_that_waits_can_be_cancelled(stations):
    for command_id in ("c1", "c2"):
        await stations.do(wish(stations, command_id))
    cancel = CancelStationCommand(operator_id=OP, actor="staff:1", station_id="BB-1", command_id="c1")
    await stations.do(cancel)
    await stations.do(cancel)
    assert stations.audited[-1] == ("station.cancel_command", "station:BB-1")
    await stations.connect()
    await stations.report(HeartbeatReceived)
    assert await sent(stations) == ["c2"]
    assert await outcomes(stations) == {"c1": "undelivered", "c2": None}


async def test_one_that_was_sent_cannot_be_cancelled(stations):
    await stations.connect()
    await stations.do(wish(stations, "c1"))
    cancel = CancelStationCommand(operator_id=OP, actor="staff:1", station_id="BB-1", command_id="c1")
    with pytest.raises(model.CommandSentError):
        await stations.do(cancel)


async def test_nobody_cancels_what_is_anothers(stations):
    await stations.do(wish(stations, "c1"))
    await stations.create("BB-2")
    cancel = CancelStationCommand(operator_id=OTHER, actor="staff:1", station_id="BB-1", command_id="c1")
    with pytest.raises(model.StationNotFoundError):
        await stations.do(cancel)
    elsewhere = CancelStationCommand(operator_id=OP, actor="staff:1", station_id="BB-2", command_id="c1")
    with pytest.raises(model.CommandNotFoundError):
        await stations.do(elsewhere)


async def test_a_station_without_our_yes_is_sent_nothing(stations):
    await stations.do(
        SetRegistration(operator_id=OP, actor="staff:1", station_id="BB-1", registration=Registration.PENDING)
    )
    await stations.do(wish(stations, "c1"))
    await stations.connect()
    await stations.report(StationBooted, vendor="V", model="M")
    assert await outcomes(stations) == {"c1": "queued"}


async def test_what_waits_for_a_station_ends_with_it(stations):
    await stations.do(wish(stations, "c1"))
    await stations.do(DeleteStation(operator_id=OP, actor="staff:1", station_id="BB-1"))
    assert await outcomes(stations) == {"c1": "undelivered"}


async def test_what_waits_outlives_a_restart(house, stations):
    await stations.do(wish(stations, "c1"))
    await house.core.stop()
    again = Stations(house)
    again.house.core = house.restart()
    again.install(again.house.core, StationPolicy())
    await again.house.core.start()
    await again.connect()
    await again.report(HeartbeatReceived)
    assert await sent(again) == ["c1"]
