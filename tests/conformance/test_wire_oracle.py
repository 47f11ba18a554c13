"""The types against the official schemas: an independent validator must come to the same verdict on every message."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busbar.wire.schema.decoding import decode_payload, encode_checked
from busbar.wire.schema.errors import PayloadError
from tests.conformance.wire_schemas import ALL_MESSAGES, ROOMS, broken_messages, messages, validator

QUICK = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def kind_of(room: str, name: str) -> Any:
    return getattr(ROOMS[room][1], name)


def comparable(value: Any) -> Any:
    """Return JSON with its times read, since one time has many spellings."""
    if isinstance(value, dict):
        return {key: comparable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if isinstance(value, str) and value[10:11] == "T":
        try:
            return dt.datetime.fromisoformat(value.upper())
        except ValueError:
            return value
    return value


@pytest.mark.parametrize(("room", "name"), ALL_MESSAGES)
def test_valid_messages_are_taken_and_come_back_the_same(room: str, name: str):
    kind, oracle = kind_of(room, name), validator(room, name)

    @QUICK
    @given(messages(room, name))
    def check(message: dict[str, Any]):
        assert oracle.is_valid(message), list(oracle.iter_errors(message))
        typed = decode_payload(json.dumps(message).encode(), kind)
        raw = encode_checked(typed)
        assert decode_payload(raw, kind) == typed
        assert comparable(json.loads(raw)) == comparable(message)

    check()


@pytest.mark.parametrize(("room", "name"), ALL_MESSAGES)
def test_changed_messages_are_judged_as_the_schema_judges_them(room: str, name: str):
    kind, oracle = kind_of(room, name), validator(room, name)

    @QUICK
    @given(st.data())
    def check(data: st.DataObject):
        message = data.draw(broken_messages(room, name))
        try:
            decode_payload(json.dumps(message).encode(), kind)
            verdict = True
        except PayloadError:
            verdict = False
        assert verdict == oracle.is_valid(message), list(oracle.iter_errors(message))

    check()
