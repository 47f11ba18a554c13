import datetime as dt

from busbar.wire import ocpp16, ocpp201
from busbar.wire.schema.decoding import encode_payload
from busbar.wire.schema.instants import write_times

AT = dt.datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=dt.UTC)


def test_times_go_out_with_three_decimals_cut_not_rounded():
    raw = encode_payload(ocpp16.HeartbeatResponse(current_time=AT))
    assert raw == b'{"currentTime":"2024-02-29T23:59:59.999Z"}'


def test_a_time_of_whole_seconds_has_no_decimals():
    raw = encode_payload(ocpp16.HeartbeatResponse(current_time=AT.replace(microsecond=0)))
    assert raw == b'{"currentTime":"2024-02-29T23:59:59Z"}'


def test_a_fraction_below_a_millisecond_is_not_written_with_six_decimals():
    raw = encode_payload(ocpp16.HeartbeatResponse(current_time=AT.replace(microsecond=999)))
    assert raw == b'{"currentTime":"2024-02-29T23:59:59.000Z"}'


def test_the_zone_of_a_time_is_kept():
    zone = dt.timezone(dt.timedelta(hours=-3, minutes=-30))
    raw = encode_payload(ocpp16.HeartbeatResponse(current_time=AT.astimezone(zone)))
    assert raw == b'{"currentTime":"2024-02-29T20:29:59.999-03:30"}'


def test_times_in_lists_of_types_are_found():
    request = ocpp201.MeterValuesRequest(
        evse_id=1,
        meter_value=[
            ocpp201.MeterValueType(timestamp=AT, sampled_value=[ocpp201.SampledValueType(value=1)]),
            ocpp201.MeterValueType(
                timestamp=AT.replace(microsecond=0), sampled_value=[ocpp201.SampledValueType(value=2)]
            ),
        ],
    )
    raw = encode_payload(request)
    assert raw.count(b'"2024-02-29T23:59:59.999Z"') == 1
    assert raw.count(b'"2024-02-29T23:59:59Z"') == 1
    assert request.meter_value[0].timestamp == AT


def test_a_message_without_times_is_not_copied():
    request = ocpp16.AuthorizeRequest(id_tag="a")
    assert write_times(request) is request


def test_an_absent_time_stays_absent():
    request = ocpp16.GetDiagnosticsRequest(location="urn:x")
    assert write_times(request) is request
