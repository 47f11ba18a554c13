"""Configuration keys of a virtual 1.6 station (1.6 section 9; the papers about security, section 5, and prices)."""

from dataclasses import dataclass

from busbar.simulator.sampling import MEASURANDS
from busbar.simulator.speaker import Rule, Setting

KEYS_MAX_ASKED = 100
SAMPLED = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Current.Offered,SoC,Temperature"
PROFILES = "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"
SECRET_MIN_CHARS = 8
DIGITS_MAX = 9


@dataclass(slots=True)
class Key:
    """One key. `kind`: `bool`, `int`, `measurands`, `text` or `secret` (never read back)."""

    value: str
    kind: str
    is_readonly: bool = False
    needs_reboot: bool = False


SETTINGS = {
    Setting.HEARTBEAT_S: "HeartbeatInterval",
    Setting.SAMPLE_S: "MeterValueSampleInterval",
    Setting.CLOCK_ALIGNED_S: "ClockAlignedDataInterval",
    Setting.CONNECTION_TIMEOUT_S: "ConnectionTimeOut",
    Setting.MESSAGE_ATTEMPTS: "TransactionMessageAttempts",
    Setting.MESSAGE_RETRY_S: "TransactionMessageRetryInterval",
}
RULES = {
    Rule.AUTHORIZE_REMOTE: "AuthorizeRemoteTxRequests",
    Rule.STOP_ON_INVALID: "StopTransactionOnInvalidId",
    Rule.STOP_ON_UNPLUG: "StopTransactionOnEVSideDisconnect",
    Rule.LOCAL_LIST: "LocalAuthListEnabled",
    Rule.LOCAL_CACHE: "AuthorizationCacheEnabled",
    Rule.AUTHORIZE_LOCALLY_FIRST: "LocalPreAuthorize",
    Rule.AUTHORIZE_OFFLINE: "LocalAuthorizeOffline",
    Rule.ALLOW_UNKNOWN_OFFLINE: "AllowOfflineTxForUnknownId",
}


def make_keys(connectors: int) -> dict[str, Key]:
    """Return the keys of a new station."""
    return {
        "AllowOfflineTxForUnknownId": Key("false", "bool"),
        "AuthorizationCacheEnabled": Key("true", "bool"),
        "AuthorizeRemoteTxRequests": Key("false", "bool"),
        "BlinkRepeat": Key("3", "int"),
        "ClockAlignedDataInterval": Key("0", "int"),
        "ConnectionTimeOut": Key("60", "int"),
        "ConnectorPhaseRotation": Key("NotApplicable", "text"),
        "ConnectorPhaseRotationMaxLength": Key(str(connectors + 1), "int", is_readonly=True),
        "GetConfigurationMaxKeys": Key(str(KEYS_MAX_ASKED), "int", is_readonly=True),
        "HeartbeatInterval": Key("300", "int"),
        "LightIntensity": Key("80", "int"),
        "LocalAuthorizeOffline": Key("true", "bool"),
        "LocalPreAuthorize": Key("false", "bool"),
        "MaxEnergyOnInvalidId": Key("0", "int"),
        "MeterValuesAlignedData": Key("Energy.Active.Import.Register", "measurands"),
        "MeterValuesAlignedDataMaxLength": Key("10", "int", is_readonly=True),
        "MeterValuesSampledData": Key(SAMPLED, "measurands"),
        "MeterValuesSampledDataMaxLength": Key("10", "int", is_readonly=True),
        "MeterValueSampleInterval": Key("60", "int"),
        "MinimumStatusDuration": Key("0", "int"),
        "NumberOfConnectors": Key(str(connectors), "int", is_readonly=True),
        "ResetRetries": Key("3", "int"),
        "StopTransactionOnEVSideDisconnect": Key("true", "bool"),
        "StopTransactionOnInvalidId": Key("true", "bool"),
        "StopTxnAlignedData": Key("", "measurands"),
        "StopTxnAlignedDataMaxLength": Key("10", "int", is_readonly=True),
        "StopTxnSampledData": Key("Energy.Active.Import.Register", "measurands"),
        "StopTxnSampledDataMaxLength": Key("10", "int", is_readonly=True),
        "SupportedFeatureProfiles": Key(PROFILES, "text", is_readonly=True),
        "SupportedFeatureProfilesMaxLength": Key("6", "int", is_readonly=True),
        "TransactionMessageAttempts": Key("3", "int"),
        "TransactionMessageRetryInterval": Key("20", "int"),
        "UnlockConnectorOnEVSideDisconnect": Key("true", "bool"),
        "WebSocketPingInterval": Key("0", "int", needs_reboot=True),
        "LocalAuthListEnabled": Key("true", "bool"),
        "LocalAuthListMaxLength": Key("5000", "int", is_readonly=True),
        "SendLocalListMaxLength": Key("500", "int", is_readonly=True),
        "ReserveConnectorZeroSupported": Key("true", "bool", is_readonly=True),
        "ChargeProfileMaxStackLevel": Key("9", "int", is_readonly=True),
        "ChargingScheduleAllowedChargingRateUnit": Key("Current,Power", "text", is_readonly=True),
        "ChargingScheduleMaxPeriods": Key("200", "int", is_readonly=True),
        "ConnectorSwitch3to1PhaseSupported": Key("true", "bool", is_readonly=True),
        "MaxChargingProfilesInstalled": Key("64", "int", is_readonly=True),
        "AdditionalRootCertificateCheck": Key("false", "bool", is_readonly=True),
        "AuthorizationKey": Key("", "secret"),
        "CertificateSignedMaxChainSize": Key("10000", "int", is_readonly=True),
        "CertificateStoreMaxLength": Key("32", "int", is_readonly=True),
        "CpoName": Key("", "text"),
        "CustomDisplayCostAndPrice": Key("true", "bool", is_readonly=True),
        "DefaultPrice": Key("{}", "text"),
        "NumberOfDecimalsForCostValues": Key("2", "int"),
        "SecurityProfile": Key("0", "int", needs_reboot=True),
    }


class Configuration:
    """The keys of one station. Names are compared without case (1.6 section 2.2 calls them CiString)."""

    def __init__(self, connectors: int) -> None:
        self.keys = make_keys(connectors)
        self._names = {name.lower(): name for name in self.keys}

    def read_int(self, name: str) -> int:
        """Return a whole number."""
        return int(self.keys[name].value)

    def read_bool(self, name: str) -> bool:
        """Return a switch."""
        return self.keys[name].value.lower() == "true"

    def read_list(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list."""
        return tuple(each.strip() for each in self.keys[name].value.split(",") if each.strip())

    def change(self, name: str, value: str) -> tuple[str, str]:
        """Change a key; returns OCPP's status and the key's true name."""
        true_name = self._names.get(name.lower())
        if true_name is None:
            return "NotSupported", name
        key = self.keys[true_name]
        if key.is_readonly or not _fits(key.kind, value):
            return "Rejected", true_name
        key.value = value
        return ("RebootRequired" if key.needs_reboot else "Accepted"), true_name

    def report(self, names: list[str] | None) -> tuple[list[dict[str, object]], list[str]]:
        """Return the keys asked for (None or empty: all) as OCPP tells them, and the names that are unknown."""
        wanted = names or list(self.keys)
        known: list[dict[str, object]] = []
        unknown: list[str] = []
        for name in wanted:
            true_name = self._names.get(name.lower())
            if true_name is None:
                unknown.append(name)
                continue
            key = self.keys[true_name]
            entry: dict[str, object] = {"key": true_name, "readonly": key.is_readonly}
            if key.kind != "secret":
                entry["value"] = key.value
            known.append(entry)
        return known, unknown


def _fits(kind: str, value: str) -> bool:
    match kind:
        case "bool":
            return value.lower() in {"true", "false"}
        case "int":
            return value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX
        case "measurands":
            return all(each.strip().split(".L")[0] in MEASURANDS for each in value.split(",") if each.strip())
        case "secret":
            return len(value) >= SECRET_MIN_CHARS
        case _:
            return True
