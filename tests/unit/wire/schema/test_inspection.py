import datetime as dt
import json

import pytest

from busbar.wire import ocpp16, ocpp201
from busbar.wire.schema.codes import ErrorCode
from busbar.wire.schema.errors import PayloadError
from busbar.wire.schema.inspection import inspect_payload
from busbar.wire.schema.quirk import Quirk, QuirkKind

MIDNIGHT = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
HALF_PAST = MIDNIGHT.replace(microsecond=500_000)


def meter_values(**changes):
    sample = {"value": "1"} | changes.pop("sample", {})
    value = {"timestamp": "2024-01-01T00:00:00Z", "sampledValue": [sample]} | changes
    return json.dumps({"connectorId": 1, "meterValue": [value]}).encode()


def mended(raw, kind=ocpp16.MeterValuesRequest):
    return inspect_payload(raw, kind, is_tolerant=True)


def refused(raw, kind=ocpp16.MeterValuesRequest, *, is_tolerant=False):
    with pytest.raises(PayloadError) as caught:
        inspect_payload(raw, kind, is_tolerant=is_tolerant)
    return caught.value.error_code, caught.value.path


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("2024-01-01T00:00:00", MIDNIGHT, QuirkKind.ZONELESS_TIME),
        ("2024-01-01 00:00", MIDNIGHT, QuirkKind.ZONELESS_TIME),
        ("2024-01-01T00:00:00,5Z", HALF_PAST, QuirkKind.ODD_TIME),
        ("2024-01-01T00:00:00.Z", MIDNIGHT, QuirkKind.ODD_TIME),
        ("2024-01-01T00:00Z", MIDNIGHT, QuirkKind.ODD_TIME),
        ("2024-01-01T01:00:00+01", MIDNIGHT, QuirkKind.ODD_TIME),
        (" 2024-01-01T00:00:00Z ", MIDNIGHT, QuirkKind.ODD_TIME),
    ],
)
def test_odd_times_with_one_meaning_are_read_when_tolerant(text, at, kind):
    raw = meter_values(timestamp=text)
    message, quirks = mended(raw)
    assert message.meter_value[0].timestamp == at
    assert quirks == (Quirk(kind, "meterValue[0].timestamp"),)
    assert refused(raw) == (ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "meterValue[0].timestamp")


@pytest.mark.parametrize("text", ["", "now", "2024-02-30T00:00:00", "01/02/2024 00:00", "1704067200", "2024-01-01"])
def test_times_with_no_or_two_meanings_are_refused_even_when_tolerant(text):
    wanted = (ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "meterValue[0].timestamp")
    assert refused(meter_values(timestamp=text), is_tolerant=True) == wanted


def test_the_leap_second_counts_as_the_second_before():
    message, quirks = inspect_payload(
        meter_values(timestamp="2016-12-31T23:59:60Z"), ocpp16.MeterValuesRequest, is_tolerant=False
    )
    assert message.meter_value[0].timestamp == dt.datetime(2016, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    assert quirks == ()


def test_unknown_fields_are_dropped_and_named_at_every_depth():
    message, quirks = mended(meter_values(vendor=1, sample={"value": "1", "x": {}}))
    assert message.meter_value[0].sampled_value == [ocpp16.SampledValue(value="1")]
    assert quirks == (
        Quirk(QuirkKind.UNKNOWN_FIELD, "meterValue[0].sampledValue[0].x"),
        Quirk(QuirkKind.UNKNOWN_FIELD, "meterValue[0].vendor"),
    )


def test_null_and_empty_optional_fields_count_as_absent():
    message, quirks = mended(meter_values(sample={"value": "1", "unit": None, "phase": ""}))
    assert message.meter_value[0].sampled_value == [ocpp16.SampledValue(value="1")]
    assert quirks == (
        Quirk(QuirkKind.NULL_FIELD, "meterValue[0].sampledValue[0].unit"),
        Quirk(QuirkKind.EMPTY_FIELD, "meterValue[0].sampledValue[0].phase"),
    )


@pytest.mark.parametrize(("number", "text"), [(230.1, "230.1"), (6379.259277, "6379.259277"), (7, "7"), (-0.5, "-0.5")])
def test_a_number_for_text_keeps_its_digits(number, text):
    message, quirks = mended(meter_values(sample={"value": number}))
    assert message.meter_value[0].sampled_value[0].value == text
    assert quirks == (Quirk(QuirkKind.NUMBER_FOR_TEXT, "meterValue[0].sampledValue[0].value"),)


def test_a_truth_value_is_no_number():
    path = "meterValue[0].sampledValue[0].value"
    assert refused(meter_values(sample={"value": True}), is_tolerant=True) == (
        ErrorCode.TYPE_CONSTRAINT_VIOLATION,
        path,
    )


def test_a_whole_number_may_stand_for_an_id_and_a_fraction_may_not():
    message, quirks = mended(b'{"idTag":12345678}', ocpp16.AuthorizeRequest)
    assert message.id_tag == "12345678"
    assert quirks == (Quirk(QuirkKind.NUMBER_FOR_TEXT, "idTag"),)
    wanted = (ErrorCode.TYPE_CONSTRAINT_VIOLATION, "idTag")
    assert refused(b'{"idTag":12E4}', ocpp16.AuthorizeRequest, is_tolerant=True) == wanted


def test_a_limit_is_rounded_to_one_decimal_when_tolerant():
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 13.0434}]}
    raw = json.dumps({"status": "Accepted", "chargingSchedule": schedule}).encode()
    message, quirks = mended(raw, ocpp16.GetCompositeScheduleResponse)
    assert message.charging_schedule.charging_schedule_period[0].limit == 13.0
    assert quirks == (Quirk(QuirkKind.TOO_PRECISE, "chargingSchedule.chargingSchedulePeriod[0].limit"),)


def test_an_energy_that_is_no_whole_number_is_never_rounded():
    raw = b'{"transactionId":1,"timestamp":"2024-01-01T00:00:00Z","meterStop":6379.25}'
    wanted = (ErrorCode.TYPE_CONSTRAINT_VIOLATION, "meterStop")
    assert refused(raw, ocpp16.StopTransactionRequest, is_tolerant=True) == wanted


def test_a_whole_number_written_with_a_point_is_taken():
    message, quirks = inspect_payload(b'{"reservationId":5.0}', ocpp201.CancelReservationRequest, is_tolerant=False)
    assert (message.reservation_id, quirks) == (5, ())


def test_required_fields_are_named_before_others():
    raw = b'{"extra":1,"chargePointModel":2}'
    wanted = (ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, "chargePointVendor")
    assert refused(raw, ocpp16.BootNotificationRequest) == wanted


def test_custom_data_is_looked_into():
    wanted = (ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, "customData.vendorId")
    assert refused(b'{"customData":{}}', ocpp201.HeartbeatRequest) == wanted


def test_words_from_outside_are_cut():
    with pytest.raises(PayloadError) as caught:
        inspect_payload(json.dumps({"x" * 5000: 1}).encode(), ocpp16.HeartbeatRequest, is_tolerant=False)
    assert len(caught.value.text) < 255
    assert len(caught.value.path) <= 40


def test_the_list_of_quirks_is_bounded():
    raw = json.dumps({f"x{n}": n for n in range(1000)}).encode()
    assert len(mended(raw, ocpp16.HeartbeatRequest)[1]) == 100
