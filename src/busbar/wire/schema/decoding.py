"""Payload bytes to typed messages and back: one msgspec pass when the payload is right.

Only a wrong payload is looked at a second time, by `inspection`, to choose the exact error code and to name the place.
"""

from functools import cache
from typing import TypeVar

import msgspec

from busbar.wire.schema.errors import PayloadError
from busbar.wire.schema.fields import Payload, read_custom_data
from busbar.wire.schema.inspection import inspect_payload
from busbar.wire.schema.instants import write_times
from busbar.wire.schema.quirk import Quirk

PayloadT = TypeVar("PayloadT", bound=Payload)
Raw = bytes | msgspec.Raw

BAD_JSON = (msgspec.DecodeError, UnicodeError, RecursionError)
"""Everything that msgspec raises on bytes that it cannot take: malformed, not UTF-8, too deep, or not the type."""

NOTHING = b"{}"
"""What a message without a member is encoded as."""

_encoder = msgspec.json.Encoder()


@cache
def decoder_of(kind: type[PayloadT]) -> msgspec.json.Decoder[PayloadT]:
    """Return the one decoder of a message type (there are a few hundred types, so this stays small)."""
    return msgspec.json.Decoder(kind, dec_hook=read_custom_data)


@cache
def may_be_empty(kind: type[Payload]) -> bool:
    """Tell whether a message of this type may have no member at all."""
    return not any(one.required for one in msgspec.structs.fields(kind))


def decode_payload(raw: Raw, kind: type[PayloadT]) -> PayloadT:
    """Decode and validate; raises PayloadError."""
    try:
        return decoder_of(kind).decode(raw)
    except BAD_JSON:
        return inspect_payload(raw, kind, is_tolerant=False)[0]


def decode_tolerant(raw: Raw, kind: type[PayloadT]) -> tuple[PayloadT, tuple[Quirk, ...]]:
    """Decode, repairing what is harmless (see QuirkKind); raises PayloadError for what is not."""
    try:
        return decoder_of(kind).decode(raw), ()
    except BAD_JSON:
        return inspect_payload(raw, kind, is_tolerant=True)


def encode_payload(message: Payload) -> bytes:
    """Encode compactly, times with at most three decimals."""
    return _encoder.encode(write_times(message))


def encode_checked(message: Payload) -> bytes:
    """Encode a message made by ourselves and prove that its schema holds; raises PayloadError."""
    raw = encode_payload(message)
    if raw == NOTHING and may_be_empty(type(message)):
        return raw
    try:
        decoder_of(type(message)).decode(raw)
    except BAD_JSON:
        inspect_payload(raw, type(message), is_tolerant=False)
    return raw


__all__ = [
    "BAD_JSON",
    "PayloadError",
    "decode_payload",
    "decode_tolerant",
    "decoder_of",
    "encode_checked",
    "encode_payload",
]
