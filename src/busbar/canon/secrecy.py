"""Station passwords on their way to a station: sent as they are, kept nowhere in plain text."""

from typing import Any, cast

import msgspec

from busbar.canon.control import (
    AnyStationRequest,
    CommandOutcome,
    RawCall,
    SetVariables,
    VariableValue,
)

MASK = "********"
SECRET_VARIABLES = frozenset({"authorizationkey", "basicauthpassword"})
"""1.6 configuration key and 2.x variable that hold a station's password, in lower case."""
SECRET_FIELDS = frozenset({"password", "basicAuthPassword", "apnPassword", "simPin"})
"""Fields of 2.x SetNetworkProfile and the like."""


def is_secret_variable(name: object) -> bool:
    """Tell whether a variable or configuration key of this name holds a secret."""
    return str(name).lower() in SECRET_VARIABLES


def mask_value(value: VariableValue) -> VariableValue:
    """Return the setting as it may be kept and shown."""
    if value.value is None or not is_secret_variable(value.ref.variable):
        return value
    return msgspec.structs.replace(value, value=MASK)


def mask_request(request: AnyStationRequest) -> AnyStationRequest:
    """Return the request as it may be kept and shown."""
    if isinstance(request, SetVariables):
        return msgspec.structs.replace(request, values=tuple(mask_value(value) for value in request.values))
    if isinstance(request, RawCall):
        return msgspec.structs.replace(request, payload_json=mask_json(request.payload_json))
    return request


def mask_outcome(outcome: CommandOutcome) -> CommandOutcome:
    """Return the outcome as it may be kept and shown."""
    values = tuple(mask_value(value) for value in outcome.values)
    answer = outcome.answer_json
    return msgspec.structs.replace(outcome, values=values, answer_json=None if answer is None else mask_json(answer))


def mask_json(text: str) -> str:
    """Return JSON text with every secret masked; text without one, and text that is no JSON, comes back as it was."""
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS):
        return text
    try:
        document = msgspec.json.decode(text)
        masked = _mask(document)
    except (msgspec.DecodeError, RecursionError):  # no JSON, or nested deeper than any message: nothing of ours
        return text
    return text if masked == document else msgspec.json.encode(masked).decode()


_WORDS = (*SECRET_VARIABLES, *(name.lower() for name in SECRET_FIELDS))


def _mask(document: Any) -> Any:
    if isinstance(document, dict):
        members = cast("dict[str, Any]", document)
        masked = {name: MASK if name in SECRET_FIELDS else _mask(value) for name, value in members.items()}
        if "password" in members and "key" in masked:
            masked["key"] = MASK  # of a VPN (2.x VPNType)
        if "value" in masked and is_secret_variable(members.get("key")):
            masked["value"] = MASK
        variable = members.get("variable")
        if isinstance(variable, dict) and is_secret_variable(cast("dict[str, Any]", variable).get("name")):
            if "attributeValue" in masked:
                masked["attributeValue"] = MASK
            attributes = masked.get("variableAttribute")
            if isinstance(attributes, list):
                masked["variableAttribute"] = [
                    {**each, "value": MASK} if isinstance(each, dict) and "value" in each else each
                    for each in cast("list[Any]", attributes)
                ]
        return masked
    if isinstance(document, list):
        return [_mask(item) for item in cast("list[Any]", document)]
    return document
