import asyncio
import zlib

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from busbar.gateways.ocpp.socket import CloseCode
from tests.patience import HANG_LIMIT_S

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
TAIL = b"\x00\x00\xff\xff"
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"


def compress(text):
    stream = zlib.compressobj(wbits=-15)
    return (stream.compress(text) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 4000, 65_535])
async def test_messages_of_every_size_arrive_whole_and_in_order(house, size):
    async with connect(house.url, compression=None) as client:
        for number in range(3):
            await client.send(f"{number}".ljust(size, "é")[:size] if size < 30_000 else "x" * size)
        for number in range(3):
            expected = f"{number}".ljust(size, "é")[:size] if size < 30_000 else "x" * size
            assert await client.recv() == expected


async def test_the_end_is_told_once_with_the_code_of_who_closed(house):
    async with connect(house.url) as client:
        await client.close(3008, "done with you")
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    await asyncio.sleep(0.05)
    assert listener.ends == [(3008, "done with you")]


async def test_we_close_with_a_code_and_reason_and_say_no_more(house):
    async with connect(house.url) as client:
        (listener,) = house.listeners
        listener.socket.send(b"last words")
        listener.socket.close(CloseCode.GOING_AWAY, "draining " * 40)
        listener.socket.send(b"never sent")
        listener.socket.close(CloseCode.NORMAL, "nor this")
        assert await client.recv() == "last words"
        with pytest.raises(ConnectionClosed) as caught:
            await client.recv()
    assert caught.value.rcvd.code == 1001
    assert caught.value.rcvd.reason.startswith("draining draining")
    await listener.wait_for(lambda: listener.ends)
    assert listener.ends[0][0] == 1001
    listener.socket.send(b"to nobody")
    listener.socket.pause_reading()
    listener.socket.resume_reading()
    listener.socket.abort()


async def test_a_peer_that_does_not_answer_the_close_is_cut(house):
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        listener.socket.close(CloseCode.GOING_AWAY, "")
        assert (await raw.receive())[0] == CLOSE
        raw.send(TEXT, b"not listening")
        assert await asyncio.wait_for(raw.reader.read(), HANG_LIMIT_S) == b""
    await listener.wait_for(lambda: listener.ends)
    assert listener.texts == []


async def test_a_peer_that_broke_the_protocol_and_stays_is_cut(house):
    async with house.open_raw() as raw:
        raw.send(TEXT, b"\xff")
        assert (await raw.receive())[0] == CLOSE
        (listener,) = house.listeners
        await listener.wait_for(lambda: listener.ends)
        assert listener.ends[0][0] == 1007


async def test_a_lost_connection_ends_with_1006(house):
    async with house.open_raw() as raw:
        raw.writer.transport.abort()
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert listener.ends[0][0] == 1006


async def test_abort_cuts_at_once(house):
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        listener.socket.abort()
        assert await asyncio.wait_for(raw.reader.read(), HANG_LIMIT_S) == b""
    await listener.wait_for(lambda: listener.ends)
    assert listener.ends[0][0] == 1006


async def test_fragments_are_joined_with_control_frames_between_them(house):
    async with house.open_raw() as raw:
        raw.send(TEXT, b"caf" + "é".encode()[:1], fin=False)
        raw.send(PING, b"are you there")
        raw.send(CONTINUATION, b"", fin=False)
        raw.send(PONG, b"unasked")
        raw.send(CONTINUATION, "é".encode()[1:] + b"!")
        assert await raw.receive() == (PONG, False, b"are you there")
        assert await raw.receive() == (TEXT, False, "café!".encode())


async def test_bytes_may_come_one_by_one(house):
    async with house.open_raw() as raw:
        for byte in house.frame(TEXT, b"drip") + house.frame(PING, b"p") + house.frame(TEXT, b"x" * 200):
            raw.writer.write(bytes([byte]))
            await raw.writer.drain()
            await asyncio.sleep(0)
        assert await raw.receive() == (TEXT, False, b"drip")
        assert await raw.receive() == (PONG, False, b"p")
        assert await raw.receive() == (TEXT, False, b"x" * 200)


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([(TEXT, b"\xff\xfe", {})], 1007),
        ([(TEXT, b"\xed\xa0\x80", {})], 1007),
        ([(TEXT, b"ok", {"fin": False}), (CONTINUATION, b"\xc3", {})], 1007),
        ([(BINARY, b"\x00", {})], 1003),
        ([(TEXT, b"x" * 65_537, {})], 1009),
        ([(TEXT, b"", {"length": 2**40})], 1009),
        ([(TEXT, b"x" * 40_000, {"fin": False}), (CONTINUATION, b"x" * 40_000, {})], 1009),
        ([(TEXT, b"x", {"masked": False})], 1002),
        ([(TEXT, b"x", {"rsv": 4})], 1002),
        ([(TEXT, b"x", {"rsv": 2})], 1002),
        ([(TEXT, b"x", {"rsv": 1})], 1002),
        ([(PING, b"x", {"rsv": 4})], 1002),
        ([(3, b"x", {})], 1002),
        ([(11, b"x", {})], 1002),
        ([(PING, b"x", {"fin": False})], 1002),
        ([(PING, b"x" * 126, {})], 1002),
        ([(CONTINUATION, b"x", {})], 1002),
        ([(TEXT, b"x", {"fin": False}), (TEXT, b"y", {})], 1002),
        ([(CLOSE, b"\x03", {})], 1002),
        ([(CLOSE, (1005).to_bytes(2, "big"), {})], 1002),
        ([(CLOSE, (1006).to_bytes(2, "big"), {})], 1002),
        ([(CLOSE, (999).to_bytes(2, "big"), {})], 1002),
        ([(CLOSE, (5000).to_bytes(2, "big"), {})], 1002),
        ([(CLOSE, (1000).to_bytes(2, "big") + b"\xff", {})], 1007),
    ],
)
async def test_what_breaks_the_protocol_is_closed_with_the_right_code(house, frames, code):
    async with house.open_raw() as raw:
        for opcode, payload, options in frames:
            raw.send(opcode, payload, **options)
        assert await raw.receive_close() == code
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert [one for one, _ in listener.ends] == [code]
    assert listener.texts == []


@pytest.mark.parametrize("code", [1000, 1001, 1011, 3000, 4999])
async def test_a_close_is_echoed(house, code):
    async with house.open_raw() as raw:
        raw.send(CLOSE, code.to_bytes(2, "big") + b"bye")
        assert await raw.receive_close() == code
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert listener.ends == [(code, "bye")]


async def test_a_close_without_code_is_answered(house):
    async with house.open_raw() as raw:
        raw.send(CLOSE)
        opcode, _, payload = await raw.receive()
        assert opcode == CLOSE
        assert payload in (b"", (1000).to_bytes(2, "big"))
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert listener.ends[0][0] == 1005


# ---- compression -----------------------------------------------------------------------------------------------------


async def test_a_compressing_client_is_understood_and_long_answers_are_compressed(house):
    text = "the same again and again, " * 500
    async with connect(house.url) as client:
        assert "permessage-deflate" in client.response.headers["Sec-WebSocket-Extensions"]
        assert "server_no_context_takeover" in client.response.headers["Sec-WebSocket-Extensions"]
        assert "client_no_context_takeover" in client.response.headers["Sec-WebSocket-Extensions"]
        for _ in range(3):
            await client.send(text)
            assert await client.recv() == text


@pytest.mark.parametrize("bits", [9, 12, 15])
async def test_a_smaller_window_is_respected(house, bits):
    factory = ClientPerMessageDeflateFactory(server_max_window_bits=bits, client_max_window_bits=bits)
    text = "".join(chr(33 + (n * n) % 90) for n in range(20_000))
    async with connect(house.url, compression=None, extensions=[factory]) as client:
        await client.send(text)
        assert await client.recv() == text


async def test_compressed_and_plain_fragmented_and_whole_messages_mix(house):
    async with house.open_raw(extra=DEFLATE) as raw:
        body = compress(b"squeezed")
        raw.send(TEXT, body, rsv=4)
        raw.send(TEXT, b"plain")
        raw.send(TEXT, body[:3], rsv=4, fin=False)
        raw.send(PING, b"")
        raw.send(CONTINUATION, body[3:])
        echoes = [await raw.receive() for _ in range(4)]
        texts = [(is_compressed, payload) for opcode, is_compressed, payload in echoes if opcode == TEXT]
        assert [zlib.decompressobj(-15).decompress(text + TAIL) if squeezed else text for squeezed, text in texts] == [
            b"squeezed",
            b"plain",
            b"squeezed",
        ]


@pytest.mark.parametrize(
    ("frames", "codes"),
    [
        ([(TEXT, compress(b"\0" * 70_000), {"rsv": 4})], {1009}),
        ([(TEXT, b"\xff\xff\xff\xff", {"rsv": 4})], {1002, 1007}),
        ([(TEXT, compress(b"\xff\xfe"), {"rsv": 4})], {1007}),
        ([(TEXT, b"x", {"fin": False}), (CONTINUATION, b"y", {"rsv": 4})], {1002}),
    ],
)
async def test_bad_compressed_messages_are_closed_with_the_right_code(house, frames, codes):
    async with house.open_raw(extra=DEFLATE) as raw:
        for opcode, payload, options in frames:
            raw.send(opcode, payload, **options)
        assert await raw.receive_close() in codes
    assert house.listeners[0].texts == []


async def test_one_bad_connection_does_not_touch_another(house):
    async with connect(house.url) as good, house.open_raw() as bad:
        bad.send(TEXT, b"\xff")
        await bad.receive_close()
        await good.send("fine")
        assert await good.recv() == "fine"


# ---- pressure and silence --------------------------------------------------------------------------------------------


async def test_reading_can_be_paused_and_goes_on(open_house):
    house = await open_house(is_echoing=False)
    async with connect(house.url, compression=None, max_queue=None) as client:
        (listener,) = house.listeners
        await client.send("first")
        await listener.wait_for(lambda: listener.texts)
        listener.socket.pause_reading()
        listener.socket.pause_reading()
        sending = asyncio.create_task(asyncio.wait_for(_send_many(client, 2000), HANG_LIMIT_S))
        await asyncio.sleep(0.2)
        assert len(listener.texts) < 200
        assert not sending.done()
        listener.socket.resume_reading()
        await sending
        await listener.wait_for(lambda: len(listener.texts) == 2001)


async def test_who_is_paused_gets_no_more_than_a_read_brings_however_long_the_flood_was(open_house):
    house = await open_house(is_echoing=False)
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        flood = house.frame(TEXT, b"x" * 1000) * 1000
        for _ in range(8):  # each read finds more than it has room for
            raw.writer.write(flood)
            await listener.wait_for(lambda: len(listener.texts) == 1000)
            listener.texts.clear()
        listener.pause_after = 1
        raw.writer.write(flood)
        await listener.wait_for(lambda: listener.texts)
        await asyncio.sleep(0.2)
        assert len(listener.texts) < 300
        listener.pause_after = None
        listener.socket.resume_reading()
        await listener.wait_for(lambda: len(listener.texts) == 1000)


async def _send_many(client, count):
    for _ in range(count):
        await client.send("x" * 8000)


async def test_a_peer_that_does_not_read_is_noticed_and_then_released(open_house):
    house = await open_house(is_echoing=False)
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        raw.writer.transport.pause_reading()
        async with asyncio.timeout(HANG_LIMIT_S):
            while not listener.held:
                listener.socket.send(b"x" * 60_000)
                await asyncio.sleep(0)
        assert listener.held == [True]
        raw.writer.transport.resume_reading()

        async def drain():
            while await raw.reader.read(1_000_000):
                pass

        draining = asyncio.create_task(drain())
        await listener.wait_for(lambda: False in listener.held)
        draining.cancel()


async def test_a_peer_that_never_reads_costs_bounded_memory(open_house):
    house = await open_house(is_echoing=False)
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        raw.writer.transport.pause_reading()
        for _ in range(2000):
            listener.socket.send(b"x" * 60_000)
            if listener.ends:
                break
            await asyncio.sleep(0)
        await listener.wait_for(lambda: listener.ends)


async def test_a_silent_peer_is_pinged_and_one_that_answers_stays(open_house):
    house = await open_house(ping_interval_s=0.1, pong_timeout_s=2)
    async with connect(house.url, ping_interval=None) as client:
        await asyncio.sleep(2.5)
        await client.send("alive")
        assert await client.recv() == "alive"


async def test_a_dead_peer_is_cut(open_house):
    house = await open_house(ping_interval_s=0.1, pong_timeout_s=0.1)
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        opcode, _, payload = await raw.receive()
        assert opcode == PING
        await listener.wait_for(lambda: listener.ends)
        assert listener.ends[0][0] in (1006, 1011)
        assert payload is not None


async def test_a_peer_that_ends_its_half_is_gone(house):
    async with house.open_raw() as raw:
        raw.send(TEXT, b"last words")
        raw.writer.write_eof()
        (listener,) = house.listeners
        await listener.wait_for(lambda: listener.ends)
    assert listener.texts == ["last words"]
    assert [code for code, _ in listener.ends] == [1006]


async def test_a_good_message_before_a_bad_one_is_heard_and_nothing_behind_it(open_house):
    house = await open_house(is_echoing=False)
    good, bad = house.frame(TEXT, b"good"), house.frame(CLOSE, (999).to_bytes(2, "big"))
    async with house.open_raw() as raw:
        raw.writer.write(good * 3 + bad + house.frame(TEXT, b"late"))
        await raw.writer.drain()
        raw.send(TEXT, b"later")
        assert await raw.receive_close() == 1002
    (listener,) = house.listeners
    await listener.wait_for(lambda: listener.ends)
    assert listener.texts == ["good"] * 3


async def test_stopping_cuts_what_is_open(house):
    async with house.open_raw() as raw:
        (listener,) = house.listeners
        await house.engine.stop()
        await listener.wait_for(lambda: listener.ends)
        assert await asyncio.wait_for(raw.reader.read(), HANG_LIMIT_S) == b""
