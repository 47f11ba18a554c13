"""Frames as careless vendors write them: right in substance, wrong in form."""

from typing import Any

import msgspec
import msgspec.inspect

from busbar.simulator.behaviour import Behaviour
from busbar.simulator.speaker import RefusedError
from busbar.wire.ocppj import Action, ErrorCode, Version

CALL = 2
DEFAULTS = {
    "context": "Sample.Periodic",
    "measurand": "Energy.Active.Import.Register",
    "location": "Outlet",
    "unit": "Wh",
    "unitOfMeasure": {"unit": "Wh"},
}
ENUM_FIELDS = frozenset({"status", "errorCode", "reason", "measurand", "context", "unit", "location"})
TIME_FIELDS = frozenset({"timestamp"})
NULLABLE_FIELDS = {"StatusNotification": "vendorId", "StartTransaction": "reservationId", "StopTransaction": "idTag"}
"""An optional field of some messages, to be null where it would be absent."""
NUMBER_FIELDS = frozenset({"connectorId", "meterStart", "meterStop", "transactionId"})


REFUSALS = ("Rejected", "Failed", "UnlockFailed", "NotSupported", "Unknown", "NotFound", "NoProfiles", "Invalid")


def write_refusal(action: Action) -> dict[str, Any]:
    """Return the refusal that the response of an action knows; raises RefusedError where it knows none."""
    described = msgspec.inspect.type_info(action.response) if action.response is not None else None
    for each in described.fields if isinstance(described, msgspec.inspect.StructType) else ():
        if each.encode_name == "status" and isinstance(each.type, msgspec.inspect.LiteralType):
            for word in REFUSALS:
                if word in each.type.values:
                    return {"status": word}
    raise RefusedError(ErrorCode.NOT_SUPPORTED, "this station will not")


def is_odd(behaviour: Behaviour) -> bool:
    """Whether a station's frames need any change at all."""
    return behaviour.has_bare_samples or _is_odd_16(behaviour)


def _is_odd_16(behaviour: Behaviour) -> bool:
    return (
        behaviour.has_extra_fields
        or behaviour.has_nulls
        or behaviour.has_naive_times
        or behaviour.has_number_values
        or behaviour.has_lower_case_enums
        or behaviour.has_text_numbers
    )


def mangle_frame(frame: bytes, behaviour: Behaviour, version: Version) -> bytes:
    """Return a frame as this station writes it. In 2.x only what its schema allows is odd."""
    if not is_odd(behaviour):
        return frame
    parts: list[Any] = msgspec.json.decode(frame)
    if parts[0] == CALL:
        is_16 = version is Version.V16
        parts[3] = _mangle(parts[3], behaviour, is_16=is_16)
        if behaviour.has_extra_fields and is_16:
            parts[3]["vendorInfo"] = {"temperature": 31, "uptime": 4711}
        if behaviour.has_nulls and is_16 and parts[2] in NULLABLE_FIELDS:
            parts[3].setdefault(NULLABLE_FIELDS[parts[2]], None)
    return msgspec.json.encode(parts)


def _mangle(value: Any, behaviour: Behaviour, *, is_16: bool) -> Any:
    if isinstance(value, list):
        return [_mangle(each, behaviour, is_16=is_16) for each in value]  # pyright: ignore[reportUnknownVariableType]  plain JSON
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for name, member in value.items():  # pyright: ignore[reportUnknownVariableType]  plain JSON
        key = str(name)  # pyright: ignore[reportUnknownArgumentType]  see above
        if behaviour.has_bare_samples and DEFAULTS.get(key) == member:
            continue
        inner = _mangle(member, behaviour, is_16=is_16)
        result[key] = _write_oddly(key, inner, behaviour) if is_16 else inner
    return result


def _write_oddly(name: str, member: Any, behaviour: Behaviour) -> Any:
    if isinstance(member, str):
        if behaviour.has_lower_case_enums and name in ENUM_FIELDS:
            return member.lower()
        if behaviour.has_naive_times and name in TIME_FIELDS:
            return member.removesuffix("Z")
        if behaviour.has_number_values and name == "value":
            return float(member) if "." in member else int(member)
    if behaviour.has_text_numbers and name in NUMBER_FIELDS and isinstance(member, int):
        return str(member)
    return member
