"""What probes read."""

import pytest
from sqlalchemy.exc import OperationalError

from busbar.adapters.wirelog import sqlite
from busbar.ports.mailer import MailUnavailableError


async def test_a_ready_process_names_its_parts(site):
    answer = await site.http.get("/readyz")
    parts = dict.fromkeys(("core", "database", "wire_log", "gateway", "disk"), "ok")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "parts": parts})
    assert (await site.http.get("/healthz")).json() == {"status": "ok"}


async def test_without_a_gateway_nobody_is_sent_here(site):
    await site.house.gateway.stop(drain_s=0)
    answer = await site.http.get("/readyz")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, "unavailable.not_ready")
    assert problem["detail"] == "the stations' port is not listened on"
    assert problem["facts"]["core"] == "ok"
    assert problem["facts"]["gateway"] == problem["detail"]


async def test_a_database_that_does_not_answer_is_told(site, monkeypatch):
    def refuse():
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(site.house.databases, "read", refuse)
    problem = (await site.http.get("/readyz")).json()
    assert problem["facts"]["database"] == "the database does not answer"


async def test_a_core_that_ended_is_told(site):
    await site.house.core.stop()
    problem = (await site.http.get("/readyz")).json()
    assert problem["facts"]["core"] == "the core is not running"


async def test_a_wire_log_that_cannot_be_written_keeps_nobody_out(site, monkeypatch):
    def refuse(_path):
        raise OSError("no space left")

    monkeypatch.setattr(sqlite, "DayWriter", refuse)
    site.house.wire_log._writers.clear()
    async with site.plug_in() as talker:
        await talker.call("Heartbeat", {})
        site.house.wire_log.flush()
        answer = await site.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["wire_log"] == "the disk does not take the wire log"
    assert site.house.wire_log.lost_writing > 0


async def test_a_service_outside_that_fails_again_and_again_is_told_and_keeps_nobody_out(open_site, unused_tcp_port):
    site = await open_site(mail_host="127.0.0.1", mail_port=unused_tcp_port, mail_sender="busbar@installation.example")
    assert "mail" not in (await site.http.get("/readyz")).json()["parts"]
    for _ in range(3):
        with pytest.raises(MailUnavailableError):
            await site.house.mailer.check()
    answer = await site.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"]["mail"].startswith("3 calls in a row have failed, the last: the mail server")
    scraped = (await site.http.get("/metrics")).text
    assert 'busbar_outside_calls_total{result="failed",service="mail"} 3.0' in scraped
    assert 'busbar_part_condition{part="mail"} 0.5' in scraped
