"""What the log of the process tells: every entry of a message can be found, and no secret stands in any of them."""

import io
import json
import logging
import sys

import pytest
import structlog

from busbar.app.config import Settings
from busbar.app.logs import configure_logs
from busbar.canon.stations import HeartbeatReceived

SECRETS = ("04A1B2C3", "stationpw", "geheim", "ada@example.org", "Zm9vYmFyYmF6cXV4", "+39 011 555 1234", "Ada Lovelace")


@pytest.fixture(params=["json", "text"])
def told(request, tmp_path, monkeypatch):
    """Configure the log as the product does; return a function that gives what was told."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    config = structlog.get_config()
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs(Settings(data_dir=tmp_path, log_format=request.param, log_level="debug"))
    yield stream.getvalue
    root.handlers[:] = before
    structlog.configure(**config)


def test_no_secret_is_told_however_it_comes(told):
    log = structlog.get_logger("busbar.test")
    log.info(
        "x", password="geheim", id_token={"value": "04A1B2C3"}, display_name="Ada Lovelace", email="ada@example.org"
    )
    log.info("frame", text='[2,"1","Authorize",{"idTag":"04A1B2C3"}]')
    log.info("setting", text='{"key":"AuthorizationKey","value":"stationpw"}', nested={"token": "geheim"})
    log.warning("call +39 011 555 1234 or ada@example.org")
    logging.getLogger("some.library").warning(
        "connecting to postgresql://busbar:geheim@db/x with bb_a1b2c3d4_Zm9vYmFyYmF6cXV4"
    )
    try:
        int("no such person: ada@example.org, Bearer Zm9vYmFyYmF6cXV4")
    except ValueError:
        log.exception("broke")
    text = told()
    assert "ValueError" in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_entries_of_a_request_carry_its_id(told):
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("busbar.test").info("deep inside")
    assert "r-1" in told()


async def test_entries_of_a_message_carry_its_ids(site, caplog):
    async def break_down(_report, _work):
        raise RuntimeError("a defect")

    site.house.core._handlers[HeartbeatReceived] = break_down
    with structlog.testing.capture_logs() as entries:
        async with site.plug_in("CS-7") as talker:
            assert (await talker.call("Heartbeat", {}))[2] == "InternalError"
    (broke,) = [entry for entry in entries if entry["event"] == "core.handler_broke"]
    assert broke["station_id"] == "CS-7"
    assert len(broke["report_id"]) == 32
    assert broke["message_type"] == "HeartbeatReceived"


async def test_requests_are_logged_by_their_route_when_asked_for(open_site):
    site = await open_site(http_access_log=True)
    with structlog.testing.capture_logs() as entries:
        answer = await site.http.get("/api/v1/tokens/04A1B2C3")
    (line,) = [entry for entry in entries if entry["event"] == "http.request"]
    assert line["route"] == "/api/v1/tokens/{value}"
    assert (line["status"], line["request_id"]) == (401, answer.headers["X-Request-ID"])
    assert "04A1B2C3" not in json.dumps(line)
