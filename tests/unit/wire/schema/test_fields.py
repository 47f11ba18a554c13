import msgspec
import pytest

from busbar.wire.ocpp16 import AuthorizeRequest, ChargingSchedulePeriod, HeartbeatRequest
from busbar.wire.schema.fields import (
    MAX_INTEGER,
    CustomData,
    Integer,
    Maybe,
    Number,
    Uri,
    has_one_decimal,
    json_kind,
    read_custom_data,
    require_one_decimal,
)


def test_maybe_is_the_bare_type_at_run_time():
    assert Maybe[int] is int


@pytest.mark.parametrize(("text", "value"), [("16", 16), ("16.0", 16.0), ("-0.5", -0.5)])
def test_a_number_stays_what_it_was(text, value):
    read = msgspec.json.decode(text, type=Number)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", [str(MAX_INTEGER + 1), str(-MAX_INTEGER - 1), "9" * 400, "1.5", "true", '"1"'])
def test_an_integer_has_bounds(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Integer)


@pytest.mark.parametrize("uri", ["ftp://u:p@h/x%20y", "https://h:8443/a?b#c", "urn:x"])
def test_a_uri_is_taken(uri):
    assert msgspec.convert(uri, Uri) == uri


@pytest.mark.parametrize("text", ["", "no scheme", "/relative", "http://a b", "http://h/%2", "1http://h"])
def test_what_is_no_uri_is_refused(text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Uri)


def test_messages_cannot_be_changed():
    with pytest.raises(AttributeError):
        AuthorizeRequest(id_tag="a").id_tag = "b"  # type: ignore[misc]  # that it fails is the test


def test_fields_are_given_by_name_only():
    with pytest.raises(TypeError):
        AuthorizeRequest("a")  # type: ignore[misc]  # that it fails is the test


def test_custom_data_keeps_everything_and_names_its_vendor():
    data = read_custom_data(CustomData, {"vendorId": "com.example", "more": [1]})
    assert isinstance(data, CustomData)
    assert data.vendor_id == "com.example"
    assert data == {"vendorId": "com.example", "more": [1]}


@pytest.mark.parametrize("value", [1, "x", None, [], {}, {"vendorId": 1}, {"vendorId": None}, {"vendorId": "x" * 256}])
def test_custom_data_must_name_its_vendor(value):
    with pytest.raises(ValueError, match=r"Expected|missing"):
        read_custom_data(CustomData, value)


def test_no_other_type_has_a_decode_rule():
    with pytest.raises(NotImplementedError):
        read_custom_data(HeartbeatRequest, {})


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (True, "bool"), (1, "int"), (1.5, "float"), ("", "str"), ([], "array"), ({}, "object")],
)
def test_json_kinds_have_names(value, name):
    assert json_kind(value) == name


@pytest.mark.parametrize("value", [0, 16, 10**15, 16.0, 16.1, 0.3, -0.1, 1e20, 1234567.8])
def test_one_decimal_is_counted_in_decimals(value):
    assert has_one_decimal(value)


@pytest.mark.parametrize("value", [0.01, 16.15, 1e-7, -0.05])
def test_more_than_one_decimal_is_seen(value):
    assert not has_one_decimal(value)


def test_a_limit_with_two_decimals_cannot_be_made():
    require_one_decimal(None, "limit")
    with pytest.raises(ValueError, match="limit"):
        ChargingSchedulePeriod(start_period=0, limit=16.15)
