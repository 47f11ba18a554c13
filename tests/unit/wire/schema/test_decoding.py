import datetime as dt

import msgspec
import pytest

from busbar.wire import ocpp16, ocpp21, ocpp201
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.decoding import (
    PayloadError,
    decode_payload,
    decode_tolerant,
    decoder_of,
    encode_checked,
    encode_payload,
)


def test_the_walkthrough_s_remote_start_is_read_and_written_back():
    raw = (
        b'{"connectorId":1,"idTag":"remote-11902","chargingProfile":{"chargingProfileId":1,"stackLevel":0,'
        b'"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":'
        b'{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":32}]}}}'
    )
    request = decode_payload(raw, ocpp16.RemoteStartTransactionRequest)
    assert request.charging_profile is not None
    assert request.charging_profile.charging_schedule.charging_schedule_period[0].limit == 32
    assert encode_checked(request) == raw


def test_a_decoder_is_made_once():
    assert decoder_of(ocpp16.HeartbeatRequest) is decoder_of(ocpp16.HeartbeatRequest)


def test_times_become_aware():
    response = decode_payload(b'{"currentTime":"2024-01-01T02:00:00+02:00"}', ocpp16.HeartbeatResponse)
    assert response.current_time == dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def test_null_payload_means_an_empty_one():
    assert decode_payload(b"null", ocpp16.HeartbeatRequest) == ocpp16.HeartbeatRequest()
    with pytest.raises(PayloadError) as caught:
        decode_payload(b"null", ocpp16.AuthorizeRequest)
    assert caught.value.error_code is ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION


def test_open_data_tells_null_from_absence():
    absent = decode_payload(b'{"vendorId":"v"}', ocpp201.DataTransferRequest)
    null = decode_payload(b'{"vendorId":"v","data":null}', ocpp201.DataTransferRequest)
    assert absent.data is msgspec.UNSET
    assert null.data is None
    assert (b"data" in encode_payload(absent), b"data" in encode_payload(null)) == (False, True)


def test_custom_data_survives_the_round_trip():
    raw = b'{"customData":{"vendorId":"com.example","mainMeterValue":12345}}'
    assert encode_checked(decode_payload(raw, ocpp21.HeartbeatRequest)) == raw


def test_tolerant_decoding_of_a_right_message_has_no_quirks():
    assert decode_tolerant(b'{"idTag":"a"}', ocpp16.AuthorizeRequest) == (ocpp16.AuthorizeRequest(id_tag="a"), ())


@pytest.mark.parametrize("raw", [b"", b"{", b'{"idTag":"\xff"}', b'{"idTag":"\\ud800"}', b"[" * 100_000, b"{} {}"])
def test_what_is_no_json_is_a_format_violation(raw):
    for decode in (decode_payload, decode_tolerant):
        with pytest.raises(PayloadError) as caught:
            decode(raw, ocpp16.AuthorizeRequest)
        assert caught.value.error_code is ErrorCode.FORMAT_VIOLATION


@pytest.mark.parametrize(
    "message",
    [
        ocpp16.AuthorizeRequest(id_tag="x" * 21),
        ocpp16.ResetRequest(type="Medium"),  # type: ignore[arg-type]  # that it is refused is the test
        ocpp16.HeartbeatResponse(current_time=dt.datetime(2024, 1, 1)),  # noqa: DTZ001 - that it is refused is the test
        ocpp16.MeterValuesRequest(connector_id=1, meter_value=[]),
    ],
)
def test_what_breaks_its_schema_never_goes_out(message):
    with pytest.raises(PayloadError):
        encode_checked(message)
