from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busbar.kernel.quantity import LARGEST, QuantityError, read_decimal, round_whole, scale_digits, scale_whole


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("6379.259277", "6379.259277"),
        (6379.259277, "6379.259277"),
        (0.1, "0.1"),
        (7, "7"),
        ("-0", "-0"),
        ("1e3", "1e3"),
        (" 12.5 ", "12.5"),
    ],
)
def test_a_number_is_read_as_it_was_written(written, exact):
    assert read_decimal(written) == Decimal(exact)


@pytest.mark.parametrize("written", ["", "abc", "1,5", "NaN", "Infinity", float("nan"), float("inf"), "x" * 1000])
def test_what_is_no_finite_number_is_refused(written):
    with pytest.raises(QuantityError) as caught:
        read_decimal(written)
    assert caught.value.code == "invalid.quantity"
    assert len(caught.value.facts["text"]) <= 64


@pytest.mark.parametrize(
    ("text", "whole"), [("6379.259277", 6379), ("0.5", 0), ("1.5", 2), ("2.5", 2), ("-2.5", -2), ("1e3", 1000)]
)
def test_rounding_is_half_to_even(text, whole):
    assert round_whole(Decimal(text)) == whole


@pytest.mark.parametrize("text", [str(LARGEST + 1), "-1e30", "1e999999"])
def test_what_no_meter_shows_is_refused(text):
    with pytest.raises(QuantityError):
        round_whole(Decimal(text))
    assert round_whole(Decimal(LARGEST)) == LARGEST


@given(
    st.one_of(
        st.decimals(allow_nan=True, allow_infinity=True).map(str), st.floats(), st.integers(), st.text(max_size=6)
    ),
    st.sampled_from([Decimal(1), Decimal(1000), Decimal("0.1"), Decimal("1e12")]),
)
def test_scaling_in_one_go_is_the_plain_way(value, factor):
    try:
        expected = round_whole(read_decimal(value) * factor)
    except QuantityError:
        with pytest.raises(QuantityError):
            scale_whole(value, factor)
    else:
        assert scale_whole(value, factor) == expected


@given(st.from_regex(r"[0-9]{1,7}\.[0-9]{1,4}", fullmatch=True), st.sampled_from([1, 10, 1000]))
def test_short_digits_are_read_as_any_number_is(text, factor):
    assert scale_digits(text, factor) == scale_whole(text, Decimal(factor))


@pytest.mark.parametrize(
    "text", ["", ".", "1", "1.", ".5", "-1.5", "1.5e3", "1.2.3", "1234567890.123", "\u0661.\u0665", " 1.5"]
)
def test_what_is_no_short_number_is_left_to_the_plain_way(text):
    assert scale_digits(text, 1000) is None
