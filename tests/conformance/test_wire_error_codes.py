"""Every constraint of every official schema, broken once: the right code, place and spelling."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from busbar.wire.ocppj import Connection, ProtocolFault, Role, Version
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.decoding import decode_payload, decode_tolerant
from busbar.wire.schema.errors import PayloadError
from tests.conformance.wire_schemas import ALL_MESSAGES, ROOMS, mended_schema, resolved, validator, whole_message

WRONG_TYPE = {"string": 7, "integer": "x", "number": "x", "boolean": "x", "array": "x", "object": "x"}
VERSIONS = {"ocpp16": Version.V16, "ocpp201": Version.V201, "ocpp21": Version.V21}


def walk(value: Any, schema: dict[str, Any], definitions: dict[str, Any], path: tuple = ()) -> Iterator[tuple]:
    """Walk a message and its schema together, giving (path, schema) of every value."""
    schema = resolved(schema, definitions)
    yield path, schema
    if isinstance(value, dict):
        for key, one in value.items():
            yield from walk(one, schema["properties"][key], definitions, (*path, key))
    elif isinstance(value, list):
        yield from walk(value[0], schema["items"], definitions, (*path, 0))


def changed(message: dict[str, Any], path: tuple, value: Any) -> dict[str, Any]:
    message = copy.deepcopy(message)
    holder = message
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return message


def looked_up(message: Any, path: tuple) -> Any:
    for step in path:
        message = message[step]
    return message


def shown(path: tuple) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def violations_of_object(message: dict[str, Any], path: tuple, schema: dict[str, Any]) -> Iterator[tuple]:
    value = looked_up(message, path)
    for name in schema.get("required", []):
        smaller = {key: one for key, one in value.items() if key != name}
        broken = changed(message, path, smaller) if path else smaller
        yield broken, ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, (*path, name)
    if schema.get("additionalProperties") is False:
        yield changed(message, (*path, "extra"), 1), ErrorCode.FORMAT_VIOLATION, (*path, "extra")


def violations_of_value(message: dict[str, Any], path: tuple, schema: dict[str, Any]) -> Iterator[tuple]:
    wrong = WRONG_TYPE[schema["type"]]
    yield changed(message, path, wrong), ErrorCode.TYPE_CONSTRAINT_VIOLATION, path
    yield changed(message, path, None), ErrorCode.TYPE_CONSTRAINT_VIOLATION, path
    worse: list[Any] = []
    if "enum" in schema:
        worse.append("no such choice")
    if "maxLength" in schema:
        worse.append("x" * (schema["maxLength"] + 1))
    if "format" in schema:
        worse.append("neither a time nor a URI")
    if "minimum" in schema:
        worse.append(schema["minimum"] - 1)
    if "maximum" in schema:
        worse.append(schema["maximum"] + 1)
    if "multipleOf" in schema:
        worse.append(1.25)
    for value in worse:
        yield changed(message, path, value), ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, path
    items = looked_up(message, path)
    if schema.get("minItems"):
        yield changed(message, path, []), ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, path
    if "maxItems" in schema:
        many = items[:1] * (schema["maxItems"] + 1)
        yield changed(message, path, many), ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, path


def violations(room: str, name: str) -> Iterator[tuple]:
    schema, message = mended_schema(room, name), whole_message(room, name)
    for path, one in walk(message, schema, schema.get("definitions", {})):
        if one.get("type") == "object":
            yield from violations_of_object(message, path, one)
        if path and "type" in one:
            yield from violations_of_value(message, path, one)


@pytest.mark.parametrize(("room", "name"), ALL_MESSAGES)
def test_each_constraint_has_its_code_and_path(room, name):
    kind, oracle = getattr(ROOMS[room][1], name), validator(room, name)
    assert oracle.is_valid(whole_message(room, name))
    for message, code, path in violations(room, name):
        assert not oracle.is_valid(message)
        with pytest.raises(PayloadError) as caught:
            decode_payload(json.dumps(message).encode(), kind)
        assert (caught.value.error_code, caught.value.path) == (code, shown(path))
        assert len(caught.value.text) <= 255


@pytest.mark.parametrize(("room", "name"), [pair for pair in ALL_MESSAGES if pair[0] == "ocpp16"])
def test_tolerance_mends_only_what_is_harmless(room, name):
    """Unknown fields are taken everywhere, null and other harmless forms in their places, nothing else."""
    kind, required = getattr(ROOMS[room][1], name), set(mended_schema(room, name).get("required", []))
    for message, code, path in violations(room, name):
        refused, typed, quirks = None, None, ()
        try:
            typed, quirks = decode_tolerant(json.dumps(message).encode(), kind)
        except PayloadError as error:
            refused = (error.error_code, error.path)
        if typed is None:
            assert refused == (code, shown(path))
            continue
        assert [quirk.path for quirk in quirks] == [shown(path)]
        assert code is not ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION
        if len(path) == 1 and path[0] in required:
            value = looked_up(message, path)
            assert isinstance(value, (int, float)), "only a number for text may be mended in a required field"


SPELLED = {
    Version.V16: ("FormationViolation", "OccurenceConstraintViolation"),
    Version.V201: ("FormatViolation", "OccurrenceConstraintViolation"),
    Version.V21: ("FormatViolation", "OccurrenceConstraintViolation"),
}
PAYLOADS = [
    ('{"extra":1}', 0),
    ("[]", 0),
    ('"x"', 0),
    ("{}", 1),
    ("null", 1),
]


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize(("payload", "which"), PAYLOADS)
def test_the_codes_are_spelled_as_the_version_spells_them(version, payload, which):
    link = Connection(version=version, role=Role.CSMS, new_message_id=lambda: "unused")
    action = "Heartbeat" if which == 0 else "BootNotification"
    event = link.receive_text(f'[2,"7","{action}",{payload}]')
    assert isinstance(event, ProtocolFault)
    message_type, message_id, code, description, details = json.loads(event.reply)
    assert (message_type, message_id, code, details) == (4, "7", SPELLED[version][which], {})
    assert description
