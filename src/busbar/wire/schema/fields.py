"""Field types of the generated messages.

Absent optional fields are `None` in Python and are never sent; a JSON `null` is refused, as the schemas demand. Both
come from one trick: type checkers see `Maybe[T]` as `T | None`, while msgspec sees plain `T` with the default `None`.
"""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct

if TYPE_CHECKING:
    from typing import Optional as Maybe  # pyright: ignore[reportUnusedImport] - the generated modules import it
else:

    class Maybe:
        """`Maybe[T]` is `T` at run time: see the module's text."""

        def __class_getitem__(cls, item: object) -> object:
            return item


MAX_INTEGER = 2**53 - 1
"""Greatest integer taken from or put on the wire: what every JSON reader keeps exactly (RFC 7493, I-JSON).

OCPP says 32 bits, yet energy registers in Wh outgrow them in the field; the schemas set no bound at all.
"""
MAX_VENDOR_ID_CHARS = 255

Integer = Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
Number = Integer | float
"""A JSON number as it was written: `16` stays an int, `16.0` a float. Making it exact is the translator's work."""
Timestamp = Annotated[dt.datetime, Meta(tz=True)]
"""RFC 3339 with an offset; decoded to an aware datetime."""
Uri = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$")
]
"""An absolute URI in the characters of RFC 3986."""


class Payload(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True, rename="camel"):
    """One OCPP message or data type. Immutable by convention down to its lists; JSON names are camelCase."""


class CustomData(dict[str, Any]):
    """The open `customData` object of OCPP 2.x: `vendorId` (up to 255 characters) and whatever the vendor adds."""

    @property
    def vendor_id(self) -> str:
        """Who defined the other members, by reversed domain name."""
        return str(self["vendorId"])


def read_custom_data(kind: type, value: object) -> object:
    """Decode hook of msgspec for the one type that it does not know; raises ValueError, which it turns into its own."""
    if kind is not CustomData:
        raise NotImplementedError(f"no rule to decode {kind!r}")
    if not isinstance(value, dict):
        raise ValueError(f"Expected `object`, got `{json_kind(value)}`")  # noqa: TRY004 - only ValueError gets a path
    data = CustomData(value)  # pyright: ignore[reportUnknownArgumentType] - JSON object keys are strings
    vendor_id = data.get("vendorId")
    if vendor_id is None and "vendorId" not in data:
        raise ValueError("Object missing required field `vendorId`")
    if not isinstance(vendor_id, str):
        raise ValueError(f"Expected `str`, got `{json_kind(vendor_id)}` for `vendorId`")  # noqa: TRY004 - see above
    if len(vendor_id) > MAX_VENDOR_ID_CHARS:
        raise ValueError(f"Expected `str` of length <= {MAX_VENDOR_ID_CHARS} for `vendorId`")
    return data


def json_kind(value: object) -> str:
    """Name the JSON kind of a decoded value as msgspec names it."""
    if value is None:
        return "null"
    for kind, name in (
        (bool, "bool"),
        (int, "int"),
        (float, "float"),
        (str, "str"),
        (list, "array"),
        (dict, "object"),
    ):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def has_one_decimal(value: float) -> bool:
    """Tell whether a number has at most one digit after the point (`multipleOf: 0.1` without binary fractions)."""
    if isinstance(value, int):
        return True
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -1


def require_one_decimal(value: float | None, name: str) -> None:
    """Raise ValueError when the number has more than one digit after the point."""
    if value is not None and not has_one_decimal(value):
        raise ValueError(f"Expected `float` that's a multiple of 0.1 for `{name}`")
