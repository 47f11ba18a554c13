"""Stations of every vendor and version: what Busbar recorded is what the stations themselves measured and noted."""

import asyncio
from datetime import datetime, timedelta

import pytest

from busbar.adapters.system.clock import SystemClock
from busbar.simulator.behaviour import VENDORS
from busbar.simulator.scenario import Scenario, SitePlan, StationPlan
from busbar.simulator.swarm import Swarm
from busbar.simulator.virtual import VirtualStation
from tests.patience import HANG_LIMIT_S, Patience

TOKENS = tuple(f"BOOKS-{number:02}" for number in range(24))
PROTOCOLS = ("1.6", "2.0.1", "2.1")
PLAYED_S = 8
LEAST_SESSIONS = 30
SAMPLE_SETTINGS = {
    "1.6": "MeterValueSampleInterval",
    "2.0.1": "SampledDataCtrlr.TxUpdatedInterval",
    "2.1": "SampledDataCtrlr.TxUpdatedInterval",
}
BY_PHASE = {
    ("current.import", "L1"), ("current.import", "L2"), ("current.import", "L3"),
    ("voltage", "L1-N"), ("voltage", "L2-N"), ("voltage", "L3-N"),
}  # fmt: skip
WARMTH = ("temperature", None)
ROUNDING_WH = 1
"""A register in kWh, or with decimals, is rounded once on each side."""


def plan(url):
    stations = tuple(
        StationPlan(
            f"BOOKS-{protocol}-{vendor}",
            protocol,
            vendor,
            evses=("ac22", "dc60"),
            sample_s=60,
            behaviour={"offline_per_h": 1.0, "offline_duration_s": 240.0},
        )
        for protocol in PROTOCOLS
        for vendor in VENDORS
        if (protocol, vendor) != ("1.6", "hopeless")  # its frames are refused, as they must be
    )
    site = SitePlan("books", stations, TOKENS, (150.0,), stay_min=(3, 9), occupied_permille=300)
    return Scenario(url, (site,), speed=240, seed=5)


def to_milliseconds(instant):
    return instant - timedelta(microseconds=instant.microsecond % 1000)


def compare(session, record):
    """List what the two books disagree about."""
    differences = []
    if abs(session["energy_wh"] - (record.meter_stop_wh - record.meter_start_wh)) > ROUNDING_WH:
        differences.append(("energy", session["energy_wh"], record.meter_stop_wh - record.meter_start_wh))
    for name, instant in (("started_at", record.started_at), ("ended_at", record.stopped_at)):
        if datetime.fromisoformat(session[name]) != to_milliseconds(instant):
            differences.append((name, session[name], instant.isoformat()))
    if session["state"] != "ended" or session["evse_id"] != record.evse_id or session["id_token"] != record.token:
        differences.append(("state, evse or token", session["state"], session["evse_id"], session["id_token"]))
    if session["stop_reason"] not in {record.reason, "Other"}:
        differences.append(("reason", session["stop_reason"], record.reason))
    return differences


def list_delivered(swarm):
    """List the sessions of which every station has told all."""
    return [record for record in swarm.finished if record.is_delivered]


def is_enough(delivered):
    """Tell whether there are sessions of every version, and many."""
    protocols = {record.station_id.split("-")[1] for record in delivered}
    return len(delivered) > LEAST_SESSIONS and protocols == set(PROTOCOLS)


@pytest.mark.slow
async def test_the_books_agree(installation, console):
    for token in TOKENS:
        await console.send("PUT", f"tokens/{token}", {"kind": "rfid"})
    swarm = Swarm(plan(installation.ocpp_url), clock=SystemClock())
    await swarm.start()
    await asyncio.sleep(PLAYED_S)
    patience = Patience(HANG_LIMIT_S)
    while not is_enough(list_delivered(swarm)):
        assert not patience.is_over, swarm.count()
        await asyncio.sleep(0.1)
    for station in swarm.stations.values():
        station.go_online()
    await swarm.stop(farewell_s=10)
    assert swarm.count().crashed == 0
    delivered = list_delivered(swarm)
    assert is_enough(delivered)
    differences = {}
    for station_id in {record.station_id for record in delivered}:
        sessions = (await console.get("sessions", station_id=station_id, limit=500))["items"]
        found = {session["transaction_ref"]: session for session in sessions}
        assert len(found) == len(sessions), "a transaction became two sessions"
        for record in delivered:
            if record.station_id == station_id:
                wrong = compare(found[record.ref], record) if record.ref in found else ["no session"]
                if wrong:
                    differences[station_id, record.ref] = wrong
    assert differences == {}


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_curve_shows_every_phase_and_how_warm_the_connector_got(installation, console, protocol):
    station_id = f"CURVE-{protocol}"
    await console.send("PUT", "tokens/CURVE-1", {"kind": "rfid"})
    station = VirtualStation(
        station_id,
        url=installation.ocpp_url,
        protocol=protocol,
        clock=SystemClock(),
        speed=240,
        settings={SAMPLE_SETTINGS[protocol]: "20"},
    )
    async with station:
        station.plug_in()
        station.present_token("CURVE-1")
        await station.wait_for(lambda each: each.energy_wh() > 300)
        station.unplug()
        await station.wait_for("transaction_delivered")
    (session,) = (await console.get("sessions", station_id=station_id))["items"]
    curve = await console.get(f"sessions/{session['session_id']}/curve")
    values = {(each["measurand"], each["phase"]): each["values"] for each in curve["series"]}
    assert values.keys() >= BY_PHASE
    if protocol == "1.6":  # OCPP 2.x has no such measurand
        assert values[WARMTH][-1] > values[WARMTH][0]
