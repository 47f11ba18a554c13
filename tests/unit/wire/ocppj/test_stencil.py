import msgspec
import pytest

from busbar.wire.ocppj.stencil import INSTANT, NUMBER, TEXT, WHOLE, cut

FORMS = {"value": TEXT, "timestamp": INSTANT, "transactionId": WHOLE}
FRAME = (
    '[2,"m-1","MeterValues",{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"2026-03-01T12:00:00Z",'
    '"sampledValue":[{"value":"10","unit":"Wh"},{"unit":"A","value":"1.5"}]}]}]'
)


def test_the_scalars_are_found_again_in_a_call_that_is_written_alike():
    stencil = cut(FRAME, FORMS)
    assert stencil is not None
    assert stencil.names == ("transactionId", "timestamp", "value", "value")
    assert stencil.find("timestamp") == 2
    assert stencil.find("value") is None
    match = stencil.compile(FORMS)
    found = match(FRAME)
    assert found is not None
    assert found.groups() == ("m-1", "7", "2026-03-01T12:00:00Z", "10", "1.5")
    other = FRAME.replace("m-1", "m-22").replace(":7,", ":-12345,").replace('"1.5"', '"x.y"').replace("00Z", "00.125Z")
    found = match(other)
    assert found is not None
    assert found.groups() == ("m-22", "-12345", "2026-03-01T12:00:00.125Z", "10", "x.y")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"unit":"Wh"', '"unit":"kWh"'),
        ('"10"', r'"1\"0"'),
        ('"10"', '"1"0"'),
        ('"10"', "10"),
        ('"10"', '"' + "1" * 37 + '"'),
        ("m-1", "m" * 37),
        (":7,", ":07,"),
        (":7,", ":-0,"),
        (":7,", ":7.0,"),
        (":7,", ":1234567890,"),
        ("12:00:00Z", "12:00:00"),
        ("12:00:00Z", "12:00:00+00:00"),
        ("2026-03-01", "20260301"),
        ("12:00:00Z", "12:00:00.1234567Z"),
        ("]}]}]", "]}]} ]"),
        ("]}]}]", "]}]}]x"),
        ("[2,", "[3,"),
    ],
)
def test_what_is_written_otherwise_does_not_fit(old, new):
    stencil = cut(FRAME, FORMS)
    assert stencil is not None
    assert old in FRAME
    assert stencil.compile(FORMS)(FRAME.replace(old, new)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [("12:00:00Z", "12:00:00+01:00"), ('"10"', "10"), (":7,", ":7.5,"), ('"m-1"', r'"m\u0031"')],
)
def test_a_call_with_a_scalar_in_another_form_is_no_stencil(old, new):
    assert cut(FRAME.replace(old, new), FORMS) is None


@pytest.mark.parametrize("text", ["0", "5", "-5", "0.5", "-0.25", "123456789.123456", "108000.0"])
def test_numbers_are_those_of_json(text):
    stencil = cut('[2,"m","A",{"value":1}]', {"value": NUMBER})
    assert stencil is not None
    found = stencil.compile({"value": NUMBER})(f'[2,"m","A",{{"value":{text}}}]')
    assert found is not None
    assert found[2] == text
    assert repr(msgspec.json.decode(text)) == repr(float(text)) or msgspec.json.decode(text) == int(text)


@pytest.mark.parametrize("text", ["01", "1.", ".5", "-", "1e3", "1234567890", "0.1234567", "+1", "٣", '"1"', "1,2"])
def test_what_is_no_short_number_is_none(text):
    stencil = cut('[2,"m","A",{"value":1}]', {"value": NUMBER})
    assert stencil is not None
    assert stencil.compile({"value": NUMBER})(f'[2,"m","A",{{"value":{text}}}]') is None
