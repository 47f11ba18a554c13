"""permessage-deflate (RFC 7692) without context takeover: each message is its own stream."""

import zlib

TAIL = b"\x00\x00\xff\xff"
"""What the sender of a message cuts off (7.2.1) and its receiver puts back (7.2.2)."""
INFLATE_BITS = -15
"""The largest window reads every smaller one."""
DEFLATE_BITS_MIN = 9
"""zlib makes no raw stream with a smaller window."""


class InflateError(Exception):
    """What came is no deflate stream."""


class OversizeError(Exception):
    """What came would grow past the bound."""


def inflate(data: bytes, *, max_bytes: int) -> bytes:
    """Inflate a message; never makes more than `max_bytes`. Errors: InflateError, OversizeError."""
    stream = zlib.decompressobj(INFLATE_BITS)
    try:
        message = stream.decompress(data + TAIL, max_bytes + 1)
    except zlib.error as error:
        raise InflateError(str(error)) from error
    if len(message) > max_bytes:
        raise OversizeError
    return message


def deflate(message: bytes, *, bits: int) -> bytes:
    """Deflate a message with a window of `bits` (9..15)."""
    stream = zlib.compressobj(wbits=-bits)
    return (stream.compress(message) + stream.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)
