"""Exact quantities: whole Wh, W, mA, mV …, made once from what a station wrote and never through a float."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from busbar.kernel.errors import InvalidError

LARGEST = 2**53
"""No quantity's magnitude goes past this (it fits every JSON reader and a database BIGINT)."""

SHORT_MAX_CHARACTERS = 12
"""A number of so many characters, times a factor of a thousand, is within the range."""
_ONE = Decimal(1)


class QuantityError(InvalidError):
    """The text is not a number, or is out of any meter's range."""

    code = "invalid.quantity"


def read_decimal(text: str | float) -> Decimal:
    """Read a number as it was written; a JSON number keeps its shortest exact text."""
    try:
        number = Decimal(text if isinstance(text, str | int) else repr(text))
    except InvalidOperation:
        raise QuantityError("not a number", text=str(text)[:64]) from None
    if not number.is_finite():
        raise QuantityError("not a finite number", text=str(text)[:64])
    return number


def round_whole(number: Decimal) -> int:
    """Round half to even to a whole number of the unit in hand."""
    if abs(number) > LARGEST:
        raise QuantityError("out of range", text=str(number)[:64])
    return int(number.to_integral_value(rounding=ROUND_HALF_EVEN))


def scale_digits(text: str, factor: int) -> int | None:
    """Read `digits.digits` times a whole factor, rounded half to even; None for anything but short plain digits.

    The same as `scale_whole`, for what meters send: at a third of its cost.
    """
    whole, _, fraction = text.partition(".")
    if len(text) > SHORT_MAX_CHARACTERS or not (whole.isdecimal() and fraction.isdecimal() and text.isascii()):
        return None
    unit = 10 ** len(fraction)
    value, rest = divmod(int(whole + fraction) * factor, unit)
    return value + 1 if rest * 2 > unit or (rest * 2 == unit and value % 2) else value


def scale_whole(value: str | float, factor: Decimal) -> int:
    """Read a number, multiply it, and round once: `round_whole(read_decimal(value) * factor)`, for the hot path."""
    try:
        whole = int(
            (Decimal(value if isinstance(value, str | int) else repr(value)) * factor).quantize(_ONE, ROUND_HALF_EVEN)
        )
    except (InvalidOperation, ValueError):  # no number, not finite, or far out of range: the plain way says which
        return round_whole(read_decimal(value) * factor)
    if not -LARGEST <= whole <= LARGEST:
        raise QuantityError("out of range", text=str(value)[:64])
    return whole
