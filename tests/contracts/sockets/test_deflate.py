"""permessage-deflate (RFC 7692): every offer a station may make, and what comes of it on the wire."""

import itertools
import zlib

import pytest

TEXT, CONTINUATION, PING, PONG = 1, 0, 9, 10
TAIL = b"\x00\x00\xff\xff"
LONG = b"".join(b'{"value":"%d"},' % number for number in range(1000))

SERVER_TAKEOVER = ("", "; server_no_context_takeover")
CLIENT_TAKEOVER = ("", "; client_no_context_takeover")
SERVER_BITS = ("", "; server_max_window_bits=10", "; server_max_window_bits=15")
CLIENT_BITS = ("", "; client_max_window_bits", "; client_max_window_bits=10")
OFFERS = ["".join(parts) for parts in itertools.product(SERVER_TAKEOVER, CLIENT_TAKEOVER, SERVER_BITS, CLIENT_BITS)]


def offer(parameters):
    return f"Sec-WebSocket-Extensions: permessage-deflate{parameters}\r\n"


def agreed(raw):
    """Return the parameters of the answer; None when compression was not agreed."""
    for line in raw.head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "sec-websocket-extensions":
            extension, *parameters = [part.strip() for part in value.split(";")]
            assert extension == "permessage-deflate"
            return {key: value for key, _, value in (one.partition("=") for one in parameters)}
    return None


def squeeze(data, stream):
    return (stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


@pytest.mark.parametrize("parameters", OFFERS, ids=lambda text: text.replace("; ", ",").lstrip(",") or "bare")
async def test_every_offer_is_answered_and_kept_to(house, parameters):
    async with house.open_raw(extra=offer(parameters)) as raw:
        answer = agreed(raw)
        assert answer is not None
        # No window is kept between messages, whatever was offered; both sides are told.
        assert {"server_no_context_takeover", "client_no_context_takeover"} <= answer.keys()
        wanted = 10 if "server_max_window_bits=10" in parameters else 15
        bits = int(answer.get("server_max_window_bits", 15))
        assert bits <= wanted
        if "client_max_window_bits" in answer:
            assert "client_max_window_bits" in parameters  # it may be answered only if it was offered (7.1.2.2)
        own_bits = int(answer.get("client_max_window_bits") or 15)
        for _ in range(2):
            raw.send(TEXT, squeeze(LONG, zlib.compressobj(wbits=-own_bits)), rsv=4)
            opcode, is_compressed, payload = await raw.receive()
            assert opcode == TEXT
            assert is_compressed
            # A fresh stream with no larger window reads each answer: nothing of the one before it is needed.
            assert zlib.decompressobj(-bits).decompress(payload + TAIL) == LONG


@pytest.mark.parametrize("bits", [8, 9])
async def test_the_smallest_windows_are_kept_to_or_declined(house, bits):
    async with house.open_raw(extra=offer(f"; server_max_window_bits={bits}")) as raw:
        answer = agreed(raw)
        raw.send(TEXT, LONG)
        _, is_compressed, payload = await raw.receive()
        if is_compressed:
            assert answer is not None
            assert zlib.decompressobj(-bits).decompress(payload + TAIL) == LONG
        else:
            assert payload == LONG


@pytest.mark.parametrize(
    "parameters",
    [
        "; server_max_window_bits=7",
        "; server_max_window_bits=16",
        "; server_max_window_bits",
        "; client_max_window_bits=99",
        "; server_no_context_takeover=1",
        "; server_no_context_takeover; server_no_context_takeover",
        "; colour=blue",
    ],
)
async def test_an_offer_that_makes_no_sense_is_declined_and_the_station_let_in(house, parameters):
    async with house.open_raw(extra=offer(parameters)) as raw:
        assert agreed(raw) is None
        raw.send(TEXT, LONG)
        assert await raw.receive() == (TEXT, False, LONG)


async def test_of_several_offers_the_first_that_can_be_kept_is_taken(house):
    several = "Sec-WebSocket-Extensions: x-unknown, permessage-deflate; colour=blue, permessage-deflate\r\n"
    async with house.open_raw(extra=several) as raw:
        assert agreed(raw) is not None
        raw.send(TEXT, squeeze(b"squeezed", zlib.compressobj(wbits=-15)), rsv=4)
        assert (await raw.receive())[2] in (b"squeezed", squeeze(b"squeezed", zlib.compressobj(wbits=-15)))


async def test_control_frames_between_compressed_fragments_are_never_compressed(house):
    async with house.open_raw(extra=offer("")) as raw:
        body = squeeze(LONG, zlib.compressobj(wbits=-15))
        raw.send(TEXT, body[:10], rsv=4, fin=False)
        raw.send(PING, b"one")
        raw.send(CONTINUATION, body[10:20], fin=False)
        raw.send(PING, b"two")
        raw.send(CONTINUATION, body[20:])
        assert await raw.receive() == (PONG, False, b"one")
        assert await raw.receive() == (PONG, False, b"two")
        opcode, is_compressed, payload = await raw.receive()
        assert (opcode, is_compressed) == (TEXT, True)
        assert zlib.decompressobj(-15).decompress(payload + TAIL) == LONG


async def test_a_message_may_be_compressed_in_blocks_or_not_at_all(house):
    """What RFC 7692, 7.2.3 allows: several blocks, stored blocks, a final block, an empty message."""
    several = zlib.compressobj(wbits=-15)
    blocks = several.compress(LONG[:500]) + several.flush(zlib.Z_SYNC_FLUSH) + squeeze(LONG[500:900], several)
    stored = squeeze(LONG[:900], zlib.compressobj(level=0, wbits=-15))
    final = zlib.compressobj(wbits=-15)
    ended = final.compress(LONG[:900]) + final.flush(zlib.Z_FINISH) + b"\x00"
    async with house.open_raw(extra=offer("")) as raw:
        for body in (blocks, stored, ended):
            raw.send(TEXT, body, rsv=4)
        raw.send(TEXT, b"\x00", rsv=4)
        (listener,) = house.listeners
        await listener.wait_for(lambda: len(listener.texts) == 4)
    assert listener.texts == [LONG[:900].decode()] * 3 + [""]
