"""How a station behaves where it departs from the ideal: what vendors got wrong, and what happens to stations.

Each field is one named behaviour; `VENDORS` are mixtures that one meets in the field, under invented names.
"""

from dataclasses import dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class Behaviour:
    """All departures of one station. Rates are per simulated hour."""

    # --- what it writes ---------------------------------------------------------------------------------------------
    is_kwh: bool = False
    """Energy in kWh, with decimals."""
    energy_decimals: int = 0
    has_bare_samples: bool = False
    """Leaves out every part of a sample that has a default: context, measurand, unit."""
    has_extra_fields: bool = False
    """1.6: fields that the schema does not know."""
    has_nulls: bool = False
    """1.6: writes null where a field is absent."""
    has_naive_times: bool = False
    """1.6: writes times without an offset."""
    has_number_values: bool = False
    """1.6: writes measured values as numbers instead of text."""
    has_lower_case_enums: bool = False
    """1.6: writes choices in lower case; a CSMS can only refuse that."""
    has_text_numbers: bool = False
    """1.6: writes whole numbers as text; a CSMS can only refuse that."""
    clock_offset_s: int = 0
    """Its clock is wrong by this much until it learns the time from a BootNotification or Heartbeat answer."""
    never_sets_clock: bool = False
    # --- what it measures -------------------------------------------------------------------------------------------
    resets_meter: bool = False
    """The register starts at zero with every transaction."""
    rollover_wh: int | None = None
    has_transaction_data: bool = True
    """1.6: sends transactionData with StopTransaction."""
    has_soc: bool = True
    # --- what it sends ----------------------------------------------------------------------------------------------
    repeats_permille: int = 0
    """Share of transaction messages sent twice."""
    loses_permille: int = 0
    """Share of meter messages and Updated events that it never sends."""
    reorders_permille: int = 0
    """Share of transaction messages that the next one overtakes."""
    stops_unknown: bool = False
    """1.6: when a StartTransaction was never answered, still sends StopTransaction, with transaction -1."""
    boots_on_reconnect: bool = False
    skips_finishing: bool = False
    """1.6: goes from Charging to Available without Finishing."""
    # --- how it answers ---------------------------------------------------------------------------------------------
    answer_delay_s: float = 0.0
    silent_on: frozenset[str] = frozenset()
    """Actions it never answers."""
    rejects: frozenset[str] = frozenset()
    """Actions it answers with the refusal that its schema knows."""
    unsupported: frozenset[str] = frozenset()
    """Actions it answers with NotImplemented."""
    # --- what happens to it -----------------------------------------------------------------------------------------
    boot_duration_s: float = 8.0
    faults_per_h: float = 0.0
    fault_duration_s: float = 120.0
    reboots_per_h: float = 0.0
    power_losses_per_h: float = 0.0
    power_loss_duration_s: float = 90.0
    offline_per_h: float = 0.0
    offline_duration_s: float = 180.0


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who built it: what BootNotification says, and how such stations behave."""

    name: str
    model: str
    firmware: str = "1.0.0"
    behaviour: Behaviour = field(default_factory=Behaviour)


VENDORS: dict[str, Vendor] = {
    "plain": Vendor("Busbar", "Virtual One", "1.0.0"),
    "kilo": Vendor("Kilo Energie", "KE-22", "3.14.2", Behaviour(is_kwh=True, energy_decimals=3)),
    "precise": Vendor("Precisa", "P60 DC", "2.7.0", Behaviour(energy_decimals=6, resets_meter=True)),
    "terse": Vendor(
        "Kurz & Co", "K1", "0.9", Behaviour(has_bare_samples=True, has_transaction_data=False, has_soc=False)
    ),
    "chatty": Vendor("Loquax", "LX 7", "5.0.1", Behaviour(has_extra_fields=True, boots_on_reconnect=True)),
    "sloppy": Vendor(
        "Schlampig",
        "S3",
        "1.1-beta",
        Behaviour(has_naive_times=True, has_nulls=True, has_number_values=True, skips_finishing=True),
    ),
    "hopeless": Vendor("Cassum", "C0", "0.0.1", Behaviour(has_lower_case_enums=True, has_text_numbers=True)),
    "stutter": Vendor("Balbus", "B2", "2.2", Behaviour(repeats_permille=300, stops_unknown=True)),
    "shuffle": Vendor("Perplex", "X9", "6.0", Behaviour(reorders_permille=150, repeats_permille=50, loses_permille=50)),
    "latecomer": Vendor("Tardus", "T20", "1.8", Behaviour(answer_delay_s=6.0, clock_offset_s=-5400)),
    "fragile": Vendor(
        "Fragilis",
        "F11",
        "0.3",
        Behaviour(faults_per_h=1.0, reboots_per_h=0.5, power_losses_per_h=0.2, offline_per_h=1.0),
    ),
}


class BehaviourError(ValueError):
    """A scenario names a behaviour or vendor that does not exist, or gives it a value of the wrong kind."""


def adapt(behaviour: Behaviour, changes: dict[str, object]) -> Behaviour:
    """Return a behaviour with some fields changed, as a scenario file gives them; raises BehaviourError."""
    known = {each.name for each in fields(Behaviour)}
    values: dict[str, object] = {}
    for name, value in changes.items():
        if name not in known:
            raise BehaviourError(f"there is no behaviour {name!r}; there are: {', '.join(sorted(known))}")
        present = getattr(behaviour, name)
        if isinstance(present, frozenset):
            if not isinstance(value, list | tuple | set | frozenset):
                raise BehaviourError(f"behaviour {name!r} takes a list of actions")
            value = frozenset(str(each) for each in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # noqa: PLW2901  a list of unknown things becomes text
        elif isinstance(present, bool):
            if not isinstance(value, bool):
                raise BehaviourError(f"behaviour {name!r} is true or false")
        elif not isinstance(value, int | float) or isinstance(value, bool):
            raise BehaviourError(f"behaviour {name!r} takes a number")
        values[name] = value
    return replace(behaviour, **values)  # pyright: ignore[reportArgumentType]  each value was checked against its field


def find_vendor(name: str) -> Vendor:
    """Return a vendor by name; raises BehaviourError."""
    vendor = VENDORS.get(name)
    if vendor is None:
        raise BehaviourError(f"there is no vendor {name!r}; there are: {', '.join(VENDORS)}")
    return vendor
