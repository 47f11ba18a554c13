"""The smallest valid payload of any OCPP message: required fields only, each with the smallest value its type takes."""

import datetime as dt
from typing import Any

import msgspec
from msgspec import inspect

INSTANT = "2026-03-01T12:00:00Z"
ADDRESS = "https://example.org/x"
ADDRESSES = {"location"}
"""Fields that must be addresses: their type is text, checked beyond it."""


def make_smallest(message_type: type) -> dict[str, Any]:
    """Return the payload of a wire struct as JSON values."""
    return _fill(inspect.type_info(message_type))


def _fill(kind: inspect.Type) -> Any:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of type
    match kind:
        case inspect.StructType(fields=fields):
            return {
                field.encode_name: ADDRESS if field.encode_name in ADDRESSES else _fill(field.type)
                for field in fields
                if field.required
            }
        case inspect.UnionType(types=types):
            return _fill(next(each for each in types if not isinstance(each, inspect.NoneType)))
        case inspect.Metadata(type=inner):
            return _fill(inner)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case (
            inspect.ListType(item_type=item, min_length=least) | inspect.VarTupleType(item_type=item, min_length=least)
        ):
            return [_fill(item)] * (least or 0)
        case inspect.StrType(min_length=least):
            return "x" * max(1, least or 0)
        case inspect.IntType(ge=least):
            return least or 0
        case inspect.FloatType(ge=least):
            return least or 0
        case inspect.BoolType():
            return True
        case inspect.DateTimeType():
            return INSTANT
        case inspect.DictType():
            return {}
        case inspect.CustomType(cls=cls):
            return INSTANT if issubclass(cls, dt.datetime) else ADDRESS
        case inspect.AnyType() | inspect.RawType():
            return None
        case _:
            raise msgspec.ValidationError(f"no smallest value of {kind}")
