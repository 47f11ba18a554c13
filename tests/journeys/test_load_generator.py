"""The load generator of the benchmarks against `busbar up`: its stations charge, and their books are kept."""

import asyncio
import json

import pytest
from websockets.asyncio.server import serve

from bench import generator
from bench.audit import audit, read_books
from bench.transport import make_certificate

from .conftest import Installation, sign_in

CHARGED = {"connections": 10, "tokens": 2, "warmup": 0, "measure": 1}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def installation(tmp_path_factory, certificate):
    certificate_file, key_file = certificate
    installation = Installation(
        tmp_path_factory.mktemp("load") / "data",
        BUSBAR_STATION_RATE_MAX_MESSAGES_PER_S="10000",
        BUSBAR_OCPP_TLS_CERTIFICATE_FILE=str(certificate_file),
        BUSBAR_OCPP_TLS_KEY_FILE=str(key_file),
    )
    installation.start()
    yield installation
    assert installation.stop() == 0, installation.output
    assert "Traceback" not in installation.output


@pytest.fixture
async def drivers(installation):
    async with sign_in(installation) as console:
        for number in range(2):
            await console.send("PUT", f"tokens/TAG{number:06d}", {"kind": "rfid", "concurrency": "allowed"})


@pytest.mark.parametrize(
    "options",
    [
        {"version": "1.6"},
        {"version": "2.0.1"},
        {"version": "1.6", "deflate": True, "window": 2},
        {"version": "2.0.1", "rate": 200},
    ],
    ids=["sixteen", "two", "deflate and two connectors", "paced"],
)
async def test_stations_charge_and_their_books_are_kept(installation, certificate, drivers, options, request, tmp_path):
    books = tmp_path / "books.tsv"
    identity = f"LOAD{request.node.callspec.indices['options']}-%d"
    doors = {"port": installation.ocpp_port, "authority": certificate[0], "identity": identity, "books": books}
    result = await asyncio.to_thread(generator.run, CHARGED | doors | options)
    assert (result.faults_sum, result.first_fault, result.ready) == (0, "", 10)
    assert result.messages > 0
    found = await audit(f"sqlite+aiosqlite:///{installation.data_dir / 'busbar.sqlite3'}", [books])
    assert found.differences == []
    assert found.transactions == len(read_books(books)) > 0
    assert found.samples > 0


async def test_a_token_that_is_refused_is_a_fault(installation, certificate, tmp_path):
    doors = {"port": installation.ocpp_port, "authority": certificate[0], "identity": "REFUSED%d", "token": "NOBODY%d"}
    result = await asyncio.to_thread(generator.run, CHARGED | doors)
    assert result.faults["refused"] > 0
    assert "Invalid" in result.first_fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ('[3,"{id}",{}]', "refused"),
        ('[3,"{id}",[]]', "protocol"),
        ('[3,"{id}",{"status":"Accepted"}', "protocol"),
        ('[3,"{id}",{"status":"Accepted"},1]', "protocol"),
        ('[3,"00000000-0000-0000-0000-000000000000",{"status":"Accepted"}]', "wrong_id"),
        ('[4,"{id}","InternalError","",{}]', "call_error"),
        ("good morning", "protocol"),
    ],
)
async def test_a_wrong_answer_is_a_fault(answer, fault):
    async def mislead(websocket):
        async for message in websocket:
            await websocket.send(answer.replace("{id}", json.loads(message)[1]))

    async with serve(mislead, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:
        port = server.sockets[0].getsockname()[1]
        options = {"port": port, "connections": 1, "idle": 0, "setup": 5}
        result = await asyncio.to_thread(generator.run, options)
    assert result.faults[fault] > 0


async def test_a_server_that_agrees_to_no_protocol_is_a_fault():
    async with serve(lambda websocket: websocket.wait_closed(), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        result = await asyncio.to_thread(generator.run, {"port": port, "connections": 1, "idle": 0})
    assert (result.faults["handshake"], result.ready) == (1, 0)
    assert "subprotocol" in result.first_fault
