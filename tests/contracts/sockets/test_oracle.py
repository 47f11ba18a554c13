"""The fast engine against the plain one: the same bytes must bring the same messages and the same end."""

import asyncio
import random
import zlib

import pytest

from busbar.gateways.ocpp.picows_engine import PicowsEngine
from busbar.gateways.ocpp.websockets_engine import WebsocketsEngine

from .conftest import LIMITS, House, frame

DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
TEXTS = [b"", b"x", b'[2,"1","Heartbeat",{}]', "é汉😀".encode(), b"y" * 126, b"z" * 40_000]
SPOILT = [b"\xff", b"\xc3", b"\xed\xa0\x80"]


def squeeze(data):
    stream = zlib.compressobj(wbits=-15)
    return (stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\x00\x00\xff\xff")


def write_message(chance):
    """Some frames of one good message: whole or in fragments, plain or compressed, with control frames between."""
    data = chance.choice(TEXTS)
    is_squeezed = chance.random() < 0.4
    body = squeeze(data) if is_squeezed else data
    cuts = sorted(chance.randrange(len(body) + 1) for _ in range(chance.choice([0, 0, 1, 3])))
    parts = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    written = b""
    for number, part in enumerate(parts):
        rsv = 4 if is_squeezed and number == 0 else 0
        written += frame(CONTINUATION if number else TEXT, part, fin=number == len(parts) - 1, rsv=rsv)
        if chance.random() < 0.2:
            written += frame(chance.choice([PING, PONG]), b"p" * chance.randrange(126))
    return written


def write_fault(chance):
    """One frame that must end the connection, or (rarely) is right after all."""
    kind = chance.randrange(9)
    payload = chance.choice(SPOILT)
    return [
        lambda: frame(TEXT, payload),
        lambda: frame(TEXT, squeeze(payload), rsv=4),
        lambda: frame(BINARY, b"x"),
        lambda: frame(chance.choice([3, 7, 11, 15]), b""),
        lambda: frame(TEXT, b"x", rsv=chance.choice([1, 2, 3])),
        lambda: frame(CONTINUATION, b"x"),
        lambda: frame(PING, b"x" * 126),
        lambda: frame(TEXT, b"x", masked=False),
        lambda: frame(
            CLOSE,
            chance.choice(
                [
                    b"",
                    b"\x03",
                    *(code.to_bytes(2, "big") for code in (0, 999, 1000, 1004, 1015, 2999, 3000, 4999, 5000)),
                ]
            ),
        ),
    ][kind]()


async def converse(house, data, cuts):
    """Send the bytes in the given pieces; return what was heard and how it ended."""
    seen = len(house.listeners)
    async with house.open_raw(extra=DEFLATE) as raw:
        for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
            raw.writer.write(data[start:end])
            await asyncio.sleep(0)
        codes = []
        while not codes:
            try:
                opcode, _, payload = await raw.receive()
            except (asyncio.IncompleteReadError, ConnectionResetError):
                break
            if opcode == CLOSE:
                codes.append(int.from_bytes(payload[:2], "big") or 1000)  # an empty close is as good as a normal one
    listener = house.listeners[seen]
    await listener.wait_for(lambda: listener.ends)
    return listener.texts, codes, [code for code, _ in listener.ends]


@pytest.fixture
async def houses():
    both = []
    for engine_class in (WebsocketsEngine, PicowsEngine):
        house = House(engine=None, is_echoing=False)
        house.engine = engine_class(door=house.judge, limits=LIMITS)
        await house.engine.start(host="127.0.0.1", port=0)
        both.append(house)
    yield both
    for house in both:
        await house.engine.stop()


@pytest.mark.parametrize("seed", range(100))
async def test_both_engines_hear_the_same(houses, seed):
    chance = random.Random(seed)  # noqa: S311  the same chance each time is what is wanted
    data = b"".join(write_message(chance) for _ in range(chance.randrange(1, 6)))
    data += write_fault(chance) if chance.random() < 0.7 else frame(CLOSE, (1000).to_bytes(2, "big"))
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.choice([0, 1, 5, 20])))
    plain, fast = [await converse(house, data, cuts) for house in houses]
    assert fast == plain
