import zlib

import pytest

from busbar.gateways.ocpp.deflate import TAIL, InflateError, OversizeError, deflate, inflate


@pytest.mark.parametrize("message", [b"", b"x", b"again and again " * 1000, bytes(range(256)) * 50])
@pytest.mark.parametrize("bits", [9, 15])
def test_what_is_deflated_inflates_again(message, bits):
    squeezed = deflate(message, bits=bits)
    assert not squeezed.endswith(TAIL)
    assert inflate(squeezed, max_bytes=len(message)) == message


def test_the_example_of_the_standard_inflates():
    # RFC 7692, 7.2.3.1 and 7.2.3.4
    assert inflate(bytes.fromhex("f248cdc9c90700"), max_bytes=100) == b"Hello"
    assert inflate(bytes.fromhex("f348cdc9c9070000"), max_bytes=100) == b"Hello"


def test_a_bomb_makes_no_more_than_the_bound():
    bomb = deflate(b"\0" * 10_000_000, bits=15)
    with pytest.raises(OversizeError):
        inflate(bomb, max_bytes=1000)


def test_broken_data_is_an_error():
    with pytest.raises(InflateError):
        inflate(b"\xff\xff\xff", max_bytes=100)
    assert zlib.decompressobj(-15).decompress(deflate(b"ok", bits=15) + TAIL) == b"ok"
