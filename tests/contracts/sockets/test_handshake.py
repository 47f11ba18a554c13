import asyncio
from http import HTTPStatus

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from busbar.gateways.ocpp.socket import Refusal
from tests.patience import HANG_LIMIT_S

HEAD = b"GET /ocpp/CS1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


async def ask(house, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", house.engine.port)
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), HANG_LIMIT_S)
    finally:
        writer.close()


async def test_an_upgrade_is_shown_to_the_door_and_answered_with_its_choice(house):
    async with connect(
        f"ws://user:pass%3Aword@127.0.0.1:{house.engine.port}/ocpp/RDAM%20123?x=1",
        subprotocols=["ocpp2.0.1", "ocpp1.6"],
    ) as client:
        await client.send("hello")
        assert await client.recv() == "hello"
        assert client.subprotocol == "ocpp2.0.1"
    (upgrade,) = house.seen
    assert upgrade.target == "/ocpp/RDAM%20123?x=1"
    assert upgrade.protocols == ("ocpp2.0.1", "ocpp1.6")
    assert upgrade.peer_address.startswith("127.0.0.1:")
    assert upgrade.authorization[0].startswith("Basic ")
    assert not upgrade.is_encrypted
    assert upgrade.certificate_names == ()


async def test_without_a_protocol_the_header_is_left_out(house):
    async with house.open_raw() as raw:
        assert b"Sec-WebSocket-Protocol" not in raw.head
        assert raw.head.startswith(b"HTTP/1.1 101 ")


async def test_protocols_may_come_in_several_headers_with_odd_spaces(house):
    async with house.open_raw(extra="Sec-WebSocket-Protocol: ocpp2.1 ,ocpp2.0.1\r\nsec-websocket-protocol:ocpp1.6\r\n"):
        assert house.seen[0].protocols == ("ocpp2.1", "ocpp2.0.1", "ocpp1.6")


async def test_a_refusal_is_an_http_answer(house):
    async def refuse(_upgrade):
        return Refusal(HTTPStatus.UNAUTHORIZED, "wrong password", (("WWW-Authenticate", 'Basic realm="x"'),))

    house.decide = refuse
    with pytest.raises(InvalidStatus) as caught:
        await connect(house.url)
    response = caught.value.response
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Basic realm="x"'
    assert response.body == b"wrong password\n"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /ocpp/CS1 HTTP/1.1\r\nHost: x\r\n\r\n", b"426"),
        (b"POST /ocpp/CS1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", b"405"),
        (HEAD + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n", b"400"),
        (HEAD + b"Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", b"400"),
    ],
)
async def test_what_is_no_upgrade_is_refused_and_never_reaches_the_door(house, request_bytes, status):
    answer = await ask(house, request_bytes)
    assert answer.split(b" ")[1] == status
    assert house.seen == []


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"hello\r\n\r\n", b"\r\n\r\n"])
async def test_garbage_gets_no_connection(house, garbage):
    answer = await ask(house, garbage)
    assert not answer.startswith(b"HTTP/1.1 1")
    assert house.seen == []


async def test_an_endless_head_is_cut(house):
    answer = await ask(house, b"GET / HTTP/1.1\r\n" + b"X-Filler: " + b"a" * 40_000)
    assert not answer.startswith(b"HTTP/1.1 1")


async def test_who_does_not_finish_the_handshake_is_cut(open_house):
    house = await open_house(handshake_timeout_s=0.3)
    assert await ask(house, b"GET /ocpp/CS1 HTTP/1.1\r\nHost: x\r\n") == b""


async def test_slow_admissions_do_not_delay_each_other_beyond_the_bound(open_house):
    house = await open_house(handshake_max_connections=2)
    inside, most, gate = 0, 0, asyncio.Event()

    async def wait_at_the_door(upgrade):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await gate.wait()
        inside -= 1
        return house.welcome(upgrade)

    house.decide = wait_at_the_door

    async def come():
        try:
            async with connect(house.url) as client:
                await client.send("x")
                return await client.recv()
        except InvalidStatus as refused:
            return refused.response.status_code

    visitors = [asyncio.create_task(come()) for _ in range(6)]
    while inside < 2:  # noqa: ASYNC110  the door is a plain function
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    gate.set()
    answers = await asyncio.gather(*visitors)
    assert most == 2
    assert set(answers) <= {"x", 503}  # waited for a place, or was told to come back
    assert answers.count("x") >= 2


async def test_frames_sent_together_with_the_request_are_not_lost(house):
    async with house.open_raw(tail=house.frame(1, b"early bird") + house.frame(1, b"second")) as raw:
        assert await raw.receive() == (1, False, b"early bird")
        assert await raw.receive() == (1, False, b"second")


async def test_when_accepting_has_stopped_nobody_gets_in_but_open_connections_go_on(house):
    async with connect(house.url) as client:
        await house.engine.stop_accepting()
        with pytest.raises((OSError, InvalidStatus)):
            await connect(house.url)
        await client.send("still here")
        assert await client.recv() == "still here"
