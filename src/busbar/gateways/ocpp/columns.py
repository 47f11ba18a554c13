"""Meter values of one instant as a block in columns: what a station tells of its values is looked up once a shape.

For the messages that come by the thousand. Whatever is not plain (several instants, signed values, a value that cannot
be read, a unit that does not belong) gives None: `metering.read_samples_16` and `read_samples_2` take everything.
"""

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter, call
from typing import TYPE_CHECKING, Any, cast

from busbar.canon.sample_block import Column, SampleBlock, pack_columns
from busbar.gateways.ocpp.metering import Conversion, UnitError, find_conversion_2, find_conversion_16, to_utc
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.quantity import QuantityError

if TYPE_CHECKING:  # a process pays for the versions it speaks
    from busbar.wire import ocpp16, ocpp21, ocpp201

FORMS_MAX = 256
"""Forms of meter values that are remembered, per version."""
VALUES_MAX = 64
"""A message with more values than this is not plain."""

Kinds = tuple[Hashable, ...]


class Form:
    """How the values of one shape are read."""

    __slots__ = ("conversions", "lookups", "shape")

    def __init__(self, conversions: Sequence[Conversion], phases: Sequence[str | None]) -> None:
        self.conversions = tuple(conversions)
        self.lookups = tuple([one.values.get for one in conversions])
        """Finds each value among those that were read lately."""
        self.shape = pack_columns(
            Column(one.measurand, phase, one.location, one.context, one.raw_measurand)
            for one, phase in zip(conversions, phases, strict=True)
        )

    def read(self, told: Sequence[str | float]) -> tuple[int, ...]:
        """Read the values that were told in this shape. Errors: QuantityError."""
        values = list(map(_look_up, self.lookups, told))
        if None in values:
            for place, value in enumerate(values):
                if value is None:
                    values[place] = self.conversions[place].read(told[place])
        return tuple(values)  # pyright: ignore[reportReturnType] - none is left that was not read


_kind_16 = attrgetter("measurand", "phase", "unit", "context", "location", "format")
_kind_2 = attrgetter(
    "measurand", "phase", "unit_of_measure", "context", "location", "signed_meter_value", "custom_data"
)
_value = attrgetter("value")
_look_up = cast("Callable[[Callable[[Any], int | None], Any], int | None]", call)
_FORMS_16: BoundedDict[Kinds, Form] = BoundedDict(bound=FORMS_MAX)
_FORMS_2: BoundedDict[Kinds, Form] = BoundedDict(bound=FORMS_MAX)


def read_block_16(meter_values: "Sequence[ocpp16.MeterValue]") -> SampleBlock | None:
    """Read the meter values of 1.6, if they are plain."""
    if len(meter_values) != 1:
        return None
    meter_value = meter_values[0]
    sampled = meter_value.sampled_value
    form = find_form_16(sampled)
    if form is None:
        return None
    try:
        values = form.read(list(map(_value, sampled)))
    except QuantityError:
        return None
    return SampleBlock(at=to_utc(meter_value.timestamp), shape=form.shape, values=values)


def find_form_16(sampled: "Sequence[ocpp16.SampledValue]") -> Form | None:
    """Return how such values of 1.6 are read; None: they are not plain."""
    kinds = tuple(map(_kind_16, sampled))
    return _FORMS_16.get(kinds) or _learn_16(sampled, kinds)


def _learn_16(sampled: "Sequence[ocpp16.SampledValue]", kinds: Kinds) -> Form | None:
    if not 1 <= len(sampled) <= VALUES_MAX or any(one.format == "SignedData" for one in sampled):
        return None
    try:
        found = [find_conversion_16(one) for one in sampled]
    except UnitError:
        return None
    _FORMS_16[kinds] = form = Form(found, [one.phase for one in sampled])
    return form


def read_block_2(meter_values: "Sequence[ocpp201.MeterValueType | ocpp21.MeterValueType]") -> SampleBlock | None:
    """Read the meter values of 2.x, if they are plain."""
    if len(meter_values) != 1:
        return None
    meter_value = meter_values[0]
    sampled = meter_value.sampled_value
    form = find_form_2(sampled)
    if form is None:
        return None
    try:
        values = form.read(list(map(_value, sampled)))
    except QuantityError:
        return None
    return SampleBlock(at=to_utc(meter_value.timestamp), shape=form.shape, values=values)


def find_form_2(sampled: Sequence[Any]) -> Form | None:
    """Return how such values of 2.x are read; None: they are not plain."""
    kinds = tuple(map(_kind_2, sampled))
    try:
        form = _FORMS_2.get(kinds)
    except TypeError:  # a vendor's own data, which has no hash
        return None
    return form or _learn_2(sampled, kinds)


def _learn_2(sampled: Sequence[Any], kinds: Kinds) -> Form | None:
    if not 1 <= len(sampled) <= VALUES_MAX or any(one.signed_meter_value is not None for one in sampled):
        return None
    try:
        found = [find_conversion_2(one) for one in sampled]
    except UnitError:
        return None
    _FORMS_2[kinds] = form = Form(found, [one.phase for one in sampled])
    return form
