"""Sampled values of every OCPP version become samples in whole canonical units; one bad value never costs the others.

Defaults (1.6 section 7.44, 2.x SampledValueType): active import register, periodic, outlet; the unit is Wh for energy.
Where the unit is missing on anything else, the measurand's own base unit is meant: no other reading makes sense.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from busbar.canon.metering import Measurand, Sample, SampleContext, SampleLocation
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import InvalidError
from busbar.kernel.quantity import QuantityError, read_decimal, round_whole, scale_digits, scale_whole

if TYPE_CHECKING:  # a process pays for the versions it speaks
    from busbar.wire import ocpp16, ocpp21, ocpp201

MEASURANDS = {
    "Energy.Active.Import.Register": Measurand.ENERGY_IMPORT_REGISTER,
    "Energy.Active.Export.Register": Measurand.ENERGY_EXPORT_REGISTER,
    "Energy.Active.Import.Interval": Measurand.ENERGY_IMPORT_INTERVAL,
    "Energy.Active.Export.Interval": Measurand.ENERGY_EXPORT_INTERVAL,
    "Energy.Active.Net": Measurand.ENERGY_NET,
    "Energy.Reactive.Import.Register": Measurand.REACTIVE_ENERGY_IMPORT_REGISTER,
    "Energy.Reactive.Export.Register": Measurand.REACTIVE_ENERGY_EXPORT_REGISTER,
    "Energy.Reactive.Import.Interval": Measurand.REACTIVE_ENERGY_IMPORT_INTERVAL,
    "Energy.Reactive.Export.Interval": Measurand.REACTIVE_ENERGY_EXPORT_INTERVAL,
    "Energy.Reactive.Net": Measurand.REACTIVE_ENERGY_NET,
    "Energy.Apparent.Import": Measurand.APPARENT_ENERGY_IMPORT,
    "Energy.Apparent.Export": Measurand.APPARENT_ENERGY_EXPORT,
    "Energy.Apparent.Net": Measurand.APPARENT_ENERGY_NET,
    "Power.Active.Import": Measurand.POWER_IMPORT,
    "Power.Active.Export": Measurand.POWER_EXPORT,
    "Power.Offered": Measurand.POWER_OFFERED,
    "Power.Import.Offered": Measurand.POWER_OFFERED,
    "Power.Factor": Measurand.POWER_FACTOR,
    "Power.Reactive.Import": Measurand.REACTIVE_POWER_IMPORT,
    "Power.Reactive.Export": Measurand.REACTIVE_POWER_EXPORT,
    "Current.Import": Measurand.CURRENT_IMPORT,
    "Current.Export": Measurand.CURRENT_EXPORT,
    "Current.Offered": Measurand.CURRENT_OFFERED,
    "Current.Import.Offered": Measurand.CURRENT_OFFERED,
    "Voltage": Measurand.VOLTAGE,
    "Frequency": Measurand.FREQUENCY,
    "Temperature": Measurand.TEMPERATURE,
    "SoC": Measurand.SOC,
    "RPM": Measurand.FAN_SPEED,
}
DEFAULT_MEASURAND = "Energy.Active.Import.Register"
CONTEXTS = {
    "Transaction.Begin": SampleContext.BEGIN,
    "Sample.Periodic": SampleContext.PERIODIC,
    "Sample.Clock": SampleContext.CLOCK,
    "Interruption.Begin": SampleContext.INTERRUPTION_BEGIN,
    "Interruption.End": SampleContext.INTERRUPTION_END,
    "Transaction.End": SampleContext.END,
    "Trigger": SampleContext.TRIGGER,
    "Other": SampleContext.OTHER,
}
LOCATIONS = {
    "Outlet": SampleLocation.OUTLET,
    "Inlet": SampleLocation.INLET,
    "Body": SampleLocation.BODY,
    "Cable": SampleLocation.CABLE,
    "EV": SampleLocation.EV,
    "Upstream": SampleLocation.UPSTREAM,
}

KELVIN_ZERO = Decimal("273.15")
FAHRENHEIT_ZERO = Decimal(32)
FAHRENHEIT_STEP = Decimal(5) / Decimal(9)
MULTIPLIER_LARGEST = 12
"""Powers of ten beyond which no quantity of a charging station lies."""

ENERGY, POWER, CURRENT, VOLTAGE, FREQUENCY = "energy", "power", "current", "voltage", "frequency"
TEMPERATURE, RATIO, ROTATION, PLAIN = "temperature", "ratio", "rotation", "plain"

UNITS: dict[str, tuple[str, Decimal]] = {
    "Wh": (ENERGY, Decimal(1)),
    "kWh": (ENERGY, Decimal(1000)),
    "varh": (ENERGY, Decimal(1)),
    "kvarh": (ENERGY, Decimal(1000)),
    "VAh": (ENERGY, Decimal(1)),
    "kVAh": (ENERGY, Decimal(1000)),
    "W": (POWER, Decimal(1)),
    "kW": (POWER, Decimal(1000)),
    "var": (POWER, Decimal(1)),
    "kvar": (POWER, Decimal(1000)),
    "VA": (POWER, Decimal(1)),
    "kVA": (POWER, Decimal(1000)),
    "A": (CURRENT, Decimal(1000)),
    "V": (VOLTAGE, Decimal(1000)),
    "Hertz": (FREQUENCY, Decimal(1000)),
    "Hz": (FREQUENCY, Decimal(1000)),
    "mHz": (FREQUENCY, Decimal(1)),
    "Celsius": (TEMPERATURE, Decimal(1000)),
    "Celcius": (TEMPERATURE, Decimal(1000)),  # as the 1.6 schema first spelled it (1.6-J errata 2.1)
    "Fahrenheit": (TEMPERATURE, Decimal(1000)),
    "K": (TEMPERATURE, Decimal(1000)),
    "Percent": (RATIO, Decimal(10)),
    "RPM": (ROTATION, Decimal(1)),
}
"""Dimension and factor to the canonical unit (Wh, W, mA, mV, mHz, millidegrees, thousandths, rpm)."""

DIMENSIONS: dict[Measurand, tuple[str, Decimal]] = {
    Measurand.POWER_FACTOR: (PLAIN, Decimal(1000)),
    Measurand.CURRENT_IMPORT: UNITS["A"],
    Measurand.CURRENT_EXPORT: UNITS["A"],
    Measurand.CURRENT_OFFERED: UNITS["A"],
    Measurand.VOLTAGE: UNITS["V"],
    Measurand.FREQUENCY: UNITS["Hz"],
    Measurand.TEMPERATURE: UNITS["Celsius"],
    Measurand.SOC: UNITS["Percent"],
    Measurand.FAN_SPEED: UNITS["RPM"],
    Measurand.OTHER: (PLAIN, Decimal(1)),
}
"""Dimension of a measurand and the factor of its base unit; all others are energy or power by name."""


WHOLE_MAX_DIGITS = 12
WHOLE_LARGEST = 10**WHOLE_MAX_DIGITS
WHOLE_MAX_FACTOR = 1000
"""A whole number of so many digits, times such a factor, lies within any quantity's bounds."""
SHORT_DIGITS = 3
"""A whole number of no more digits is remembered: it is a percentage, or the like."""
VALUES_MAX = 1024
VALUE_MAX_CHARACTERS = 16
"""Bounds of what a conversion remembers."""
CONVERSIONS_MAX = 1024


class UnitError(InvalidError):
    """The unit does not belong to the measurand."""

    code = "invalid.unit"


class Conversion:
    """How the values of one kind of sampled value are read, and those that were read lately.

    Voltages, currents and the like come again and again; registers, which do not, are mostly whole numbers.
    """

    __slots__ = (
        "context",
        "factor",
        "is_usual",
        "location",
        "measurand",
        "raw_measurand",
        "scale",
        "values",
        "whole_factor",
        "whole_max_digits",
    )

    def __init__(
        self,
        *,
        measurand: Measurand,
        raw_measurand: str | None,
        context: SampleContext,
        location: SampleLocation,
        factor: Decimal,
        scale: str,
    ) -> None:
        self.measurand = measurand
        self.raw_measurand = raw_measurand
        self.context = context
        self.location = location
        self.factor = factor
        self.scale = scale
        self.is_usual = (
            context is SampleContext.PERIODIC and location is SampleLocation.OUTLET and raw_measurand is None
        )
        """Samples of it need say no more than their measurand, value and phase."""
        has_whole = not scale and 1 <= factor <= WHOLE_MAX_FACTOR
        self.whole_factor = int(factor) if has_whole else 0
        self.whole_max_digits = WHOLE_MAX_DIGITS if has_whole else 0
        """Up to so many decimal digits stand for a whole number that `whole_factor` alone converts."""
        self.values: dict[str | float, int] = {}

    def read(self, value: str | float) -> int:
        """Read one value into the canonical unit, rounded once. Errors: QuantityError.

        A long whole number is as quickly read as found, so it is not remembered: registers never come again.
        """
        if isinstance(value, str):
            if SHORT_DIGITS < len(value) <= self.whole_max_digits and value.isdecimal():
                return int(value) * self.whole_factor
        elif type(value) is int and -WHOLE_LARGEST <= value <= WHOLE_LARGEST and self.whole_factor:
            return value * self.whole_factor
        whole = self.values.get(value)
        if whole is None:
            if self.whole_factor:
                whole = scale_digits(value if isinstance(value, str) else repr(value), self.whole_factor)
            if whole is None:
                whole = convert_value(value, self)
            if len(self.values) >= VALUES_MAX:
                self.values.clear()
            if not isinstance(value, str) or len(value) <= VALUE_MAX_CHARACTERS:
                self.values[value] = whole
        return whole


def find_conversion(
    measurand: str | None, context: str | None, location: str | None, unit: str | None, multiplier: int
) -> Conversion:
    """Look up how a sampled value is read. Errors: UnitError."""
    name = measurand or DEFAULT_MEASURAND
    kind = MEASURANDS.get(name, Measurand.OTHER)
    dimension, factor = DIMENSIONS.get(kind) or UNITS["W" if "power" in kind else "Wh"]
    if unit is not None:
        given = UNITS.get(unit)
        if given is not None and (dimension == given[0] or kind is Measurand.OTHER):
            factor = given[1]
        elif kind is Measurand.POWER_FACTOR and unit == "Percent":
            factor = Decimal(10)
        elif kind not in (Measurand.OTHER, Measurand.POWER_FACTOR):
            raise UnitError(f"{unit[:20]} is no unit of {name}", unit=unit[:20], measurand=name)
    if abs(multiplier) > MULTIPLIER_LARGEST:
        raise UnitError(f"a multiplier of 10^{multiplier}", multiplier=multiplier)
    return Conversion(
        measurand=kind,
        raw_measurand=name if name not in MEASURANDS or name.endswith("Import.Offered") else None,
        context=CONTEXTS.get(context or "Sample.Periodic", SampleContext.OTHER),
        location=LOCATIONS.get(location or "Outlet", SampleLocation.OUTLET),
        factor=factor.scaleb(multiplier),
        scale=unit if unit in ("K", "Fahrenheit") and kind is Measurand.TEMPERATURE else "",
    )


def convert_value(value: str | float, conversion: Conversion) -> int:
    """Read one value into the canonical unit, rounded once. Errors: QuantityError."""
    if not conversion.scale:
        return scale_whole(value, conversion.factor)
    number = read_decimal(value)
    if conversion.scale == "K":
        number -= KELVIN_ZERO
    else:
        number = (number - FAHRENHEIT_ZERO) * FAHRENHEIT_STEP
    return round_whole(number * conversion.factor)


EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def to_utc(at: datetime) -> datetime:
    """Give an aware instant in UTC.

    A clock that is off by millennia says things that UTC has no year for: the nearest one stands for them, since the
    message it dates must not be lost.
    """
    if at.tzinfo is UTC:
        return at
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return EARLIEST if at.year == EARLIEST.year else LATEST


class Samples(msgspec.Struct):
    """What came of a list of meter values."""

    taken: list[Sample]
    refused: list[str]
    """Where ill-formed values stood: `meterValue[0].sampledValue[3]`."""


def read_samples_16(meter_values: "Iterable[ocpp16.MeterValue]", *, field: str) -> Samples:
    """Read the meter values of 1.6; `field` names the list in the message."""
    found = Samples([], [])
    take = found.taken.append
    for number, meter_value in enumerate(meter_values):
        at = to_utc(meter_value.timestamp)
        signed: list[ocpp16.SampledValue] = []
        first = len(found.taken)
        for place, one in enumerate(meter_value.sampled_value):
            kind = (one.measurand, one.context, one.location, one.unit, one.format)
            value = one.value
            conversion = _KNOWN_16.get(kind)
            try:
                if conversion is None:
                    if one.format == "SignedData":
                        signed.append(one)
                        continue
                    conversion = _learn_16(kind)
                if len(value) <= conversion.whole_max_digits and value.isdecimal():
                    whole = int(value) * conversion.whole_factor
                else:
                    known = conversion.values.get(value)
                    whole = conversion.read(value) if known is None else known
            except (QuantityError, UnitError):
                found.refused.append(f"{field}[{number}].sampledValue[{place}]")
                continue
            if conversion.is_usual:
                take(Sample(at=at, measurand=conversion.measurand, value=whole, phase=one.phase))
            else:
                take(make_sample(at, conversion, whole, one.phase))
        for one in signed:
            _attach_signed(found.taken, first, at, one)
    return found


_KNOWN_16: BoundedDict[tuple[str | None, ...], Conversion] = BoundedDict(bound=CONVERSIONS_MAX)
"""How values of 1.6 are read, by measurand, context, location, unit and format."""


def _learn_16(kind: tuple[str | None, ...]) -> Conversion:
    measurand, context, location, unit, _ = kind
    _KNOWN_16[kind] = conversion = find_conversion(measurand, context, location, unit, 0)
    return conversion


def find_conversion_16(one: "ocpp16.SampledValue") -> Conversion:
    """Look up how this value of 1.6 is read. Errors: UnitError."""
    kind = (one.measurand, one.context, one.location, one.unit, one.format)
    return _KNOWN_16.get(kind) or _learn_16(kind)


def find_conversion_2(one: "ocpp201.SampledValueType | ocpp21.SampledValueType") -> Conversion:
    """Look up how this value of 2.x is read. Errors: UnitError."""
    unit = one.unit_of_measure
    name, multiplier = (None, None) if unit is None else (unit.unit, unit.multiplier)
    kind = (one.measurand, one.context, one.location, name, multiplier)
    return _KNOWN_2.get(kind) or _learn_2(kind)


def make_sample(
    at: datetime, conversion: Conversion, value: int, phase: str | None, signed: str | None = None
) -> Sample:
    """Make the sample of one value."""
    return Sample(
        at=at,
        measurand=conversion.measurand,
        value=value,
        phase=phase,
        location=conversion.location,
        context=conversion.context,
        raw_measurand=conversion.raw_measurand,
        signed=signed,
    )


def _attach_signed(samples: list[Sample], first: int, at: datetime, one: "ocpp16.SampledValue") -> None:
    """Keep signed data with the plain value it vouches for, or alone (measurand OTHER, value 0) where there is none."""
    conversion = find_conversion(one.measurand, one.context, one.location, None, 0)
    for place in range(first, len(samples)):
        plain = samples[place]
        same = (plain.measurand, plain.context, plain.location, plain.phase) == (
            conversion.measurand,
            conversion.context,
            conversion.location,
            one.phase,
        )
        if same and plain.signed is None:
            samples[place] = msgspec.structs.replace(plain, signed=one.value)
            return
    samples.append(
        Sample(
            at=at,
            measurand=Measurand.OTHER,
            value=0,
            phase=one.phase,
            location=conversion.location,
            context=conversion.context,
            raw_measurand=one.measurand or DEFAULT_MEASURAND,
            signed=one.value,
        )
    )


def read_samples_2(
    meter_values: "Iterable[ocpp201.MeterValueType | ocpp21.MeterValueType] | None", *, field: str = "meterValue"
) -> Samples:
    """Read the meter values of 2.x; signed values are kept as the JSON of their whole structure, key included."""
    found = Samples([], [])
    take = found.taken.append
    for number, meter_value in enumerate(meter_values or ()):
        at = to_utc(meter_value.timestamp)
        for place, one in enumerate(meter_value.sampled_value):
            unit = one.unit_of_measure
            value = one.value
            if unit is None:
                kind = (one.measurand, one.context, one.location, None, None)
            else:
                kind = (one.measurand, one.context, one.location, unit.unit, unit.multiplier)
            try:
                conversion = _KNOWN_2.get(kind) or _learn_2(kind)
                if type(value) is int and -WHOLE_LARGEST <= value <= WHOLE_LARGEST and conversion.whole_factor:
                    whole = value * conversion.whole_factor
                else:
                    known = conversion.values.get(value)
                    whole = conversion.read(value) if known is None else known
            except (QuantityError, UnitError):
                found.refused.append(f"{field}[{number}].sampledValue[{place}]")
                continue
            signed = one.signed_meter_value
            if signed is None and conversion.is_usual:
                take(Sample(at=at, measurand=conversion.measurand, value=whole, phase=one.phase))
            else:
                text = msgspec.json.encode(signed).decode() if signed is not None else None
                take(make_sample(at, conversion, whole, one.phase, text))
    return found


Kind2 = tuple[str | None, str | None, str | None, str | None, int | None]
_KNOWN_2: BoundedDict[Kind2, Conversion] = BoundedDict(bound=CONVERSIONS_MAX)
"""How values of 2.x are read, by measurand, context, location, unit and multiplier."""


def _learn_2(kind: Kind2) -> Conversion:
    measurand, context, location, unit, multiplier = kind
    _KNOWN_2[kind] = conversion = find_conversion(measurand, context, location, unit, multiplier or 0)
    return conversion
