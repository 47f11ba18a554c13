from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.canon.metering import Measurand, SampleContext, SampleLocation
from busbar.gateways.ocpp import metering
from busbar.gateways.ocpp.metering import (
    MEASURANDS,
    UnitError,
    convert_value,
    find_conversion,
    read_samples_2,
    read_samples_16,
    to_utc,
)
from busbar.kernel.quantity import QuantityError
from busbar.wire import ocpp16, ocpp21, ocpp201

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def convert(value, measurand=None, unit=None, multiplier=0):
    return convert_value(value, find_conversion(measurand, None, None, unit, multiplier))


@pytest.mark.parametrize(
    ("value", "measurand", "unit", "whole"),
    [
        ("6379.259277", None, None, 6379),
        ("6379.5", None, "Wh", 6380),
        ("6380.5", None, "Wh", 6380),
        ("12.3456", None, "kWh", 12_346),
        ("7.4", "Power.Active.Import", "kW", 7_400),
        ("-1.5", "Power.Active.Export", "kW", -1_500),
        ("3", "Power.Reactive.Import", "kvar", 3_000),
        ("22", "Power.Offered", "kVA", 22_000),
        ("31.999", "Current.Import", "A", 31_999),
        ("241.10", "Voltage", "V", 241_100),
        ("49.98", "Frequency", "Hertz", 49_980),
        ("25.5", "Temperature", "Celsius", 25_500),
        ("25.5", "Temperature", "Celcius", 25_500),
        ("77", "Temperature", "Fahrenheit", 25_000),
        ("300.15", "Temperature", "K", 27_000),
        ("83", "SoC", "Percent", 830),
        ("0.95", "Power.Factor", None, 950),
        ("95", "Power.Factor", "Percent", 950),
        ("1500", "RPM", None, 1500),
        ("1e3", None, "Wh", 1000),
        (" 5 ", None, "Wh", 5),
        # Without a unit, anything but energy is in its measurand's own base unit.
        ("230", "Voltage", None, 230_000),
        ("16", "Current.Import", None, 16_000),
        ("50", "SoC", None, 500),
    ],
)
def test_values_become_whole_canonical_units(value, measurand, unit, whole):
    assert convert(value, measurand, unit) == whole


@pytest.mark.parametrize(
    ("value", "multiplier", "unit", "whole"),
    [(1.5, 3, "Wh", 1500), (1.5, 0, "kWh", 1500), (15, -1, "kWh", 1500), (0.1, 3, "kWh", 100_000), (2.5, 0, None, 2)],
)
def test_multipliers_are_powers_of_ten(value, multiplier, unit, whole):
    assert convert(value, "Energy.Active.Import.Register", unit, multiplier) == whole


@given(st.decimals(-(10**9), 10**9, places=3))
def test_no_float_touches_a_value(number):
    assert convert(str(number), None, "kWh") == number * 1000
    assert convert(float(number), None, "kWh") == int((Decimal(repr(float(number))) * 1000).to_integral_value())


@pytest.mark.parametrize("unit", ["V", "W", "Percent", "furlong"])
def test_a_unit_of_something_else_is_an_error(unit):
    with pytest.raises(UnitError):
        find_conversion("Energy.Active.Import.Register", None, None, unit, 0)


@pytest.mark.parametrize("multiplier", [13, -13, 10**9])
def test_a_multiplier_beyond_all_reason_is_an_error(multiplier):
    with pytest.raises(UnitError):
        find_conversion(None, None, None, "Wh", multiplier)


def test_every_measurand_of_the_older_versions_has_a_name_of_ours():
    words = set(ocpp16.messages.Measurand.__args__) | set(ocpp201.messages.MeasurandEnumType.__args__)
    assert words - set(MEASURANDS) == set()
    later = set(ocpp21.messages.MeasurandEnumType.__args__) - set(MEASURANDS)
    for word in later:
        conversion = find_conversion(word, None, None, None, 0)
        assert (conversion.measurand, conversion.raw_measurand) == (Measurand.OTHER, word)


def one_16(value, **more):
    return ocpp16.SampledValue(value=value, **more)


def meter_16(*values, at=AT):
    return [ocpp16.MeterValue(timestamp=at, sampled_value=list(values))]


def test_the_defaults_of_1_6_are_filled_in():
    (sample,) = read_samples_16(meter_16(one_16("100")), field="meterValue").taken
    assert (sample.measurand, sample.context, sample.location, sample.phase, sample.value, sample.at) == (
        Measurand.ENERGY_IMPORT_REGISTER,
        SampleContext.PERIODIC,
        SampleLocation.OUTLET,
        None,
        100,
        AT,
    )


def test_time_is_kept_as_utc():
    at = datetime(2026, 11, 21, 18, 0, tzinfo=timezone(timedelta(hours=8)))
    (sample,) = read_samples_16(meter_16(one_16("1"), at=at), field="meterValue").taken
    assert sample.at == AT
    assert sample.at.tzinfo is UTC


def test_phase_location_and_context_are_kept():
    value = one_16("10", measurand="Current.Import", phase="L1-N", location="EV", context="Interruption.End", unit="A")
    (sample,) = read_samples_16(meter_16(value), field="meterValue").taken
    assert (sample.phase, sample.location, sample.context) == (
        "L1-N",
        SampleLocation.EV,
        SampleContext.INTERRUPTION_END,
    )


@pytest.mark.parametrize("value", ["", "abc", "NaN", "Infinity", "1,5", "9" * 30])
def test_an_ill_formed_value_is_left_out_and_its_neighbours_are_not(value):
    found = read_samples_16(meter_16(one_16("1"), one_16(value), one_16("2")), field="transactionData")
    assert [sample.value for sample in found.taken] == [1, 2]
    assert found.refused == ["transactionData[0].sampledValue[1]"]


def test_signed_data_of_1_6_goes_with_the_plain_value_it_vouches_for():
    signed = 'OCMF|{"FV":"1.0"}|{"SD":"00"}'
    plain = one_16("100", context="Transaction.End")
    found = read_samples_16(
        meter_16(one_16(signed, format="SignedData", context="Transaction.End"), plain, one_16("5")), field="meterValue"
    )
    assert [(sample.value, sample.signed) for sample in found.taken] == [(100, signed), (5, None)]


def test_signed_data_alone_is_kept_alone():
    signed = "<signedMeterValue/>"
    (sample,) = read_samples_16(
        meter_16(one_16(signed, format="SignedData", context="Transaction.Begin")), field="meterValue"
    ).taken
    assert (sample.measurand, sample.value, sample.signed, sample.raw_measurand, sample.context) == (
        Measurand.OTHER,
        0,
        signed,
        "Energy.Active.Import.Register",
        SampleContext.BEGIN,
    )


@pytest.mark.parametrize("wire", [ocpp201, ocpp21])
def test_samples_of_2_x_with_signed_values(wire):
    signed = wire.SignedMeterValueType(
        signed_meter_data="T0NNRg==", signing_method="ECDSA-secp256r1-SHA256", encoding_method="OCMF", public_key="b2Nh"
    )
    values = [
        wire.SampledValueType(
            value=1.25, unit_of_measure=wire.UnitOfMeasureType(unit="kWh"), signed_meter_value=signed
        ),
        wire.SampledValueType(value=230.5, measurand="Voltage", unit_of_measure=wire.UnitOfMeasureType(unit="A")),
        wire.SampledValueType(value=16, measurand="Current.Import", phase="L2", context="Trigger"),
    ]
    found = read_samples_2([wire.MeterValueType(timestamp=AT, sampled_value=values)])
    assert [(sample.measurand, sample.value, sample.phase) for sample in found.taken] == [
        (Measurand.ENERGY_IMPORT_REGISTER, 1250, None),
        (Measurand.CURRENT_IMPORT, 16_000, "L2"),
    ]
    assert found.refused == ["meterValue[0].sampledValue[1]"]
    assert found.taken[0].signed == (
        '{"signedMeterData":"T0NNRg==","signingMethod":"ECDSA-secp256r1-SHA256","encodingMethod":"OCMF","publicKey":"b2Nh"}'
    )
    assert read_samples_2(None).taken == []


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 3, 1, 6, tzinfo=UTC)),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime.min.replace(tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_time_that_utc_has_no_year_for_is_the_nearest_one(told, meant):
    assert to_utc(told) == meant
    assert to_utc(told).tzinfo is UTC


WRITTEN = st.one_of(
    st.from_regex(r"-?[0-9]{1,14}(\.[0-9]{1,8})?", fullmatch=True),
    st.sampled_from(
        [
            "0.0005",
            "0.5",
            "-0.5",
            "1.5",
            "2.5",
            "1e3",
            " 7 ",
            "1_000",
            "\u0661\u0662",
            "\u00b2",
            "",
            "x",
            "NaN",
            "00",
            "+3",
        ]
    ),
    st.text(max_size=5),
)
KINDS = [
    (None, "Wh"),
    (None, "kWh"),
    ("Power.Active.Import", "kW"),
    ("Voltage", "V"),
    ("SoC", "Percent"),
    ("Temperature", "K"),
    ("Temperature", "Fahrenheit"),
    ("Power.Factor", None),
]


@given(st.lists(st.tuples(WRITTEN, st.sampled_from(KINDS)), max_size=20))
def test_texts_are_read_as_decimals_are_whatever_was_read_before(values):
    sampled = [ocpp16.SampledValue(value=value, measurand=measurand, unit=unit) for value, (measurand, unit) in values]
    found = read_samples_16([ocpp16.MeterValue(timestamp=AT, sampled_value=sampled)], field="f")
    expected, refused = [], []
    for place, (value, (measurand, unit)) in enumerate(values):
        try:
            expected.append(convert(value, measurand, unit))
        except QuantityError:
            refused.append(f"f[0].sampledValue[{place}]")
    assert [sample.value for sample in found.taken] == expected
    assert found.refused == refused


NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))


@given(st.lists(st.tuples(NUMBERS, st.sampled_from(KINDS), st.sampled_from([None, -3, 0, 2, 3, 9])), max_size=20))
def test_numbers_are_read_as_decimals_are_whatever_was_read_before(values):
    sampled = [
        ocpp201.SampledValueType(
            value=value,
            measurand=measurand,
            unit_of_measure=ocpp201.UnitOfMeasureType(unit=unit, multiplier=multiplier) if unit else None,
        )
        for value, (measurand, unit), multiplier in values
    ]
    found = read_samples_2([ocpp201.MeterValueType(timestamp=AT, sampled_value=sampled)])
    expected = []
    for value, (measurand, unit), multiplier in values:
        with suppress(QuantityError):
            expected.append(convert(value, measurand, unit, (multiplier or 0) if unit else 0))
    assert [sample.value for sample in found.taken] == expected


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(metering, "VALUES_MAX", 3)
    conversion = metering.Conversion(
        measurand=Measurand.VOLTAGE,
        raw_measurand=None,
        context=SampleContext.PERIODIC,
        location=SampleLocation.OUTLET,
        factor=Decimal(1000),
        scale="",
    )
    assert [conversion.read(f"{volts}.5") for volts in range(230, 240)] == list(range(230_500, 240_500, 1000))
    assert conversion.read("0" * 100 + "1") == 1000
    assert len(conversion.values) <= 3
