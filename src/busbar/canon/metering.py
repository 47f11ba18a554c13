"""Samples as stations report them, in whole canonical units, and the meter record that a session ends with."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.kernel.ids import OperatorId, SessionId, StationId, TransactionRef


class Measurand(StrEnum):
    """What was measured. The unit belongs to the measurand: it is never stored twice.

    Energy in Wh (reactive: varh, apparent: VAh), power in W (var, VA), current in mA, voltage in mV, frequency in mHz,
    temperature in millidegrees Celsius, SoC and power factor in thousandths, rotation in rpm.
    """

    ENERGY_IMPORT_REGISTER = "energy.import.register"
    ENERGY_EXPORT_REGISTER = "energy.export.register"
    ENERGY_IMPORT_INTERVAL = "energy.import.interval"
    ENERGY_EXPORT_INTERVAL = "energy.export.interval"
    ENERGY_NET = "energy.net"
    REACTIVE_ENERGY_IMPORT_REGISTER = "reactive_energy.import.register"
    REACTIVE_ENERGY_EXPORT_REGISTER = "reactive_energy.export.register"
    REACTIVE_ENERGY_IMPORT_INTERVAL = "reactive_energy.import.interval"
    REACTIVE_ENERGY_EXPORT_INTERVAL = "reactive_energy.export.interval"
    REACTIVE_ENERGY_NET = "reactive_energy.net"
    APPARENT_ENERGY_IMPORT = "apparent_energy.import"
    APPARENT_ENERGY_EXPORT = "apparent_energy.export"
    APPARENT_ENERGY_NET = "apparent_energy.net"
    POWER_IMPORT = "power.import"
    POWER_EXPORT = "power.export"
    POWER_OFFERED = "power.offered"
    POWER_FACTOR = "power.factor"
    REACTIVE_POWER_IMPORT = "reactive_power.import"
    REACTIVE_POWER_EXPORT = "reactive_power.export"
    CURRENT_IMPORT = "current.import"
    CURRENT_EXPORT = "current.export"
    CURRENT_OFFERED = "current.offered"
    VOLTAGE = "voltage"
    FREQUENCY = "frequency"
    TEMPERATURE = "temperature"
    SOC = "soc"
    FAN_SPEED = "fan_speed"
    OTHER = "other"
    """A measurand of a later protocol or a vendor; its own name stands in `Sample.raw_measurand`."""


class SampleContext(StrEnum):
    """Why the sample was taken."""

    BEGIN = "begin"
    PERIODIC = "periodic"
    CLOCK = "clock"
    INTERRUPTION_BEGIN = "interruption.begin"
    INTERRUPTION_END = "interruption.end"
    END = "end"
    TRIGGER = "trigger"
    OTHER = "other"


class SampleLocation(StrEnum):
    """Where it was measured."""

    OUTLET = "outlet"
    INLET = "inlet"
    BODY = "body"
    CABLE = "cable"
    EV = "ev"
    UPSTREAM = "upstream"


class Sample(Noun, gc=False, frozen=True, kw_only=True):
    """One value as sent, normalised to the measurand's whole canonical unit; immutable and cheap."""

    at: datetime
    measurand: Measurand
    value: int
    phase: str | None = None
    """`L1`, `L2`, `L3`, `N`, `L1-N`, `L1-L2` …; None for the whole."""
    location: SampleLocation = SampleLocation.OUTLET
    context: SampleContext = SampleContext.PERIODIC
    raw_measurand: str | None = None
    signed: str | None = None
    """The signed reading verbatim (OCMF, EDL, 1.6 `SignedData`), when the station sent one."""


class Curve(StrEnum):
    """Flags that a meter record may carry; they are stated, never repaired by invention."""

    REGISTER_RESET = "register_reset"
    """The register went backwards to near zero: the meter or its controller was replaced or reset."""
    REGISTER_ROLLOVER = "register_rollover"
    """The register passed its largest value."""
    GAP = "gap"
    """Longer without a reading than the session's rhythm allows."""
    NO_START = "no_start"
    """The begin reading never came; the first reading seen stands in."""
    NO_END = "no_end"
    """The end reading never came; the last reading seen stands in."""
    FALLBACK_POWER = "integrated_power"
    """No energy register was ever sent: energy is the sum of intervals, or of power over time."""
    OUTLIER = "outlier"
    """A register value that cannot be true beside its neighbours was left out."""


class MeterState(Noun, frozen=True, kw_only=True):
    """What is known of a session's energy now: import positive, whole Wh and W."""

    energy_wh: int = 0
    exported_wh: int = 0
    power_w: int | None = None
    current_ma: int | None = None
    voltage_mv: int | None = None
    soc_permille: int | None = None
    soc_before_permille: int | None = None
    """As it stood before the samples that this answers."""
    last_sample_at: datetime | None = None


class MeterRecord(Noun, frozen=True, kw_only=True):
    """The closed curve of a session: what billing will price."""

    session_id: SessionId
    started_at: datetime
    ended_at: datetime
    register_start_wh: int | None
    register_end_wh: int | None
    energy_wh: int
    exported_wh: int
    sample_count: int
    flags: tuple[Curve, ...] = ()
    signed_start: str | None = None
    signed_end: str | None = None


class MeterPoint(Noun, gc=False, frozen=True, kw_only=True):
    """How much energy had been taken by an instant, since the session began."""

    at: datetime
    energy_wh: int
    is_gap: bool = False
    """Longer without a reading after this one than the session's rhythm allows."""


class CurrentPoint(Noun, gc=False, frozen=True, kw_only=True):
    """The current that the vehicle drew from an instant on."""

    at: datetime
    current_ma: int
    """The sum over all phases."""


class MeterCurve(Noun, frozen=True, kw_only=True):
    """How a session's energy grew, as far as it is known: what its price depends on beside the total."""

    session_id: SessionId
    points: tuple[MeterPoint, ...] = ()
    """By time; it never falls, and the last is the energy of the meter record."""
    currents: tuple[CurrentPoint, ...] = ()
    """By time, where they were asked for; empty too: the station tells of none."""
    last_sample_at: datetime | None = None


class RecordSamples(Command[MeterState], frozen=True, kw_only=True):
    """Take a session's samples in; late, repeated and unordered ones are normal.

    `register_*_wh`: the transaction's own begin / end.
    """

    operator_id: OperatorId
    station_id: StationId
    session_id: SessionId
    evse_id: int | None = None
    is_new: bool = False
    """The session began with this very message: nothing of it is stored yet."""
    samples: tuple[Sample, ...] = ()
    register_start_wh: int | None = None
    register_start_at: datetime | None = None
    register_end_wh: int | None = None
    register_end_at: datetime | None = None


class RecordStationSamples(Command[None], frozen=True, kw_only=True):
    """Keep samples that belong to no session (clock-aligned values of an idle EVSE, the main meter)."""

    operator_id: OperatorId
    station_id: StationId
    evse_id: int | None
    transaction_ref: TransactionRef | None = None
    samples: tuple[Sample, ...] = ()


class CloseMeterRecord(Command[MeterRecord], frozen=True, kw_only=True):
    """Close a session's meter record; asked again with later samples in, it answers the corrected record."""

    operator_id: OperatorId
    station_id: StationId
    session_id: SessionId
    started_at: datetime
    ended_at: datetime
    has_start: bool = True
    """The part of the transaction that begins it has come; without it the first reading stands in and is flagged."""
    has_end: bool = True


class JoinMeterRecords(Command[MeterState], frozen=True, kw_only=True):
    """Two sessions turned out to be one: all samples of `joined_session_id` become those of `session_id`."""

    operator_id: OperatorId
    station_id: StationId
    session_id: SessionId
    joined_session_id: SessionId


class FindMeterCurve(Command[MeterCurve], frozen=True, kw_only=True):
    """Look up how a session's energy grew: of a running one until now, of one that is over as its record counts it."""

    operator_id: OperatorId
    station_id: StationId
    session_id: SessionId
    started_at: datetime
    ended_at: datetime
    """Of a running session: now."""
    has_start: bool = True
    has_end: bool = True
    is_current_asked: bool = False
    """Its currents too: they are read from what is stored."""
