"""Parcels and their answers as they lie in the broker."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import msgspec

from busbar.canon.codec import UnknownMessageError, decode_message, encode_answers
from busbar.canon.message import Command, Report
from busbar.kernel.errors import BusbarError, UnavailableError
from busbar.kernel.ids import ConnectionId
from busbar.ports.intake import Answer

VERSION = 1
KIND_PARCEL = "parcel"
KIND_ANSWERS = "answers"
KIND_DELIVERY = "delivery"
KIND_OUTCOME = "outcome"
REPEAT = "busbar-repeat"
"""A header of parcels that were sent before."""

Wish = Report[object] | Command[object]


class GarbageError(UnavailableError):
    """The bytes are no parcel that this version can read."""

    code = "unavailable.parcel_unknown"


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """A parcel on its way; later versions add fields at the end."""

    version: int
    parcel_id: str
    partition: int
    expires_at: datetime | None
    """After this nobody waits for the answers any more, and what is asked must not be done (commands)."""
    messages: tuple[msgspec.Raw, ...]
    connections: tuple[ConnectionId | None, ...] = ()
    """On which connection of its station each was said, as far as that matters."""
    traces: tuple[str | None, ...] = ()
    """The trace (W3C traceparent) that each belongs to, as far as any is followed."""


class AnswersFrame(msgspec.Struct, frozen=True, array_like=True):
    """The answers to a parcel on their way."""

    version: int
    parcel_id: str
    answers: msgspec.Raw


_ENCODER = msgspec.msgpack.Encoder()
_FRAMES = msgspec.msgpack.Decoder(Frame)
_ANSWERS = msgspec.msgpack.Decoder(AnswersFrame)


def encode_parcel(
    parcel_id: str,
    partition: int,
    bodies: Sequence[bytes],
    *,
    expires_at: datetime | None = None,
    connections: Sequence[ConnectionId | None] = (),
    traces: Sequence[str | None] = (),
) -> bytes:
    """Pack encoded messages into a parcel."""
    frame = Frame(
        VERSION,
        parcel_id,
        partition,
        expires_at,
        tuple(map(msgspec.Raw, bodies)),
        tuple(connections) if any(connections) else (),
        tuple(traces) if any(traces) else (),
    )
    return _ENCODER.encode(frame)


def decode_parcel(body: bytes) -> Frame:
    """Unpack a parcel, its messages as they are. Errors: GarbageError."""
    try:
        return _FRAMES.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise GarbageError("this is no parcel", cause=str(error)) from None


def read_messages(frame: Frame) -> list[Wish | UnknownMessageError]:
    """Return a parcel's messages; in place of each that this version does not know, the error that says so."""
    return [_read_message(raw) for raw in frame.messages]


def _read_message(raw: msgspec.Raw) -> Wish | UnknownMessageError:
    try:
        message = decode_message(raw)
    except UnknownMessageError as error:
        return error
    if isinstance(message, Report | Command):
        return cast("Wish", message)
    return UnknownMessageError("facts and signals are not asked", message=type(message).__name__)


def encode_answer_frame(parcel_id: str, answers: Sequence[Answer]) -> bytes:
    """Pack the answers of a parcel."""
    settled = encode_answers([(answer.reply, answer.error) for answer in answers])
    return _ENCODER.encode(AnswersFrame(VERSION, parcel_id, msgspec.Raw(settled)))


def decode_answer_frame(body: bytes) -> AnswersFrame:
    """Unpack the answers of a parcel, as they are. Errors: GarbageError."""
    try:
        return _ANSWERS.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise GarbageError("these are no answers", cause=str(error)) from None


def refuse_all(count: int, error: BusbarError) -> list[Answer]:
    """Answer every message of a parcel with the same error."""
    return [Answer(error=error)] * count
