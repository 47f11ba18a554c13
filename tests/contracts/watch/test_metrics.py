"""What Prometheus reads."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from busbar.app.watch.catalog import FAMILIES, OF_A_NETWORK, Kind
from busbar.app.watch.metrics import gather
from busbar.app.watch.readings import Reading
from busbar.kernel.buckets import Buckets

TOKEN = "a token of some length"
NOW = "2026-11-28T12:00:00Z"


async def charge(talker):
    """One whole session, so that facts are told and heard."""
    await talker.call("BootNotification", {"chargePointVendor": "Trial", "chargePointModel": "T1"})
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    await talker.call("StatusNotification", status)
    start = {"connectorId": 1, "idTag": "SECRET-TAG", "meterStart": 100, "timestamp": NOW}
    ref = (await talker.call("StartTransaction", start))[2]["transactionId"]
    stop = {"transactionId": ref, "meterStop": 900, "timestamp": NOW}
    await talker.call("StopTransaction", stop)


async def cause_trouble(site, talker):
    """Everything that is counted because it went wrong."""
    await talker.call("NoSuchAction", {})
    assert (await site.sign_in("wrong password")).status_code == 401
    with pytest.raises(InvalidStatus):
        await connect(f"ws://127.0.0.1:{site.house.gateway.port}/nowhere", subprotocols=["ocpp1.6"])
    assert (await site.http.post("/api/v1/stations", json={"station_id": "CS-1"})).status_code == 409
    asked = site.http.post("/api/v1/stations/CS-1/commands/reset", json={"kind": "on_idle"})
    reset, action = await asyncio.gather(asked, talker.obey())
    assert (reset.status_code, action) == (200, "Reset")


async def test_every_metric_of_the_catalogue_is_told(site):
    async with site.plug_in("CS-9"):
        pass
    async with site.plug_in() as talker:
        await charge(talker)
        await site.sign_in()
        await cause_trouble(site, talker)
        with site.house.calls.open("mail").ask():
            pass
        samples = await site.scrape()
    suffixes = {Kind.COUNTER: "", Kind.GAUGE: "", Kind.HISTOGRAM: "_count"}
    named = {family.name: f"{family.name}{suffixes[family.kind]}" for family in FAMILIES.values()}
    assert [name for name, sample in named.items() if sample not in samples and name not in OF_A_NETWORK] == []
    ours = {name for name in samples if name.startswith("busbar_")}
    known = {
        f"{name}{suffix}"
        for name, family in FAMILIES.items()
        for suffix in (("_bucket", "_count", "_sum") if family.kind is Kind.HISTOGRAM else ("",))
    }
    assert ours <= known
    assert samples["process_resident_memory_bytes"][()] > 0


async def test_messages_and_sessions_are_counted(site):
    async with site.plug_in() as talker:
        await charge(talker)
        samples = await site.scrape()
    key = (("action", "StartTransaction"), ("outcome", "done"), ("protocol", "ocpp1.6"))
    assert samples["busbar_gateway_messages_total"][key] == 1
    assert samples["busbar_gateway_answer_seconds_count"][(("protocol", "ocpp1.6"),)] == 4
    assert samples["busbar_gateway_connections"][(("protocol", "ocpp1.6"),)] == 1
    assert samples["busbar_core_batch_messages_sum"][()] >= 5
    assert samples["busbar_core_commit_seconds_count"] == samples["busbar_core_batch_messages_count"]
    assert samples["busbar_part_condition"] == {
        (("part", name),): 1.0 for name in ("core", "database", "wire_log", "gateway", "disk")
    }
    assert samples["busbar_stations"][(("state", "online"),)] == 1
    assert samples["busbar_wirelog_lost_frames_total"] == {(("reason", "disk"),): 0, (("reason", "queue_full"),): 0}


async def test_no_label_names_a_station_a_person_or_a_token(site):
    async with site.plug_in("STATION-WITH-A-NAME") as talker:
        await charge(talker)
        await site.sign_in()
        await site.http.get("/api/v1/stations/STATION-WITH-A-NAME")
        await site.http.get("/api/v1/no/such/address/41")
        await site.http.get("/no-such-page")
        text = (await site.http.get("/metrics")).text
    for secret in ("STATION-WITH-A-NAME", "SECRET-TAG", "chief@", "such"):
        assert secret not in text


async def test_open_metrics_are_written_for_whom_asks_for_them(site):
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = await site.http.get("/metrics", headers=accept)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


async def test_without_a_token_only_this_machine_may_read(site):
    assert (await site.http.get("/metrics")).status_code == 200
    for header in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"):
        answer = await site.http.get("/metrics", headers={header: "10.0.0.1"})
        assert (answer.status_code, answer.json()["code"]) == (403, "denied.metrics")


async def test_with_a_token_only_its_bearer_may_read(open_site):
    site = await open_site(metrics_token=TOKEN)
    assert (await site.http.get("/metrics")).json()["code"] == "denied.metrics"
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    assert (await site.http.get("/metrics", headers=wrong)).status_code == 403
    right = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "10.0.0.1"}
    assert (await site.http.get("/metrics", headers=right)).status_code == 200


def test_a_histogram_is_written_as_prometheus_reads_it():
    buckets = Buckets((0.5, 2))
    buckets.add_all([0.1, 1.0, 1.5, 9.0])
    (metric,) = gather([Reading(FAMILIES["busbar_core_commit_seconds"], buckets.read())])
    assert [(sample.name, sample.labels.get("le"), sample.value) for sample in metric.samples] == [
        ("busbar_core_commit_seconds_bucket", "0.5", 1),
        ("busbar_core_commit_seconds_bucket", "2.0", 3),
        ("busbar_core_commit_seconds_bucket", "+Inf", 4),
        ("busbar_core_commit_seconds_count", None, 4),
        ("busbar_core_commit_seconds_sum", None, 11.6),
    ]
