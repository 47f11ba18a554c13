"""OCPP 2.1: every data type, enumeration and message.

Made by tools/generate_wire.py from the official JSON schemas: do not edit.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, field

from busbar.wire.schema.action import BOTH, CSMS, STATION, Action
from busbar.wire.schema.fields import CustomData, Integer, MAX_INTEGER, Maybe, Number, Payload, Timestamp

String3 = Annotated[str, Meta(max_length=3)]
String6 = Annotated[str, Meta(max_length=6)]
String8 = Annotated[str, Meta(max_length=8)]
String16 = Annotated[str, Meta(max_length=16)]
String20 = Annotated[str, Meta(max_length=20)]
String25 = Annotated[str, Meta(max_length=25)]
String32 = Annotated[str, Meta(max_length=32)]
String36 = Annotated[str, Meta(max_length=36)]
String40 = Annotated[str, Meta(max_length=40)]
String48 = Annotated[str, Meta(max_length=48)]
String50 = Annotated[str, Meta(max_length=50)]
String60 = Annotated[str, Meta(max_length=60)]
String64 = Annotated[str, Meta(max_length=64)]
String80 = Annotated[str, Meta(max_length=80)]
String88 = Annotated[str, Meta(max_length=88)]
String100 = Annotated[str, Meta(max_length=100)]
String128 = Annotated[str, Meta(max_length=128)]
String160 = Annotated[str, Meta(max_length=160)]
String200 = Annotated[str, Meta(max_length=200)]
String255 = Annotated[str, Meta(max_length=255)]
String256 = Annotated[str, Meta(max_length=256)]
String500 = Annotated[str, Meta(max_length=500)]
String512 = Annotated[str, Meta(max_length=512)]
String800 = Annotated[str, Meta(max_length=800)]
String1000 = Annotated[str, Meta(max_length=1000)]
String1024 = Annotated[str, Meta(max_length=1024)]
String2000 = Annotated[str, Meta(max_length=2000)]
String2500 = Annotated[str, Meta(max_length=2500)]
String5500 = Annotated[str, Meta(max_length=5500)]
String10000 = Annotated[str, Meta(max_length=10000)]
String11000 = Annotated[str, Meta(max_length=11000)]
String17000 = Annotated[str, Meta(max_length=17000)]
String18000 = Annotated[str, Meta(max_length=18000)]
String32768 = Annotated[str, Meta(max_length=32768)]


APNAuthenticationEnumType = Literal["PAP", "CHAP", "NONE", "AUTO"]
AttributeEnumType = Literal["Actual", "Target", "MinSet", "MaxSet"]
AuthorizationStatusEnumType = Literal["Accepted", "Blocked", "ConcurrentTx", "Expired", "Invalid", "NoCredit", "NotAllowedTypeEVSE", "NotAtThisLocation", "NotAtThisTime", "Unknown"]
AuthorizeCertificateStatusEnumType = Literal["Accepted", "SignatureError", "CertificateExpired", "CertificateRevoked", "NoCertificateAvailable", "CertChainError", "ContractCancelled"]
BatterySwapEventEnumType = Literal["BatteryIn", "BatteryOut", "BatteryOutTimeout"]
BootReasonEnumType = Literal["ApplicationReset", "FirmwareUpdate", "LocalReset", "PowerUp", "RemoteReset", "ScheduledReset", "Triggered", "Unknown", "Watchdog"]
CancelReservationStatusEnumType = Literal["Accepted", "Rejected"]
CertificateActionEnumType = Literal["Install", "Update"]
CertificateSignedStatusEnumType = Literal["Accepted", "Rejected"]
CertificateSigningUseEnumType = Literal["ChargingStationCertificate", "V2GCertificate", "V2G20Certificate"]
CertificateStatusEnumType = Literal["Good", "Revoked", "Unknown", "Failed"]
CertificateStatusSourceEnumType = Literal["CRL", "OCSP"]
ChangeAvailabilityStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]
ChargingProfileKindEnumType = Literal["Absolute", "Recurring", "Relative", "Dynamic"]
ChargingProfilePurposeEnumType = Literal["ChargingStationExternalConstraints", "ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile", "PriorityCharging", "LocalGeneration"]
ChargingProfileStatusEnumType = Literal["Accepted", "Rejected"]
ChargingRateUnitEnumType = Literal["W", "A"]
ChargingStateEnumType = Literal["EVConnected", "Charging", "SuspendedEV", "SuspendedEVSE", "Idle"]
ClearCacheStatusEnumType = Literal["Accepted", "Rejected"]
ClearChargingProfileStatusEnumType = Literal["Accepted", "Unknown"]
ClearMessageStatusEnumType = Literal["Accepted", "Unknown", "Rejected"]
ClearMonitoringStatusEnumType = Literal["Accepted", "Rejected", "NotFound"]
ComponentCriterionEnumType = Literal["Active", "Available", "Enabled", "Problem"]
ConnectorStatusEnumType = Literal["Available", "Occupied", "Reserved", "Unavailable", "Faulted"]
ControlModeEnumType = Literal["ScheduledControl", "DynamicControl"]
CostDimensionEnumType = Literal["Energy", "MaxCurrent", "MinCurrent", "MaxPower", "MinPower", "IdleTIme", "ChargingTime"]
CostKindEnumType = Literal["CarbonDioxideEmission", "RelativePricePercentage", "RenewableGenerationPercentage"]
CustomerInformationStatusEnumType = Literal["Accepted", "Rejected", "Invalid"]
DERControlEnumType = Literal["EnterService", "FreqDroop", "FreqWatt", "FixedPFAbsorb", "FixedPFInject", "FixedVar", "Gradients", "HFMustTrip", "HFMayTrip", "HVMustTrip", "HVMomCess", "HVMayTrip", "LimitMaxDischarge", "LFMustTrip", "LVMustTrip", "LVMomCess", "LVMayTrip", "PowerMonitoringMustTrip", "VoltVar", "VoltWatt", "WattPF", "WattVar"]
DERControlStatusEnumType = Literal["Accepted", "Rejected", "NotSupported", "NotFound"]
DERUnitEnumType = Literal["Not_Applicable", "PctMaxW", "PctMaxVar", "PctWAvail", "PctVarAvail", "PctEffectiveV"]
DataEnumType = Literal["string", "decimal", "integer", "dateTime", "boolean", "OptionList", "SequenceList", "MemberList"]
DataTransferStatusEnumType = Literal["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]
DayOfWeekEnumType = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DeleteCertificateStatusEnumType = Literal["Accepted", "Failed", "NotFound"]
DisplayMessageStatusEnumType = Literal["Accepted", "NotSupportedMessageFormat", "Rejected", "NotSupportedPriority", "NotSupportedState", "UnknownTransaction", "LanguageNotSupported"]
EnergyTransferModeEnumType = Literal["AC_single_phase", "AC_two_phase", "AC_three_phase", "DC", "AC_BPT", "AC_BPT_DER", "AC_DER", "DC_BPT", "DC_ACDP", "DC_ACDP_BPT", "WPT"]
EventNotificationEnumType = Literal["HardWiredNotification", "HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor"]
EventTriggerEnumType = Literal["Alerting", "Delta", "Periodic"]
EvseKindEnumType = Literal["AC", "DC"]
FirmwareStatusEnumType = Literal["Downloaded", "DownloadFailed", "Downloading", "DownloadScheduled", "DownloadPaused", "Idle", "InstallationFailed", "Installing", "Installed", "InstallRebooting", "InstallScheduled", "InstallVerificationFailed", "InvalidSignature", "SignatureVerified"]
GenericDeviceModelStatusEnumType = Literal["Accepted", "Rejected", "NotSupported", "EmptyResultSet"]
GenericStatusEnumType = Literal["Accepted", "Rejected"]
GetCertificateIdUseEnumType = Literal["V2GRootCertificate", "MORootCertificate", "CSMSRootCertificate", "V2GCertificateChain", "ManufacturerRootCertificate", "OEMRootCertificate"]
GetCertificateStatusEnumType = Literal["Accepted", "Failed"]
GetChargingProfileStatusEnumType = Literal["Accepted", "NoProfiles"]
GetDisplayMessagesStatusEnumType = Literal["Accepted", "Unknown"]
GetInstalledCertificateStatusEnumType = Literal["Accepted", "NotFound"]
GetVariableStatusEnumType = Literal["Accepted", "Rejected", "UnknownComponent", "UnknownVariable", "NotSupportedAttributeType"]
GridEventFaultEnumType = Literal["CurrentImbalance", "LocalEmergency", "LowInputPower", "OverCurrent", "OverFrequency", "OverVoltage", "PhaseRotation", "RemoteEmergency", "UnderFrequency", "UnderVoltage", "VoltageImbalance"]
HashAlgorithmEnumType = Literal["SHA256", "SHA384", "SHA512"]
InstallCertificateStatusEnumType = Literal["Accepted", "Rejected", "Failed"]
InstallCertificateUseEnumType = Literal["V2GRootCertificate", "MORootCertificate", "ManufacturerRootCertificate", "CSMSRootCertificate", "OEMRootCertificate"]
IslandingDetectionEnumType = Literal["NoAntiIslandingSupport", "RoCoF", "UVP_OVP", "UFP_OFP", "VoltageVectorShift", "ZeroCrossingDetection", "OtherPassive", "ImpedanceMeasurement", "ImpedanceAtFrequency", "SlipModeFrequencyShift", "SandiaFrequencyShift", "SandiaVoltageShift", "FrequencyJump", "RCLQFactor", "OtherActive"]
Iso15118EVCertificateStatusEnumType = Literal["Accepted", "Failed"]
LocationEnumType = Literal["Body", "Cable", "EV", "Inlet", "Outlet", "Upstream"]
LogEnumType = Literal["DiagnosticsLog", "SecurityLog", "DataCollectorLog"]
LogStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled"]
MeasurandEnumType = Literal["Current.Export", "Current.Export.Offered", "Current.Export.Minimum", "Current.Import", "Current.Import.Offered", "Current.Import.Minimum", "Current.Offered", "Display.PresentSOC", "Display.MinimumSOC", "Display.TargetSOC", "Display.MaximumSOC", "Display.RemainingTimeToMinimumSOC", "Display.RemainingTimeToTargetSOC", "Display.RemainingTimeToMaximumSOC", "Display.ChargingComplete", "Display.BatteryEnergyCapacity", "Display.InletHot", "Energy.Active.Export.Interval", "Energy.Active.Export.Register", "Energy.Active.Import.Interval", "Energy.Active.Import.Register", "Energy.Active.Import.CableLoss", "Energy.Active.Import.LocalGeneration.Register", "Energy.Active.Net", "Energy.Active.Setpoint.Interval", "Energy.Apparent.Export", "Energy.Apparent.Import", "Energy.Apparent.Net", "Energy.Reactive.Export.Interval", "Energy.Reactive.Export.Register", "Energy.Reactive.Import.Interval", "Energy.Reactive.Import.Register", "Energy.Reactive.Net", "EnergyRequest.Target", "EnergyRequest.Minimum", "EnergyRequest.Maximum", "EnergyRequest.Minimum.V2X", "EnergyRequest.Maximum.V2X", "EnergyRequest.Bulk", "Frequency", "Power.Active.Export", "Power.Active.Import", "Power.Active.Setpoint", "Power.Active.Residual", "Power.Export.Minimum", "Power.Export.Offered", "Power.Factor", "Power.Import.Offered", "Power.Import.Minimum", "Power.Offered", "Power.Reactive.Export", "Power.Reactive.Import", "SoC", "Voltage", "Voltage.Minimum", "Voltage.Maximum"]
MessageFormatEnumType = Literal["ASCII", "HTML", "URI", "UTF8", "QRCODE"]
MessagePriorityEnumType = Literal["AlwaysFront", "InFront", "NormalCycle"]
MessageStateEnumType = Literal["Charging", "Faulted", "Idle", "Unavailable", "Suspended", "Discharging"]
MessageTriggerEnumType = Literal["BootNotification", "LogStatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues", "SignChargingStationCertificate", "SignV2GCertificate", "SignV2G20Certificate", "StatusNotification", "TransactionEvent", "SignCombinedCertificate", "PublishFirmwareStatusNotification", "CustomTrigger"]
MobilityNeedsModeEnumType = Literal["EVCC", "EVCC_SECC"]
MonitorEnumType = Literal["UpperThreshold", "LowerThreshold", "Delta", "Periodic", "PeriodicClockAligned", "TargetDelta", "TargetDeltaRelative"]
MonitoringBaseEnumType = Literal["All", "FactoryDefault", "HardWiredOnly"]
MonitoringCriterionEnumType = Literal["ThresholdMonitoring", "DeltaMonitoring", "PeriodicMonitoring"]
MutabilityEnumType = Literal["ReadOnly", "WriteOnly", "ReadWrite"]
NotifyAllowedEnergyTransferStatusEnumType = Literal["Accepted", "Rejected"]
NotifyEVChargingNeedsStatusEnumType = Literal["Accepted", "Rejected", "Processing", "NoChargingProfile"]
OCPPInterfaceEnumType = Literal["Wired0", "Wired1", "Wired2", "Wired3", "Wireless0", "Wireless1", "Wireless2", "Wireless3", "Any"]
OCPPTransportEnumType = Literal["SOAP", "JSON"]
OCPPVersionEnumType = Literal["OCPP12", "OCPP15", "OCPP16", "OCPP20", "OCPP201", "OCPP21"]
OperationModeEnumType = Literal["Idle", "ChargingOnly", "CentralSetpoint", "ExternalSetpoint", "ExternalLimits", "CentralFrequency", "LocalFrequency", "LocalLoadBalancing"]
OperationalStatusEnumType = Literal["Inoperative", "Operative"]
PaymentStatusEnumType = Literal["Settled", "Canceled", "Rejected", "Failed"]
PhaseEnumType = Literal["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]
PowerDuringCessationEnumType = Literal["Active", "Reactive"]
PreconditioningStatusEnumType = Literal["Unknown", "Ready", "NotReady", "Preconditioning"]
PriorityChargingStatusEnumType = Literal["Accepted", "Rejected", "NoProfile"]
PublishFirmwareStatusEnumType = Literal["Idle", "DownloadScheduled", "Downloading", "Downloaded", "Published", "DownloadFailed", "DownloadPaused", "InvalidChecksum", "ChecksumVerified", "PublishFailed"]
ReadingContextEnumType = Literal["Interruption.Begin", "Interruption.End", "Other", "Sample.Clock", "Sample.Periodic", "Transaction.Begin", "Transaction.End", "Trigger"]
ReasonEnumType = Literal["DeAuthorized", "EmergencyStop", "EnergyLimitReached", "EVDisconnected", "GroundFault", "ImmediateReset", "MasterPass", "Local", "LocalOutOfCredit", "Other", "OvercurrentFault", "PowerLoss", "PowerQuality", "Reboot", "Remote", "SOCLimitReached", "StoppedByEV", "TimeLimitReached", "Timeout", "ReqEnergyTransferRejected"]
RecurrencyKindEnumType = Literal["Daily", "Weekly"]
RegistrationStatusEnumType = Literal["Accepted", "Pending", "Rejected"]
ReportBaseEnumType = Literal["ConfigurationInventory", "FullInventory", "SummaryInventory"]
RequestStartStopStatusEnumType = Literal["Accepted", "Rejected"]
ReservationUpdateStatusEnumType = Literal["Expired", "Removed", "NoTransaction"]
ReserveNowStatusEnumType = Literal["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]
ResetEnumType = Literal["Immediate", "OnIdle", "ImmediateAndResume"]
ResetStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]
SendLocalListStatusEnumType = Literal["Accepted", "Failed", "VersionMismatch"]
SetMonitoringStatusEnumType = Literal["Accepted", "UnknownComponent", "UnknownVariable", "UnsupportedMonitorType", "Rejected", "Duplicate"]
SetNetworkProfileStatusEnumType = Literal["Accepted", "Rejected", "Failed"]
SetVariableStatusEnumType = Literal["Accepted", "Rejected", "UnknownComponent", "UnknownVariable", "NotSupportedAttributeType", "RebootRequired"]
TariffChangeStatusEnumType = Literal["Accepted", "Rejected", "TooManyElements", "ConditionNotSupported", "TxNotFound", "NoCurrencyChange"]
TariffClearStatusEnumType = Literal["Accepted", "Rejected", "NoTariff"]
TariffCostEnumType = Literal["NormalCost", "MinCost", "MaxCost"]
TariffGetStatusEnumType = Literal["Accepted", "Rejected", "NoTariff"]
TariffKindEnumType = Literal["DefaultTariff", "DriverTariff"]
TariffSetStatusEnumType = Literal["Accepted", "Rejected", "TooManyElements", "ConditionNotSupported", "DuplicateTariffId"]
TransactionEventEnumType = Literal["Ended", "Started", "Updated"]
TriggerMessageStatusEnumType = Literal["Accepted", "Rejected", "NotImplemented"]
TriggerReasonEnumType = Literal["AbnormalCondition", "Authorized", "CablePluggedIn", "ChargingRateChanged", "ChargingStateChanged", "CostLimitReached", "Deauthorized", "EnergyLimitReached", "EVCommunicationLost", "EVConnectTimeout", "EVDeparted", "EVDetected", "LimitSet", "MeterValueClock", "MeterValuePeriodic", "OperationModeChanged", "RemoteStart", "RemoteStop", "ResetCommand", "RunningCost", "SignedDataReceived", "SoCLimitReached", "StopAuthorized", "TariffChanged", "TariffNotAccepted", "TimeLimitReached", "Trigger", "TxResumed", "UnlockCommand"]
UnlockStatusEnumType = Literal["Unlocked", "UnlockFailed", "OngoingAuthorizedTransaction", "UnknownConnector"]
UnpublishFirmwareStatusEnumType = Literal["DownloadOngoing", "NoFirmware", "Unpublished"]
UpdateEnumType = Literal["Differential", "Full"]
UpdateFirmwareStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate"]
UploadLogStatusEnumType = Literal["BadMessage", "Idle", "NotSupportedOperation", "PermissionDenied", "Uploaded", "UploadFailure", "Uploading", "AcceptedCanceled"]
VPNEnumType = Literal["IKEv2", "IPSec", "L2TP", "PPTP"]


class ACChargingParametersType(Payload, frozen=True, kw_only=True):
    energy_amount: Number
    ev_min_current: Number
    ev_max_current: Number
    ev_max_voltage: Number
    custom_data: Maybe[CustomData] = None


class APNType(Payload, frozen=True, kw_only=True):
    apn: String2000
    apn_user_name: Maybe[String50] = None
    apn_password: Maybe[String64] = None
    sim_pin: Maybe[Integer] = None
    preferred_network: Maybe[String6] = None
    use_only_preferred_network: Maybe[bool] = None
    apn_authentication: APNAuthenticationEnumType
    custom_data: Maybe[CustomData] = None


class RationalNumberType(Payload, frozen=True, kw_only=True):
    exponent: Integer
    value: Integer
    custom_data: Maybe[CustomData] = None


class AdditionalSelectedServicesType(Payload, frozen=True, kw_only=True):
    service_fee: RationalNumberType
    service_name: String80
    custom_data: Maybe[CustomData] = None


class OverstayRuleType(Payload, frozen=True, kw_only=True):
    overstay_fee: RationalNumberType
    overstay_rule_description: Maybe[String32] = None
    start_time: Integer
    overstay_fee_period: Integer
    custom_data: Maybe[CustomData] = None


class OverstayRuleListType(Payload, frozen=True, kw_only=True):
    overstay_power_threshold: Maybe[RationalNumberType] = None
    overstay_rule: Annotated[list[OverstayRuleType], Meta(min_length=1, max_length=5)]
    overstay_time_threshold: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class PriceRuleType(Payload, frozen=True, kw_only=True):
    parking_fee_period: Maybe[Integer] = None
    carbon_dioxide_emission: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    renewable_generation_percentage: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None
    energy_fee: RationalNumberType
    parking_fee: Maybe[RationalNumberType] = None
    power_range_start: RationalNumberType
    custom_data: Maybe[CustomData] = None


class PriceRuleStackType(Payload, frozen=True, kw_only=True):
    duration: Integer
    price_rule: Annotated[list[PriceRuleType], Meta(min_length=1, max_length=8)]
    custom_data: Maybe[CustomData] = None


class TaxRuleType(Payload, frozen=True, kw_only=True):
    tax_rule_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)] = field(name="taxRuleID")
    tax_rule_name: Maybe[String100] = None
    tax_included_in_price: Maybe[bool] = None
    applies_to_energy_fee: bool
    applies_to_parking_fee: bool
    applies_to_overstay_fee: bool
    applies_to_minimum_maximum_cost: bool
    tax_rate: RationalNumberType
    custom_data: Maybe[CustomData] = None


class AbsolutePriceScheduleType(Payload, frozen=True, kw_only=True):
    time_anchor: Timestamp
    price_schedule_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)] = field(name="priceScheduleID")
    price_schedule_description: Maybe[String160] = None
    currency: String3
    language: String8
    price_algorithm: String2000
    minimum_cost: Maybe[RationalNumberType] = None
    maximum_cost: Maybe[RationalNumberType] = None
    price_rule_stacks: Annotated[list[PriceRuleStackType], Meta(min_length=1, max_length=1024)]
    tax_rules: Maybe[Annotated[list[TaxRuleType], Meta(min_length=1, max_length=10)]] = None
    overstay_rule_list: Maybe[OverstayRuleListType] = None
    additional_selected_services: Maybe[Annotated[list[AdditionalSelectedServicesType], Meta(min_length=1, max_length=5)]] = None
    custom_data: Maybe[CustomData] = None


class AdditionalInfoType(Payload, frozen=True, kw_only=True):
    additional_id_token: String255
    type: String50
    custom_data: Maybe[CustomData] = None


class AddressType(Payload, frozen=True, kw_only=True):
    name: String50
    address1: String100
    address2: Maybe[String100] = None
    city: String100
    postal_code: Maybe[String20] = None
    country: String50
    custom_data: Maybe[CustomData] = None


class IdTokenType(Payload, frozen=True, kw_only=True):
    additional_info: Maybe[Annotated[list[AdditionalInfoType], Meta(min_length=1)]] = None
    id_token: String255
    type: String20
    custom_data: Maybe[CustomData] = None


class MessageContentType(Payload, frozen=True, kw_only=True):
    format: MessageFormatEnumType
    language: Maybe[String8] = None
    content: String1024
    custom_data: Maybe[CustomData] = None


class IdTokenInfoType(Payload, frozen=True, kw_only=True):
    status: AuthorizationStatusEnumType
    cache_expiry_date_time: Maybe[Timestamp] = None
    charging_priority: Maybe[Integer] = None
    group_id_token: Maybe[IdTokenType] = None
    language1: Maybe[String8] = None
    language2: Maybe[String8] = None
    evse_id: Maybe[Annotated[list[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]], Meta(min_length=1)]] = None
    personal_message: Maybe[MessageContentType] = None
    custom_data: Maybe[CustomData] = None


class AuthorizationData(Payload, frozen=True, kw_only=True):
    id_token: IdTokenType
    id_token_info: Maybe[IdTokenInfoType] = None
    custom_data: Maybe[CustomData] = None


class BatteryDataType(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    serial_number: String50
    soc: Annotated[int, Meta(ge=0, le=100)] | Annotated[float, Meta(ge=0.0, le=100.0)] = field(name="soC")
    soh: Annotated[int, Meta(ge=0, le=100)] | Annotated[float, Meta(ge=0.0, le=100.0)] = field(name="soH")
    production_date: Maybe[Timestamp] = None
    vendor_info: Maybe[String500] = None
    custom_data: Maybe[CustomData] = None


class CertificateHashDataType(Payload, frozen=True, kw_only=True):
    hash_algorithm: HashAlgorithmEnumType
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    custom_data: Maybe[CustomData] = None


class CertificateHashDataChainType(Payload, frozen=True, kw_only=True):
    certificate_hash_data: CertificateHashDataType
    certificate_type: GetCertificateIdUseEnumType
    child_certificate_hash_data: Maybe[Annotated[list[CertificateHashDataType], Meta(min_length=1, max_length=4)]] = None
    custom_data: Maybe[CustomData] = None


class CertificateStatusRequestInfoType(Payload, frozen=True, kw_only=True):
    certificate_hash_data: CertificateHashDataType
    source: CertificateStatusSourceEnumType
    urls: Annotated[list[String2000], Meta(min_length=1, max_length=5)]
    custom_data: Maybe[CustomData] = None


class CertificateStatusType(Payload, frozen=True, kw_only=True):
    certificate_hash_data: CertificateHashDataType
    source: CertificateStatusSourceEnumType
    status: CertificateStatusEnumType
    next_update: Timestamp
    custom_data: Maybe[CustomData] = None


class ChargingLimitType(Payload, frozen=True, kw_only=True):
    charging_limit_source: String20
    is_local_generation: Maybe[bool] = None
    is_grid_critical: Maybe[bool] = None
    custom_data: Maybe[CustomData] = None


class DCChargingParametersType(Payload, frozen=True, kw_only=True):
    ev_max_current: Number
    ev_max_voltage: Number
    ev_max_power: Maybe[Number] = None
    ev_energy_capacity: Maybe[Number] = None
    energy_amount: Maybe[Number] = None
    state_of_charge: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None
    full_so_c: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None
    bulk_so_c: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None
    custom_data: Maybe[CustomData] = None


class DERChargingParametersType(Payload, frozen=True, kw_only=True):
    ev_supported_der_control: Maybe[Annotated[list[DERControlEnumType], Meta(min_length=1)]] = field(default=None, name="evSupportedDERControl")
    ev_over_excited_max_discharge_power: Maybe[Number] = None
    ev_over_excited_power_factor: Maybe[Number] = None
    ev_under_excited_max_discharge_power: Maybe[Number] = None
    ev_under_excited_power_factor: Maybe[Number] = None
    max_apparent_power: Maybe[Number] = None
    max_charge_apparent_power: Maybe[Number] = None
    max_charge_apparent_power_l2: Maybe[Number] = field(default=None, name="maxChargeApparentPower_L2")
    max_charge_apparent_power_l3: Maybe[Number] = field(default=None, name="maxChargeApparentPower_L3")
    max_discharge_apparent_power: Maybe[Number] = None
    max_discharge_apparent_power_l2: Maybe[Number] = field(default=None, name="maxDischargeApparentPower_L2")
    max_discharge_apparent_power_l3: Maybe[Number] = field(default=None, name="maxDischargeApparentPower_L3")
    max_charge_reactive_power: Maybe[Number] = None
    max_charge_reactive_power_l2: Maybe[Number] = field(default=None, name="maxChargeReactivePower_L2")
    max_charge_reactive_power_l3: Maybe[Number] = field(default=None, name="maxChargeReactivePower_L3")
    min_charge_reactive_power: Maybe[Number] = None
    min_charge_reactive_power_l2: Maybe[Number] = field(default=None, name="minChargeReactivePower_L2")
    min_charge_reactive_power_l3: Maybe[Number] = field(default=None, name="minChargeReactivePower_L3")
    max_discharge_reactive_power: Maybe[Number] = None
    max_discharge_reactive_power_l2: Maybe[Number] = field(default=None, name="maxDischargeReactivePower_L2")
    max_discharge_reactive_power_l3: Maybe[Number] = field(default=None, name="maxDischargeReactivePower_L3")
    min_discharge_reactive_power: Maybe[Number] = None
    min_discharge_reactive_power_l2: Maybe[Number] = field(default=None, name="minDischargeReactivePower_L2")
    min_discharge_reactive_power_l3: Maybe[Number] = field(default=None, name="minDischargeReactivePower_L3")
    nominal_voltage: Maybe[Number] = None
    nominal_voltage_offset: Maybe[Number] = None
    max_nominal_voltage: Maybe[Number] = None
    min_nominal_voltage: Maybe[Number] = None
    ev_inverter_manufacturer: Maybe[String50] = None
    ev_inverter_model: Maybe[String50] = None
    ev_inverter_serial_number: Maybe[String50] = None
    ev_inverter_sw_version: Maybe[String50] = None
    ev_inverter_hw_version: Maybe[String50] = None
    ev_islanding_detection_method: Maybe[Annotated[list[IslandingDetectionEnumType], Meta(min_length=1)]] = None
    ev_islanding_trip_time: Maybe[Number] = None
    ev_maximum_level1_dc_injection: Maybe[Number] = field(default=None, name="evMaximumLevel1DCInjection")
    ev_duration_level1_dc_injection: Maybe[Number] = field(default=None, name="evDurationLevel1DCInjection")
    ev_maximum_level2_dc_injection: Maybe[Number] = field(default=None, name="evMaximumLevel2DCInjection")
    ev_duration_level2_dc_injection: Maybe[Number] = field(default=None, name="evDurationLevel2DCInjection")
    ev_reactive_susceptance: Maybe[Number] = None
    ev_session_total_discharge_energy_available: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class EVPriceRuleType(Payload, frozen=True, kw_only=True):
    energy_fee: Number
    power_range_start: Number
    custom_data: Maybe[CustomData] = None


class EVAbsolutePriceScheduleEntryType(Payload, frozen=True, kw_only=True):
    duration: Integer
    ev_price_rule: Annotated[list[EVPriceRuleType], Meta(min_length=1, max_length=8)]
    custom_data: Maybe[CustomData] = None


class EVAbsolutePriceScheduleType(Payload, frozen=True, kw_only=True):
    time_anchor: Timestamp
    currency: String3
    ev_absolute_price_schedule_entries: Annotated[list[EVAbsolutePriceScheduleEntryType], Meta(min_length=1, max_length=1024)]
    price_algorithm: String2000
    custom_data: Maybe[CustomData] = None


class EVPowerScheduleEntryType(Payload, frozen=True, kw_only=True):
    duration: Integer
    power: Number
    custom_data: Maybe[CustomData] = None


class EVPowerScheduleType(Payload, frozen=True, kw_only=True):
    ev_power_schedule_entries: Annotated[list[EVPowerScheduleEntryType], Meta(min_length=1, max_length=1024)]
    time_anchor: Timestamp
    custom_data: Maybe[CustomData] = None


class EVEnergyOfferType(Payload, frozen=True, kw_only=True):
    ev_absolute_price_schedule: Maybe[EVAbsolutePriceScheduleType] = None
    ev_power_schedule: EVPowerScheduleType
    custom_data: Maybe[CustomData] = None


class V2XChargingParametersType(Payload, frozen=True, kw_only=True):
    min_charge_power: Maybe[Number] = None
    min_charge_power_l2: Maybe[Number] = field(default=None, name="minChargePower_L2")
    min_charge_power_l3: Maybe[Number] = field(default=None, name="minChargePower_L3")
    max_charge_power: Maybe[Number] = None
    max_charge_power_l2: Maybe[Number] = field(default=None, name="maxChargePower_L2")
    max_charge_power_l3: Maybe[Number] = field(default=None, name="maxChargePower_L3")
    min_discharge_power: Maybe[Number] = None
    min_discharge_power_l2: Maybe[Number] = field(default=None, name="minDischargePower_L2")
    min_discharge_power_l3: Maybe[Number] = field(default=None, name="minDischargePower_L3")
    max_discharge_power: Maybe[Number] = None
    max_discharge_power_l2: Maybe[Number] = field(default=None, name="maxDischargePower_L2")
    max_discharge_power_l3: Maybe[Number] = field(default=None, name="maxDischargePower_L3")
    min_charge_current: Maybe[Number] = None
    max_charge_current: Maybe[Number] = None
    min_discharge_current: Maybe[Number] = None
    max_discharge_current: Maybe[Number] = None
    min_voltage: Maybe[Number] = None
    max_voltage: Maybe[Number] = None
    ev_target_energy_request: Maybe[Number] = None
    ev_min_energy_request: Maybe[Number] = None
    ev_max_energy_request: Maybe[Number] = None
    ev_min_v2x_energy_request: Maybe[Number] = None
    ev_max_v2x_energy_request: Maybe[Number] = None
    target_soc: Maybe[Annotated[int, Meta(ge=0, le=100)]] = field(default=None, name="targetSoC")
    custom_data: Maybe[CustomData] = None


class ChargingNeedsType(Payload, frozen=True, kw_only=True):
    ac_charging_parameters: Maybe[ACChargingParametersType] = None
    der_charging_parameters: Maybe[DERChargingParametersType] = None
    ev_energy_offer: Maybe[EVEnergyOfferType] = None
    requested_energy_transfer: EnergyTransferModeEnumType
    dc_charging_parameters: Maybe[DCChargingParametersType] = None
    v2x_charging_parameters: Maybe[V2XChargingParametersType] = None
    available_energy_transfer: Maybe[Annotated[list[EnergyTransferModeEnumType], Meta(min_length=1)]] = None
    control_mode: Maybe[ControlModeEnumType] = None
    mobility_needs_mode: Maybe[MobilityNeedsModeEnumType] = None
    departure_time: Maybe[Timestamp] = None
    custom_data: Maybe[CustomData] = None


class CostDimensionType(Payload, frozen=True, kw_only=True):
    type: CostDimensionEnumType
    volume: Number
    custom_data: Maybe[CustomData] = None


class ChargingPeriodType(Payload, frozen=True, kw_only=True):
    dimensions: Maybe[Annotated[list[CostDimensionType], Meta(min_length=1)]] = None
    tariff_id: Maybe[String60] = None
    start_period: Timestamp
    custom_data: Maybe[CustomData] = None


class ChargingProfileCriterionType(Payload, frozen=True, kw_only=True):
    charging_profile_purpose: Maybe[ChargingProfilePurposeEnumType] = None
    stack_level: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    charging_profile_id: Maybe[Annotated[list[Integer], Meta(min_length=1)]] = None
    charging_limit_source: Maybe[Annotated[list[String20], Meta(min_length=1, max_length=4)]] = None
    custom_data: Maybe[CustomData] = None


class V2XFreqWattPointType(Payload, frozen=True, kw_only=True):
    frequency: Number
    power: Number
    custom_data: Maybe[CustomData] = None


class V2XSignalWattPointType(Payload, frozen=True, kw_only=True):
    signal: Integer
    power: Number
    custom_data: Maybe[CustomData] = None


class ChargingSchedulePeriodType(Payload, frozen=True, kw_only=True):
    start_period: Integer
    limit: Maybe[Number] = None
    limit_l2: Maybe[Number] = field(default=None, name="limit_L2")
    limit_l3: Maybe[Number] = field(default=None, name="limit_L3")
    number_phases: Maybe[Annotated[int, Meta(ge=0, le=3)]] = None
    phase_to_use: Maybe[Annotated[int, Meta(ge=0, le=3)]] = None
    discharge_limit: Maybe[Annotated[int, Meta(ge=-MAX_INTEGER, le=0)] | Annotated[float, Meta(le=0.0)]] = None
    discharge_limit_l2: Maybe[Annotated[int, Meta(ge=-MAX_INTEGER, le=0)] | Annotated[float, Meta(le=0.0)]] = field(default=None, name="dischargeLimit_L2")
    discharge_limit_l3: Maybe[Annotated[int, Meta(ge=-MAX_INTEGER, le=0)] | Annotated[float, Meta(le=0.0)]] = field(default=None, name="dischargeLimit_L3")
    setpoint: Maybe[Number] = None
    setpoint_l2: Maybe[Number] = field(default=None, name="setpoint_L2")
    setpoint_l3: Maybe[Number] = field(default=None, name="setpoint_L3")
    setpoint_reactive: Maybe[Number] = None
    setpoint_reactive_l2: Maybe[Number] = field(default=None, name="setpointReactive_L2")
    setpoint_reactive_l3: Maybe[Number] = field(default=None, name="setpointReactive_L3")
    preconditioning_request: Maybe[bool] = None
    evse_sleep: Maybe[bool] = None
    v2x_baseline: Maybe[Number] = None
    operation_mode: Maybe[OperationModeEnumType] = None
    v2x_freq_watt_curve: Maybe[Annotated[list[V2XFreqWattPointType], Meta(min_length=1, max_length=20)]] = None
    v2x_signal_watt_curve: Maybe[Annotated[list[V2XSignalWattPointType], Meta(min_length=1, max_length=20)]] = None
    custom_data: Maybe[CustomData] = None


class LimitAtSoCType(Payload, frozen=True, kw_only=True):
    soc: Annotated[int, Meta(ge=0, le=100)]
    limit: Number
    custom_data: Maybe[CustomData] = None


class PriceLevelScheduleEntryType(Payload, frozen=True, kw_only=True):
    duration: Integer
    price_level: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class PriceLevelScheduleType(Payload, frozen=True, kw_only=True):
    price_level_schedule_entries: Annotated[list[PriceLevelScheduleEntryType], Meta(min_length=1, max_length=100)]
    time_anchor: Timestamp
    price_schedule_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    price_schedule_description: Maybe[String32] = None
    number_of_price_levels: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class CostType(Payload, frozen=True, kw_only=True):
    cost_kind: CostKindEnumType
    amount: Integer
    amount_multiplier: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class ConsumptionCostType(Payload, frozen=True, kw_only=True):
    start_value: Number
    cost: Annotated[list[CostType], Meta(min_length=1, max_length=3)]
    custom_data: Maybe[CustomData] = None


class RelativeTimeIntervalType(Payload, frozen=True, kw_only=True):
    start: Integer
    duration: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class SalesTariffEntryType(Payload, frozen=True, kw_only=True):
    relative_time_interval: RelativeTimeIntervalType
    e_price_level: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    consumption_cost: Maybe[Annotated[list[ConsumptionCostType], Meta(min_length=1, max_length=3)]] = None
    custom_data: Maybe[CustomData] = None


class SalesTariffType(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    sales_tariff_description: Maybe[String32] = None
    num_e_price_levels: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    sales_tariff_entry: Annotated[list[SalesTariffEntryType], Meta(min_length=1, max_length=1024)]
    custom_data: Maybe[CustomData] = None


class ChargingScheduleType(Payload, frozen=True, kw_only=True):
    id: Integer
    limit_at_so_c: Maybe[LimitAtSoCType] = None
    start_schedule: Maybe[Timestamp] = None
    duration: Maybe[Integer] = None
    charging_rate_unit: ChargingRateUnitEnumType
    min_charging_rate: Maybe[Number] = None
    power_tolerance: Maybe[Number] = None
    signature_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    digest_value: Maybe[String88] = None
    use_local_time: Maybe[bool] = None
    charging_schedule_period: Annotated[list[ChargingSchedulePeriodType], Meta(min_length=1, max_length=1024)]
    randomized_delay: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    sales_tariff: Maybe[SalesTariffType] = None
    absolute_price_schedule: Maybe[AbsolutePriceScheduleType] = None
    price_level_schedule: Maybe[PriceLevelScheduleType] = None
    custom_data: Maybe[CustomData] = None


class ChargingProfileType(Payload, frozen=True, kw_only=True):
    id: Integer
    stack_level: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    charging_profile_purpose: ChargingProfilePurposeEnumType
    charging_profile_kind: ChargingProfileKindEnumType
    recurrency_kind: Maybe[RecurrencyKindEnumType] = None
    valid_from: Maybe[Timestamp] = None
    valid_to: Maybe[Timestamp] = None
    transaction_id: Maybe[String36] = None
    max_offline_duration: Maybe[Integer] = None
    charging_schedule: Annotated[list[ChargingScheduleType], Meta(min_length=1, max_length=3)]
    invalid_after_offline_duration: Maybe[bool] = None
    dyn_update_interval: Maybe[Integer] = None
    dyn_update_time: Maybe[Timestamp] = None
    price_schedule_signature: Maybe[String256] = None
    custom_data: Maybe[CustomData] = None


class ChargingScheduleUpdateType(Payload, frozen=True, kw_only=True):
    limit: Maybe[Number] = None
    limit_l2: Maybe[Number] = field(default=None, name="limit_L2")
    limit_l3: Maybe[Number] = field(default=None, name="limit_L3")
    discharge_limit: Maybe[Annotated[int, Meta(ge=-MAX_INTEGER, le=0)] | Annotated[float, Meta(le=0.0)]] = None
    discharge_limit_l2: Maybe[Annotated[int, Meta(ge=-MAX_INTEGER, le=0)] | Annotated[float, Meta(le=0.0)]] = field(default=None, name="dischargeLimit_L2")
    discharge_limit_l3: Maybe[Annotated[int, Meta(ge=-MAX_INTEGER, le=0)] | Annotated[float, Meta(le=0.0)]] = field(default=None, name="dischargeLimit_L3")
    setpoint: Maybe[Number] = None
    setpoint_l2: Maybe[Number] = field(default=None, name="setpoint_L2")
    setpoint_l3: Maybe[Number] = field(default=None, name="setpoint_L3")
    setpoint_reactive: Maybe[Number] = None
    setpoint_reactive_l2: Maybe[Number] = field(default=None, name="setpointReactive_L2")
    setpoint_reactive_l3: Maybe[Number] = field(default=None, name="setpointReactive_L3")
    custom_data: Maybe[CustomData] = None


class ModemType(Payload, frozen=True, kw_only=True):
    iccid: Maybe[String20] = None
    imsi: Maybe[String20] = None
    custom_data: Maybe[CustomData] = None


class ChargingStationType(Payload, frozen=True, kw_only=True):
    serial_number: Maybe[String25] = None
    model: String20
    modem: Maybe[ModemType] = None
    vendor_name: String50
    firmware_version: Maybe[String50] = None
    custom_data: Maybe[CustomData] = None


class ClearChargingProfileType(Payload, frozen=True, kw_only=True):
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    charging_profile_purpose: Maybe[ChargingProfilePurposeEnumType] = None
    stack_level: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class StatusInfoType(Payload, frozen=True, kw_only=True):
    reason_code: String20
    additional_info: Maybe[String1024] = None
    custom_data: Maybe[CustomData] = None


class ClearMonitoringResultType(Payload, frozen=True, kw_only=True):
    status: ClearMonitoringStatusEnumType
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ClearTariffsResultType(Payload, frozen=True, kw_only=True):
    status_info: Maybe[StatusInfoType] = None
    tariff_id: Maybe[String60] = None
    status: TariffClearStatusEnumType
    custom_data: Maybe[CustomData] = None


class EVSEType(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    connector_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class ComponentType(Payload, frozen=True, kw_only=True):
    evse: Maybe[EVSEType] = None
    name: String50
    instance: Maybe[String50] = None
    custom_data: Maybe[CustomData] = None


class VariableType(Payload, frozen=True, kw_only=True):
    name: String50
    instance: Maybe[String50] = None
    custom_data: Maybe[CustomData] = None


class ComponentVariableType(Payload, frozen=True, kw_only=True):
    component: ComponentType
    variable: Maybe[VariableType] = None
    custom_data: Maybe[CustomData] = None


class CompositeScheduleType(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    duration: Integer
    schedule_start: Timestamp
    charging_rate_unit: ChargingRateUnitEnumType
    charging_schedule_period: Annotated[list[ChargingSchedulePeriodType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class PeriodicEventStreamParamsType(Payload, frozen=True, kw_only=True):
    interval: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    values: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class ConstantStreamDataType(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    params: PeriodicEventStreamParamsType
    variable_monitoring_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class TaxRateType(Payload, frozen=True, kw_only=True):
    type: String20
    tax: Number
    stack: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class PriceType(Payload, frozen=True, kw_only=True):
    excl_tax: Maybe[Number] = None
    incl_tax: Maybe[Number] = None
    tax_rates: Maybe[Annotated[list[TaxRateType], Meta(min_length=1, max_length=5)]] = None
    custom_data: Maybe[CustomData] = None


class TotalPriceType(Payload, frozen=True, kw_only=True):
    excl_tax: Maybe[Number] = None
    incl_tax: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class TotalCostType(Payload, frozen=True, kw_only=True):
    currency: String3
    type_of_cost: TariffCostEnumType
    fixed: Maybe[PriceType] = None
    energy: Maybe[PriceType] = None
    charging_time: Maybe[PriceType] = None
    idle_time: Maybe[PriceType] = None
    reservation_time: Maybe[PriceType] = None
    reservation_fixed: Maybe[PriceType] = None
    total: TotalPriceType
    custom_data: Maybe[CustomData] = None


class TotalUsageType(Payload, frozen=True, kw_only=True):
    energy: Number
    charging_time: Integer
    idle_time: Integer
    reservation_time: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class CostDetailsType(Payload, frozen=True, kw_only=True):
    charging_periods: Maybe[Annotated[list[ChargingPeriodType], Meta(min_length=1)]] = None
    total_cost: TotalCostType
    total_usage: TotalUsageType
    failure_to_calculate: Maybe[bool] = None
    failure_reason: Maybe[String500] = None
    custom_data: Maybe[CustomData] = None


class DERCurvePointsType(Payload, frozen=True, kw_only=True):
    x: Number
    y: Number
    custom_data: Maybe[CustomData] = None


class HysteresisType(Payload, frozen=True, kw_only=True):
    hysteresis_high: Maybe[Number] = None
    hysteresis_low: Maybe[Number] = None
    hysteresis_delay: Maybe[Number] = None
    hysteresis_gradient: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class ReactivePowerParamsType(Payload, frozen=True, kw_only=True):
    v_ref: Maybe[Number] = None
    autonomous_v_ref_enable: Maybe[bool] = None
    autonomous_v_ref_time_constant: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class VoltageParamsType(Payload, frozen=True, kw_only=True):
    hv10_min_mean_value: Maybe[Number] = None
    hv10_min_mean_trip_delay: Maybe[Number] = None
    power_during_cessation: Maybe[PowerDuringCessationEnumType] = None
    custom_data: Maybe[CustomData] = None


class DERCurveType(Payload, frozen=True, kw_only=True):
    curve_data: Annotated[list[DERCurvePointsType], Meta(min_length=1, max_length=10)]
    hysteresis: Maybe[HysteresisType] = None
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    reactive_power_params: Maybe[ReactivePowerParamsType] = None
    voltage_params: Maybe[VoltageParamsType] = None
    y_unit: DERUnitEnumType
    response_time: Maybe[Number] = None
    start_time: Maybe[Timestamp] = None
    duration: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class DERCurveGetType(Payload, frozen=True, kw_only=True):
    curve: DERCurveType
    id: String36
    curve_type: DERControlEnumType
    is_default: bool
    is_superseded: bool
    custom_data: Maybe[CustomData] = None


class EnterServiceType(Payload, frozen=True, kw_only=True):
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    high_voltage: Number
    low_voltage: Number
    high_freq: Number
    low_freq: Number
    delay: Maybe[Number] = None
    random_delay: Maybe[Number] = None
    ramp_rate: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class EnterServiceGetType(Payload, frozen=True, kw_only=True):
    enter_service: EnterServiceType
    id: String36
    custom_data: Maybe[CustomData] = None


class EventDataType(Payload, frozen=True, kw_only=True):
    event_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    timestamp: Timestamp
    trigger: EventTriggerEnumType
    cause: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    actual_value: String2500
    tech_code: Maybe[String50] = None
    tech_info: Maybe[String500] = None
    cleared: Maybe[bool] = None
    transaction_id: Maybe[String36] = None
    component: ComponentType
    variable_monitoring_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    event_notification_type: EventNotificationEnumType
    variable: VariableType
    severity: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class FirmwareType(Payload, frozen=True, kw_only=True):
    location: String2000
    retrieve_date_time: Timestamp
    install_date_time: Maybe[Timestamp] = None
    signing_certificate: Maybe[String5500] = None
    signature: Maybe[String800] = None
    custom_data: Maybe[CustomData] = None


class FixedPFType(Payload, frozen=True, kw_only=True):
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    displacement: Number
    excitation: bool
    start_time: Maybe[Timestamp] = None
    duration: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class FixedPFGetType(Payload, frozen=True, kw_only=True):
    fixed_pf: FixedPFType = field(name="fixedPF")
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: Maybe[CustomData] = None


class FixedVarType(Payload, frozen=True, kw_only=True):
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    setpoint: Number
    unit: DERUnitEnumType
    start_time: Maybe[Timestamp] = None
    duration: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class FixedVarGetType(Payload, frozen=True, kw_only=True):
    fixed_var: FixedVarType
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: Maybe[CustomData] = None


class FreqDroopType(Payload, frozen=True, kw_only=True):
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    over_freq: Number
    under_freq: Number
    over_droop: Number
    under_droop: Number
    response_time: Number
    start_time: Maybe[Timestamp] = None
    duration: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class FreqDroopGetType(Payload, frozen=True, kw_only=True):
    freq_droop: FreqDroopType
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: Maybe[CustomData] = None


class GetVariableDataType(Payload, frozen=True, kw_only=True):
    attribute_type: Maybe[AttributeEnumType] = None
    component: ComponentType
    variable: VariableType
    custom_data: Maybe[CustomData] = None


class GetVariableResultType(Payload, frozen=True, kw_only=True):
    attribute_status: GetVariableStatusEnumType
    attribute_status_info: Maybe[StatusInfoType] = None
    attribute_type: Maybe[AttributeEnumType] = None
    attribute_value: Maybe[String2500] = None
    component: ComponentType
    variable: VariableType
    custom_data: Maybe[CustomData] = None


class GradientType(Payload, frozen=True, kw_only=True):
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    gradient: Number
    soft_gradient: Number
    custom_data: Maybe[CustomData] = None


class GradientGetType(Payload, frozen=True, kw_only=True):
    gradient: GradientType
    id: String36
    custom_data: Maybe[CustomData] = None


class LimitMaxDischargeType(Payload, frozen=True, kw_only=True):
    priority: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    pct_max_discharge_power: Maybe[Number] = None
    power_monitoring_must_trip: Maybe[DERCurveType] = None
    start_time: Maybe[Timestamp] = None
    duration: Maybe[Number] = None
    custom_data: Maybe[CustomData] = None


class LimitMaxDischargeGetType(Payload, frozen=True, kw_only=True):
    id: String36
    is_default: bool
    is_superseded: bool
    limit_max_discharge: LimitMaxDischargeType
    custom_data: Maybe[CustomData] = None


class LogParametersType(Payload, frozen=True, kw_only=True):
    remote_location: String2000
    oldest_timestamp: Maybe[Timestamp] = None
    latest_timestamp: Maybe[Timestamp] = None
    custom_data: Maybe[CustomData] = None


class MessageInfoType(Payload, frozen=True, kw_only=True):
    display: Maybe[ComponentType] = None
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    priority: MessagePriorityEnumType
    state: Maybe[MessageStateEnumType] = None
    start_date_time: Maybe[Timestamp] = None
    end_date_time: Maybe[Timestamp] = None
    transaction_id: Maybe[String36] = None
    message: MessageContentType
    message_extra: Maybe[Annotated[list[MessageContentType], Meta(min_length=1, max_length=4)]] = None
    custom_data: Maybe[CustomData] = None


class SignedMeterValueType(Payload, frozen=True, kw_only=True):
    signed_meter_data: String32768
    signing_method: Maybe[String50] = None
    encoding_method: String50
    public_key: Maybe[String2500] = None
    custom_data: Maybe[CustomData] = None


class UnitOfMeasureType(Payload, frozen=True, kw_only=True):
    unit: Maybe[String20] = None
    multiplier: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class SampledValueType(Payload, frozen=True, kw_only=True):
    value: Number
    measurand: Maybe[MeasurandEnumType] = None
    context: Maybe[ReadingContextEnumType] = None
    phase: Maybe[PhaseEnumType] = None
    location: Maybe[LocationEnumType] = None
    signed_meter_value: Maybe[SignedMeterValueType] = None
    unit_of_measure: Maybe[UnitOfMeasureType] = None
    custom_data: Maybe[CustomData] = None


class MeterValueType(Payload, frozen=True, kw_only=True):
    sampled_value: Annotated[list[SampledValueType], Meta(min_length=1)]
    timestamp: Timestamp
    custom_data: Maybe[CustomData] = None


class VariableMonitoringType(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    transaction: bool
    value: Number
    type: MonitorEnumType
    severity: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    event_notification_type: EventNotificationEnumType
    custom_data: Maybe[CustomData] = None


class MonitoringDataType(Payload, frozen=True, kw_only=True):
    component: ComponentType
    variable: VariableType
    variable_monitoring: Annotated[list[VariableMonitoringType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class VPNType(Payload, frozen=True, kw_only=True):
    server: String2000
    user: String50
    group: Maybe[String50] = None
    password: String64
    key: String255
    type: VPNEnumType
    custom_data: Maybe[CustomData] = None


class NetworkConnectionProfileType(Payload, frozen=True, kw_only=True):
    apn: Maybe[APNType] = None
    ocpp_version: Maybe[OCPPVersionEnumType] = None
    ocpp_interface: OCPPInterfaceEnumType
    ocpp_transport: OCPPTransportEnumType
    message_timeout: Integer
    ocpp_csms_url: String2000
    security_profile: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    identity: Maybe[String48] = None
    basic_auth_password: Maybe[String64] = None
    vpn: Maybe[VPNType] = None
    custom_data: Maybe[CustomData] = None


class OCSPRequestDataType(Payload, frozen=True, kw_only=True):
    hash_algorithm: HashAlgorithmEnumType
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    responder_url: String2000 = field(name="responderURL")
    custom_data: Maybe[CustomData] = None


class VariableAttributeType(Payload, frozen=True, kw_only=True):
    type: Maybe[AttributeEnumType] = None
    value: Maybe[String2500] = None
    mutability: Maybe[MutabilityEnumType] = None
    persistent: Maybe[bool] = None
    constant: Maybe[bool] = None
    custom_data: Maybe[CustomData] = None


class VariableCharacteristicsType(Payload, frozen=True, kw_only=True):
    unit: Maybe[String16] = None
    data_type: DataEnumType
    min_limit: Maybe[Number] = None
    max_limit: Maybe[Number] = None
    max_elements: Maybe[Annotated[int, Meta(ge=1, le=MAX_INTEGER)]] = None
    values_list: Maybe[String1000] = None
    supports_monitoring: bool
    custom_data: Maybe[CustomData] = None


class ReportDataType(Payload, frozen=True, kw_only=True):
    component: ComponentType
    variable: VariableType
    variable_attribute: Annotated[list[VariableAttributeType], Meta(min_length=1, max_length=4)]
    variable_characteristics: Maybe[VariableCharacteristicsType] = None
    custom_data: Maybe[CustomData] = None


class SetMonitoringDataType(Payload, frozen=True, kw_only=True):
    id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    periodic_event_stream: Maybe[PeriodicEventStreamParamsType] = None
    transaction: Maybe[bool] = None
    value: Number
    type: MonitorEnumType
    severity: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    component: ComponentType
    variable: VariableType
    custom_data: Maybe[CustomData] = None


class SetMonitoringResultType(Payload, frozen=True, kw_only=True):
    id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    status_info: Maybe[StatusInfoType] = None
    status: SetMonitoringStatusEnumType
    type: MonitorEnumType
    component: ComponentType
    variable: VariableType
    severity: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class SetVariableDataType(Payload, frozen=True, kw_only=True):
    attribute_type: Maybe[AttributeEnumType] = None
    attribute_value: String2500
    component: ComponentType
    variable: VariableType
    custom_data: Maybe[CustomData] = None


class SetVariableResultType(Payload, frozen=True, kw_only=True):
    attribute_type: Maybe[AttributeEnumType] = None
    attribute_status: SetVariableStatusEnumType
    attribute_status_info: Maybe[StatusInfoType] = None
    component: ComponentType
    variable: VariableType
    custom_data: Maybe[CustomData] = None


class StreamDataElementType(Payload, frozen=True, kw_only=True):
    t: Number
    v: String2500
    custom_data: Maybe[CustomData] = None


class TariffAssignmentType(Payload, frozen=True, kw_only=True):
    tariff_id: String60
    tariff_kind: TariffKindEnumType
    valid_from: Maybe[Timestamp] = None
    evse_ids: Maybe[Annotated[list[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]], Meta(min_length=1)]] = None
    id_tokens: Maybe[Annotated[list[String255], Meta(min_length=1)]] = None
    custom_data: Maybe[CustomData] = None


class TariffConditionsFixedType(Payload, frozen=True, kw_only=True):
    start_time_of_day: Maybe[str] = None
    end_time_of_day: Maybe[str] = None
    day_of_week: Maybe[Annotated[list[DayOfWeekEnumType], Meta(min_length=1, max_length=7)]] = None
    valid_from_date: Maybe[str] = None
    valid_to_date: Maybe[str] = None
    evse_kind: Maybe[EvseKindEnumType] = None
    payment_brand: Maybe[String20] = None
    payment_recognition: Maybe[String20] = None
    custom_data: Maybe[CustomData] = None


class TariffConditionsType(Payload, frozen=True, kw_only=True):
    start_time_of_day: Maybe[str] = None
    end_time_of_day: Maybe[str] = None
    day_of_week: Maybe[Annotated[list[DayOfWeekEnumType], Meta(min_length=1, max_length=7)]] = None
    valid_from_date: Maybe[str] = None
    valid_to_date: Maybe[str] = None
    evse_kind: Maybe[EvseKindEnumType] = None
    min_energy: Maybe[Number] = None
    max_energy: Maybe[Number] = None
    min_current: Maybe[Number] = None
    max_current: Maybe[Number] = None
    min_power: Maybe[Number] = None
    max_power: Maybe[Number] = None
    min_time: Maybe[Integer] = None
    max_time: Maybe[Integer] = None
    min_charging_time: Maybe[Integer] = None
    max_charging_time: Maybe[Integer] = None
    min_idle_time: Maybe[Integer] = None
    max_idle_time: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class TariffEnergyPriceType(Payload, frozen=True, kw_only=True):
    price_kwh: Number
    conditions: Maybe[TariffConditionsType] = None
    custom_data: Maybe[CustomData] = None


class TariffEnergyType(Payload, frozen=True, kw_only=True):
    prices: Annotated[list[TariffEnergyPriceType], Meta(min_length=1)]
    tax_rates: Maybe[Annotated[list[TaxRateType], Meta(min_length=1, max_length=5)]] = None
    custom_data: Maybe[CustomData] = None


class TariffFixedPriceType(Payload, frozen=True, kw_only=True):
    conditions: Maybe[TariffConditionsFixedType] = None
    price_fixed: Number
    custom_data: Maybe[CustomData] = None


class TariffFixedType(Payload, frozen=True, kw_only=True):
    prices: Annotated[list[TariffFixedPriceType], Meta(min_length=1)]
    tax_rates: Maybe[Annotated[list[TaxRateType], Meta(min_length=1, max_length=5)]] = None
    custom_data: Maybe[CustomData] = None


class TariffTimePriceType(Payload, frozen=True, kw_only=True):
    price_minute: Number
    conditions: Maybe[TariffConditionsType] = None
    custom_data: Maybe[CustomData] = None


class TariffTimeType(Payload, frozen=True, kw_only=True):
    prices: Annotated[list[TariffTimePriceType], Meta(min_length=1)]
    tax_rates: Maybe[Annotated[list[TaxRateType], Meta(min_length=1, max_length=5)]] = None
    custom_data: Maybe[CustomData] = None


class TariffType(Payload, frozen=True, kw_only=True):
    tariff_id: String60
    description: Maybe[Annotated[list[MessageContentType], Meta(min_length=1, max_length=10)]] = None
    currency: String3
    energy: Maybe[TariffEnergyType] = None
    valid_from: Maybe[Timestamp] = None
    charging_time: Maybe[TariffTimeType] = None
    idle_time: Maybe[TariffTimeType] = None
    fixed_fee: Maybe[TariffFixedType] = None
    reservation_time: Maybe[TariffTimeType] = None
    reservation_fixed: Maybe[TariffFixedType] = None
    min_cost: Maybe[PriceType] = None
    max_cost: Maybe[PriceType] = None
    custom_data: Maybe[CustomData] = None


class TransactionLimitType(Payload, frozen=True, kw_only=True):
    max_cost: Maybe[Number] = None
    max_energy: Maybe[Number] = None
    max_time: Maybe[Integer] = None
    max_soc: Maybe[Annotated[int, Meta(ge=0, le=100)]] = field(default=None, name="maxSoC")
    custom_data: Maybe[CustomData] = None


class TransactionType(Payload, frozen=True, kw_only=True):
    transaction_id: String36
    charging_state: Maybe[ChargingStateEnumType] = None
    time_spent_charging: Maybe[Integer] = None
    stopped_reason: Maybe[ReasonEnumType] = None
    remote_start_id: Maybe[Integer] = None
    operation_mode: Maybe[OperationModeEnumType] = None
    tariff_id: Maybe[String60] = None
    transaction_limit: Maybe[TransactionLimitType] = None
    custom_data: Maybe[CustomData] = None


class AFRRSignalRequest(Payload, frozen=True, kw_only=True):
    timestamp: Timestamp
    signal: Integer
    custom_data: Maybe[CustomData] = None


class AFRRSignalResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class AdjustPeriodicEventStreamRequest(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    params: PeriodicEventStreamParamsType
    custom_data: Maybe[CustomData] = None


class AdjustPeriodicEventStreamResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class AuthorizeRequest(Payload, frozen=True, kw_only=True):
    id_token: IdTokenType
    certificate: Maybe[String10000] = None
    iso15118_certificate_hash_data: Maybe[Annotated[list[OCSPRequestDataType], Meta(min_length=1, max_length=4)]] = None
    custom_data: Maybe[CustomData] = None


class AuthorizeResponse(Payload, frozen=True, kw_only=True):
    id_token_info: IdTokenInfoType
    certificate_status: Maybe[AuthorizeCertificateStatusEnumType] = None
    allowed_energy_transfer: Maybe[Annotated[list[EnergyTransferModeEnumType], Meta(min_length=1)]] = None
    tariff: Maybe[TariffType] = None
    custom_data: Maybe[CustomData] = None


class BatterySwapRequest(Payload, frozen=True, kw_only=True):
    battery_data: Annotated[list[BatteryDataType], Meta(min_length=1)]
    event_type: BatterySwapEventEnumType
    id_token: IdTokenType
    request_id: Integer
    custom_data: Maybe[CustomData] = None


class BatterySwapResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class BootNotificationRequest(Payload, frozen=True, kw_only=True):
    charging_station: ChargingStationType
    reason: BootReasonEnumType
    custom_data: Maybe[CustomData] = None


class BootNotificationResponse(Payload, frozen=True, kw_only=True):
    current_time: Timestamp
    interval: Integer
    status: RegistrationStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class CancelReservationRequest(Payload, frozen=True, kw_only=True):
    reservation_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class CancelReservationResponse(Payload, frozen=True, kw_only=True):
    status: CancelReservationStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class CertificateSignedRequest(Payload, frozen=True, kw_only=True):
    certificate_chain: String10000
    certificate_type: Maybe[CertificateSigningUseEnumType] = None
    request_id: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class CertificateSignedResponse(Payload, frozen=True, kw_only=True):
    status: CertificateSignedStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ChangeAvailabilityRequest(Payload, frozen=True, kw_only=True):
    evse: Maybe[EVSEType] = None
    operational_status: OperationalStatusEnumType
    custom_data: Maybe[CustomData] = None


class ChangeAvailabilityResponse(Payload, frozen=True, kw_only=True):
    status: ChangeAvailabilityStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ChangeTransactionTariffRequest(Payload, frozen=True, kw_only=True):
    tariff: TariffType
    transaction_id: String36
    custom_data: Maybe[CustomData] = None


class ChangeTransactionTariffResponse(Payload, frozen=True, kw_only=True):
    status: TariffChangeStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ClearCacheRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ClearCacheResponse(Payload, frozen=True, kw_only=True):
    status: ClearCacheStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ClearChargingProfileRequest(Payload, frozen=True, kw_only=True):
    charging_profile_id: Maybe[Integer] = None
    charging_profile_criteria: Maybe[ClearChargingProfileType] = None
    custom_data: Maybe[CustomData] = None


class ClearChargingProfileResponse(Payload, frozen=True, kw_only=True):
    status: ClearChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ClearDERControlRequest(Payload, frozen=True, kw_only=True):
    is_default: bool
    control_type: Maybe[DERControlEnumType] = None
    control_id: Maybe[String36] = None
    custom_data: Maybe[CustomData] = None


class ClearDERControlResponse(Payload, frozen=True, kw_only=True):
    status: DERControlStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ClearDisplayMessageRequest(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class ClearDisplayMessageResponse(Payload, frozen=True, kw_only=True):
    status: ClearMessageStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ClearTariffsRequest(Payload, frozen=True, kw_only=True):
    tariff_ids: Maybe[Annotated[list[String60], Meta(min_length=1)]] = None
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class ClearTariffsResponse(Payload, frozen=True, kw_only=True):
    clear_tariffs_result: Annotated[list[ClearTariffsResultType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class ClearVariableMonitoringRequest(Payload, frozen=True, kw_only=True):
    id: Annotated[list[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class ClearVariableMonitoringResponse(Payload, frozen=True, kw_only=True):
    clear_monitoring_result: Annotated[list[ClearMonitoringResultType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class ClearedChargingLimitRequest(Payload, frozen=True, kw_only=True):
    charging_limit_source: String20
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class ClearedChargingLimitResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ClosePeriodicEventStreamRequest(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class ClosePeriodicEventStreamResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class CostUpdatedRequest(Payload, frozen=True, kw_only=True):
    total_cost: Number
    transaction_id: String36
    custom_data: Maybe[CustomData] = None


class CostUpdatedResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class CustomerInformationRequest(Payload, frozen=True, kw_only=True):
    customer_certificate: Maybe[CertificateHashDataType] = None
    id_token: Maybe[IdTokenType] = None
    request_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    report: bool
    clear: bool
    customer_identifier: Maybe[String64] = None
    custom_data: Maybe[CustomData] = None


class CustomerInformationResponse(Payload, frozen=True, kw_only=True):
    status: CustomerInformationStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class DataTransferRequest(Payload, frozen=True, kw_only=True):
    message_id: Maybe[String50] = None
    data: Any = UNSET
    vendor_id: String255
    custom_data: Maybe[CustomData] = None


class DataTransferResponse(Payload, frozen=True, kw_only=True):
    status: DataTransferStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    data: Any = UNSET
    custom_data: Maybe[CustomData] = None


class DeleteCertificateRequest(Payload, frozen=True, kw_only=True):
    certificate_hash_data: CertificateHashDataType
    custom_data: Maybe[CustomData] = None


class DeleteCertificateResponse(Payload, frozen=True, kw_only=True):
    status: DeleteCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class FirmwareStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: FirmwareStatusEnumType
    request_id: Maybe[Integer] = None
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class FirmwareStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class Get15118EVCertificateRequest(Payload, frozen=True, kw_only=True):
    iso15118_schema_version: String50
    action: CertificateActionEnumType
    exi_request: String11000
    maximum_contract_certificate_chains: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    prioritized_emaids: Maybe[Annotated[list[String255], Meta(min_length=1, max_length=8)]] = field(default=None, name="prioritizedEMAIDs")
    custom_data: Maybe[CustomData] = None


class Get15118EVCertificateResponse(Payload, frozen=True, kw_only=True):
    status: Iso15118EVCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    exi_response: String17000
    remaining_contracts: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class GetBaseReportRequest(Payload, frozen=True, kw_only=True):
    request_id: Integer
    report_base: ReportBaseEnumType
    custom_data: Maybe[CustomData] = None


class GetBaseReportResponse(Payload, frozen=True, kw_only=True):
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class GetCertificateChainStatusRequest(Payload, frozen=True, kw_only=True):
    certificate_status_requests: Annotated[list[CertificateStatusRequestInfoType], Meta(min_length=1, max_length=4)]
    custom_data: Maybe[CustomData] = None


class GetCertificateChainStatusResponse(Payload, frozen=True, kw_only=True):
    certificate_status: Annotated[list[CertificateStatusType], Meta(min_length=1, max_length=4)]
    custom_data: Maybe[CustomData] = None


class GetCertificateStatusRequest(Payload, frozen=True, kw_only=True):
    ocsp_request_data: OCSPRequestDataType
    custom_data: Maybe[CustomData] = None


class GetCertificateStatusResponse(Payload, frozen=True, kw_only=True):
    status: GetCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    ocsp_result: Maybe[String18000] = None
    custom_data: Maybe[CustomData] = None


class GetChargingProfilesRequest(Payload, frozen=True, kw_only=True):
    request_id: Integer
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    charging_profile: ChargingProfileCriterionType
    custom_data: Maybe[CustomData] = None


class GetChargingProfilesResponse(Payload, frozen=True, kw_only=True):
    status: GetChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class GetCompositeScheduleRequest(Payload, frozen=True, kw_only=True):
    duration: Integer
    charging_rate_unit: Maybe[ChargingRateUnitEnumType] = None
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class GetCompositeScheduleResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    schedule: Maybe[CompositeScheduleType] = None
    custom_data: Maybe[CustomData] = None


class GetDERControlRequest(Payload, frozen=True, kw_only=True):
    request_id: Integer
    is_default: Maybe[bool] = None
    control_type: Maybe[DERControlEnumType] = None
    control_id: Maybe[String36] = None
    custom_data: Maybe[CustomData] = None


class GetDERControlResponse(Payload, frozen=True, kw_only=True):
    status: DERControlStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class GetDisplayMessagesRequest(Payload, frozen=True, kw_only=True):
    id: Maybe[Annotated[list[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]], Meta(min_length=1)]] = None
    request_id: Integer
    priority: Maybe[MessagePriorityEnumType] = None
    state: Maybe[MessageStateEnumType] = None
    custom_data: Maybe[CustomData] = None


class GetDisplayMessagesResponse(Payload, frozen=True, kw_only=True):
    status: GetDisplayMessagesStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class GetInstalledCertificateIdsRequest(Payload, frozen=True, kw_only=True):
    certificate_type: Maybe[Annotated[list[GetCertificateIdUseEnumType], Meta(min_length=1)]] = None
    custom_data: Maybe[CustomData] = None


class GetInstalledCertificateIdsResponse(Payload, frozen=True, kw_only=True):
    status: GetInstalledCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    certificate_hash_data_chain: Maybe[Annotated[list[CertificateHashDataChainType], Meta(min_length=1)]] = None
    custom_data: Maybe[CustomData] = None


class GetLocalListVersionRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class GetLocalListVersionResponse(Payload, frozen=True, kw_only=True):
    version_number: Integer
    custom_data: Maybe[CustomData] = None


class GetLogRequest(Payload, frozen=True, kw_only=True):
    log: LogParametersType
    log_type: LogEnumType
    request_id: Integer
    retries: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    retry_interval: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class GetLogResponse(Payload, frozen=True, kw_only=True):
    status: LogStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    filename: Maybe[String255] = None
    custom_data: Maybe[CustomData] = None


class GetMonitoringReportRequest(Payload, frozen=True, kw_only=True):
    component_variable: Maybe[Annotated[list[ComponentVariableType], Meta(min_length=1)]] = None
    request_id: Integer
    monitoring_criteria: Maybe[Annotated[list[MonitoringCriterionEnumType], Meta(min_length=1, max_length=3)]] = None
    custom_data: Maybe[CustomData] = None


class GetMonitoringReportResponse(Payload, frozen=True, kw_only=True):
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class GetPeriodicEventStreamRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class GetPeriodicEventStreamResponse(Payload, frozen=True, kw_only=True):
    constant_stream_data: Maybe[Annotated[list[ConstantStreamDataType], Meta(min_length=1)]] = None
    custom_data: Maybe[CustomData] = None


class GetReportRequest(Payload, frozen=True, kw_only=True):
    component_variable: Maybe[Annotated[list[ComponentVariableType], Meta(min_length=1)]] = None
    request_id: Integer
    component_criteria: Maybe[Annotated[list[ComponentCriterionEnumType], Meta(min_length=1, max_length=4)]] = None
    custom_data: Maybe[CustomData] = None


class GetReportResponse(Payload, frozen=True, kw_only=True):
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class GetTariffsRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class GetTariffsResponse(Payload, frozen=True, kw_only=True):
    status: TariffGetStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    tariff_assignments: Maybe[Annotated[list[TariffAssignmentType], Meta(min_length=1)]] = None
    custom_data: Maybe[CustomData] = None


class GetTransactionStatusRequest(Payload, frozen=True, kw_only=True):
    transaction_id: Maybe[String36] = None
    custom_data: Maybe[CustomData] = None


class GetTransactionStatusResponse(Payload, frozen=True, kw_only=True):
    ongoing_indicator: Maybe[bool] = None
    messages_in_queue: bool
    custom_data: Maybe[CustomData] = None


class GetVariablesRequest(Payload, frozen=True, kw_only=True):
    get_variable_data: Annotated[list[GetVariableDataType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class GetVariablesResponse(Payload, frozen=True, kw_only=True):
    get_variable_result: Annotated[list[GetVariableResultType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class HeartbeatRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class HeartbeatResponse(Payload, frozen=True, kw_only=True):
    current_time: Timestamp
    custom_data: Maybe[CustomData] = None


class InstallCertificateRequest(Payload, frozen=True, kw_only=True):
    certificate_type: InstallCertificateUseEnumType
    certificate: String10000
    custom_data: Maybe[CustomData] = None


class InstallCertificateResponse(Payload, frozen=True, kw_only=True):
    status: InstallCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class LogStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: UploadLogStatusEnumType
    request_id: Maybe[Integer] = None
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class LogStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class MeterValuesRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    meter_value: Annotated[list[MeterValueType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class MeterValuesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyAllowedEnergyTransferRequest(Payload, frozen=True, kw_only=True):
    transaction_id: String36
    allowed_energy_transfer: Annotated[list[EnergyTransferModeEnumType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class NotifyAllowedEnergyTransferResponse(Payload, frozen=True, kw_only=True):
    status: NotifyAllowedEnergyTransferStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class NotifyChargingLimitRequest(Payload, frozen=True, kw_only=True):
    charging_schedule: Maybe[Annotated[list[ChargingScheduleType], Meta(min_length=1)]] = None
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    charging_limit: ChargingLimitType
    custom_data: Maybe[CustomData] = None


class NotifyChargingLimitResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyCustomerInformationRequest(Payload, frozen=True, kw_only=True):
    data: String512
    tbc: Maybe[bool] = None
    seq_no: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    generated_at: Timestamp
    request_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class NotifyCustomerInformationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyDERAlarmRequest(Payload, frozen=True, kw_only=True):
    control_type: DERControlEnumType
    grid_event_fault: Maybe[GridEventFaultEnumType] = None
    alarm_ended: Maybe[bool] = None
    timestamp: Timestamp
    extra_info: Maybe[String200] = None
    custom_data: Maybe[CustomData] = None


class NotifyDERAlarmResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyDERStartStopRequest(Payload, frozen=True, kw_only=True):
    control_id: String36
    started: bool
    timestamp: Timestamp
    superseded_ids: Maybe[Annotated[list[String36], Meta(min_length=1, max_length=24)]] = None
    custom_data: Maybe[CustomData] = None


class NotifyDERStartStopResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyDisplayMessagesRequest(Payload, frozen=True, kw_only=True):
    message_info: Maybe[Annotated[list[MessageInfoType], Meta(min_length=1)]] = None
    request_id: Integer
    tbc: Maybe[bool] = None
    custom_data: Maybe[CustomData] = None


class NotifyDisplayMessagesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyEVChargingNeedsRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    max_schedule_tuples: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    charging_needs: ChargingNeedsType
    timestamp: Maybe[Timestamp] = None
    custom_data: Maybe[CustomData] = None


class NotifyEVChargingNeedsResponse(Payload, frozen=True, kw_only=True):
    status: NotifyEVChargingNeedsStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class NotifyEVChargingScheduleRequest(Payload, frozen=True, kw_only=True):
    time_base: Timestamp
    charging_schedule: ChargingScheduleType
    evse_id: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    selected_charging_schedule_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    power_tolerance_acceptance: Maybe[bool] = None
    custom_data: Maybe[CustomData] = None


class NotifyEVChargingScheduleResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class NotifyEventRequest(Payload, frozen=True, kw_only=True):
    generated_at: Timestamp
    tbc: Maybe[bool] = None
    seq_no: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    event_data: Annotated[list[EventDataType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class NotifyEventResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyMonitoringReportRequest(Payload, frozen=True, kw_only=True):
    monitor: Maybe[Annotated[list[MonitoringDataType], Meta(min_length=1)]] = None
    request_id: Integer
    tbc: Maybe[bool] = None
    seq_no: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    generated_at: Timestamp
    custom_data: Maybe[CustomData] = None


class NotifyMonitoringReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyPeriodicEventStream(Payload, frozen=True, kw_only=True):
    data: Annotated[list[StreamDataElementType], Meta(min_length=1)]
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    pending: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    basetime: Timestamp
    custom_data: Maybe[CustomData] = None


class NotifyPriorityChargingRequest(Payload, frozen=True, kw_only=True):
    transaction_id: String36
    activated: bool
    custom_data: Maybe[CustomData] = None


class NotifyPriorityChargingResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyReportRequest(Payload, frozen=True, kw_only=True):
    request_id: Integer
    generated_at: Timestamp
    report_data: Maybe[Annotated[list[ReportDataType], Meta(min_length=1)]] = None
    tbc: Maybe[bool] = None
    seq_no: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class NotifyReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifySettlementRequest(Payload, frozen=True, kw_only=True):
    transaction_id: Maybe[String36] = None
    psp_ref: String255
    status: PaymentStatusEnumType
    status_info: Maybe[String500] = None
    settlement_amount: Number
    settlement_time: Timestamp
    receipt_id: Maybe[String50] = None
    receipt_url: Maybe[String2000] = None
    vat_company: Maybe[AddressType] = None
    vat_number: Maybe[String20] = None
    custom_data: Maybe[CustomData] = None


class NotifySettlementResponse(Payload, frozen=True, kw_only=True):
    receipt_url: Maybe[String2000] = None
    receipt_id: Maybe[String50] = None
    custom_data: Maybe[CustomData] = None


class NotifyWebPaymentStartedRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    timeout: Integer
    custom_data: Maybe[CustomData] = None


class NotifyWebPaymentStartedResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class OpenPeriodicEventStreamRequest(Payload, frozen=True, kw_only=True):
    constant_stream_data: ConstantStreamDataType
    custom_data: Maybe[CustomData] = None


class OpenPeriodicEventStreamResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class PublishFirmwareRequest(Payload, frozen=True, kw_only=True):
    location: String2000
    retries: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    checksum: String32
    request_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    retry_interval: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class PublishFirmwareResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class PublishFirmwareStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: PublishFirmwareStatusEnumType
    location: Maybe[Annotated[list[String2000], Meta(min_length=1)]] = None
    request_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class PublishFirmwareStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class PullDynamicScheduleUpdateRequest(Payload, frozen=True, kw_only=True):
    charging_profile_id: Integer
    custom_data: Maybe[CustomData] = None


class PullDynamicScheduleUpdateResponse(Payload, frozen=True, kw_only=True):
    schedule_update: Maybe[ChargingScheduleUpdateType] = None
    status: ChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ReportChargingProfilesRequest(Payload, frozen=True, kw_only=True):
    request_id: Integer
    charging_limit_source: String20
    charging_profile: Annotated[list[ChargingProfileType], Meta(min_length=1)]
    tbc: Maybe[bool] = None
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class ReportChargingProfilesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ReportDERControlRequest(Payload, frozen=True, kw_only=True):
    curve: Maybe[Annotated[list[DERCurveGetType], Meta(min_length=1, max_length=24)]] = None
    enter_service: Maybe[Annotated[list[EnterServiceGetType], Meta(min_length=1, max_length=24)]] = None
    fixed_pf_absorb: Maybe[Annotated[list[FixedPFGetType], Meta(min_length=1, max_length=24)]] = field(default=None, name="fixedPFAbsorb")
    fixed_pf_inject: Maybe[Annotated[list[FixedPFGetType], Meta(min_length=1, max_length=24)]] = field(default=None, name="fixedPFInject")
    fixed_var: Maybe[Annotated[list[FixedVarGetType], Meta(min_length=1, max_length=24)]] = None
    freq_droop: Maybe[Annotated[list[FreqDroopGetType], Meta(min_length=1, max_length=24)]] = None
    gradient: Maybe[Annotated[list[GradientGetType], Meta(min_length=1, max_length=24)]] = None
    limit_max_discharge: Maybe[Annotated[list[LimitMaxDischargeGetType], Meta(min_length=1, max_length=24)]] = None
    request_id: Integer
    tbc: Maybe[bool] = None
    custom_data: Maybe[CustomData] = None


class ReportDERControlResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class RequestBatterySwapRequest(Payload, frozen=True, kw_only=True):
    id_token: IdTokenType
    request_id: Integer
    custom_data: Maybe[CustomData] = None


class RequestBatterySwapResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class RequestStartTransactionRequest(Payload, frozen=True, kw_only=True):
    evse_id: Maybe[Annotated[int, Meta(ge=1, le=MAX_INTEGER)]] = None
    group_id_token: Maybe[IdTokenType] = None
    id_token: IdTokenType
    remote_start_id: Integer
    charging_profile: Maybe[ChargingProfileType] = None
    custom_data: Maybe[CustomData] = None


class RequestStartTransactionResponse(Payload, frozen=True, kw_only=True):
    status: RequestStartStopStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    transaction_id: Maybe[String36] = None
    custom_data: Maybe[CustomData] = None


class RequestStopTransactionRequest(Payload, frozen=True, kw_only=True):
    transaction_id: String36
    custom_data: Maybe[CustomData] = None


class RequestStopTransactionResponse(Payload, frozen=True, kw_only=True):
    status: RequestStartStopStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ReservationStatusUpdateRequest(Payload, frozen=True, kw_only=True):
    reservation_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    reservation_update_status: ReservationUpdateStatusEnumType
    custom_data: Maybe[CustomData] = None


class ReservationStatusUpdateResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ReserveNowRequest(Payload, frozen=True, kw_only=True):
    id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    expiry_date_time: Timestamp
    connector_type: Maybe[String20] = None
    id_token: IdTokenType
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    group_id_token: Maybe[IdTokenType] = None
    custom_data: Maybe[CustomData] = None


class ReserveNowResponse(Payload, frozen=True, kw_only=True):
    status: ReserveNowStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class ResetRequest(Payload, frozen=True, kw_only=True):
    type: ResetEnumType
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class ResetResponse(Payload, frozen=True, kw_only=True):
    status: ResetStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SecurityEventNotificationRequest(Payload, frozen=True, kw_only=True):
    type: String50
    timestamp: Timestamp
    tech_info: Maybe[String255] = None
    custom_data: Maybe[CustomData] = None


class SecurityEventNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class SendLocalListRequest(Payload, frozen=True, kw_only=True):
    local_authorization_list: Maybe[Annotated[list[AuthorizationData], Meta(min_length=1)]] = None
    version_number: Integer
    update_type: UpdateEnumType
    custom_data: Maybe[CustomData] = None


class SendLocalListResponse(Payload, frozen=True, kw_only=True):
    status: SendLocalListStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetChargingProfileRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    charging_profile: ChargingProfileType
    custom_data: Maybe[CustomData] = None


class SetChargingProfileResponse(Payload, frozen=True, kw_only=True):
    status: ChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetDERControlRequest(Payload, frozen=True, kw_only=True):
    is_default: bool
    control_id: String36
    control_type: DERControlEnumType
    curve: Maybe[DERCurveType] = None
    enter_service: Maybe[EnterServiceType] = None
    fixed_pf_absorb: Maybe[FixedPFType] = field(default=None, name="fixedPFAbsorb")
    fixed_pf_inject: Maybe[FixedPFType] = field(default=None, name="fixedPFInject")
    fixed_var: Maybe[FixedVarType] = None
    freq_droop: Maybe[FreqDroopType] = None
    gradient: Maybe[GradientType] = None
    limit_max_discharge: Maybe[LimitMaxDischargeType] = None
    custom_data: Maybe[CustomData] = None


class SetDERControlResponse(Payload, frozen=True, kw_only=True):
    status: DERControlStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    superseded_ids: Maybe[Annotated[list[String36], Meta(min_length=1, max_length=24)]] = None
    custom_data: Maybe[CustomData] = None


class SetDefaultTariffRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    tariff: TariffType
    custom_data: Maybe[CustomData] = None


class SetDefaultTariffResponse(Payload, frozen=True, kw_only=True):
    status: TariffSetStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetDisplayMessageRequest(Payload, frozen=True, kw_only=True):
    message: MessageInfoType
    custom_data: Maybe[CustomData] = None


class SetDisplayMessageResponse(Payload, frozen=True, kw_only=True):
    status: DisplayMessageStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetMonitoringBaseRequest(Payload, frozen=True, kw_only=True):
    monitoring_base: MonitoringBaseEnumType
    custom_data: Maybe[CustomData] = None


class SetMonitoringBaseResponse(Payload, frozen=True, kw_only=True):
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetMonitoringLevelRequest(Payload, frozen=True, kw_only=True):
    severity: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class SetMonitoringLevelResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetNetworkProfileRequest(Payload, frozen=True, kw_only=True):
    configuration_slot: Integer
    connection_data: NetworkConnectionProfileType
    custom_data: Maybe[CustomData] = None


class SetNetworkProfileResponse(Payload, frozen=True, kw_only=True):
    status: SetNetworkProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class SetVariableMonitoringRequest(Payload, frozen=True, kw_only=True):
    set_monitoring_data: Annotated[list[SetMonitoringDataType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class SetVariableMonitoringResponse(Payload, frozen=True, kw_only=True):
    set_monitoring_result: Annotated[list[SetMonitoringResultType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class SetVariablesRequest(Payload, frozen=True, kw_only=True):
    set_variable_data: Annotated[list[SetVariableDataType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class SetVariablesResponse(Payload, frozen=True, kw_only=True):
    set_variable_result: Annotated[list[SetVariableResultType], Meta(min_length=1)]
    custom_data: Maybe[CustomData] = None


class SignCertificateRequest(Payload, frozen=True, kw_only=True):
    csr: String5500
    certificate_type: Maybe[CertificateSigningUseEnumType] = None
    hash_root_certificate: Maybe[CertificateHashDataType] = None
    request_id: Maybe[Integer] = None
    custom_data: Maybe[CustomData] = None


class SignCertificateResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class StatusNotificationRequest(Payload, frozen=True, kw_only=True):
    timestamp: Timestamp
    connector_status: ConnectorStatusEnumType
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    connector_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class StatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class TransactionEventRequest(Payload, frozen=True, kw_only=True):
    cost_details: Maybe[CostDetailsType] = None
    event_type: TransactionEventEnumType
    meter_value: Maybe[Annotated[list[MeterValueType], Meta(min_length=1)]] = None
    timestamp: Timestamp
    trigger_reason: TriggerReasonEnumType
    seq_no: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    offline: Maybe[bool] = None
    number_of_phases_used: Maybe[Annotated[int, Meta(ge=0, le=3)]] = None
    cable_max_current: Maybe[Integer] = None
    reservation_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    preconditioning_status: Maybe[PreconditioningStatusEnumType] = None
    evse_sleep: Maybe[bool] = None
    transaction_info: TransactionType
    evse: Maybe[EVSEType] = None
    id_token: Maybe[IdTokenType] = None
    custom_data: Maybe[CustomData] = None


class TransactionEventResponse(Payload, frozen=True, kw_only=True):
    total_cost: Maybe[Number] = None
    charging_priority: Maybe[Integer] = None
    id_token_info: Maybe[IdTokenInfoType] = None
    transaction_limit: Maybe[TransactionLimitType] = None
    updated_personal_message: Maybe[MessageContentType] = None
    updated_personal_message_extra: Maybe[Annotated[list[MessageContentType], Meta(min_length=1, max_length=4)]] = None
    custom_data: Maybe[CustomData] = None


class TriggerMessageRequest(Payload, frozen=True, kw_only=True):
    evse: Maybe[EVSEType] = None
    requested_message: MessageTriggerEnumType
    custom_trigger: Maybe[String50] = None
    custom_data: Maybe[CustomData] = None


class TriggerMessageResponse(Payload, frozen=True, kw_only=True):
    status: TriggerMessageStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class UnlockConnectorRequest(Payload, frozen=True, kw_only=True):
    evse_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    connector_id: Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
    custom_data: Maybe[CustomData] = None


class UnlockConnectorResponse(Payload, frozen=True, kw_only=True):
    status: UnlockStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class UnpublishFirmwareRequest(Payload, frozen=True, kw_only=True):
    checksum: String32
    custom_data: Maybe[CustomData] = None


class UnpublishFirmwareResponse(Payload, frozen=True, kw_only=True):
    status: UnpublishFirmwareStatusEnumType
    custom_data: Maybe[CustomData] = None


class UpdateDynamicScheduleRequest(Payload, frozen=True, kw_only=True):
    charging_profile_id: Integer
    schedule_update: ChargingScheduleUpdateType
    custom_data: Maybe[CustomData] = None


class UpdateDynamicScheduleResponse(Payload, frozen=True, kw_only=True):
    status: ChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class UpdateFirmwareRequest(Payload, frozen=True, kw_only=True):
    retries: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    retry_interval: Maybe[Integer] = None
    request_id: Integer
    firmware: FirmwareType
    custom_data: Maybe[CustomData] = None


class UpdateFirmwareResponse(Payload, frozen=True, kw_only=True):
    status: UpdateFirmwareStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class UsePriorityChargingRequest(Payload, frozen=True, kw_only=True):
    transaction_id: String36
    activate: bool
    custom_data: Maybe[CustomData] = None


class UsePriorityChargingResponse(Payload, frozen=True, kw_only=True):
    status: PriorityChargingStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    custom_data: Maybe[CustomData] = None


class VatNumberValidationRequest(Payload, frozen=True, kw_only=True):
    vat_number: String20
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    custom_data: Maybe[CustomData] = None


class VatNumberValidationResponse(Payload, frozen=True, kw_only=True):
    company: Maybe[AddressType] = None
    status_info: Maybe[StatusInfoType] = None
    vat_number: String20
    evse_id: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    status: GenericStatusEnumType
    custom_data: Maybe[CustomData] = None


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(name="AFRRSignal", request=AFRRSignalRequest, response=AFRRSignalResponse, senders=CSMS),
        Action(name="AdjustPeriodicEventStream", request=AdjustPeriodicEventStreamRequest, response=AdjustPeriodicEventStreamResponse, senders=CSMS),
        Action(name="Authorize", request=AuthorizeRequest, response=AuthorizeResponse, senders=STATION),
        Action(name="BatterySwap", request=BatterySwapRequest, response=BatterySwapResponse, senders=STATION),
        Action(name="BootNotification", request=BootNotificationRequest, response=BootNotificationResponse, senders=STATION),
        Action(name="CancelReservation", request=CancelReservationRequest, response=CancelReservationResponse, senders=CSMS),
        Action(name="CertificateSigned", request=CertificateSignedRequest, response=CertificateSignedResponse, senders=CSMS),
        Action(name="ChangeAvailability", request=ChangeAvailabilityRequest, response=ChangeAvailabilityResponse, senders=CSMS),
        Action(name="ChangeTransactionTariff", request=ChangeTransactionTariffRequest, response=ChangeTransactionTariffResponse, senders=CSMS),
        Action(name="ClearCache", request=ClearCacheRequest, response=ClearCacheResponse, senders=CSMS),
        Action(name="ClearChargingProfile", request=ClearChargingProfileRequest, response=ClearChargingProfileResponse, senders=CSMS),
        Action(name="ClearDERControl", request=ClearDERControlRequest, response=ClearDERControlResponse, senders=CSMS),
        Action(name="ClearDisplayMessage", request=ClearDisplayMessageRequest, response=ClearDisplayMessageResponse, senders=CSMS),
        Action(name="ClearTariffs", request=ClearTariffsRequest, response=ClearTariffsResponse, senders=CSMS),
        Action(name="ClearVariableMonitoring", request=ClearVariableMonitoringRequest, response=ClearVariableMonitoringResponse, senders=CSMS),
        Action(name="ClearedChargingLimit", request=ClearedChargingLimitRequest, response=ClearedChargingLimitResponse, senders=STATION),
        Action(name="ClosePeriodicEventStream", request=ClosePeriodicEventStreamRequest, response=ClosePeriodicEventStreamResponse, senders=STATION),
        Action(name="CostUpdated", request=CostUpdatedRequest, response=CostUpdatedResponse, senders=CSMS),
        Action(name="CustomerInformation", request=CustomerInformationRequest, response=CustomerInformationResponse, senders=CSMS),
        Action(name="DataTransfer", request=DataTransferRequest, response=DataTransferResponse, senders=BOTH),
        Action(name="DeleteCertificate", request=DeleteCertificateRequest, response=DeleteCertificateResponse, senders=CSMS),
        Action(name="FirmwareStatusNotification", request=FirmwareStatusNotificationRequest, response=FirmwareStatusNotificationResponse, senders=STATION),
        Action(name="Get15118EVCertificate", request=Get15118EVCertificateRequest, response=Get15118EVCertificateResponse, senders=STATION),
        Action(name="GetBaseReport", request=GetBaseReportRequest, response=GetBaseReportResponse, senders=CSMS),
        Action(name="GetCertificateChainStatus", request=GetCertificateChainStatusRequest, response=GetCertificateChainStatusResponse, senders=STATION),
        Action(name="GetCertificateStatus", request=GetCertificateStatusRequest, response=GetCertificateStatusResponse, senders=STATION),
        Action(name="GetChargingProfiles", request=GetChargingProfilesRequest, response=GetChargingProfilesResponse, senders=CSMS),
        Action(name="GetCompositeSchedule", request=GetCompositeScheduleRequest, response=GetCompositeScheduleResponse, senders=CSMS),
        Action(name="GetDERControl", request=GetDERControlRequest, response=GetDERControlResponse, senders=CSMS),
        Action(name="GetDisplayMessages", request=GetDisplayMessagesRequest, response=GetDisplayMessagesResponse, senders=CSMS),
        Action(name="GetInstalledCertificateIds", request=GetInstalledCertificateIdsRequest, response=GetInstalledCertificateIdsResponse, senders=CSMS),
        Action(name="GetLocalListVersion", request=GetLocalListVersionRequest, response=GetLocalListVersionResponse, senders=CSMS),
        Action(name="GetLog", request=GetLogRequest, response=GetLogResponse, senders=CSMS),
        Action(name="GetMonitoringReport", request=GetMonitoringReportRequest, response=GetMonitoringReportResponse, senders=CSMS),
        Action(name="GetPeriodicEventStream", request=GetPeriodicEventStreamRequest, response=GetPeriodicEventStreamResponse, senders=CSMS),
        Action(name="GetReport", request=GetReportRequest, response=GetReportResponse, senders=CSMS),
        Action(name="GetTariffs", request=GetTariffsRequest, response=GetTariffsResponse, senders=CSMS),
        Action(name="GetTransactionStatus", request=GetTransactionStatusRequest, response=GetTransactionStatusResponse, senders=CSMS),
        Action(name="GetVariables", request=GetVariablesRequest, response=GetVariablesResponse, senders=CSMS),
        Action(name="Heartbeat", request=HeartbeatRequest, response=HeartbeatResponse, senders=STATION),
        Action(name="InstallCertificate", request=InstallCertificateRequest, response=InstallCertificateResponse, senders=CSMS),
        Action(name="LogStatusNotification", request=LogStatusNotificationRequest, response=LogStatusNotificationResponse, senders=STATION),
        Action(name="MeterValues", request=MeterValuesRequest, response=MeterValuesResponse, senders=STATION),
        Action(name="NotifyAllowedEnergyTransfer", request=NotifyAllowedEnergyTransferRequest, response=NotifyAllowedEnergyTransferResponse, senders=CSMS),
        Action(name="NotifyChargingLimit", request=NotifyChargingLimitRequest, response=NotifyChargingLimitResponse, senders=STATION),
        Action(name="NotifyCustomerInformation", request=NotifyCustomerInformationRequest, response=NotifyCustomerInformationResponse, senders=STATION),
        Action(name="NotifyDERAlarm", request=NotifyDERAlarmRequest, response=NotifyDERAlarmResponse, senders=STATION),
        Action(name="NotifyDERStartStop", request=NotifyDERStartStopRequest, response=NotifyDERStartStopResponse, senders=STATION),
        Action(name="NotifyDisplayMessages", request=NotifyDisplayMessagesRequest, response=NotifyDisplayMessagesResponse, senders=STATION),
        Action(name="NotifyEVChargingNeeds", request=NotifyEVChargingNeedsRequest, response=NotifyEVChargingNeedsResponse, senders=STATION),
        Action(name="NotifyEVChargingSchedule", request=NotifyEVChargingScheduleRequest, response=NotifyEVChargingScheduleResponse, senders=STATION),
        Action(name="NotifyEvent", request=NotifyEventRequest, response=NotifyEventResponse, senders=STATION),
        Action(name="NotifyMonitoringReport", request=NotifyMonitoringReportRequest, response=NotifyMonitoringReportResponse, senders=STATION),
        Action(name="NotifyPeriodicEventStream", request=NotifyPeriodicEventStream, response=None, senders=STATION),
        Action(name="NotifyPriorityCharging", request=NotifyPriorityChargingRequest, response=NotifyPriorityChargingResponse, senders=STATION),
        Action(name="NotifyReport", request=NotifyReportRequest, response=NotifyReportResponse, senders=STATION),
        Action(name="NotifySettlement", request=NotifySettlementRequest, response=NotifySettlementResponse, senders=STATION),
        Action(name="NotifyWebPaymentStarted", request=NotifyWebPaymentStartedRequest, response=NotifyWebPaymentStartedResponse, senders=CSMS),
        Action(name="OpenPeriodicEventStream", request=OpenPeriodicEventStreamRequest, response=OpenPeriodicEventStreamResponse, senders=STATION),
        Action(name="PublishFirmware", request=PublishFirmwareRequest, response=PublishFirmwareResponse, senders=CSMS),
        Action(name="PublishFirmwareStatusNotification", request=PublishFirmwareStatusNotificationRequest, response=PublishFirmwareStatusNotificationResponse, senders=STATION),
        Action(name="PullDynamicScheduleUpdate", request=PullDynamicScheduleUpdateRequest, response=PullDynamicScheduleUpdateResponse, senders=STATION),
        Action(name="ReportChargingProfiles", request=ReportChargingProfilesRequest, response=ReportChargingProfilesResponse, senders=STATION),
        Action(name="ReportDERControl", request=ReportDERControlRequest, response=ReportDERControlResponse, senders=STATION),
        Action(name="RequestBatterySwap", request=RequestBatterySwapRequest, response=RequestBatterySwapResponse, senders=CSMS),
        Action(name="RequestStartTransaction", request=RequestStartTransactionRequest, response=RequestStartTransactionResponse, senders=CSMS),
        Action(name="RequestStopTransaction", request=RequestStopTransactionRequest, response=RequestStopTransactionResponse, senders=CSMS),
        Action(name="ReservationStatusUpdate", request=ReservationStatusUpdateRequest, response=ReservationStatusUpdateResponse, senders=STATION),
        Action(name="ReserveNow", request=ReserveNowRequest, response=ReserveNowResponse, senders=CSMS),
        Action(name="Reset", request=ResetRequest, response=ResetResponse, senders=CSMS),
        Action(name="SecurityEventNotification", request=SecurityEventNotificationRequest, response=SecurityEventNotificationResponse, senders=STATION),
        Action(name="SendLocalList", request=SendLocalListRequest, response=SendLocalListResponse, senders=CSMS),
        Action(name="SetChargingProfile", request=SetChargingProfileRequest, response=SetChargingProfileResponse, senders=CSMS),
        Action(name="SetDERControl", request=SetDERControlRequest, response=SetDERControlResponse, senders=CSMS),
        Action(name="SetDefaultTariff", request=SetDefaultTariffRequest, response=SetDefaultTariffResponse, senders=CSMS),
        Action(name="SetDisplayMessage", request=SetDisplayMessageRequest, response=SetDisplayMessageResponse, senders=CSMS),
        Action(name="SetMonitoringBase", request=SetMonitoringBaseRequest, response=SetMonitoringBaseResponse, senders=CSMS),
        Action(name="SetMonitoringLevel", request=SetMonitoringLevelRequest, response=SetMonitoringLevelResponse, senders=CSMS),
        Action(name="SetNetworkProfile", request=SetNetworkProfileRequest, response=SetNetworkProfileResponse, senders=CSMS),
        Action(name="SetVariableMonitoring", request=SetVariableMonitoringRequest, response=SetVariableMonitoringResponse, senders=CSMS),
        Action(name="SetVariables", request=SetVariablesRequest, response=SetVariablesResponse, senders=CSMS),
        Action(name="SignCertificate", request=SignCertificateRequest, response=SignCertificateResponse, senders=STATION),
        Action(name="StatusNotification", request=StatusNotificationRequest, response=StatusNotificationResponse, senders=STATION),
        Action(name="TransactionEvent", request=TransactionEventRequest, response=TransactionEventResponse, senders=STATION),
        Action(name="TriggerMessage", request=TriggerMessageRequest, response=TriggerMessageResponse, senders=CSMS),
        Action(name="UnlockConnector", request=UnlockConnectorRequest, response=UnlockConnectorResponse, senders=CSMS),
        Action(name="UnpublishFirmware", request=UnpublishFirmwareRequest, response=UnpublishFirmwareResponse, senders=CSMS),
        Action(name="UpdateDynamicSchedule", request=UpdateDynamicScheduleRequest, response=UpdateDynamicScheduleResponse, senders=CSMS),
        Action(name="UpdateFirmware", request=UpdateFirmwareRequest, response=UpdateFirmwareResponse, senders=CSMS),
        Action(name="UsePriorityCharging", request=UsePriorityChargingRequest, response=UsePriorityChargingResponse, senders=CSMS),
        Action(name="VatNumberValidation", request=VatNumberValidationRequest, response=VatNumberValidationResponse, senders=STATION),
    )
}


__all__ = [
    "ACTIONS",
    "APNAuthenticationEnumType",
    "AttributeEnumType",
    "AuthorizationStatusEnumType",
    "AuthorizeCertificateStatusEnumType",
    "BatterySwapEventEnumType",
    "BootReasonEnumType",
    "CancelReservationStatusEnumType",
    "CertificateActionEnumType",
    "CertificateSignedStatusEnumType",
    "CertificateSigningUseEnumType",
    "CertificateStatusEnumType",
    "CertificateStatusSourceEnumType",
    "ChangeAvailabilityStatusEnumType",
    "ChargingProfileKindEnumType",
    "ChargingProfilePurposeEnumType",
    "ChargingProfileStatusEnumType",
    "ChargingRateUnitEnumType",
    "ChargingStateEnumType",
    "ClearCacheStatusEnumType",
    "ClearChargingProfileStatusEnumType",
    "ClearMessageStatusEnumType",
    "ClearMonitoringStatusEnumType",
    "ComponentCriterionEnumType",
    "ConnectorStatusEnumType",
    "ControlModeEnumType",
    "CostDimensionEnumType",
    "CostKindEnumType",
    "CustomerInformationStatusEnumType",
    "DERControlEnumType",
    "DERControlStatusEnumType",
    "DERUnitEnumType",
    "DataEnumType",
    "DataTransferStatusEnumType",
    "DayOfWeekEnumType",
    "DeleteCertificateStatusEnumType",
    "DisplayMessageStatusEnumType",
    "EnergyTransferModeEnumType",
    "EventNotificationEnumType",
    "EventTriggerEnumType",
    "EvseKindEnumType",
    "FirmwareStatusEnumType",
    "GenericDeviceModelStatusEnumType",
    "GenericStatusEnumType",
    "GetCertificateIdUseEnumType",
    "GetCertificateStatusEnumType",
    "GetChargingProfileStatusEnumType",
    "GetDisplayMessagesStatusEnumType",
    "GetInstalledCertificateStatusEnumType",
    "GetVariableStatusEnumType",
    "GridEventFaultEnumType",
    "HashAlgorithmEnumType",
    "InstallCertificateStatusEnumType",
    "InstallCertificateUseEnumType",
    "IslandingDetectionEnumType",
    "Iso15118EVCertificateStatusEnumType",
    "LocationEnumType",
    "LogEnumType",
    "LogStatusEnumType",
    "MeasurandEnumType",
    "MessageFormatEnumType",
    "MessagePriorityEnumType",
    "MessageStateEnumType",
    "MessageTriggerEnumType",
    "MobilityNeedsModeEnumType",
    "MonitorEnumType",
    "MonitoringBaseEnumType",
    "MonitoringCriterionEnumType",
    "MutabilityEnumType",
    "NotifyAllowedEnergyTransferStatusEnumType",
    "NotifyEVChargingNeedsStatusEnumType",
    "OCPPInterfaceEnumType",
    "OCPPTransportEnumType",
    "OCPPVersionEnumType",
    "OperationModeEnumType",
    "OperationalStatusEnumType",
    "PaymentStatusEnumType",
    "PhaseEnumType",
    "PowerDuringCessationEnumType",
    "PreconditioningStatusEnumType",
    "PriorityChargingStatusEnumType",
    "PublishFirmwareStatusEnumType",
    "ReadingContextEnumType",
    "ReasonEnumType",
    "RecurrencyKindEnumType",
    "RegistrationStatusEnumType",
    "ReportBaseEnumType",
    "RequestStartStopStatusEnumType",
    "ReservationUpdateStatusEnumType",
    "ReserveNowStatusEnumType",
    "ResetEnumType",
    "ResetStatusEnumType",
    "SendLocalListStatusEnumType",
    "SetMonitoringStatusEnumType",
    "SetNetworkProfileStatusEnumType",
    "SetVariableStatusEnumType",
    "TariffChangeStatusEnumType",
    "TariffClearStatusEnumType",
    "TariffCostEnumType",
    "TariffGetStatusEnumType",
    "TariffKindEnumType",
    "TariffSetStatusEnumType",
    "TransactionEventEnumType",
    "TriggerMessageStatusEnumType",
    "TriggerReasonEnumType",
    "UnlockStatusEnumType",
    "UnpublishFirmwareStatusEnumType",
    "UpdateEnumType",
    "UpdateFirmwareStatusEnumType",
    "UploadLogStatusEnumType",
    "VPNEnumType",
    "ACChargingParametersType",
    "APNType",
    "RationalNumberType",
    "AdditionalSelectedServicesType",
    "OverstayRuleType",
    "OverstayRuleListType",
    "PriceRuleType",
    "PriceRuleStackType",
    "TaxRuleType",
    "AbsolutePriceScheduleType",
    "AdditionalInfoType",
    "AddressType",
    "IdTokenType",
    "MessageContentType",
    "IdTokenInfoType",
    "AuthorizationData",
    "BatteryDataType",
    "CertificateHashDataType",
    "CertificateHashDataChainType",
    "CertificateStatusRequestInfoType",
    "CertificateStatusType",
    "ChargingLimitType",
    "DCChargingParametersType",
    "DERChargingParametersType",
    "EVPriceRuleType",
    "EVAbsolutePriceScheduleEntryType",
    "EVAbsolutePriceScheduleType",
    "EVPowerScheduleEntryType",
    "EVPowerScheduleType",
    "EVEnergyOfferType",
    "V2XChargingParametersType",
    "ChargingNeedsType",
    "CostDimensionType",
    "ChargingPeriodType",
    "ChargingProfileCriterionType",
    "V2XFreqWattPointType",
    "V2XSignalWattPointType",
    "ChargingSchedulePeriodType",
    "LimitAtSoCType",
    "PriceLevelScheduleEntryType",
    "PriceLevelScheduleType",
    "CostType",
    "ConsumptionCostType",
    "RelativeTimeIntervalType",
    "SalesTariffEntryType",
    "SalesTariffType",
    "ChargingScheduleType",
    "ChargingProfileType",
    "ChargingScheduleUpdateType",
    "ModemType",
    "ChargingStationType",
    "ClearChargingProfileType",
    "StatusInfoType",
    "ClearMonitoringResultType",
    "ClearTariffsResultType",
    "EVSEType",
    "ComponentType",
    "VariableType",
    "ComponentVariableType",
    "CompositeScheduleType",
    "PeriodicEventStreamParamsType",
    "ConstantStreamDataType",
    "TaxRateType",
    "PriceType",
    "TotalPriceType",
    "TotalCostType",
    "TotalUsageType",
    "CostDetailsType",
    "DERCurvePointsType",
    "HysteresisType",
    "ReactivePowerParamsType",
    "VoltageParamsType",
    "DERCurveType",
    "DERCurveGetType",
    "EnterServiceType",
    "EnterServiceGetType",
    "EventDataType",
    "FirmwareType",
    "FixedPFType",
    "FixedPFGetType",
    "FixedVarType",
    "FixedVarGetType",
    "FreqDroopType",
    "FreqDroopGetType",
    "GetVariableDataType",
    "GetVariableResultType",
    "GradientType",
    "GradientGetType",
    "LimitMaxDischargeType",
    "LimitMaxDischargeGetType",
    "LogParametersType",
    "MessageInfoType",
    "SignedMeterValueType",
    "UnitOfMeasureType",
    "SampledValueType",
    "MeterValueType",
    "VariableMonitoringType",
    "MonitoringDataType",
    "VPNType",
    "NetworkConnectionProfileType",
    "OCSPRequestDataType",
    "VariableAttributeType",
    "VariableCharacteristicsType",
    "ReportDataType",
    "SetMonitoringDataType",
    "SetMonitoringResultType",
    "SetVariableDataType",
    "SetVariableResultType",
    "StreamDataElementType",
    "TariffAssignmentType",
    "TariffConditionsFixedType",
    "TariffConditionsType",
    "TariffEnergyPriceType",
    "TariffEnergyType",
    "TariffFixedPriceType",
    "TariffFixedType",
    "TariffTimePriceType",
    "TariffTimeType",
    "TariffType",
    "TransactionLimitType",
    "TransactionType",
    "AFRRSignalRequest",
    "AFRRSignalResponse",
    "AdjustPeriodicEventStreamRequest",
    "AdjustPeriodicEventStreamResponse",
    "AuthorizeRequest",
    "AuthorizeResponse",
    "BatterySwapRequest",
    "BatterySwapResponse",
    "BootNotificationRequest",
    "BootNotificationResponse",
    "CancelReservationRequest",
    "CancelReservationResponse",
    "CertificateSignedRequest",
    "CertificateSignedResponse",
    "ChangeAvailabilityRequest",
    "ChangeAvailabilityResponse",
    "ChangeTransactionTariffRequest",
    "ChangeTransactionTariffResponse",
    "ClearCacheRequest",
    "ClearCacheResponse",
    "ClearChargingProfileRequest",
    "ClearChargingProfileResponse",
    "ClearDERControlRequest",
    "ClearDERControlResponse",
    "ClearDisplayMessageRequest",
    "ClearDisplayMessageResponse",
    "ClearTariffsRequest",
    "ClearTariffsResponse",
    "ClearVariableMonitoringRequest",
    "ClearVariableMonitoringResponse",
    "ClearedChargingLimitRequest",
    "ClearedChargingLimitResponse",
    "ClosePeriodicEventStreamRequest",
    "ClosePeriodicEventStreamResponse",
    "CostUpdatedRequest",
    "CostUpdatedResponse",
    "CustomerInformationRequest",
    "CustomerInformationResponse",
    "DataTransferRequest",
    "DataTransferResponse",
    "DeleteCertificateRequest",
    "DeleteCertificateResponse",
    "FirmwareStatusNotificationRequest",
    "FirmwareStatusNotificationResponse",
    "Get15118EVCertificateRequest",
    "Get15118EVCertificateResponse",
    "GetBaseReportRequest",
    "GetBaseReportResponse",
    "GetCertificateChainStatusRequest",
    "GetCertificateChainStatusResponse",
    "GetCertificateStatusRequest",
    "GetCertificateStatusResponse",
    "GetChargingProfilesRequest",
    "GetChargingProfilesResponse",
    "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse",
    "GetDERControlRequest",
    "GetDERControlResponse",
    "GetDisplayMessagesRequest",
    "GetDisplayMessagesResponse",
    "GetInstalledCertificateIdsRequest",
    "GetInstalledCertificateIdsResponse",
    "GetLocalListVersionRequest",
    "GetLocalListVersionResponse",
    "GetLogRequest",
    "GetLogResponse",
    "GetMonitoringReportRequest",
    "GetMonitoringReportResponse",
    "GetPeriodicEventStreamRequest",
    "GetPeriodicEventStreamResponse",
    "GetReportRequest",
    "GetReportResponse",
    "GetTariffsRequest",
    "GetTariffsResponse",
    "GetTransactionStatusRequest",
    "GetTransactionStatusResponse",
    "GetVariablesRequest",
    "GetVariablesResponse",
    "HeartbeatRequest",
    "HeartbeatResponse",
    "InstallCertificateRequest",
    "InstallCertificateResponse",
    "LogStatusNotificationRequest",
    "LogStatusNotificationResponse",
    "MeterValuesRequest",
    "MeterValuesResponse",
    "NotifyAllowedEnergyTransferRequest",
    "NotifyAllowedEnergyTransferResponse",
    "NotifyChargingLimitRequest",
    "NotifyChargingLimitResponse",
    "NotifyCustomerInformationRequest",
    "NotifyCustomerInformationResponse",
    "NotifyDERAlarmRequest",
    "NotifyDERAlarmResponse",
    "NotifyDERStartStopRequest",
    "NotifyDERStartStopResponse",
    "NotifyDisplayMessagesRequest",
    "NotifyDisplayMessagesResponse",
    "NotifyEVChargingNeedsRequest",
    "NotifyEVChargingNeedsResponse",
    "NotifyEVChargingScheduleRequest",
    "NotifyEVChargingScheduleResponse",
    "NotifyEventRequest",
    "NotifyEventResponse",
    "NotifyMonitoringReportRequest",
    "NotifyMonitoringReportResponse",
    "NotifyPeriodicEventStream",
    "NotifyPriorityChargingRequest",
    "NotifyPriorityChargingResponse",
    "NotifyReportRequest",
    "NotifyReportResponse",
    "NotifySettlementRequest",
    "NotifySettlementResponse",
    "NotifyWebPaymentStartedRequest",
    "NotifyWebPaymentStartedResponse",
    "OpenPeriodicEventStreamRequest",
    "OpenPeriodicEventStreamResponse",
    "PublishFirmwareRequest",
    "PublishFirmwareResponse",
    "PublishFirmwareStatusNotificationRequest",
    "PublishFirmwareStatusNotificationResponse",
    "PullDynamicScheduleUpdateRequest",
    "PullDynamicScheduleUpdateResponse",
    "ReportChargingProfilesRequest",
    "ReportChargingProfilesResponse",
    "ReportDERControlRequest",
    "ReportDERControlResponse",
    "RequestBatterySwapRequest",
    "RequestBatterySwapResponse",
    "RequestStartTransactionRequest",
    "RequestStartTransactionResponse",
    "RequestStopTransactionRequest",
    "RequestStopTransactionResponse",
    "ReservationStatusUpdateRequest",
    "ReservationStatusUpdateResponse",
    "ReserveNowRequest",
    "ReserveNowResponse",
    "ResetRequest",
    "ResetResponse",
    "SecurityEventNotificationRequest",
    "SecurityEventNotificationResponse",
    "SendLocalListRequest",
    "SendLocalListResponse",
    "SetChargingProfileRequest",
    "SetChargingProfileResponse",
    "SetDERControlRequest",
    "SetDERControlResponse",
    "SetDefaultTariffRequest",
    "SetDefaultTariffResponse",
    "SetDisplayMessageRequest",
    "SetDisplayMessageResponse",
    "SetMonitoringBaseRequest",
    "SetMonitoringBaseResponse",
    "SetMonitoringLevelRequest",
    "SetMonitoringLevelResponse",
    "SetNetworkProfileRequest",
    "SetNetworkProfileResponse",
    "SetVariableMonitoringRequest",
    "SetVariableMonitoringResponse",
    "SetVariablesRequest",
    "SetVariablesResponse",
    "SignCertificateRequest",
    "SignCertificateResponse",
    "StatusNotificationRequest",
    "StatusNotificationResponse",
    "TransactionEventRequest",
    "TransactionEventResponse",
    "TriggerMessageRequest",
    "TriggerMessageResponse",
    "UnlockConnectorRequest",
    "UnlockConnectorResponse",
    "UnpublishFirmwareRequest",
    "UnpublishFirmwareResponse",
    "UpdateDynamicScheduleRequest",
    "UpdateDynamicScheduleResponse",
    "UpdateFirmwareRequest",
    "UpdateFirmwareResponse",
    "UsePriorityChargingRequest",
    "UsePriorityChargingResponse",
    "VatNumberValidationRequest",
    "VatNumberValidationResponse",
]
