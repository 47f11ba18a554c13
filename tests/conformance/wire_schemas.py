"""The official JSON schemas as oracle and as source of generated messages, valid and broken."""

import copy
import datetime as dt
import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st

from busbar.wire import ocpp16, ocpp21, ocpp201
from busbar.wire.schema.fields import MAX_INTEGER

ROOMS = {"ocpp16": ("v16", ocpp16), "ocpp201": ("v201", ocpp201), "ocpp21": ("v21", ocpp21)}
SPACE = {"minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}


@cache
def schema_files(room: str) -> dict[str, Path]:
    """Return the schema files of a version by the name of the struct that stands for them."""
    package = Path(importlib.util.find_spec("ocpp").origin).parent
    paths = sorted((package / ROOMS[room][0] / "schemas").glob("*.json"))
    adds_request = room == "ocpp16"
    return {
        f"{path.stem}Request" if adds_request and not path.stem.endswith("Response") else path.stem: path
        for path in paths
    }


@cache
def official_schema(room: str, name: str) -> dict[str, Any]:
    """Return one schema as published."""
    return json.loads(schema_files(room)[name].read_text(encoding="utf-8-sig"))


@cache
def mended_schema(room: str, name: str) -> dict[str, Any]:
    """Return one schema with the departures that wire/schema/README.md lists, so that the oracle can be exact."""
    schema = copy.deepcopy(official_schema(room, name))
    if room == "ocpp16":
        schema["$schema"] = "http://json-schema.org/draft-06/schema#"  # where 5.0 is a whole number
        for owner in ("meterValue", "transactionData"):
            meter_value = schema.get("properties", {}).get(owner)
            if meter_value is not None:
                sampled = meter_value["items"]["properties"]["sampledValue"]
                sampled.pop("minItems", None)
                units = sampled["items"]["properties"]["unit"]["enum"]
                units.extend({"Hertz"} - set(units))
    return schema


@cache
def validator(room: str, name: str) -> Any:
    """Return the oracle: an independent validator of the mended schema, formats included."""
    return jsonschema_rs.validator_for(mended_schema(room, name), validate_formats=True)


@cache
def official_validator(room: str, name: str) -> Any:
    """Return the validator of the schema as published."""
    return jsonschema_rs.validator_for(official_schema(room, name), validate_formats=True)


ALL_MESSAGES = [(room, name) for room in ROOMS for name in schema_files(room)]

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=10)
OPEN_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
URIS = st.sampled_from(
    ["ftp://u:p@host.example/a%20b?c=d#e", "https://host.example:8443/x", "urn:x:y", "http://[::1]/"]
)


@st.composite
def times(draw):
    at = draw(st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)))  # noqa: DTZ001 - the zone is drawn below
    decimals = draw(st.sampled_from(["", ".1", ".12", ".123"]))
    zone = draw(st.sampled_from(["Z", "+00:00", "+01:00", "-11:30", "z"]))
    return f"{at:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + decimals + zone


@cache
def whole_numbers(low: int, high: int) -> st.SearchStrategy[int]:
    near = st.integers(max(low, -100), min(high, 100)) if low <= 100 and high >= -100 else st.integers(low, high)
    return near | st.integers(low, high)


def numbers(schema: dict[str, Any]) -> st.SearchStrategy[float]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if "multipleOf" in schema:
        return st.integers(-9999, 9999) | st.integers(-9999, 9999).map(lambda tenths: tenths / 10)
    ints = whole_numbers(int(low if low is not None else -MAX_INTEGER), int(high if high is not None else MAX_INTEGER))
    floats = st.floats(-1e9 if low is None else low, 1e9 if high is None else high, allow_nan=False)
    return ints | floats


def strings(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date-time":
            return times()
        case "uri":
            return URIS
    length = schema.get("maxLength")
    if length is None:
        return TEXT
    return st.text(st.characters(exclude_categories=("Cs",)), max_size=min(length, 10)) | st.just("é" * length)


def values(  # noqa: PLR0911 - one line per kind of value
    schema: dict[str, Any], definitions: dict[str, Any], *, full: bool
) -> st.SearchStrategy[Any]:
    """Return a strategy of valid values; `full` gives every optional field, else each comes or not."""
    if "$ref" in schema:
        return values(definitions[schema["$ref"].rpartition("/")[2]], definitions, full=full)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return objects(schema, definitions, full=full)
        case "array":
            least = schema.get("minItems", 0)
            most = min(schema.get("maxItems", least + 2), least + 2)
            return st.lists(values(schema["items"], definitions, full=full), min_size=least, max_size=most)
        case "string":
            return strings(schema)
        case "boolean":
            return st.booleans()
        case "integer":
            bounds = SPACE | schema
            return whole_numbers(int(bounds["minimum"]), int(bounds["maximum"]))
        case "number":
            return numbers(schema)
        case _:
            return OPEN_JSON


def objects(schema: dict[str, Any], definitions: dict[str, Any], *, full: bool) -> st.SearchStrategy[dict[str, Any]]:
    required = set(schema.get("required", []))
    fields = {
        name: values(one, definitions, full=full)
        for name, one in schema.get("properties", {}).items()
        # customData may stand in every object of 2.x: once in a message is enough
        if name in required or name != "customData" or "$comment" not in schema
    }
    must = {name: one for name, one in fields.items() if full or name in required}
    may = {name: one for name, one in fields.items() if name not in must}
    plain = st.fixed_dictionaries(must, optional=may)
    if schema.get("additionalProperties") is False:
        return plain
    extras = st.dictionaries(TEXT.map(lambda text: f"x{text}"), OPEN_JSON, max_size=2)
    return st.tuples(extras, plain).map(lambda both: both[0] | both[1])


@cache
def messages(room: str, name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of valid messages: mostly with some of the optional fields, now and then with all."""
    schema = mended_schema(room, name)
    definitions = schema.get("definitions", {})
    return values(schema, definitions, full=False) | values(schema, definitions, full=True)


def places(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """List where a message can be broken: (container, key, schema of what stands there), outermost first."""
    if "$ref" in schema:
        return places(value, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    found: list[tuple[Any, Any, dict[str, Any]]] = []
    if isinstance(value, dict):
        inner = [(key, schema.get("properties", {}).get(key)) for key in value]
    elif isinstance(value, list) and "items" in schema:
        inner = [(index, schema["items"]) for index in range(len(value))]
    else:
        return []
    for key, one in inner:
        if one is not None:
            found.append((value, key, one))
            found += places(value[key], one, definitions)
    return found


ODD_VALUES = [
    None, True, 0, -1, 1, 101, 5.0, 0.5, 1.25, "", "x", "2020-01-01T00:00:00Z", "2020-13-01T00:00:00Z",
    "2020-01-01T00:00:00", "not a uri", "x" * 11000, [], ["x"], {}, {"vendorId": "x"}, {"vendorId": "x" * 256},
]  # fmt: skip


@st.composite
def broken_messages(draw, room: str, name: str):
    """Return a valid message after one change that may, or may not, break it."""
    message = copy.deepcopy(draw(messages(room, name)))
    schema = mended_schema(room, name)
    spots = places(message, schema, schema.get("definitions", {}))
    change = draw(st.sampled_from(["drop", "add", "replace", "repeat"]))
    if not spots or change == "add":
        holders = [message, *(spot[0][spot[1]] for spot in spots if isinstance(spot[0][spot[1]], dict))]
        draw(st.sampled_from(holders))[draw(st.sampled_from(["", "extra", "customData", "status"]))] = draw(
            st.sampled_from(ODD_VALUES)
        )
        return message
    holder, key, _ = draw(st.sampled_from(spots))
    if change == "drop":
        del holder[key]
    elif change == "repeat" and isinstance(holder, list):
        holder.extend(holder * draw(st.sampled_from([1, 5, 40])))
    else:
        holder[key] = draw(st.sampled_from(ODD_VALUES))
    return message


def whole_value(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:  # noqa: PLR0911 - see values
    """Return one fixed valid value with every optional field in it."""
    if "$ref" in schema:
        return whole_value(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: whole_value(one, definitions) for name, one in schema.get("properties", {}).items()}
        case "array":
            return [whole_value(schema["items"], definitions) for _ in range(max(1, schema.get("minItems", 0)))]
        case "string":
            return {"date-time": "2024-01-01T00:00:00Z", "uri": "urn:x:y", None: "x"}[schema.get("format")]
        case "boolean":
            return True
        case "integer" | "number":
            return int(max(schema.get("minimum", -9), min(schema.get("maximum", 7), 7)))
        case _:
            return "open"


@cache
def whole_message(room: str, name: str) -> dict[str, Any]:
    """Return one fixed valid message with every optional field in it."""
    schema = mended_schema(room, name)
    return whole_value(schema, schema.get("definitions", {}))


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    return definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
