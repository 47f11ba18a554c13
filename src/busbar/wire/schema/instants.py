"""Write the times of an outgoing message with at most three decimals.

OCPP allows no more (2.0.1 part 2, "Time format notation"), while Python's clock has six and msgspec writes all six.
Which types hold times is worked out once per type; messages without any are returned as they are.
"""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import TypeVar, cast

import msgspec
from msgspec import inspect

from busbar.wire.schema.fields import Payload

PayloadT = TypeVar("PayloadT", bound=Payload)


def write_times(message: PayloadT) -> PayloadT:
    """Return the message ready to encode: times with a fraction stand in it as text, cut to milliseconds.

    Cut, not rounded, so that a time never lies ahead of the clock. For the encoder alone: the types no longer hold.
    """
    changes: dict[str, object] = {}
    for name in _timed_fields(type(message)):
        value = getattr(message, name)
        written = _write(value)
        if written is not value:
            changes[name] = written
    return msgspec.structs.replace(message, **changes) if changes else message


def _write(value: object) -> object:
    if isinstance(value, dt.datetime):
        if not value.microsecond:
            return value
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Payload):
        return write_times(value)
    if isinstance(value, (list, tuple)):
        return [_write(item) for item in cast("Iterable[object]", value)]
    return value


@cache
def _timed_fields(kind: type[Payload]) -> tuple[str, ...]:
    """Return the attributes that are a time or hold one further down."""
    described = cast("inspect.StructType", inspect.type_info(kind))
    return tuple(one.name for one in described.fields if _is_timed(one.type))


def _is_timed(kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.DateTimeType):
        return True
    if isinstance(kind, inspect.ListType):
        return _is_timed(kind.item_type)
    return isinstance(kind, inspect.StructType) and bool(_timed_fields(cast("type[Payload]", kind.cls)))
