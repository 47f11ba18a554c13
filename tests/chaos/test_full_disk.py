"""No file of the process can grow any more: nothing is acknowledged that is not stored, and all goes on afterwards."""

import asyncio
import resource
import time
from pathlib import Path

import pytest
from ocpp.exceptions import OCPPError
from ocpp.v16 import call

from tests.chaos.fleet import SOUND, examine_database
from tests.journeys.conftest import Installation, sign_in
from tests.journeys.stations import Station16, connected, stamp

ATTEMPTS = 20


@pytest.fixture
def installation(tmp_path):
    made = Installation(
        tmp_path / "data",
        BUSBAR_FACT_RETRY_INTERVAL_S="1",
        BUSBAR_FACT_DELIVERY_MAX_ATTEMPTS="1",
    )
    made.start()
    yield made
    if made.process is not None:
        made.kill()


def limit_files(process, size):
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def read_cpu_ticks(process):
    user, system = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


async def test_a_full_disk(installation):
    process = installation.process
    async with sign_in(installation) as console, connected(Station16, installation, "FULL-1") as station:
        await console.send("PUT", "tokens/T1", {"kind": "rfid", "concurrency": "allowed"})
        await station.boot()
        first = await station.start("T1", at=0)
        limit_files(process, 0)
        for number in range(ATTEMPTS):
            request = call.StartTransaction(
                connector_id=2 + number, id_tag="T1", meter_start=0, timestamp=stamp(number)
            )
            with pytest.raises(OCPPError, match="takes nothing"):
                await station.call(request, suppress=False)
        refused = await console.http.put("tokens/T2", json={"kind": "rfid"})
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable.storage")
        refused = await console.http.post("stations/FULL-1/commands/reset", json={"kind": "immediate"})
        assert refused.status_code == 503
        known = await station.call(call.Authorize(id_tag="T1"))  # a question: nothing is stored for it
        assert known.id_tag_info["status"] == "Accepted"
        assert (await console.http.get(f"{installation.http_url}/readyz")).status_code == 503
        assert len(await console.find_sessions("FULL-1")) == 1
        before, began_s = read_cpu_ticks(process), time.monotonic()
        await asyncio.sleep(1)
        passed_s = time.monotonic() - began_s
        assert read_cpu_ticks(process) - before < 30 * passed_s  # of 100 a second: it waits, it does not spin
        limit_files(process, resource.RLIM_INFINITY)
        assert (await console.http.get(f"{installation.http_url}/readyz")).status_code == 200
        await station.stop(first.transaction_id, at=60, meter_stop=500, reason="Local")
        await station.start("T1", at=70)
        outcome = await console.send("POST", "stations/FULL-1/commands/reset", {"kind": "immediate"})
        assert outcome["outcome"] == "accepted"
        sessions = await console.find_sessions("FULL-1")
        assert sorted(session["state"] for session in sessions) == ["active", "ended"]
        assert sum(session["energy_wh"] for session in sessions) == 500
        assert (await console.get("stations/FULL-1/wirelog", q="StopTransaction"))["items"]
    assert installation.stop() == 0
    assert examine_database(installation.data_dir) == SOUND
    assert "Traceback" not in installation.output
