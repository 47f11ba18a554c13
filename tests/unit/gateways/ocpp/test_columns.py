import msgspec
import pytest

from busbar.canon.sample_block import list_samples
from busbar.gateways.ocpp.columns import read_block_2, read_block_16
from busbar.gateways.ocpp.metering import read_samples_2, read_samples_16
from busbar.wire import ocpp16, ocpp201

AT = "2026-03-01T12:00:00+01:00"
VALUES_16 = [
    {"value": "10045", "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
    {"value": "10.9", "measurand": "Power.Active.Import", "unit": "kW"},
    {"value": "15.25", "measurand": "Current.Import", "phase": "L1", "unit": "A", "context": "Sample.Clock"},
    {"value": "-3.5", "measurand": "Temperature", "unit": "Celsius", "location": "Body"},
    {"value": "7"},
]
VALUES_2 = [
    {"value": 10045, "measurand": "Energy.Active.Import.Register", "unitOfMeasure": {"unit": "Wh"}},
    {"value": 10.9, "measurand": "Power.Active.Import", "unitOfMeasure": {"unit": "W", "multiplier": 3}},
    {"value": 229.5, "measurand": "Voltage", "phase": "L1-N", "location": "Inlet"},
    {"value": 11000.0, "measurand": "Power.Offered"},
]


def read_16(*values):
    return msgspec.convert([{"timestamp": AT, "sampledValue": list(values)}], list[ocpp16.MeterValue])


def read_2(*values):
    return msgspec.convert([{"timestamp": AT, "sampledValue": list(values)}], list[ocpp201.MeterValueType])


@pytest.mark.parametrize("values", [VALUES_16, VALUES_16[:1], VALUES_16[3:], VALUES_16 * 3])
def test_columns_of_1_6_hold_what_the_long_way_reads(values):
    told = read_16(*values)
    for _ in range(2):
        block = read_block_16(told)
        assert block is not None
        assert list(list_samples(block)) == read_samples_16(told, field="x").taken


@pytest.mark.parametrize("values", [VALUES_2, VALUES_2[:1], VALUES_2[2:], VALUES_2 * 3])
def test_columns_of_2_hold_what_the_long_way_reads(values):
    told = read_2(*values)
    for _ in range(2):
        block = read_block_2(told)
        assert block is not None
        assert list(list_samples(block)) == read_samples_2(told).taken


@pytest.mark.parametrize(
    "values",
    [
        [],
        [{"value": "x"}],
        [{"value": "5", "measurand": "Voltage", "unit": "A"}],
        [{"value": "OCMF|", "format": "SignedData"}],
        [{"value": "1"}] * 65,
        [{"value": "1e99"}],
    ],
)
def test_what_is_not_plain_in_1_6_is_left_alone(values):
    assert read_block_16(read_16(*values)) is None
    assert read_block_16(read_16({"value": "1"}) * 2) is None


@pytest.mark.parametrize(
    "values",
    [
        [{"value": 1e99}],
        [{"value": 5, "measurand": "Voltage", "unitOfMeasure": {"unit": "A"}}],
        [{"value": 5, "unitOfMeasure": {"unit": "Wh", "multiplier": 99}}],
        [{"value": 5}] * 65,
    ],
)
def test_what_is_not_plain_in_2_is_left_alone(values):
    assert read_block_2(read_2(*values)) is None
    assert read_block_2(read_2({"value": 1}) * 2) is None


def test_signed_values_and_vendors_data_go_the_long_way():
    signed = ocpp201.SignedMeterValueType(
        signed_meter_data="x", signing_method="", encoding_method="OCMF", public_key=""
    )
    (told,) = read_2({"value": 1})
    (one,) = told.sampled_value
    with_signed = msgspec.structs.replace(told, sampled_value=[msgspec.structs.replace(one, signed_meter_value=signed)])
    assert read_block_2([with_signed]) is None
    vendors = msgspec.structs.replace(one, custom_data={"vendorId": "v"})
    assert read_block_2([msgspec.structs.replace(told, sampled_value=[vendors])]) is None
