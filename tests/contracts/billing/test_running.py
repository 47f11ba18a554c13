"""What money does to a running session: it ends at a cost, and its driver is told before standing there costs."""

import json
from decimal import DivisionByZero

import pytest
from sqlalchemy import update

from busbar.canon.access import Decision, IdToken, TokenKind, Verdict
from busbar.canon.control import RemoteStop
from busbar.canon.pricing import IdleCostNear
from busbar.canon.sessions import (
    ChargingState,
    SessionsJoined,
    SetStopTarget,
    SettleFigures,
    StopTarget,
    StopTargetReached,
    TransactionPhase,
)
from busbar.domain.billing.tables import price_revisions, session_prices
from busbar.domain.sessions.tables import sessions
from tests.contracts.billing.conftest import per_kwh
from tests.contracts.sessions.conftest import OPERATOR, TAG

IDLE = json.dumps(
    {
        "currency": "EUR",
        "elements": [
            {"components": [{"dimension": "energy", "price": "0.5"}]},
            {"components": [{"dimension": "idle", "price": "0.1", "per": "minute", "grace_s": 1800}]},
        ],
    }
)


async def begin(billing, content=None):
    await billing.offer("Public", content or per_kwh("0.50"))
    billing.decisions["TAG-1"] = Decision(verdict=Verdict.ACCEPTED, driver_id="ada")
    billing.house.clock.instant = billing.at(0)
    await billing.say(
        billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0,
                      charging_state=ChargingState.CHARGING)
    )  # fmt: skip
    await billing.rest()
    return (await billing.sessions())[-1]["session_id"]


async def charge_on(billing, number, second, wh, **more):
    billing.house.clock.instant = billing.at(second)
    await billing.say(billing.part2(number, second, wh=wh, **more))
    await billing.price_running()
    await billing.rest()


async def restart(billing):
    """As after a crash: another core, and rooms with nothing in memory."""
    core = billing.house.restart()
    await billing.core.stop()
    billing.register(core)
    await core.start()


def aim(session_id, **target):
    return SetStopTarget(
        operator_id=OPERATOR, session_id=session_id, target=StopTarget(**target), requested_by="driver:ada"
    )


def stops(billing):
    return [each for each in billing.sent if isinstance(each.request, RemoteStop)]


async def test_a_charge_ends_at_the_cost_that_its_driver_chose(billing):
    session_id = await begin(billing)
    await billing.core.dispatch(aim(session_id, cost=500))
    await charge_on(billing, 1, 600, 4_000)  # 2.00
    assert stops(billing) == []
    await charge_on(billing, 2, 1200, 9_900)  # 4.95, and half a cent a second: 5.00 in ten seconds
    assert stops(billing) == []
    billing.house.clock.instant = billing.at(1215)
    await billing.core.dispatch(SettleFigures())
    await billing.rest()
    assert len(stops(billing)) == 1
    assert [each.session_id for each in billing.facts(StopTargetReached)] == [session_id]


async def test_a_charge_that_costs_more_at_once_ends_at_once(billing):
    session_id = await begin(billing)
    await billing.core.dispatch(aim(session_id, cost=500))
    await charge_on(billing, 1, 600, 12_000)
    assert len(stops(billing)) == 1


async def test_a_cost_that_is_passed_already_is_refused(billing, refuse):
    session_id = await begin(billing)
    await charge_on(billing, 1, 600, 12_000)
    assert await refuse(billing.core.dispatch(aim(session_id, cost=600))) == "invalid.stop_target"
    await billing.core.dispatch(aim(session_id, cost=601))
    (row,) = await billing.sessions()
    assert row["target_cost"] == 601
    await billing.core.dispatch(aim(session_id))
    (row,) = await billing.sessions()
    assert (row["target_cost"], row["target_by"]) == (None, None)


async def test_where_nothing_has_a_price_nothing_ends_at_a_cost(billing, refuse):
    billing.house.clock.instant = billing.at(0)
    await billing.say(billing.part2(0, 0, phase=TransactionPhase.STARTED, evse_id=1, id_token=TAG, wh=0))
    await billing.rest()
    (row,) = await billing.sessions()
    assert await refuse(billing.core.dispatch(aim(row["session_id"], cost=500))) == "invalid.stop_target"


@pytest.mark.parametrize("goes_on", [False, True])
async def test_a_driver_is_told_before_standing_there_costs_something(billing, goes_on):
    session_id = await begin(billing, IDLE)
    await charge_on(billing, 1, 600, 5_000)
    await charge_on(billing, 2, 660, 5_000, charging_state=ChargingState.SUSPENDED_EV)
    if goes_on:
        await charge_on(billing, 3, 700, 5_100, charging_state=ChargingState.CHARGING)
    billing.house.clock.instant = billing.at(660 + 1190)
    await billing.price_running()
    assert billing.facts(IdleCostNear) == []
    billing.house.clock.instant = billing.at(660 + 1201)
    await billing.price_running()
    await billing.price_running()
    found = [(each.session_id, each.driver_id, each.begins_at) for each in billing.facts(IdleCostNear)]
    assert found == ([] if goes_on else [(session_id, "ada", billing.at(660 + 1800))])


async def test_who_stands_there_is_watched_again_after_a_restart(billing):
    session_id = await begin(billing, IDLE)
    await charge_on(billing, 1, 600, 5_000)
    await charge_on(billing, 2, 660, 5_000, charging_state=ChargingState.SUSPENDED_EV)
    await restart(billing)
    billing.house.clock.instant = billing.at(660 + 1190)
    await billing.price_running()
    assert billing.facts(IdleCostNear) == []
    billing.house.clock.instant = billing.at(660 + 1201)
    await billing.price_running()
    await billing.price_running()
    found = [(each.session_id, each.begins_at) for each in billing.facts(IdleCostNear)]
    assert found == [(session_id, billing.at(660 + 1800))]


async def test_what_has_begun_to_cost_before_a_restart_is_not_told_to_be_near(billing):
    await begin(billing, IDLE)
    await charge_on(billing, 1, 600, 5_000)
    await charge_on(billing, 2, 660, 5_000, charging_state=ChargingState.SUSPENDED_EV)
    billing.house.clock.instant = billing.at(660 + 1801)
    await restart(billing)
    await billing.price_running()
    await billing.price_running()
    assert billing.facts(IdleCostNear) == []


async def test_a_cost_that_was_reached_ends_the_charge_after_a_restart_without_another_reading(billing):
    session_id = await begin(billing)
    await billing.core.dispatch(aim(session_id, cost=500))
    await charge_on(billing, 1, 600, 4_000)
    await restart(billing)
    async with billing.house.databases.writer.begin() as connection:
        await connection.execute(update(sessions).values(target_cost=150))
    billing.house.clock.instant = billing.at(620)
    await billing.price_running()
    await billing.core.dispatch(SettleFigures())
    await billing.rest()
    assert len(stops(billing)) == 1


async def join(billing, session_id):
    """Let a session become part of another."""
    now = billing.house.clock.now()
    joined = SessionsJoined(
        operator_id=OPERATOR, at=now, session_id="other", station_id="S1", joined_session_id=session_id
    )
    await billing.announce_fact(joined)


async def test_a_priced_session_that_becomes_part_of_another_is_told_to_cost_nothing(billing):
    await billing.offer("Public", per_kwh("0.50"))
    session_id = await billing.charge(wh=10_000)
    await join(billing, session_id)
    first, last = billing.priced()
    assert (last.session_id, last.revision, last.lines) == (session_id, 2, ())
    assert (last.totals.gross, last.previous) == (0, first.totals)
    revisions = await billing.read(price_revisions, price_revisions.c.revision)
    assert [each["gross"] for each in revisions] == [500, 0]
    assert await billing.read(session_prices, session_prices.c.session_id) == []


async def test_a_session_without_a_tariff_that_becomes_part_of_another_is_forgotten(billing):
    await billing.say(billing.start16(0))
    await billing.rest()
    session_id = (await billing.sessions())[-1]["session_id"]
    assert billing.billing.pricing.unpriced_count == 1
    await join(billing, session_id)
    assert billing.billing.pricing.unpriced_count == 0


async def test_of_many_sessions_that_is_looked_at_first_whose_money_ends_soonest(billing):
    names = [f"S{number}" for number in range(1, 21)]
    await billing.offer("Public", per_kwh("0.50"))
    for name in names:
        billing.add_station(name)
        billing.decisions[f"TAG-{name}"] = Decision(verdict=Verdict.ACCEPTED, driver_id=f"of-{name}")
        billing.may_cost[f"of-{name}"] = 300 if name == names[-1] else 100_000
        billing.house.clock.instant = billing.at(0)
        token = IdToken(value=f"TAG-{name}", kind=TokenKind.RFID)
        await billing.say(
            billing.part2(0, 0, station=name, phase=TransactionPhase.STARTED, evse_id=1, id_token=token, wh=0,
                          charging_state=ChargingState.CHARGING)
        )  # fmt: skip
    await billing.rest()
    last = next(row["session_id"] for row in await billing.sessions() if row["station_id"] == names[-1])
    assert await billing.price_running() == 20  # nobody knows yet who may spend what
    billing.house.clock.instant = billing.at(60)
    for name in names:
        await billing.say(billing.part2(1, 60, station=name, wh=500))
    await billing.price_running()
    assert billing.seen_costs[last][-1] == 25
    for second in range(90, 700, 30):  # 0.25 a minute: 3.00 after twelve
        billing.house.clock.instant = billing.at(second)
        for name in names if second % 60 == 0 else ():
            await billing.say(billing.part2(second, second, station=name, wh=second * 500 // 60))
        await billing.price_running()
    assert billing.seen_costs[last][-1] == 275
    billing.house.clock.instant = billing.at(720)
    await billing.say(billing.part2(720, 720, station=names[-1], wh=6_000))
    await billing.price_running()
    assert billing.seen_costs[last][-1] == 300, "in the very beat"


async def test_a_session_that_cannot_be_priced_keeps_no_other_waiting(billing, monkeypatch):
    """Its driver may spend little, so it comes first; the other's cost goes on all the same, and later its own too."""
    names = ("S1", "S2")
    await billing.offer("Public", per_kwh("0.50"))
    for name in names:
        billing.add_station(name)
        billing.decisions[f"TAG-{name}"] = Decision(verdict=Verdict.ACCEPTED, driver_id=f"of-{name}")
        billing.may_cost[f"of-{name}"] = 300 if name == "S1" else 100_000
        billing.house.clock.instant = billing.at(0)
        token = IdToken(value=f"TAG-{name}", kind=TokenKind.RFID)
        await billing.say(
            billing.part2(0, 0, station=name, phase=TransactionPhase.STARTED, evse_id=1, id_token=token, wh=0,
                          charging_state=ChargingState.CHARGING)
        )  # fmt: skip
    await billing.rest()
    by_station = {row["station_id"]: row["session_id"] for row in await billing.sessions()}
    broken, other = (by_station[name] for name in names)
    running = billing.billing.pricing._running
    rate = running._rate

    async def rate_others(price, work):
        if price.session_id == broken:
            raise DivisionByZero
        return await rate(price, work)

    monkeypatch.setattr(running, "_rate", rate_others)
    billing.house.clock.instant = billing.at(60)
    for name in names:
        await billing.say(billing.part2(1, 60, station=name, wh=500))
    await billing.price_running()
    assert (billing.seen_costs[other][-1], broken in billing.seen_costs) == (25, False)
    monkeypatch.setattr(running, "_rate", rate)
    billing.house.clock.instant = billing.at(120)
    await billing.price_running()
    assert billing.seen_costs[broken][-1] == 25
