"""OCPP 2.0.1: every data type, enumeration and message.

Made by tools/generate_wire.py from the official JSON schemas: do not edit.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, field

from busbar.wire.schema.action import BOTH, CSMS, STATION, Action
from busbar.wire.schema.fields import CustomData, Integer, MAX_INTEGER, Maybe, Number, Payload, Timestamp

String6 = Annotated[str, Meta(max_length=6)]
String8 = Annotated[str, Meta(max_length=8)]
String16 = Annotated[str, Meta(max_length=16)]
String20 = Annotated[str, Meta(max_length=20)]
String25 = Annotated[str, Meta(max_length=25)]
String32 = Annotated[str, Meta(max_length=32)]
String36 = Annotated[str, Meta(max_length=36)]
String40 = Annotated[str, Meta(max_length=40)]
String50 = Annotated[str, Meta(max_length=50)]
String64 = Annotated[str, Meta(max_length=64)]
String128 = Annotated[str, Meta(max_length=128)]
String255 = Annotated[str, Meta(max_length=255)]
String500 = Annotated[str, Meta(max_length=500)]
String512 = Annotated[str, Meta(max_length=512)]
String800 = Annotated[str, Meta(max_length=800)]
String1000 = Annotated[str, Meta(max_length=1000)]
String2500 = Annotated[str, Meta(max_length=2500)]
String5500 = Annotated[str, Meta(max_length=5500)]
String5600 = Annotated[str, Meta(max_length=5600)]
String7500 = Annotated[str, Meta(max_length=7500)]
String10000 = Annotated[str, Meta(max_length=10000)]


APNAuthenticationEnumType = Literal["CHAP", "NONE", "PAP", "AUTO"]
AttributeEnumType = Literal["Actual", "Target", "MinSet", "MaxSet"]
AuthorizationStatusEnumType = Literal["Accepted", "Blocked", "ConcurrentTx", "Expired", "Invalid", "NoCredit", "NotAllowedTypeEVSE", "NotAtThisLocation", "NotAtThisTime", "Unknown"]
AuthorizeCertificateStatusEnumType = Literal["Accepted", "SignatureError", "CertificateExpired", "CertificateRevoked", "NoCertificateAvailable", "CertChainError", "ContractCancelled"]
BootReasonEnumType = Literal["ApplicationReset", "FirmwareUpdate", "LocalReset", "PowerUp", "RemoteReset", "ScheduledReset", "Triggered", "Unknown", "Watchdog"]
CancelReservationStatusEnumType = Literal["Accepted", "Rejected"]
CertificateActionEnumType = Literal["Install", "Update"]
CertificateSignedStatusEnumType = Literal["Accepted", "Rejected"]
CertificateSigningUseEnumType = Literal["ChargingStationCertificate", "V2GCertificate"]
ChangeAvailabilityStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]
ChargingLimitSourceEnumType = Literal["EMS", "Other", "SO", "CSO"]
ChargingProfileKindEnumType = Literal["Absolute", "Recurring", "Relative"]
ChargingProfilePurposeEnumType = Literal["ChargingStationExternalConstraints", "ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile"]
ChargingProfileStatusEnumType = Literal["Accepted", "Rejected"]
ChargingRateUnitEnumType = Literal["W", "A"]
ChargingStateEnumType = Literal["Charging", "EVConnected", "SuspendedEV", "SuspendedEVSE", "Idle"]
ClearCacheStatusEnumType = Literal["Accepted", "Rejected"]
ClearChargingProfileStatusEnumType = Literal["Accepted", "Unknown"]
ClearMessageStatusEnumType = Literal["Accepted", "Unknown"]
ClearMonitoringStatusEnumType = Literal["Accepted", "Rejected", "NotFound"]
ComponentCriterionEnumType = Literal["Active", "Available", "Enabled", "Problem"]
ConnectorEnumType = Literal["cCCS1", "cCCS2", "cG105", "cTesla", "cType1", "cType2", "s309-1P-16A", "s309-1P-32A", "s309-3P-16A", "s309-3P-32A", "sBS1361", "sCEE-7-7", "sType2", "sType3", "Other1PhMax16A", "Other1PhOver16A", "Other3Ph", "Pan", "wInductive", "wResonant", "Undetermined", "Unknown"]
ConnectorStatusEnumType = Literal["Available", "Occupied", "Reserved", "Unavailable", "Faulted"]
CostKindEnumType = Literal["CarbonDioxideEmission", "RelativePricePercentage", "RenewableGenerationPercentage"]
CustomerInformationStatusEnumType = Literal["Accepted", "Rejected", "Invalid"]
DataEnumType = Literal["string", "decimal", "integer", "dateTime", "boolean", "OptionList", "SequenceList", "MemberList"]
DataTransferStatusEnumType = Literal["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]
DeleteCertificateStatusEnumType = Literal["Accepted", "Failed", "NotFound"]
DisplayMessageStatusEnumType = Literal["Accepted", "NotSupportedMessageFormat", "Rejected", "NotSupportedPriority", "NotSupportedState", "UnknownTransaction"]
EnergyTransferModeEnumType = Literal["DC", "AC_single_phase", "AC_two_phase", "AC_three_phase"]
EventNotificationEnumType = Literal["HardWiredNotification", "HardWiredMonitor", "PreconfiguredMonitor", "CustomMonitor"]
EventTriggerEnumType = Literal["Alerting", "Delta", "Periodic"]
FirmwareStatusEnumType = Literal["Downloaded", "DownloadFailed", "Downloading", "DownloadScheduled", "DownloadPaused", "Idle", "InstallationFailed", "Installing", "Installed", "InstallRebooting", "InstallScheduled", "InstallVerificationFailed", "InvalidSignature", "SignatureVerified"]
GenericDeviceModelStatusEnumType = Literal["Accepted", "Rejected", "NotSupported", "EmptyResultSet"]
GenericStatusEnumType = Literal["Accepted", "Rejected"]
GetCertificateIdUseEnumType = Literal["V2GRootCertificate", "MORootCertificate", "CSMSRootCertificate", "V2GCertificateChain", "ManufacturerRootCertificate"]
GetCertificateStatusEnumType = Literal["Accepted", "Failed"]
GetChargingProfileStatusEnumType = Literal["Accepted", "NoProfiles"]
GetDisplayMessagesStatusEnumType = Literal["Accepted", "Unknown"]
GetInstalledCertificateStatusEnumType = Literal["Accepted", "NotFound"]
GetVariableStatusEnumType = Literal["Accepted", "Rejected", "UnknownComponent", "UnknownVariable", "NotSupportedAttributeType"]
HashAlgorithmEnumType = Literal["SHA256", "SHA384", "SHA512"]
IdTokenEnumType = Literal["Central", "eMAID", "ISO14443", "ISO15693", "KeyCode", "Local", "MacAddress", "NoAuthorization"]
InstallCertificateStatusEnumType = Literal["Accepted", "Rejected", "Failed"]
InstallCertificateUseEnumType = Literal["V2GRootCertificate", "MORootCertificate", "CSMSRootCertificate", "ManufacturerRootCertificate"]
Iso15118EVCertificateStatusEnumType = Literal["Accepted", "Failed"]
LocationEnumType = Literal["Body", "Cable", "EV", "Inlet", "Outlet"]
LogEnumType = Literal["DiagnosticsLog", "SecurityLog"]
LogStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled"]
MeasurandEnumType = Literal["Current.Export", "Current.Import", "Current.Offered", "Energy.Active.Export.Register", "Energy.Active.Import.Register", "Energy.Reactive.Export.Register", "Energy.Reactive.Import.Register", "Energy.Active.Export.Interval", "Energy.Active.Import.Interval", "Energy.Active.Net", "Energy.Reactive.Export.Interval", "Energy.Reactive.Import.Interval", "Energy.Reactive.Net", "Energy.Apparent.Net", "Energy.Apparent.Import", "Energy.Apparent.Export", "Frequency", "Power.Active.Export", "Power.Active.Import", "Power.Factor", "Power.Offered", "Power.Reactive.Export", "Power.Reactive.Import", "SoC", "Voltage"]
MessageFormatEnumType = Literal["ASCII", "HTML", "URI", "UTF8"]
MessagePriorityEnumType = Literal["AlwaysFront", "InFront", "NormalCycle"]
MessageStateEnumType = Literal["Charging", "Faulted", "Idle", "Unavailable"]
MessageTriggerEnumType = Literal["BootNotification", "LogStatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues", "SignChargingStationCertificate", "SignV2GCertificate", "StatusNotification", "TransactionEvent", "SignCombinedCertificate", "PublishFirmwareStatusNotification"]
MonitorEnumType = Literal["UpperThreshold", "LowerThreshold", "Delta", "Periodic", "PeriodicClockAligned"]
MonitoringBaseEnumType = Literal["All", "FactoryDefault", "HardWiredOnly"]
MonitoringCriterionEnumType = Literal["ThresholdMonitoring", "DeltaMonitoring", "PeriodicMonitoring"]
MutabilityEnumType = Literal["ReadOnly", "WriteOnly", "ReadWrite"]
NotifyEVChargingNeedsStatusEnumType = Literal["Accepted", "Rejected", "Processing"]
OCPPInterfaceEnumType = Literal["Wired0", "Wired1", "Wired2", "Wired3", "Wireless0", "Wireless1", "Wireless2", "Wireless3"]
OCPPTransportEnumType = Literal["JSON", "SOAP"]
OCPPVersionEnumType = Literal["OCPP12", "OCPP15", "OCPP16", "OCPP20"]
OperationalStatusEnumType = Literal["Inoperative", "Operative"]
PhaseEnumType = Literal["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]
PublishFirmwareStatusEnumType = Literal["Idle", "DownloadScheduled", "Downloading", "Downloaded", "Published", "DownloadFailed", "DownloadPaused", "InvalidChecksum", "ChecksumVerified", "PublishFailed"]
ReadingContextEnumType = Literal["Interruption.Begin", "Interruption.End", "Other", "Sample.Clock", "Sample.Periodic", "Transaction.Begin", "Transaction.End", "Trigger"]
ReasonEnumType = Literal["DeAuthorized", "EmergencyStop", "EnergyLimitReached", "EVDisconnected", "GroundFault", "ImmediateReset", "Local", "LocalOutOfCredit", "MasterPass", "Other", "OvercurrentFault", "PowerLoss", "PowerQuality", "Reboot", "Remote", "SOCLimitReached", "StoppedByEV", "TimeLimitReached", "Timeout"]
RecurrencyKindEnumType = Literal["Daily", "Weekly"]
RegistrationStatusEnumType = Literal["Accepted", "Pending", "Rejected"]
ReportBaseEnumType = Literal["ConfigurationInventory", "FullInventory", "SummaryInventory"]
RequestStartStopStatusEnumType = Literal["Accepted", "Rejected"]
ReservationUpdateStatusEnumType = Literal["Expired", "Removed"]
ReserveNowStatusEnumType = Literal["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]
ResetEnumType = Literal["Immediate", "OnIdle"]
ResetStatusEnumType = Literal["Accepted", "Rejected", "Scheduled"]
SendLocalListStatusEnumType = Literal["Accepted", "Failed", "VersionMismatch"]
SetMonitoringStatusEnumType = Literal["Accepted", "UnknownComponent", "UnknownVariable", "UnsupportedMonitorType", "Rejected", "Duplicate"]
SetNetworkProfileStatusEnumType = Literal["Accepted", "Rejected", "Failed"]
SetVariableStatusEnumType = Literal["Accepted", "Rejected", "UnknownComponent", "UnknownVariable", "NotSupportedAttributeType", "RebootRequired"]
TransactionEventEnumType = Literal["Ended", "Started", "Updated"]
TriggerMessageStatusEnumType = Literal["Accepted", "Rejected", "NotImplemented"]
TriggerReasonEnumType = Literal["Authorized", "CablePluggedIn", "ChargingRateChanged", "ChargingStateChanged", "Deauthorized", "EnergyLimitReached", "EVCommunicationLost", "EVConnectTimeout", "MeterValueClock", "MeterValuePeriodic", "TimeLimitReached", "Trigger", "UnlockCommand", "StopAuthorized", "EVDeparted", "EVDetected", "RemoteStop", "RemoteStart", "AbnormalCondition", "SignedDataReceived", "ResetCommand"]
UnlockStatusEnumType = Literal["Unlocked", "UnlockFailed", "OngoingAuthorizedTransaction", "UnknownConnector"]
UnpublishFirmwareStatusEnumType = Literal["DownloadOngoing", "NoFirmware", "Unpublished"]
UpdateEnumType = Literal["Differential", "Full"]
UpdateFirmwareStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate"]
UploadLogStatusEnumType = Literal["BadMessage", "Idle", "NotSupportedOperation", "PermissionDenied", "Uploaded", "UploadFailure", "Uploading", "AcceptedCanceled"]
VPNEnumType = Literal["IKEv2", "IPSec", "L2TP", "PPTP"]


class ACChargingParametersType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    energy_amount: Integer
    ev_min_current: Integer
    ev_max_current: Integer
    ev_max_voltage: Integer


class APNType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    apn: String512
    apn_user_name: Maybe[String20] = None
    apn_password: Maybe[String20] = None
    sim_pin: Maybe[Integer] = None
    preferred_network: Maybe[String6] = None
    use_only_preferred_network: Maybe[bool] = None
    apn_authentication: APNAuthenticationEnumType


class AdditionalInfoType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    additional_id_token: String36
    type: String50


class IdTokenType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    additional_info: Maybe[Annotated[list[AdditionalInfoType], Meta(min_length=1)]] = None
    id_token: String36
    type: IdTokenEnumType


class MessageContentType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    format: MessageFormatEnumType
    language: Maybe[String8] = None
    content: String512


class IdTokenInfoType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: AuthorizationStatusEnumType
    cache_expiry_date_time: Maybe[Timestamp] = None
    charging_priority: Maybe[Integer] = None
    language1: Maybe[String8] = None
    evse_id: Maybe[Annotated[list[Integer], Meta(min_length=1)]] = None
    group_id_token: Maybe[IdTokenType] = None
    language2: Maybe[String8] = None
    personal_message: Maybe[MessageContentType] = None


class AuthorizationData(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id_token: IdTokenType
    id_token_info: Maybe[IdTokenInfoType] = None


class CertificateHashDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    hash_algorithm: HashAlgorithmEnumType
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40


class CertificateHashDataChainType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    certificate_hash_data: CertificateHashDataType
    certificate_type: GetCertificateIdUseEnumType
    child_certificate_hash_data: Maybe[Annotated[list[CertificateHashDataType], Meta(min_length=1, max_length=4)]] = None


class ChargingLimitType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_limit_source: ChargingLimitSourceEnumType
    is_grid_critical: Maybe[bool] = None


class DCChargingParametersType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    ev_max_current: Integer
    ev_max_voltage: Integer
    energy_amount: Maybe[Integer] = None
    ev_max_power: Maybe[Integer] = None
    state_of_charge: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None
    ev_energy_capacity: Maybe[Integer] = None
    full_so_c: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None
    bulk_so_c: Maybe[Annotated[int, Meta(ge=0, le=100)]] = None


class ChargingNeedsType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    ac_charging_parameters: Maybe[ACChargingParametersType] = None
    dc_charging_parameters: Maybe[DCChargingParametersType] = None
    requested_energy_transfer: EnergyTransferModeEnumType
    departure_time: Maybe[Timestamp] = None


class ChargingProfileCriterionType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_profile_purpose: Maybe[ChargingProfilePurposeEnumType] = None
    stack_level: Maybe[Integer] = None
    charging_profile_id: Maybe[Annotated[list[Integer], Meta(min_length=1)]] = None
    charging_limit_source: Maybe[Annotated[list[ChargingLimitSourceEnumType], Meta(min_length=1, max_length=4)]] = None


class ChargingSchedulePeriodType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    start_period: Integer
    limit: Number
    number_phases: Maybe[Integer] = None
    phase_to_use: Maybe[Integer] = None


class CostType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    cost_kind: CostKindEnumType
    amount: Integer
    amount_multiplier: Maybe[Integer] = None


class ConsumptionCostType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    start_value: Number
    cost: Annotated[list[CostType], Meta(min_length=1, max_length=3)]


class RelativeTimeIntervalType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    start: Integer
    duration: Maybe[Integer] = None


class SalesTariffEntryType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    relative_time_interval: RelativeTimeIntervalType
    e_price_level: Maybe[Annotated[int, Meta(ge=0, le=MAX_INTEGER)]] = None
    consumption_cost: Maybe[Annotated[list[ConsumptionCostType], Meta(min_length=1, max_length=3)]] = None


class SalesTariffType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer
    sales_tariff_description: Maybe[String32] = None
    num_e_price_levels: Maybe[Integer] = None
    sales_tariff_entry: Annotated[list[SalesTariffEntryType], Meta(min_length=1, max_length=1024)]


class ChargingScheduleType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer
    start_schedule: Maybe[Timestamp] = None
    duration: Maybe[Integer] = None
    charging_rate_unit: ChargingRateUnitEnumType
    charging_schedule_period: Annotated[list[ChargingSchedulePeriodType], Meta(min_length=1, max_length=1024)]
    min_charging_rate: Maybe[Number] = None
    sales_tariff: Maybe[SalesTariffType] = None


class ChargingProfileType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer
    stack_level: Integer
    charging_profile_purpose: ChargingProfilePurposeEnumType
    charging_profile_kind: ChargingProfileKindEnumType
    recurrency_kind: Maybe[RecurrencyKindEnumType] = None
    valid_from: Maybe[Timestamp] = None
    valid_to: Maybe[Timestamp] = None
    charging_schedule: Annotated[list[ChargingScheduleType], Meta(min_length=1, max_length=3)]
    transaction_id: Maybe[String36] = None


class ModemType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    iccid: Maybe[String20] = None
    imsi: Maybe[String20] = None


class ChargingStationType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    serial_number: Maybe[String25] = None
    model: String20
    modem: Maybe[ModemType] = None
    vendor_name: String50
    firmware_version: Maybe[String50] = None


class ClearChargingProfileType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse_id: Maybe[Integer] = None
    charging_profile_purpose: Maybe[ChargingProfilePurposeEnumType] = None
    stack_level: Maybe[Integer] = None


class StatusInfoType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    reason_code: String20
    additional_info: Maybe[String512] = None


class ClearMonitoringResultType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ClearMonitoringStatusEnumType
    id: Integer
    status_info: Maybe[StatusInfoType] = None


class EVSEType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer
    connector_id: Maybe[Integer] = None


class ComponentType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse: Maybe[EVSEType] = None
    name: String50
    instance: Maybe[String50] = None


class VariableType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    name: String50
    instance: Maybe[String50] = None


class ComponentVariableType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    component: ComponentType
    variable: Maybe[VariableType] = None


class CompositeScheduleType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_schedule_period: Annotated[list[ChargingSchedulePeriodType], Meta(min_length=1)]
    evse_id: Integer
    duration: Integer
    schedule_start: Timestamp
    charging_rate_unit: ChargingRateUnitEnumType


class EventDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    event_id: Integer
    timestamp: Timestamp
    trigger: EventTriggerEnumType
    cause: Maybe[Integer] = None
    actual_value: String2500
    tech_code: Maybe[String50] = None
    tech_info: Maybe[String500] = None
    cleared: Maybe[bool] = None
    transaction_id: Maybe[String36] = None
    component: ComponentType
    variable_monitoring_id: Maybe[Integer] = None
    event_notification_type: EventNotificationEnumType
    variable: VariableType


class FirmwareType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    location: String512
    retrieve_date_time: Timestamp
    install_date_time: Maybe[Timestamp] = None
    signing_certificate: Maybe[String5500] = None
    signature: Maybe[String800] = None


class GetVariableDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    attribute_type: Maybe[AttributeEnumType] = None
    component: ComponentType
    variable: VariableType


class GetVariableResultType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    attribute_status_info: Maybe[StatusInfoType] = None
    attribute_status: GetVariableStatusEnumType
    attribute_type: Maybe[AttributeEnumType] = None
    attribute_value: Maybe[String2500] = None
    component: ComponentType
    variable: VariableType


class LogParametersType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    remote_location: String512
    oldest_timestamp: Maybe[Timestamp] = None
    latest_timestamp: Maybe[Timestamp] = None


class MessageInfoType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    display: Maybe[ComponentType] = None
    id: Integer
    priority: MessagePriorityEnumType
    state: Maybe[MessageStateEnumType] = None
    start_date_time: Maybe[Timestamp] = None
    end_date_time: Maybe[Timestamp] = None
    transaction_id: Maybe[String36] = None
    message: MessageContentType


class SignedMeterValueType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    signed_meter_data: String2500
    signing_method: String50
    encoding_method: String50
    public_key: String2500


class UnitOfMeasureType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    unit: Maybe[String20] = None
    multiplier: Maybe[Integer] = None


class SampledValueType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    value: Number
    context: Maybe[ReadingContextEnumType] = None
    measurand: Maybe[MeasurandEnumType] = None
    phase: Maybe[PhaseEnumType] = None
    location: Maybe[LocationEnumType] = None
    signed_meter_value: Maybe[SignedMeterValueType] = None
    unit_of_measure: Maybe[UnitOfMeasureType] = None


class MeterValueType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    sampled_value: Annotated[list[SampledValueType], Meta(min_length=1)]
    timestamp: Timestamp


class VariableMonitoringType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer
    transaction: bool
    value: Number
    type: MonitorEnumType
    severity: Integer


class MonitoringDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    component: ComponentType
    variable: VariableType
    variable_monitoring: Annotated[list[VariableMonitoringType], Meta(min_length=1)]


class VPNType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    server: String512
    user: String20
    group: Maybe[String20] = None
    password: String20
    key: String255
    type: VPNEnumType


class NetworkConnectionProfileType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    apn: Maybe[APNType] = None
    ocpp_version: OCPPVersionEnumType
    ocpp_transport: OCPPTransportEnumType
    ocpp_csms_url: String512
    message_timeout: Integer
    security_profile: Integer
    ocpp_interface: OCPPInterfaceEnumType
    vpn: Maybe[VPNType] = None


class OCSPRequestDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    hash_algorithm: HashAlgorithmEnumType
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40
    responder_url: String512 = field(name="responderURL")


class VariableAttributeType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    type: Maybe[AttributeEnumType] = None
    value: Maybe[String2500] = None
    mutability: Maybe[MutabilityEnumType] = None
    persistent: Maybe[bool] = None
    constant: Maybe[bool] = None


class VariableCharacteristicsType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    unit: Maybe[String16] = None
    data_type: DataEnumType
    min_limit: Maybe[Number] = None
    max_limit: Maybe[Number] = None
    values_list: Maybe[String1000] = None
    supports_monitoring: bool


class ReportDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    component: ComponentType
    variable: VariableType
    variable_attribute: Annotated[list[VariableAttributeType], Meta(min_length=1, max_length=4)]
    variable_characteristics: Maybe[VariableCharacteristicsType] = None


class SetMonitoringDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Maybe[Integer] = None
    transaction: Maybe[bool] = None
    value: Number
    type: MonitorEnumType
    severity: Integer
    component: ComponentType
    variable: VariableType


class SetMonitoringResultType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Maybe[Integer] = None
    status_info: Maybe[StatusInfoType] = None
    status: SetMonitoringStatusEnumType
    type: MonitorEnumType
    component: ComponentType
    variable: VariableType
    severity: Integer


class SetVariableDataType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    attribute_type: Maybe[AttributeEnumType] = None
    attribute_value: String1000
    component: ComponentType
    variable: VariableType


class SetVariableResultType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    attribute_type: Maybe[AttributeEnumType] = None
    attribute_status: SetVariableStatusEnumType
    attribute_status_info: Maybe[StatusInfoType] = None
    component: ComponentType
    variable: VariableType


class TransactionType(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    transaction_id: String36
    charging_state: Maybe[ChargingStateEnumType] = None
    time_spent_charging: Maybe[Integer] = None
    stopped_reason: Maybe[ReasonEnumType] = None
    remote_start_id: Maybe[Integer] = None


class AuthorizeRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id_token: IdTokenType
    certificate: Maybe[String5500] = None
    iso15118_certificate_hash_data: Maybe[Annotated[list[OCSPRequestDataType], Meta(min_length=1, max_length=4)]] = None


class AuthorizeResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id_token_info: IdTokenInfoType
    certificate_status: Maybe[AuthorizeCertificateStatusEnumType] = None


class BootNotificationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_station: ChargingStationType
    reason: BootReasonEnumType


class BootNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    current_time: Timestamp
    interval: Integer
    status: RegistrationStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class CancelReservationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    reservation_id: Integer


class CancelReservationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: CancelReservationStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class CertificateSignedRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    certificate_chain: String10000
    certificate_type: Maybe[CertificateSigningUseEnumType] = None


class CertificateSignedResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: CertificateSignedStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ChangeAvailabilityRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse: Maybe[EVSEType] = None
    operational_status: OperationalStatusEnumType


class ChangeAvailabilityResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ChangeAvailabilityStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ClearCacheRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ClearCacheResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ClearCacheStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ClearChargingProfileRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_profile_id: Maybe[Integer] = None
    charging_profile_criteria: Maybe[ClearChargingProfileType] = None


class ClearChargingProfileResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ClearChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ClearDisplayMessageRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer


class ClearDisplayMessageResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ClearMessageStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ClearVariableMonitoringRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Annotated[list[Integer], Meta(min_length=1)]


class ClearVariableMonitoringResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    clear_monitoring_result: Annotated[list[ClearMonitoringResultType], Meta(min_length=1)]


class ClearedChargingLimitRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_limit_source: ChargingLimitSourceEnumType
    evse_id: Maybe[Integer] = None


class ClearedChargingLimitResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class CostUpdatedRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    total_cost: Number
    transaction_id: String36


class CostUpdatedResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class CustomerInformationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    customer_certificate: Maybe[CertificateHashDataType] = None
    id_token: Maybe[IdTokenType] = None
    request_id: Integer
    report: bool
    clear: bool
    customer_identifier: Maybe[String64] = None


class CustomerInformationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: CustomerInformationStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class DataTransferRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    message_id: Maybe[String50] = None
    data: Any = UNSET
    vendor_id: String255


class DataTransferResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: DataTransferStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    data: Any = UNSET


class DeleteCertificateRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    certificate_hash_data: CertificateHashDataType


class DeleteCertificateResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: DeleteCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class FirmwareStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: FirmwareStatusEnumType
    request_id: Maybe[Integer] = None


class FirmwareStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class Get15118EVCertificateRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    iso15118_schema_version: String50
    action: CertificateActionEnumType
    exi_request: String5600


class Get15118EVCertificateResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: Iso15118EVCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    exi_response: String7500


class GetBaseReportRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    request_id: Integer
    report_base: ReportBaseEnumType


class GetBaseReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class GetCertificateStatusRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    ocsp_request_data: OCSPRequestDataType


class GetCertificateStatusResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GetCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    ocsp_result: Maybe[String5500] = None


class GetChargingProfilesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    request_id: Integer
    evse_id: Maybe[Integer] = None
    charging_profile: ChargingProfileCriterionType


class GetChargingProfilesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GetChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class GetCompositeScheduleRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    duration: Integer
    charging_rate_unit: Maybe[ChargingRateUnitEnumType] = None
    evse_id: Integer


class GetCompositeScheduleResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    schedule: Maybe[CompositeScheduleType] = None


class GetDisplayMessagesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Maybe[Annotated[list[Integer], Meta(min_length=1)]] = None
    request_id: Integer
    priority: Maybe[MessagePriorityEnumType] = None
    state: Maybe[MessageStateEnumType] = None


class GetDisplayMessagesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GetDisplayMessagesStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class GetInstalledCertificateIdsRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    certificate_type: Maybe[Annotated[list[GetCertificateIdUseEnumType], Meta(min_length=1)]] = None


class GetInstalledCertificateIdsResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GetInstalledCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    certificate_hash_data_chain: Maybe[Annotated[list[CertificateHashDataChainType], Meta(min_length=1)]] = None


class GetLocalListVersionRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class GetLocalListVersionResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    version_number: Integer


class GetLogRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    log: LogParametersType
    log_type: LogEnumType
    request_id: Integer
    retries: Maybe[Integer] = None
    retry_interval: Maybe[Integer] = None


class GetLogResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: LogStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    filename: Maybe[String255] = None


class GetMonitoringReportRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    component_variable: Maybe[Annotated[list[ComponentVariableType], Meta(min_length=1)]] = None
    request_id: Integer
    monitoring_criteria: Maybe[Annotated[list[MonitoringCriterionEnumType], Meta(min_length=1, max_length=3)]] = None


class GetMonitoringReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class GetReportRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    component_variable: Maybe[Annotated[list[ComponentVariableType], Meta(min_length=1)]] = None
    request_id: Integer
    component_criteria: Maybe[Annotated[list[ComponentCriterionEnumType], Meta(min_length=1, max_length=4)]] = None


class GetReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class GetTransactionStatusRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    transaction_id: Maybe[String36] = None


class GetTransactionStatusResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    ongoing_indicator: Maybe[bool] = None
    messages_in_queue: bool


class GetVariablesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    get_variable_data: Annotated[list[GetVariableDataType], Meta(min_length=1)]


class GetVariablesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    get_variable_result: Annotated[list[GetVariableResultType], Meta(min_length=1)]


class HeartbeatRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class HeartbeatResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    current_time: Timestamp


class InstallCertificateRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    certificate_type: InstallCertificateUseEnumType
    certificate: String5500


class InstallCertificateResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: InstallCertificateStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class LogStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: UploadLogStatusEnumType
    request_id: Maybe[Integer] = None


class LogStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class MeterValuesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse_id: Integer
    meter_value: Annotated[list[MeterValueType], Meta(min_length=1)]


class MeterValuesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyChargingLimitRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    charging_schedule: Maybe[Annotated[list[ChargingScheduleType], Meta(min_length=1)]] = None
    evse_id: Maybe[Integer] = None
    charging_limit: ChargingLimitType


class NotifyChargingLimitResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyCustomerInformationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    data: String512
    tbc: Maybe[bool] = None
    seq_no: Integer
    generated_at: Timestamp
    request_id: Integer


class NotifyCustomerInformationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyDisplayMessagesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    message_info: Maybe[Annotated[list[MessageInfoType], Meta(min_length=1)]] = None
    request_id: Integer
    tbc: Maybe[bool] = None


class NotifyDisplayMessagesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyEVChargingNeedsRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    max_schedule_tuples: Maybe[Integer] = None
    charging_needs: ChargingNeedsType
    evse_id: Integer


class NotifyEVChargingNeedsResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: NotifyEVChargingNeedsStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class NotifyEVChargingScheduleRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    time_base: Timestamp
    charging_schedule: ChargingScheduleType
    evse_id: Integer


class NotifyEVChargingScheduleResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class NotifyEventRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    generated_at: Timestamp
    tbc: Maybe[bool] = None
    seq_no: Integer
    event_data: Annotated[list[EventDataType], Meta(min_length=1)]


class NotifyEventResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyMonitoringReportRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    monitor: Maybe[Annotated[list[MonitoringDataType], Meta(min_length=1)]] = None
    request_id: Integer
    tbc: Maybe[bool] = None
    seq_no: Integer
    generated_at: Timestamp


class NotifyMonitoringReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class NotifyReportRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    request_id: Integer
    generated_at: Timestamp
    report_data: Maybe[Annotated[list[ReportDataType], Meta(min_length=1)]] = None
    tbc: Maybe[bool] = None
    seq_no: Integer


class NotifyReportResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class PublishFirmwareRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    location: String512
    retries: Maybe[Integer] = None
    checksum: String32
    request_id: Integer
    retry_interval: Maybe[Integer] = None


class PublishFirmwareResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class PublishFirmwareStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: PublishFirmwareStatusEnumType
    location: Maybe[Annotated[list[String512], Meta(min_length=1)]] = None
    request_id: Maybe[Integer] = None


class PublishFirmwareStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ReportChargingProfilesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    request_id: Integer
    charging_limit_source: ChargingLimitSourceEnumType
    charging_profile: Annotated[list[ChargingProfileType], Meta(min_length=1)]
    tbc: Maybe[bool] = None
    evse_id: Integer


class ReportChargingProfilesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class RequestStartTransactionRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse_id: Maybe[Integer] = None
    group_id_token: Maybe[IdTokenType] = None
    id_token: IdTokenType
    remote_start_id: Integer
    charging_profile: Maybe[ChargingProfileType] = None


class RequestStartTransactionResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: RequestStartStopStatusEnumType
    status_info: Maybe[StatusInfoType] = None
    transaction_id: Maybe[String36] = None


class RequestStopTransactionRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    transaction_id: String36


class RequestStopTransactionResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: RequestStartStopStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ReservationStatusUpdateRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    reservation_id: Integer
    reservation_update_status: ReservationUpdateStatusEnumType


class ReservationStatusUpdateResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class ReserveNowRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    id: Integer
    expiry_date_time: Timestamp
    connector_type: Maybe[ConnectorEnumType] = None
    id_token: IdTokenType
    evse_id: Maybe[Integer] = None
    group_id_token: Maybe[IdTokenType] = None


class ReserveNowResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ReserveNowStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class ResetRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    type: ResetEnumType
    evse_id: Maybe[Integer] = None


class ResetResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ResetStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SecurityEventNotificationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    type: String50
    timestamp: Timestamp
    tech_info: Maybe[String255] = None


class SecurityEventNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class SendLocalListRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    local_authorization_list: Maybe[Annotated[list[AuthorizationData], Meta(min_length=1)]] = None
    version_number: Integer
    update_type: UpdateEnumType


class SendLocalListResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: SendLocalListStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SetChargingProfileRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse_id: Integer
    charging_profile: ChargingProfileType


class SetChargingProfileResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: ChargingProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SetDisplayMessageRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    message: MessageInfoType


class SetDisplayMessageResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: DisplayMessageStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SetMonitoringBaseRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    monitoring_base: MonitoringBaseEnumType


class SetMonitoringBaseResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericDeviceModelStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SetMonitoringLevelRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    severity: Integer


class SetMonitoringLevelResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SetNetworkProfileRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    configuration_slot: Integer
    connection_data: NetworkConnectionProfileType


class SetNetworkProfileResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: SetNetworkProfileStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class SetVariableMonitoringRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    set_monitoring_data: Annotated[list[SetMonitoringDataType], Meta(min_length=1)]


class SetVariableMonitoringResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    set_monitoring_result: Annotated[list[SetMonitoringResultType], Meta(min_length=1)]


class SetVariablesRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    set_variable_data: Annotated[list[SetVariableDataType], Meta(min_length=1)]


class SetVariablesResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    set_variable_result: Annotated[list[SetVariableResultType], Meta(min_length=1)]


class SignCertificateRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    csr: String5500
    certificate_type: Maybe[CertificateSigningUseEnumType] = None


class SignCertificateResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: GenericStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class StatusNotificationRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    timestamp: Timestamp
    connector_status: ConnectorStatusEnumType
    evse_id: Integer
    connector_id: Integer


class StatusNotificationResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None


class TransactionEventRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    event_type: TransactionEventEnumType
    meter_value: Maybe[Annotated[list[MeterValueType], Meta(min_length=1)]] = None
    timestamp: Timestamp
    trigger_reason: TriggerReasonEnumType
    seq_no: Integer
    offline: Maybe[bool] = None
    number_of_phases_used: Maybe[Integer] = None
    cable_max_current: Maybe[Integer] = None
    reservation_id: Maybe[Integer] = None
    transaction_info: TransactionType
    evse: Maybe[EVSEType] = None
    id_token: Maybe[IdTokenType] = None


class TransactionEventResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    total_cost: Maybe[Number] = None
    charging_priority: Maybe[Integer] = None
    id_token_info: Maybe[IdTokenInfoType] = None
    updated_personal_message: Maybe[MessageContentType] = None


class TriggerMessageRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse: Maybe[EVSEType] = None
    requested_message: MessageTriggerEnumType


class TriggerMessageResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: TriggerMessageStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class UnlockConnectorRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    evse_id: Integer
    connector_id: Integer


class UnlockConnectorResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: UnlockStatusEnumType
    status_info: Maybe[StatusInfoType] = None


class UnpublishFirmwareRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    checksum: String32


class UnpublishFirmwareResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: UnpublishFirmwareStatusEnumType


class UpdateFirmwareRequest(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    retries: Maybe[Integer] = None
    retry_interval: Maybe[Integer] = None
    request_id: Integer
    firmware: FirmwareType


class UpdateFirmwareResponse(Payload, frozen=True, kw_only=True):
    custom_data: Maybe[CustomData] = None
    status: UpdateFirmwareStatusEnumType
    status_info: Maybe[StatusInfoType] = None


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(name="Authorize", request=AuthorizeRequest, response=AuthorizeResponse, senders=STATION),
        Action(name="BootNotification", request=BootNotificationRequest, response=BootNotificationResponse, senders=STATION),
        Action(name="CancelReservation", request=CancelReservationRequest, response=CancelReservationResponse, senders=CSMS),
        Action(name="CertificateSigned", request=CertificateSignedRequest, response=CertificateSignedResponse, senders=CSMS),
        Action(name="ChangeAvailability", request=ChangeAvailabilityRequest, response=ChangeAvailabilityResponse, senders=CSMS),
        Action(name="ClearCache", request=ClearCacheRequest, response=ClearCacheResponse, senders=CSMS),
        Action(name="ClearChargingProfile", request=ClearChargingProfileRequest, response=ClearChargingProfileResponse, senders=CSMS),
        Action(name="ClearDisplayMessage", request=ClearDisplayMessageRequest, response=ClearDisplayMessageResponse, senders=CSMS),
        Action(name="ClearVariableMonitoring", request=ClearVariableMonitoringRequest, response=ClearVariableMonitoringResponse, senders=CSMS),
        Action(name="ClearedChargingLimit", request=ClearedChargingLimitRequest, response=ClearedChargingLimitResponse, senders=STATION),
        Action(name="CostUpdated", request=CostUpdatedRequest, response=CostUpdatedResponse, senders=CSMS),
        Action(name="CustomerInformation", request=CustomerInformationRequest, response=CustomerInformationResponse, senders=CSMS),
        Action(name="DataTransfer", request=DataTransferRequest, response=DataTransferResponse, senders=BOTH),
        Action(name="DeleteCertificate", request=DeleteCertificateRequest, response=DeleteCertificateResponse, senders=CSMS),
        Action(name="FirmwareStatusNotification", request=FirmwareStatusNotificationRequest, response=FirmwareStatusNotificationResponse, senders=STATION),
        Action(name="Get15118EVCertificate", request=Get15118EVCertificateRequest, response=Get15118EVCertificateResponse, senders=STATION),
        Action(name="GetBaseReport", request=GetBaseReportRequest, response=GetBaseReportResponse, senders=CSMS),
        Action(name="GetCertificateStatus", request=GetCertificateStatusRequest, response=GetCertificateStatusResponse, senders=STATION),
        Action(name="GetChargingProfiles", request=GetChargingProfilesRequest, response=GetChargingProfilesResponse, senders=CSMS),
        Action(name="GetCompositeSchedule", request=GetCompositeScheduleRequest, response=GetCompositeScheduleResponse, senders=CSMS),
        Action(name="GetDisplayMessages", request=GetDisplayMessagesRequest, response=GetDisplayMessagesResponse, senders=CSMS),
        Action(name="GetInstalledCertificateIds", request=GetInstalledCertificateIdsRequest, response=GetInstalledCertificateIdsResponse, senders=CSMS),
        Action(name="GetLocalListVersion", request=GetLocalListVersionRequest, response=GetLocalListVersionResponse, senders=CSMS),
        Action(name="GetLog", request=GetLogRequest, response=GetLogResponse, senders=CSMS),
        Action(name="GetMonitoringReport", request=GetMonitoringReportRequest, response=GetMonitoringReportResponse, senders=CSMS),
        Action(name="GetReport", request=GetReportRequest, response=GetReportResponse, senders=CSMS),
        Action(name="GetTransactionStatus", request=GetTransactionStatusRequest, response=GetTransactionStatusResponse, senders=CSMS),
        Action(name="GetVariables", request=GetVariablesRequest, response=GetVariablesResponse, senders=CSMS),
        Action(name="Heartbeat", request=HeartbeatRequest, response=HeartbeatResponse, senders=STATION),
        Action(name="InstallCertificate", request=InstallCertificateRequest, response=InstallCertificateResponse, senders=CSMS),
        Action(name="LogStatusNotification", request=LogStatusNotificationRequest, response=LogStatusNotificationResponse, senders=STATION),
        Action(name="MeterValues", request=MeterValuesRequest, response=MeterValuesResponse, senders=STATION),
        Action(name="NotifyChargingLimit", request=NotifyChargingLimitRequest, response=NotifyChargingLimitResponse, senders=STATION),
        Action(name="NotifyCustomerInformation", request=NotifyCustomerInformationRequest, response=NotifyCustomerInformationResponse, senders=STATION),
        Action(name="NotifyDisplayMessages", request=NotifyDisplayMessagesRequest, response=NotifyDisplayMessagesResponse, senders=STATION),
        Action(name="NotifyEVChargingNeeds", request=NotifyEVChargingNeedsRequest, response=NotifyEVChargingNeedsResponse, senders=STATION),
        Action(name="NotifyEVChargingSchedule", request=NotifyEVChargingScheduleRequest, response=NotifyEVChargingScheduleResponse, senders=STATION),
        Action(name="NotifyEvent", request=NotifyEventRequest, response=NotifyEventResponse, senders=STATION),
        Action(name="NotifyMonitoringReport", request=NotifyMonitoringReportRequest, response=NotifyMonitoringReportResponse, senders=STATION),
        Action(name="NotifyReport", request=NotifyReportRequest, response=NotifyReportResponse, senders=STATION),
        Action(name="PublishFirmware", request=PublishFirmwareRequest, response=PublishFirmwareResponse, senders=CSMS),
        Action(name="PublishFirmwareStatusNotification", request=PublishFirmwareStatusNotificationRequest, response=PublishFirmwareStatusNotificationResponse, senders=STATION),
        Action(name="ReportChargingProfiles", request=ReportChargingProfilesRequest, response=ReportChargingProfilesResponse, senders=STATION),
        Action(name="RequestStartTransaction", request=RequestStartTransactionRequest, response=RequestStartTransactionResponse, senders=CSMS),
        Action(name="RequestStopTransaction", request=RequestStopTransactionRequest, response=RequestStopTransactionResponse, senders=CSMS),
        Action(name="ReservationStatusUpdate", request=ReservationStatusUpdateRequest, response=ReservationStatusUpdateResponse, senders=STATION),
        Action(name="ReserveNow", request=ReserveNowRequest, response=ReserveNowResponse, senders=CSMS),
        Action(name="Reset", request=ResetRequest, response=ResetResponse, senders=CSMS),
        Action(name="SecurityEventNotification", request=SecurityEventNotificationRequest, response=SecurityEventNotificationResponse, senders=STATION),
        Action(name="SendLocalList", request=SendLocalListRequest, response=SendLocalListResponse, senders=CSMS),
        Action(name="SetChargingProfile", request=SetChargingProfileRequest, response=SetChargingProfileResponse, senders=CSMS),
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
        Action(name="UpdateFirmware", request=UpdateFirmwareRequest, response=UpdateFirmwareResponse, senders=CSMS),
    )
}


__all__ = [
    "ACTIONS",
    "APNAuthenticationEnumType",
    "AttributeEnumType",
    "AuthorizationStatusEnumType",
    "AuthorizeCertificateStatusEnumType",
    "BootReasonEnumType",
    "CancelReservationStatusEnumType",
    "CertificateActionEnumType",
    "CertificateSignedStatusEnumType",
    "CertificateSigningUseEnumType",
    "ChangeAvailabilityStatusEnumType",
    "ChargingLimitSourceEnumType",
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
    "ConnectorEnumType",
    "ConnectorStatusEnumType",
    "CostKindEnumType",
    "CustomerInformationStatusEnumType",
    "DataEnumType",
    "DataTransferStatusEnumType",
    "DeleteCertificateStatusEnumType",
    "DisplayMessageStatusEnumType",
    "EnergyTransferModeEnumType",
    "EventNotificationEnumType",
    "EventTriggerEnumType",
    "FirmwareStatusEnumType",
    "GenericDeviceModelStatusEnumType",
    "GenericStatusEnumType",
    "GetCertificateIdUseEnumType",
    "GetCertificateStatusEnumType",
    "GetChargingProfileStatusEnumType",
    "GetDisplayMessagesStatusEnumType",
    "GetInstalledCertificateStatusEnumType",
    "GetVariableStatusEnumType",
    "HashAlgorithmEnumType",
    "IdTokenEnumType",
    "InstallCertificateStatusEnumType",
    "InstallCertificateUseEnumType",
    "Iso15118EVCertificateStatusEnumType",
    "LocationEnumType",
    "LogEnumType",
    "LogStatusEnumType",
    "MeasurandEnumType",
    "MessageFormatEnumType",
    "MessagePriorityEnumType",
    "MessageStateEnumType",
    "MessageTriggerEnumType",
    "MonitorEnumType",
    "MonitoringBaseEnumType",
    "MonitoringCriterionEnumType",
    "MutabilityEnumType",
    "NotifyEVChargingNeedsStatusEnumType",
    "OCPPInterfaceEnumType",
    "OCPPTransportEnumType",
    "OCPPVersionEnumType",
    "OperationalStatusEnumType",
    "PhaseEnumType",
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
    "AdditionalInfoType",
    "IdTokenType",
    "MessageContentType",
    "IdTokenInfoType",
    "AuthorizationData",
    "CertificateHashDataType",
    "CertificateHashDataChainType",
    "ChargingLimitType",
    "DCChargingParametersType",
    "ChargingNeedsType",
    "ChargingProfileCriterionType",
    "ChargingSchedulePeriodType",
    "CostType",
    "ConsumptionCostType",
    "RelativeTimeIntervalType",
    "SalesTariffEntryType",
    "SalesTariffType",
    "ChargingScheduleType",
    "ChargingProfileType",
    "ModemType",
    "ChargingStationType",
    "ClearChargingProfileType",
    "StatusInfoType",
    "ClearMonitoringResultType",
    "EVSEType",
    "ComponentType",
    "VariableType",
    "ComponentVariableType",
    "CompositeScheduleType",
    "EventDataType",
    "FirmwareType",
    "GetVariableDataType",
    "GetVariableResultType",
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
    "TransactionType",
    "AuthorizeRequest",
    "AuthorizeResponse",
    "BootNotificationRequest",
    "BootNotificationResponse",
    "CancelReservationRequest",
    "CancelReservationResponse",
    "CertificateSignedRequest",
    "CertificateSignedResponse",
    "ChangeAvailabilityRequest",
    "ChangeAvailabilityResponse",
    "ClearCacheRequest",
    "ClearCacheResponse",
    "ClearChargingProfileRequest",
    "ClearChargingProfileResponse",
    "ClearDisplayMessageRequest",
    "ClearDisplayMessageResponse",
    "ClearVariableMonitoringRequest",
    "ClearVariableMonitoringResponse",
    "ClearedChargingLimitRequest",
    "ClearedChargingLimitResponse",
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
    "GetCertificateStatusRequest",
    "GetCertificateStatusResponse",
    "GetChargingProfilesRequest",
    "GetChargingProfilesResponse",
    "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse",
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
    "GetReportRequest",
    "GetReportResponse",
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
    "NotifyChargingLimitRequest",
    "NotifyChargingLimitResponse",
    "NotifyCustomerInformationRequest",
    "NotifyCustomerInformationResponse",
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
    "NotifyReportRequest",
    "NotifyReportResponse",
    "PublishFirmwareRequest",
    "PublishFirmwareResponse",
    "PublishFirmwareStatusNotificationRequest",
    "PublishFirmwareStatusNotificationResponse",
    "ReportChargingProfilesRequest",
    "ReportChargingProfilesResponse",
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
    "UpdateFirmwareRequest",
    "UpdateFirmwareResponse",
]
