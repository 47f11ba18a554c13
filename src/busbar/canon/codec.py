"""Messages, replies and errors as bytes, for the way between processes (MessagePack).

A message is known by its tag, a reply by the message that asked for it, an error by its kind and code. Whoever reads
may be older or newer than whoever wrote: fields that are not known are passed over, a tag that is not known is an
error of that one message.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from busbar.canon.facts import list_kinds, list_leaves
from busbar.canon.message import Command, Fact, Message, Report, Signal
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import (
    BusbarError,
    ConflictError,
    DeniedError,
    InvalidError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)

KINDS = {
    kind.code: kind
    for kind in (
        BusbarError, InvalidError, NotFoundError, ConflictError, DeniedError, UnavailableError, LimitExceededError,
    )
}  # fmt: skip
"""The kinds of error, by the word that stands for each."""
ERRORS_MAX = 1000

Settled = tuple[object, BusbarError | None]
"""What became of a message: its reply, or the error in place of one."""


class UnsendableError(InvalidError):
    """A message holds what cannot travel: a number beyond 64 bits, half a surrogate pair."""

    code = "invalid.message"


class UnknownMessageError(UnavailableError):
    """A message or reply that this version does not know; a newer one may."""

    code = "unavailable.message_unknown"


class _Problem(msgspec.Struct, frozen=True, array_like=True):
    """An error on its way."""

    kind: str
    code: str
    text: str
    facts: dict[str, str | int | bool | None] = {}


_ENCODER = msgspec.msgpack.Encoder()
_ANSWERS = msgspec.msgpack.Decoder(tuple[tuple[bool, msgspec.Raw], ...])
_PROBLEM = msgspec.msgpack.Decoder(_Problem)


# ---- messages --------------------------------------------------------------------------------------------------------


def encode_message(message: Message) -> bytes:
    """Return a message as bytes. Errors: `invalid.message`."""
    try:
        return _ENCODER.encode(message)
    except (OverflowError, UnicodeError, TypeError, ValueError) as error:
        raise UnsendableError(
            "this message cannot be sent to another process", message=type(message).__name__, cause=str(error)
        ) from None


def decode_message(body: bytes | msgspec.Raw) -> Message:
    """Return the message that these bytes are. Errors: `unavailable.message_unknown`."""
    try:
        message = _message_decoder().decode(body)
        nested = _list_nested(type(message))
        return _revive(message, nested) if nested else message
    except (msgspec.DecodeError, UnicodeError) as error:
        raise UnknownMessageError("this version cannot read the message", cause=str(error)) from None


@cache
def list_messages() -> tuple[type[Message], ...]:
    """Return every message type by name: those of the topics, and the steps of whichever rooms are loaded."""
    kinds = [kind for root in (Report, Command, Fact, Signal) for kind in list_kinds(root)]
    kinds += [step for step in list_leaves(Command) if step.__module__.startswith("busbar.domain.")]
    return tuple(sorted(kinds, key=lambda kind: kind.__name__))


@cache
def _message_decoder() -> msgspec.msgpack.Decoder[Message]:
    return msgspec.msgpack.Decoder(Union[list_messages()])  # noqa: UP007 - built from a list


@cache
def _list_nested(kind: type[Message]) -> tuple[str, ...]:
    """Return the fields of a message that hold another message, of any type."""
    return tuple(name for name, hint in get_type_hints(kind).items() if hint is Any)


def _revive(message: Message, nested: Sequence[str]) -> Message:
    """Put messages into the fields that came as mere maps."""
    kinds = Union[list_messages()]  # noqa: UP007 - built from a list
    values = {name: msgspec.convert(getattr(message, name), kinds) for name in nested}
    return msgspec.structs.replace(message, **values)


# ---- replies ---------------------------------------------------------------------------------------------------------


@cache
def find_reply_type(kind: type[Message]) -> Any:
    """Return what a report or command of this type is answered with: the argument of its `Report[…]`, `Command[…]`."""
    for ancestor in kind.__mro__:
        for parent in getattr(ancestor, "__orig_bases__", ()):
            if get_origin(parent) in {Report, Command}:
                return get_args(parent)[0]
    raise TypeError(f"{kind.__name__} is not answered")


@cache
def _reply_decoder(kind: type[Message]) -> msgspec.msgpack.Decoder[object]:
    return msgspec.msgpack.Decoder(find_reply_type(kind))


def encode_answers(answers: Iterable[Settled]) -> bytes:
    """Return replies and errors as bytes, in order. A reply that cannot travel becomes the error that says so."""
    settled = [(True, reply) if error is None else (False, _describe(error)) for reply, error in answers]
    try:
        return _ENCODER.encode(settled)
    except (OverflowError, UnicodeError, TypeError, ValueError):
        return _ENCODER.encode([_make_sendable(answer) for answer in settled])


def decode_answers(body: bytes | msgspec.Raw, kinds: Sequence[type[Message]]) -> list[Settled]:
    """Return the replies and errors that these bytes are; `kinds` are the types of the messages that were sent.

    Errors: `unavailable.message_unknown` when they are not the answers of that many messages.
    """
    try:
        answers = _ANSWERS.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise UnknownMessageError("this version cannot read the answers", cause=str(error)) from None
    if len(answers) != len(kinds):
        raise UnknownMessageError("the answers are not those of the messages", answers=len(answers), sent=len(kinds))
    return [_read_answer(is_reply, raw, kind) for (is_reply, raw), kind in zip(answers, kinds, strict=True)]


def _read_answer(is_reply: bool, raw: msgspec.Raw, kind: type[Message]) -> Settled:  # noqa: FBT001 - read from a pair
    try:
        if is_reply:
            return _reply_decoder(kind).decode(raw), None
        return None, _rebuild(_PROBLEM.decode(raw))
    except (msgspec.DecodeError, UnicodeError) as error:
        return None, UnknownMessageError("this version cannot read the answer", message=kind.__name__, cause=str(error))


def _make_sendable(answer: tuple[bool, object]) -> tuple[bool, object]:
    try:
        _ENCODER.encode(answer)
    except (OverflowError, UnicodeError, TypeError, ValueError) as error:
        cause = str(error).encode("ascii", "backslashreplace").decode()
        return False, _describe(UnsendableError("the answer cannot be sent to another process", cause=cause))
    return answer


# ---- errors ----------------------------------------------------------------------------------------------------------


def encode_error(error: BusbarError) -> bytes:
    """Return an error as bytes: its kind, code, text and facts."""
    return _ENCODER.encode(_describe(error))


def decode_error(body: bytes | msgspec.Raw) -> BusbarError:
    """Return an error of that kind with that code. Errors: `unavailable.message_unknown`."""
    try:
        return _rebuild(_PROBLEM.decode(body))
    except (msgspec.DecodeError, UnicodeError) as error:
        raise UnknownMessageError("this version cannot read the error", cause=str(error)) from None


def _describe(error: BusbarError) -> _Problem:
    kind = next(kind for kind in type(error).__mro__ if kind in _KIND_SET)
    return _Problem(cast("type[BusbarError]", kind).code, error.code, error.text, error.facts)


_KIND_SET = frozenset(KINDS.values())
_ERRORS: BoundedDict[tuple[str, str], type[BusbarError]] = BoundedDict(bound=ERRORS_MAX)


def _rebuild(problem: _Problem) -> BusbarError:
    key = (problem.kind, problem.code)
    kind = _ERRORS.get(key)
    if kind is None:
        _ERRORS[key] = kind = _find_error(*key)
    return kind(problem.text, **problem.facts)


def _find_error(kind_code: str, code: str) -> type[BusbarError]:
    """Return the class with this code, if this process has it; else one like it of the same kind."""
    kind = KINDS.get(kind_code, BusbarError)
    waiting = [kind]
    while waiting:
        candidate = waiting.pop()
        if candidate.code == code and candidate.__init__ is BusbarError.__init__:
            return candidate
        waiting += candidate.__subclasses__()
    name = "".join(word.capitalize() for word in code.replace(".", "_").split("_")) + "Error"
    return cast("type[BusbarError]", type(name, (kind,), {"code": code, "__module__": __name__}))
