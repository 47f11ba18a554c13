"""The second look at a payload that msgspec refused: which rule is broken, where, and whether it may be mended.

The rules are read from the message types themselves, so they cannot drift from what the fast path demands. Codes:

    not JSON, not UTF-8, nested too deep, not an object, unknown field   FormatViolation (1.6: FormationViolation)
    required field missing, list too short or too long                   OccurrenceConstraintViolation
    wrong JSON type, null                                                TypeConstraintViolation
    value not in the enumeration, too long, out of range, no time, no URI  PropertyConstraintViolation
"""

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any, NoReturn, TypeVar, cast

import msgspec
from msgspec import inspect

from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.errors import PayloadError
from busbar.wire.schema.fields import CustomData, Payload, Timestamp, has_one_decimal, json_kind, read_custom_data
from busbar.wire.schema.quirk import Quirk, QuirkKind

PayloadT = TypeVar("PayloadT", bound=Payload)

_SHOWN_CHARS = 40
_MAX_QUIRKS = 100
_ODD_TIME = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d*))?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?\s*", re.ASCII
)


def inspect_payload(
    raw: bytes | msgspec.Raw, kind: type[PayloadT], *, is_tolerant: bool
) -> tuple[PayloadT, tuple[Quirk, ...]]:
    """Return the repaired message and its quirks, or raise PayloadError for the first thing that cannot be repaired.

    Without tolerance only two things are repaired, both right by the letter: a missing payload written as `null`
    (OCPP-J 4.2.1) and the whole number written as `5.0` (JSON Schema draft 6).
    """
    try:
        data = msgspec.json.decode(raw)
    except RecursionError:
        raise PayloadError("payload is nested too deep", error_code=ErrorCode.FORMAT_VIOLATION, path="") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        text = f"payload is not valid JSON: {_shown(str(error))}"
        raise PayloadError(text, error_code=ErrorCode.FORMAT_VIOLATION, path="") from error
    inspection = _Inspection(is_tolerant=is_tolerant)
    repaired = inspection.mend_struct(_described(kind), {} if data is None else data, "")
    try:
        message = msgspec.convert(repaired, kind, dec_hook=read_custom_data)
    except msgspec.ValidationError as error:
        # Nothing known leads here: the walk below covers every rule that the generator can print. Kept as the net.
        raise PayloadError(_shown(str(error)), error_code=ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, path="") from error
    return message, tuple(inspection.quirks)


@cache
def _described(kind: type[Payload]) -> inspect.StructType:
    return cast("inspect.StructType", inspect.type_info(kind))


class _Inspection:
    """One walk over one payload."""

    def __init__(self, *, is_tolerant: bool) -> None:
        self.is_tolerant = is_tolerant
        self.quirks: list[Quirk] = []

    def note(self, kind: QuirkKind, path: str) -> None:
        if len(self.quirks) < _MAX_QUIRKS:
            self.quirks.append(Quirk(kind, path))

    def mend(self, kind: inspect.Type, value: object, path: str) -> object:  # noqa: PLR0911 - one line per kind of type
        """Return the value, repaired where allowed; raises PayloadError."""
        match kind:
            case inspect.StructType():
                return self.mend_struct(kind, value, path)
            case inspect.ListType():
                return self.mend_list(kind, value, path)
            case inspect.StrType():
                return self.mend_text(kind, value, path)
            case inspect.DateTimeType():
                return self.mend_time(value, path)
            case inspect.LiteralType():
                return self.check_choice(kind, value, path)
            case inspect.CustomType() if kind.cls is CustomData:
                return self.check_custom(value, path)
            case inspect.IntType() | inspect.FloatType() | inspect.UnionType():
                return self.mend_number(kind, value, path)
            case _:
                if isinstance(kind, inspect.BoolType) and not isinstance(value, bool):
                    refuse_type("boolean", value, path)
                return value

    def mend_struct(self, kind: inspect.StructType, value: object, path: str) -> dict[str, object]:
        if not isinstance(value, dict):
            if path:
                refuse_type("object", value, path)
            refuse(ErrorCode.FORMAT_VIOLATION, f"payload must be an object, not {json_kind(value)}", path)
        members = cast("dict[str, object]", value)
        fields = {one.encode_name: one for one in kind.fields}
        for one in kind.fields:
            if one.required and one.encode_name not in members:
                place = join(path, one.encode_name)
                refuse(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, f"{place} is required", place)
        tenths: tuple[str, ...] = getattr(kind.cls, "one_decimal", ())
        mended: dict[str, object] = {}
        for name, member in members.items():
            place = join(path, name)
            one = fields.get(name)
            if one is None:
                if not self.is_tolerant:
                    refuse(ErrorCode.FORMAT_VIOLATION, f"{place} is not a field of this message", place)
                self.note(QuirkKind.UNKNOWN_FIELD, place)
            elif self.is_tolerant and not one.required and is_blank(one.type, member):
                self.note(QuirkKind.NULL_FIELD if member is None else QuirkKind.EMPTY_FIELD, place)
            else:
                mended[name] = self.mend(one.type, member, place)
                if name in tenths:
                    mended[name] = self.mend_tenths(cast("float", mended[name]), place)
        return mended

    def mend_list(self, kind: inspect.ListType, value: object, path: str) -> list[object]:
        if not isinstance(value, list):
            refuse_type("array", value, path)
        items = cast("list[object]", value)
        if kind.min_length is not None and len(items) < kind.min_length:
            text = f"{path} must have at least {kind.min_length} item(s), has {len(items)}"
            refuse(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, text, path)
        if kind.max_length is not None and len(items) > kind.max_length:
            text = f"{path} must have at most {kind.max_length} item(s), has {len(items)}"
            refuse(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, text, path)
        return [self.mend(kind.item_type, item, f"{path}[{index}]") for index, item in enumerate(items)]

    def mend_text(self, kind: inspect.StrType, value: object, path: str) -> str:
        if self.is_tolerant and kind.pattern is None and is_text_of_number(value, path):
            self.note(QuirkKind.NUMBER_FOR_TEXT, path)
            value = repr(value)
        if not isinstance(value, str):
            refuse_type("string", value, path)
        if kind.max_length is not None and len(value) > kind.max_length:
            text = f"{path} must have at most {kind.max_length} characters, has {len(value)}"
            refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, text, path)
        if kind.pattern is not None and re.search(kind.pattern, value) is None:
            refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"{path} is not a URI", path)
        return value

    def mend_time(self, value: object, path: str) -> dt.datetime:
        if not isinstance(value, str):
            refuse_type("string", value, path)
        at = _read_time(value)
        if at is not None:
            return at
        match = _ODD_TIME.fullmatch(value)
        at = _read_time(_regular_time(match)) if match else None
        if match is None or at is None:
            refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"{path} is not a time: {_shown(value)}", path)
        if match[6] == "60" and _read_time(value.replace(":60", ":59", 1)) is not None:
            return at  # RFC 3339 allows the leap second, Python's clock does not have it: it counts as the one before
        if not self.is_tolerant:
            text = f"{path} is not an RFC 3339 time with zone: {_shown(value)}"
            refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, text, path)
        self.note(QuirkKind.ODD_TIME if match[8] else QuirkKind.ZONELESS_TIME, path)
        return at

    def check_choice(self, kind: inspect.LiteralType, value: object, path: str) -> object:
        if not isinstance(value, str):
            refuse_type("string", value, path)
        if value not in kind.values:
            refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"{path} may not be {_shown(value)}", path)
        return value

    def check_custom(self, value: object, path: str) -> object:
        if not isinstance(value, dict):
            refuse_type("object", value, path)
        place = join(path, "vendorId")
        members = cast("dict[str, object]", value)
        if "vendorId" not in members:
            refuse(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, f"{place} is required", place)
        self.mend_text(inspect.StrType(max_length=255), members["vendorId"], place)
        return members

    def mend_number(self, kind: inspect.Type, value: object, path: str) -> object:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            refuse_type("integer" if isinstance(kind, inspect.IntType) else "number", value, path)
        if isinstance(kind, inspect.IntType) and isinstance(value, float):
            if not value.is_integer():
                refuse(ErrorCode.TYPE_CONSTRAINT_VIOLATION, f"{path} must be a whole number, is {value!r}", path)
            value = int(value)
        for bounds in kind.types if isinstance(kind, inspect.UnionType) else (kind,):
            if isinstance(bounds, (inspect.IntType, inspect.FloatType)):
                check_range(bounds, value, path)
        return value

    def mend_tenths(self, value: float, path: str) -> float:
        if has_one_decimal(value):
            return value
        if not self.is_tolerant:
            text = f"{path} may have one digit after the point, is {value!r}"
            refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, text, path)
        self.note(QuirkKind.TOO_PRECISE, path)
        return float(Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_EVEN))


def is_text_of_number(value: object, path: str) -> bool:
    """Tell whether a number may stand for its text: a whole one anywhere, a fraction only where a value is measured.

    The digits of a whole number are those that were sent. A fraction may be respelled, which a measured value bears and
    an id does not (an unquoted id tag `12E4` would become another one).
    """
    if isinstance(value, float):
        return path.endswith(".value")
    return isinstance(value, int) and not isinstance(value, bool)


def is_blank(kind: inspect.Type, value: object) -> bool:
    """Tell whether an optional field says no more than its absence would."""
    if value is None:
        return not isinstance(kind, inspect.AnyType)
    return value == "" and isinstance(kind, (inspect.DateTimeType, inspect.LiteralType))


def check_range(bounds: inspect.IntType | inspect.FloatType, value: float, path: str) -> None:
    """Refuse a number outside its bounds (each half of a `number` carries the same ones)."""
    if bounds.ge is not None and value < bounds.ge:
        refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"{path} must be at least {bounds.ge}", path)
    if bounds.le is not None and value > bounds.le:
        refuse(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"{path} must be at most {bounds.le}", path)


def refuse(code: ErrorCode, text: str, path: str) -> NoReturn:
    """Raise the error."""
    raise PayloadError(text, error_code=code, path=path)


def refuse_type(wanted: str, value: object, path: str) -> NoReturn:
    """Raise the error for a value of the wrong JSON type."""
    refuse(ErrorCode.TYPE_CONSTRAINT_VIOLATION, f"{path} must be {wanted}, is {json_kind(value)}", path)


def join(path: str, name: str) -> str:
    """Return the path of a member; names from outside are cut."""
    name = name[:_SHOWN_CHARS]
    return f"{path}.{name}" if path else name


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


def _read_time(text: str) -> dt.datetime | None:
    try:
        return msgspec.convert(text, cast("Any", Timestamp))
    except msgspec.ValidationError:
        return None


def _regular_time(match: re.Match[str]) -> str:
    """Write what an odd time means as RFC 3339: UTC when it names no zone, second 60 as 59."""
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    second = "59" if second == "60" else second or "00"
    zone = (zone or "Z").upper().replace(":", "")
    if zone != "Z":
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    decimals = f".{fraction}" if fraction else ""
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{decimals}{zone}"
