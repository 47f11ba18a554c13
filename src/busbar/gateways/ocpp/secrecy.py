"""Passwords that we send to a station never reach the wire log."""

from typing import Any, cast

import msgspec

MASK = "********"
SECRET_FIELDS = frozenset({"password", "basicAuthPassword", "apnPassword", "key", "simPin"})
SECRET_VARIABLES = frozenset({"authorizationkey", "basicauthpassword"})
"""1.6 configuration key and 2.x variable, in lower case."""


def mask_frame(action: str, frame: bytes) -> str:
    """Give the text of an outgoing frame as it may be logged."""
    text = frame.decode()
    match action:
        case "ChangeConfiguration":
            mask = _mask_configuration
        case "SetVariables":
            mask = _mask_variables
        case "SetNetworkProfile":
            mask = _mask_fields
        case _:
            return text
    message: list[Any] = msgspec.json.decode(frame)
    return msgspec.json.encode([*message[:-1], mask(message[-1])]).decode()


def _mask_configuration(payload: Any) -> Any:
    is_secret = str(payload.get("key", "")).lower() in SECRET_VARIABLES
    return {**payload, "value": MASK} if is_secret else payload


def _mask_variables(payload: Any) -> Any:
    data = [
        {**one, "attributeValue": MASK} if str(one["variable"].get("name", "")).lower() in SECRET_VARIABLES else one
        for one in payload["setVariableData"]
    ]
    return {**payload, "setVariableData": data}


def _mask_fields(payload: Any) -> Any:
    if isinstance(payload, dict):
        members = cast("dict[str, Any]", payload)
        return {name: MASK if name in SECRET_FIELDS else _mask_fields(value) for name, value in members.items()}
    if isinstance(payload, list):
        items = cast("list[Any]", payload)
        return [_mask_fields(item) for item in items]
    return payload
