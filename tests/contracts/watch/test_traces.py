"""Spans from a frame over the batch to a fact, its listener and the screen, told to a collector on the loopback."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from busbar.ports.tracing import NO_TRACER
from tests.patience import HANG_LIMIT_S

UPSTREAM = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector:
    """Takes spans by OTLP over HTTP."""

    def __init__(self):
        self.spans = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    def find(self, name):
        return [span for span in self.spans if span.name == name]

    def children(self, span):
        return {one.name: one for one in self.spans if one.parent_span_id == span.span_id}


@pytest.fixture
def collector():
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


async def end_traces(site):
    await asyncio.to_thread(site.installation._tracer.close)


async def test_a_frame_is_followed_to_the_fact_the_listener_and_the_screen(open_site, collector):
    site = await open_site(traces_endpoint=collector.url, traces_sample_permille=1000)
    await site.sign_in()
    async with site.http.stream("GET", "/api/v1/events") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        async with site.plug_in() as talker:
            await talker.call("BootNotification", {"chargePointVendor": "Trial", "chargePointModel": "T1"})
            async with asyncio.timeout(HANG_LIMIT_S):
                async for line in lines:
                    if line == "event: StationBootAccepted":
                        break
            await talker.call("Heartbeat", {})
    await end_traces(site)
    (frame,) = collector.find("ocpp BootNotification")
    applied = collector.children(frame)["apply StationBooted"]
    inner = collector.children(applied)
    assert {"commit", "tell StationBootAccepted"} <= inner.keys()
    heard = collector.children(inner["tell StationBootAccepted"])
    assert {"deliver StationBootAccepted", "stream"} <= heard.keys()
    assert {span.trace_id for span in (frame, applied, *inner.values(), *heard.values())} == {frame.trace_id}
    assert frame.start_time_unix_nano <= frame.end_time_unix_nano


async def test_a_request_goes_on_with_the_trace_of_its_sender(open_site, collector):
    site = await open_site(traces_endpoint=collector.url, traces_sample_permille=0)
    await site.sign_in()
    answer = await site.http.post("/api/v1/stations", json={"station_id": "NEW-1"}, headers={"traceparent": UPSTREAM})
    assert answer.status_code == 201
    unsampled = {"traceparent": UPSTREAM.removesuffix("01") + "00"}
    assert (await site.http.get("/api/v1/stations", headers=unsampled)).status_code == 200
    assert (await site.http.get("/api/v1/stations", headers={"traceparent": "nonsense"})).status_code == 200
    await end_traces(site)
    (request,) = collector.find("http POST")
    assert request.trace_id.hex() == UPSTREAM.split("-")[1]
    assert request.parent_span_id.hex() == UPSTREAM.split("-")[2]
    assert "apply CreateStation" in collector.children(request)
    assert collector.find("http GET") == []


async def test_the_share_of_messages_is_kept(open_site, collector):
    site = await open_site(traces_endpoint=collector.url, traces_sample_permille=100)
    async with site.plug_in() as talker:
        for _ in range(30):
            await talker.call("Heartbeat", {})
    await end_traces(site)
    assert len(collector.find("ocpp Heartbeat")) == 3


async def test_without_a_collector_nothing_is_followed(site):
    assert site.installation._tracer is NO_TRACER
    assert not site.house.core.tracer.is_on
    assert (await site.http.get("/healthz", headers={"traceparent": UPSTREAM})).status_code == 200


async def test_a_collector_that_is_away_disturbs_nobody(open_site):
    site = await open_site(traces_endpoint="http://127.0.0.1:9/v1/traces", traces_sample_permille=1000)
    async with site.plug_in() as talker:
        assert (await talker.call("Heartbeat", {}))[0] == 3
