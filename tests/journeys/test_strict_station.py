"""Whole charges with the npm package `ocpp-rpc` in strict mode: every frame of ours is judged by its schemas."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path

import pytest

from tests.patience import HANG_LIMIT_S

from .stations import stamp

HERE = Path(__file__).parent / "rpc"
NODE = Path(sys.executable).with_name("node")


class StrictStation:
    def __init__(self, process):
        self.process = process
        self.seq_no = 0

    async def read(self):
        async with asyncio.timeout(HANG_LIMIT_S):
            line = await self.process.stdout.readline()
        assert line, (await self.process.stderr.read()).decode()
        said = json.loads(line)
        assert "fault" not in said, said
        return said

    async def call(self, method, **params):
        self.process.stdin.write(json.dumps({"method": method, "params": params}).encode() + b"\n")
        said = await self.read()
        assert "answer" in said, said
        return said["answer"]

    async def take(self, method):
        said = await self.read()
        assert said.get("asked") == method, said
        return said["params"]

    async def event(self, kind, transaction_id, *, seconds, energy_wh, trigger, **more):
        info = {"transactionId": transaction_id, **more.pop("info", {})}
        seq_no, self.seq_no = self.seq_no, self.seq_no + 1
        return await self.call(
            "TransactionEvent",
            eventType=kind,
            timestamp=stamp(seconds),
            triggerReason=trigger,
            seqNo=seq_no,
            transactionInfo=info,
            evse={"id": 1, "connectorId": 1},
            meterValue=[{"timestamp": stamp(seconds), "sampledValue": [{"value": energy_wh}]}],
            **more,
        )


@contextlib.asynccontextmanager
async def strict_station(installation, station_id, protocol):
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        str(HERE / "station.mjs"),
        installation.ocpp_url,
        station_id,
        protocol,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    station = StrictStation(process)
    try:
        assert await station.read() == {"open": protocol}
        yield station
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), HANG_LIMIT_S) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture(autouse=True)
def installed_package():
    assert (HERE / "node_modules" / "ocpp-rpc").is_dir(), f"run `npm ci` in {HERE} (make test does)"


async def test_sixteen_by_token(installation, console):
    await console.send("PUT", "tokens/STRICT-A", {"kind": "rfid"})
    async with strict_station(installation, "STRICT-16-A", "ocpp1.6") as station:
        boot = await station.call("BootNotification", chargePointVendor="Strict", chargePointModel="Sixteen")
        assert boot["status"] == "Accepted"
        await station.call("StatusNotification", connectorId=1, errorCode="NoError", status="Available")
        assert (await station.call("Authorize", idTag="STRICT-A"))["idTagInfo"]["status"] == "Accepted"
        begun = await station.call(
            "StartTransaction", connectorId=1, idTag="STRICT-A", meterStart=10, timestamp=stamp(0)
        )
        for n in range(1, 4):
            sampled = [{"value": str(10 + 100 * n), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}]
            await station.call(
                "MeterValues",
                connectorId=1,
                transactionId=begun["transactionId"],
                meterValue=[{"timestamp": stamp(60 * n), "sampledValue": sampled}],
            )
        await station.call("Heartbeat")
        await station.call(
            "StopTransaction",
            transactionId=begun["transactionId"],
            meterStop=360,
            timestamp=stamp(240),
            reason="Local",
        )
        session = await console.wait_for_session("STRICT-16-A", state="ended")
    assert (session["energy_wh"], session["stop_reason"]) == (350, "Local")


async def test_sixteen_by_api(installation, console):
    await console.send("PUT", "tokens/STRICT-B", {"kind": "central"})
    async with strict_station(installation, "STRICT-16-B", "ocpp1.6") as station:
        await station.call("BootNotification", chargePointVendor="Strict", chargePointModel="Sixteen")
        await station.call("StatusNotification", connectorId=1, errorCode="NoError", status="Available")
        started = await console.send(
            "POST",
            "sessions",
            {"station_id": "STRICT-16-B", "evse_id": 1, "id_token": {"value": "STRICT-B", "kind": "central"}},
        )
        asked = await station.take("RemoteStartTransaction")
        begun = await station.call(
            "StartTransaction", connectorId=1, idTag=asked["idTag"], meterStart=0, timestamp=stamp(0)
        )
        await console.send("POST", f"sessions/{started['session_id']}/stop")
        assert await station.take("RemoteStopTransaction") == {"transactionId": begun["transactionId"]}
        await station.call(
            "StopTransaction", transactionId=begun["transactionId"], meterStop=99, timestamp=stamp(30), reason="Remote"
        )
        session = await console.wait_for_session("STRICT-16-B", state="ended")
    assert (session["session_id"], session["energy_wh"]) == (started["session_id"], 99)


async def test_two_by_token(installation, console):
    await console.send("PUT", "tokens/STRICT-C", {"kind": "rfid"})
    id_token = {"idToken": "STRICT-C", "type": "ISO14443"}
    async with strict_station(installation, "STRICT-201-A", "ocpp2.0.1") as station:
        boot = await station.call(
            "BootNotification", chargingStation={"model": "Two", "vendorName": "Strict"}, reason="PowerUp"
        )
        assert boot["status"] == "Accepted"
        await station.call(
            "StatusNotification", timestamp=stamp(0), connectorStatus="Available", evseId=1, connectorId=1
        )
        assert (await station.call("Authorize", idToken=id_token))["idTokenInfo"]["status"] == "Accepted"
        reply = await station.event(
            "Started", "strict-1", seconds=0, energy_wh=0, trigger="Authorized", idToken=id_token
        )
        assert reply["idTokenInfo"]["status"] == "Accepted"
        for n in range(1, 4):
            await station.event("Updated", "strict-1", seconds=60 * n, energy_wh=100 * n, trigger="MeterValuePeriodic")
        await station.event(
            "Ended",
            "strict-1",
            seconds=240,
            energy_wh=350,
            trigger="StopAuthorized",
            info={"stoppedReason": "Local"},
        )
        session = await console.wait_for_session("STRICT-201-A", state="ended")
    assert (session["energy_wh"], session["stop_reason"]) == (350, "Local")


async def test_two_by_api(installation, console):
    await console.send("PUT", "tokens/STRICT-D", {"kind": "central"})
    async with strict_station(installation, "STRICT-201-B", "ocpp2.0.1") as station:
        await station.call(
            "BootNotification", chargingStation={"model": "Two", "vendorName": "Strict"}, reason="PowerUp"
        )
        await station.call(
            "StatusNotification", timestamp=stamp(0), connectorStatus="Available", evseId=1, connectorId=1
        )
        started = await console.send(
            "POST",
            "sessions",
            {"station_id": "STRICT-201-B", "evse_id": 1, "id_token": {"value": "STRICT-D", "kind": "central"}},
        )
        asked = await station.take("RequestStartTransaction")
        await station.event(
            "Started",
            "strict-2",
            seconds=0,
            energy_wh=0,
            trigger="RemoteStart",
            idToken=asked["idToken"],
            info={"remoteStartId": asked["remoteStartId"]},
        )
        await console.wait_for_session("STRICT-201-B", state="active")
        await console.send("POST", f"sessions/{started['session_id']}/stop")
        assert await station.take("RequestStopTransaction") == {"transactionId": "strict-2"}
        await station.event(
            "Ended", "strict-2", seconds=60, energy_wh=88, trigger="RemoteStop", info={"stoppedReason": "Remote"}
        )
        session = await console.wait_for_session("STRICT-201-B", state="ended")
    assert (session["session_id"], session["energy_wh"]) == (started["session_id"], 88)
