"""The device model of a virtual 2.x station: which variables there are (2.0.1 part 2, appendix 3), and first values.

Definitions are shared by all stations of the same build; a station holds only the values that were changed.
"""

from dataclasses import dataclass
from functools import cache

from busbar.simulator.flow import EvseSpec
from busbar.wire.ocppj import Version

READ, WRITE, BOTH = "ReadOnly", "WriteOnly", "ReadWrite"
START_STOP = "EVConnected,Authorized,DataSigned,PowerPathClosed,EnergyTransfer,ParkingBayOccupancy"
MEASURANDS = (
    "Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import,Power.Offered,Power.Factor,"
    "Current.Import,Current.Offered,Voltage,SoC,Frequency"
)
STATES = "Available,Occupied,Reserved,Unavailable,Faulted"
SAMPLED = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered,Voltage,SoC"
REGISTER = "Energy.Active.Import.Register"

Key = tuple[str, str, int, int, str, str]
"""Component, its instance, EVSE, connector (0: none), variable, its instance; names in lower case."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One variable. `values` restricts lists and options; numbers lie within `low` and `high`.

    A `live` one is worked out when asked. `needs_reboot` takes effect with the next boot.
    """

    component: str
    variable: str
    value: str = ""
    kind: str = "string"
    mutability: str = READ
    instance: str = ""
    component_instance: str = ""
    evse_id: int = 0
    connector_id: int = 0
    unit: str = ""
    values: str = ""
    low: int | None = None
    high: int | None = None
    is_monitored: bool = False
    is_live: bool = False
    needs_reboot: bool = False

    @property
    def key(self) -> Key:
        """What it is found by; names are compared without case."""
        return (
            self.component.lower(),
            self.component_instance.lower(),
            self.evse_id,
            self.connector_id,
            self.variable.lower(),
            self.instance.lower(),
        )

    @property
    def component_key(self) -> tuple[str, str, int, int]:
        """What its component is found by."""
        return self.key[:4]


D = Definition


def _count(component: str, variable: str, value: int, *, instance: str = "") -> Definition:
    return D(component, variable, str(value), "integer", instance=instance)


def _seconds(component: str, variable: str, value: int, *, instance: str = "") -> Definition:
    return D(component, variable, str(value), "integer", BOTH, instance=instance, unit="s", low=0, high=86_400)


def _switch(component: str, variable: str, *, value: bool, mutability: str = BOTH, instance: str = "") -> Definition:
    return D(component, variable, "true" if value else "false", "boolean", mutability, instance)


def _members(component: str, variable: str, value: str, values: str) -> Definition:
    return D(component, variable, value, "MemberList", BOTH, values=values)


def _controllers() -> list[Definition]:
    reports = [
        _count("DeviceDataCtrlr", name, count, instance=instance)
        for name, count in (("ItemsPerMessage", 100), ("BytesPerMessage", 65_536))
        for instance in ("GetReport", "GetVariables", "SetVariables")
    ]
    return [
        *reports,
        _seconds("OCPPCommCtrlr", "HeartbeatInterval", 300),
        _seconds("OCPPCommCtrlr", "MessageTimeout", 30, instance="Default"),
        _seconds("OCPPCommCtrlr", "MessageAttemptInterval", 20, instance="TransactionEvent"),
        D("OCPPCommCtrlr", "MessageAttempts", "3", "integer", BOTH, instance="TransactionEvent", low=1, high=100),
        D("OCPPCommCtrlr", "NetworkConfigurationPriority", "1", "string", BOTH, needs_reboot=True),
        D("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", "3", "integer", BOTH, low=1, high=100),
        _seconds("OCPPCommCtrlr", "OfflineThreshold", 60),
        D("OCPPCommCtrlr", "ResetRetries", "2", "integer", BOTH, low=0, high=10),
        _switch("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", value=True),
        _seconds("OCPPCommCtrlr", "WebSocketPingInterval", 0),
        D("OCPPCommCtrlr", "FileTransferProtocols", "HTTP,HTTPS,FTP", "MemberList"),
        _switch("AuthCtrlr", "Enabled", value=True),
        _switch("AuthCtrlr", "AuthorizeRemoteStart", value=False),
        _switch("AuthCtrlr", "LocalAuthorizeOffline", value=True),
        _switch("AuthCtrlr", "LocalPreAuthorize", value=False),
        _switch("AuthCtrlr", "OfflineTxForUnknownIdEnabled", value=False),
        D("AuthCtrlr", "MasterPassGroupId", "", "string", BOTH),
        _switch("AuthCacheCtrlr", "Enabled", value=True),
        _switch("LocalAuthListCtrlr", "Enabled", value=True),
        D("LocalAuthListCtrlr", "Entries", "0", "integer", is_live=True, high=5000),
        _count("LocalAuthListCtrlr", "ItemsPerMessage", 500),
        _count("LocalAuthListCtrlr", "BytesPerMessage", 65_536),
        _seconds("TxCtrlr", "EVConnectionTimeOut", 60),
        _switch("TxCtrlr", "StopTxOnEVSideDisconnect", value=True),
        _switch("TxCtrlr", "StopTxOnInvalidId", value=True),
        D("TxCtrlr", "MaxEnergyOnInvalidId", "0", "integer", BOTH, unit="Wh", low=0, high=100_000),
        _members("TxCtrlr", "TxStartPoint", "PowerPathClosed", START_STOP),
        _members("TxCtrlr", "TxStopPoint", "PowerPathClosed,EVConnected", START_STOP),
        _members("SampledDataCtrlr", "TxStartedMeasurands", REGISTER, MEASURANDS),
        _members("SampledDataCtrlr", "TxUpdatedMeasurands", SAMPLED, MEASURANDS),
        _members("SampledDataCtrlr", "TxEndedMeasurands", REGISTER, MEASURANDS),
        _seconds("SampledDataCtrlr", "TxUpdatedInterval", 60),
        _seconds("SampledDataCtrlr", "TxEndedInterval", 0),
        _members("AlignedDataCtrlr", "Measurands", REGISTER, MEASURANDS),
        _members("AlignedDataCtrlr", "TxEndedMeasurands", REGISTER, MEASURANDS),
        _seconds("AlignedDataCtrlr", "Interval", 0),
        _seconds("AlignedDataCtrlr", "TxEndedInterval", 0),
    ]


def _services() -> list[Definition]:
    """Return the controllers that are not about charging itself."""
    return [
        D("ClockCtrlr", "DateTime", "", "dateTime", is_live=True),
        D("ClockCtrlr", "TimeSource", "Heartbeat", "SequenceList", BOTH, values="Heartbeat,NTP,RealTimeClock"),
        D("SecurityCtrlr", "BasicAuthPassword", "", "string", WRITE),
        D("SecurityCtrlr", "CertificateEntries", "0", "integer", is_live=True, high=32),
        D("SecurityCtrlr", "OrganizationName", "Busbar", "string", BOTH),
        _count("SecurityCtrlr", "SecurityProfile", 0),
        _switch("SmartChargingCtrlr", "Enabled", value=True, mutability=READ),
        D("SmartChargingCtrlr", "Entries", "0", "integer", is_live=True, instance="ChargingProfiles", high=64),
        D("SmartChargingCtrlr", "LimitChangeSignificance", "1", "decimal", BOTH, unit="Percent", low=0, high=100),
        _count("SmartChargingCtrlr", "PeriodsPerSchedule", 200),
        _count("SmartChargingCtrlr", "ProfileStackLevel", 9),
        D("SmartChargingCtrlr", "RateUnit", "A,W", "MemberList", values="A,W"),
        _switch("ReservationCtrlr", "Enabled", value=True, mutability=READ),
        _switch("ReservationCtrlr", "NonEvseSpecific", value=True, mutability=READ),
        _switch("MonitoringCtrlr", "Enabled", value=True, mutability=READ),
        _count("MonitoringCtrlr", "ItemsPerMessage", 50, instance="SetVariableMonitoring"),
        _count("MonitoringCtrlr", "BytesPerMessage", 65_536, instance="SetVariableMonitoring"),
        D("DisplayMessageCtrlr", "DisplayMessages", "0", "integer", is_live=True, high=20),
        D("DisplayMessageCtrlr", "SupportedFormats", "ASCII,UTF8,URI", "MemberList", values="ASCII,HTML,URI,UTF8"),
        D("DisplayMessageCtrlr", "SupportedPriorities", "AlwaysFront,InFront,NormalCycle", "MemberList"),
        _switch("TariffCostCtrlr", "Enabled", value=True, instance="Tariff"),
        D("TariffCostCtrlr", "Currency", "EUR", "string", BOTH),
        D("TariffCostCtrlr", "TariffFallbackMessage", "See the app for prices", "string", BOTH),
        D("TariffCostCtrlr", "TotalCostFallbackMessage", "See the app for the total", "string", BOTH),
        _switch("ISO15118Ctrlr", "ContractValidationOffline", value=False),
        _switch("ISO15118Ctrlr", "PnCEnabled", value=False),
    ]


def _newer() -> list[Definition]:
    """Return what 2.1 adds."""
    return [
        D("DisplayMessageCtrlr", "SupportedStates", "Charging,Faulted,Idle,Unavailable", "MemberList"),
        D("DisplayMessageCtrlr", "Language", "en", "OptionList", BOTH, values="en,it,zh"),
        _switch("TariffCostCtrlr", "Enabled", value=False, mutability=READ, instance="Cost"),
        D("TariffCostCtrlr", "MaxElements", "50", "integer", instance="Tariff"),
        _switch("TariffCostCtrlr", "ConditionsSupported", value=True, mutability=READ, instance="Tariff"),
        _switch("V2XChargingCtrlr", "Enabled", value=False, mutability=READ),
        _switch("PaymentCtrlr", "Enabled", value=False, mutability=READ),
        D("WebPaymentsCtrlr", "ValidityTime", "60", "integer", BOTH, unit="s", low=10, high=3600),
        D("ACDERCtrlr", "ModesSupported", "FreqDroop,VoltVar,VoltWatt,FixedVar,LimitMaxDischarge", "MemberList"),
        _switch("ACDERCtrlr", "Enabled", value=True, mutability=READ),
    ]


def _places(specs: tuple[EvseSpec, ...]) -> list[Definition]:
    station = "ChargingStation"
    found = [
        _watched(station, "AvailabilityState", "OptionList", values=STATES),
        D(station, "Available", "true", "boolean"),
        D(station, "SupplyPhases", "3", "integer"),
        D(station, "Model", is_live=True),
        D(station, "VendorName", is_live=True),
        D(station, "SerialNumber", is_live=True),
        D(station, "FirmwareVersion", is_live=True),
        _watched(station, "Problem", "boolean"),
        _watched(station, "Temperature", "decimal", unit="Celsius"),
    ]
    for spec in specs:
        evse = spec.evse_id
        found += [
            _watched("EVSE", "AvailabilityState", "OptionList", evse_id=evse, values=STATES),
            D("EVSE", "Available", "true", "boolean", evse_id=evse),
            D("EVSE", "AllowReset", "true", "boolean", evse_id=evse),
            _watched("EVSE", "Power", "decimal", evse_id=evse, unit="W", high=spec.power_max_w),
            D("EVSE", "SupplyPhases", str(spec.phases), "integer", evse_id=evse),
            _watched("EVSE", "Problem", "boolean", evse_id=evse),
            D("EVSE", "ACPhaseSwitchingSupported", "false", "boolean", evse_id=evse),
        ]
        for number, kind in enumerate(spec.connector_kinds, start=1):
            found += [
                _watched(
                    "Connector", "AvailabilityState", "OptionList", evse_id=evse, connector_id=number, values=STATES
                ),
                D("Connector", "Available", "true", "boolean", evse_id=evse, connector_id=number),
                D("Connector", "ConnectorType", kind, "string", evse_id=evse, connector_id=number),
                D("Connector", "SupplyPhases", str(spec.phases), "integer", evse_id=evse, connector_id=number),
            ]
    return found


def _watched(  # noqa: PLR0913 - the parts of a variable that is measured
    component: str,
    variable: str,
    kind: str,
    *,
    evse_id: int = 0,
    connector_id: int = 0,
    unit: str = "",
    values: str = "",
    high: int | None = None,
) -> Definition:
    """Define a variable that is worked out when asked and can be monitored."""
    return D(
        component,
        variable,
        "",
        kind,
        evse_id=evse_id,
        connector_id=connector_id,
        unit=unit,
        values=values,
        high=high,
        is_live=True,
        is_monitored=True,
    )


@cache
def define_variables(specs: tuple[EvseSpec, ...], version: Version) -> dict[Key, Definition]:
    """Return all variables of a build, in the order in which they are reported."""
    found = _places(specs) + _controllers() + _services()
    if version is Version.V21:
        found += _newer()
    return {each.key: each for each in found}
