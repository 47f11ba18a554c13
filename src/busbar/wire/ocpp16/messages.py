"""OCPP 1.6: every data type, enumeration and message.

Made by tools/generate_wire.py from the official JSON schemas: do not edit.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from busbar.wire.schema.action import BOTH, CSMS, STATION, Action
from busbar.wire.schema.fields import Integer, Maybe, Number, Payload, Timestamp, Uri, require_one_decimal

String20 = Annotated[str, Meta(max_length=20)]
String25 = Annotated[str, Meta(max_length=25)]
String40 = Annotated[str, Meta(max_length=40)]
String50 = Annotated[str, Meta(max_length=50)]
String128 = Annotated[str, Meta(max_length=128)]
String255 = Annotated[str, Meta(max_length=255)]
String500 = Annotated[str, Meta(max_length=500)]
String512 = Annotated[str, Meta(max_length=512)]
String800 = Annotated[str, Meta(max_length=800)]
String5500 = Annotated[str, Meta(max_length=5500)]
String10000 = Annotated[str, Meta(max_length=10000)]


AuthorizationStatus = Literal["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"]
AvailabilityStatus = Literal["Accepted", "Rejected", "Scheduled"]
AvailabilityType = Literal["Inoperative", "Operative"]
CancelReservationStatus = Literal["Accepted", "Rejected"]
CertificateSignedStatusEnumType = Literal["Accepted", "Rejected"]
CertificateUseEnumType = Literal["CentralSystemRootCertificate", "ManufacturerRootCertificate"]
ChargePointErrorCode = Literal["ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError", "LocalListConflict", "NoError", "OtherError", "OverCurrentFailure", "PowerMeterFailure", "PowerSwitchFailure", "ReaderFailure", "ResetFailure", "UnderVoltage", "OverVoltage", "WeakSignal"]
ChargePointStatus = Literal["Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing", "Reserved", "Unavailable", "Faulted"]
ChargingProfileKindType = Literal["Absolute", "Recurring", "Relative"]
ChargingProfilePurposeType = Literal["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]
ChargingProfileStatus = Literal["Accepted", "Rejected", "NotSupported"]
ChargingRateUnitType = Literal["A", "W"]
ClearCacheStatus = Literal["Accepted", "Rejected"]
ClearChargingProfileStatus = Literal["Accepted", "Unknown"]
ConfigurationStatus = Literal["Accepted", "Rejected", "RebootRequired", "NotSupported"]
DataTransferStatus = Literal["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]
DeleteCertificateStatusEnumType = Literal["Accepted", "Failed", "NotFound"]
DiagnosticsStatus = Literal["Idle", "Uploaded", "UploadFailed", "Uploading"]
FirmwareStatus = Literal["Downloaded", "DownloadFailed", "Downloading", "Idle", "InstallationFailed", "Installing", "Installed"]
FirmwareStatusEnumType = Literal["Downloaded", "DownloadFailed", "Downloading", "DownloadScheduled", "DownloadPaused", "Idle", "InstallationFailed", "Installing", "Installed", "InstallRebooting", "InstallScheduled", "InstallVerificationFailed", "InvalidSignature", "SignatureVerified"]
GenericStatusEnumType = Literal["Accepted", "Rejected"]
GetCompositeScheduleStatus = Literal["Accepted", "Rejected"]
GetInstalledCertificateStatusEnumType = Literal["Accepted", "NotFound"]
HashAlgorithmEnumType = Literal["SHA256", "SHA384", "SHA512"]
InstallCertificateStatusEnumType = Literal["Accepted", "Failed", "Rejected"]
Location = Literal["Cable", "EV", "Inlet", "Outlet", "Body"]
LogEnumType = Literal["DiagnosticsLog", "SecurityLog"]
LogStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled"]
Measurand = Literal["Energy.Active.Export.Register", "Energy.Active.Import.Register", "Energy.Reactive.Export.Register", "Energy.Reactive.Import.Register", "Energy.Active.Export.Interval", "Energy.Active.Import.Interval", "Energy.Reactive.Export.Interval", "Energy.Reactive.Import.Interval", "Power.Active.Export", "Power.Active.Import", "Power.Offered", "Power.Reactive.Export", "Power.Reactive.Import", "Power.Factor", "Current.Import", "Current.Export", "Current.Offered", "Voltage", "Frequency", "Temperature", "SoC", "RPM"]
MessageTrigger = Literal["BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues", "StatusNotification"]
MessageTriggerEnumType = Literal["BootNotification", "LogStatusNotification", "FirmwareStatusNotification", "Heartbeat", "MeterValues", "SignChargePointCertificate", "StatusNotification"]
Phase = Literal["L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"]
ReadingContext = Literal["Interruption.Begin", "Interruption.End", "Sample.Clock", "Sample.Periodic", "Transaction.Begin", "Transaction.End", "Trigger", "Other"]
Reason = Literal["EmergencyStop", "EVDisconnected", "HardReset", "Local", "Other", "PowerLoss", "Reboot", "Remote", "SoftReset", "UnlockCommand", "DeAuthorized"]
RecurrencyKindType = Literal["Daily", "Weekly"]
RegistrationStatus = Literal["Accepted", "Pending", "Rejected"]
RemoteStartStopStatus = Literal["Accepted", "Rejected"]
ReservationStatus = Literal["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]
ResetStatus = Literal["Accepted", "Rejected"]
ResetType = Literal["Hard", "Soft"]
TriggerMessageStatus = Literal["Accepted", "Rejected", "NotImplemented"]
TriggerMessageStatusEnumType = Literal["Accepted", "Rejected", "NotImplemented"]
UnitOfMeasure = Literal["Wh", "kWh", "varh", "kvarh", "W", "kW", "VA", "kVA", "var", "kvar", "A", "V", "K", "Celcius", "Celsius", "Fahrenheit", "Percent", "Hertz"]
UnlockStatus = Literal["Unlocked", "UnlockFailed", "NotSupported"]
UpdateFirmwareStatusEnumType = Literal["Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate"]
UpdateStatus = Literal["Accepted", "Failed", "NotSupported", "VersionMismatch"]
UpdateType = Literal["Differential", "Full"]
UploadLogStatusEnumType = Literal["BadMessage", "Idle", "NotSupportedOperation", "PermissionDenied", "Uploaded", "UploadFailure", "Uploading"]
ValueFormat = Literal["Raw", "SignedData"]


class IdTagInfo(Payload, frozen=True, kw_only=True):
    expiry_date: Maybe[Timestamp] = None
    parent_id_tag: Maybe[String20] = None
    status: AuthorizationStatus


class AuthorizationData(Payload, frozen=True, kw_only=True):
    id_tag: String20
    id_tag_info: Maybe[IdTagInfo] = None


class CertificateHashDataType(Payload, frozen=True, kw_only=True):
    hash_algorithm: HashAlgorithmEnumType
    issuer_name_hash: String128
    issuer_key_hash: String128
    serial_number: String40


class ChargingSchedulePeriod(Payload, frozen=True, kw_only=True):
    one_decimal: ClassVar[tuple[str, ...]] = ("limit",)
    start_period: Integer
    limit: Number
    number_phases: Maybe[Integer] = None

    def __post_init__(self) -> None:
        require_one_decimal(self.limit, "limit")


class ChargingSchedule(Payload, frozen=True, kw_only=True):
    one_decimal: ClassVar[tuple[str, ...]] = ("minChargingRate",)
    duration: Maybe[Integer] = None
    start_schedule: Maybe[Timestamp] = None
    charging_rate_unit: ChargingRateUnitType
    charging_schedule_period: list[ChargingSchedulePeriod]
    min_charging_rate: Maybe[Number] = None

    def __post_init__(self) -> None:
        require_one_decimal(self.min_charging_rate, "minChargingRate")


class ChargingProfile(Payload, frozen=True, kw_only=True):
    charging_profile_id: Integer
    transaction_id: Maybe[Integer] = None
    stack_level: Integer
    charging_profile_purpose: ChargingProfilePurposeType
    charging_profile_kind: ChargingProfileKindType
    recurrency_kind: Maybe[RecurrencyKindType] = None
    valid_from: Maybe[Timestamp] = None
    valid_to: Maybe[Timestamp] = None
    charging_schedule: ChargingSchedule


class FirmwareType(Payload, frozen=True, kw_only=True):
    location: String512
    retrieve_date_time: Timestamp
    install_date_time: Maybe[Timestamp] = None
    signing_certificate: String5500
    signature: String800


class KeyValue(Payload, frozen=True, kw_only=True):
    key: String50
    readonly: bool
    value: Maybe[String500] = None


class LogParametersType(Payload, frozen=True, kw_only=True):
    remote_location: String512
    oldest_timestamp: Maybe[Timestamp] = None
    latest_timestamp: Maybe[Timestamp] = None


class SampledValue(Payload, frozen=True, kw_only=True):
    value: str
    context: Maybe[ReadingContext] = None
    format: Maybe[ValueFormat] = None
    measurand: Maybe[Measurand] = None
    phase: Maybe[Phase] = None
    location: Maybe[Location] = None
    unit: Maybe[UnitOfMeasure] = None


class MeterValue(Payload, frozen=True, kw_only=True):
    timestamp: Timestamp
    sampled_value: list[SampledValue]


class AuthorizeRequest(Payload, frozen=True, kw_only=True):
    id_tag: String20


class AuthorizeResponse(Payload, frozen=True, kw_only=True):
    id_tag_info: IdTagInfo


class BootNotificationRequest(Payload, frozen=True, kw_only=True):
    charge_point_vendor: String20
    charge_point_model: String20
    charge_point_serial_number: Maybe[String25] = None
    charge_box_serial_number: Maybe[String25] = None
    firmware_version: Maybe[String50] = None
    iccid: Maybe[String20] = None
    imsi: Maybe[String20] = None
    meter_type: Maybe[String25] = None
    meter_serial_number: Maybe[String25] = None


class BootNotificationResponse(Payload, frozen=True, kw_only=True):
    status: RegistrationStatus
    current_time: Timestamp
    interval: Integer


class CancelReservationRequest(Payload, frozen=True, kw_only=True):
    reservation_id: Integer


class CancelReservationResponse(Payload, frozen=True, kw_only=True):
    status: CancelReservationStatus


class CertificateSignedRequest(Payload, frozen=True, kw_only=True):
    certificate_chain: String10000


class CertificateSignedResponse(Payload, frozen=True, kw_only=True):
    status: CertificateSignedStatusEnumType


class ChangeAvailabilityRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    type: AvailabilityType


class ChangeAvailabilityResponse(Payload, frozen=True, kw_only=True):
    status: AvailabilityStatus


class ChangeConfigurationRequest(Payload, frozen=True, kw_only=True):
    key: String50
    value: String500


class ChangeConfigurationResponse(Payload, frozen=True, kw_only=True):
    status: ConfigurationStatus


class ClearCacheRequest(Payload, frozen=True, kw_only=True):
    pass


class ClearCacheResponse(Payload, frozen=True, kw_only=True):
    status: ClearCacheStatus


class ClearChargingProfileRequest(Payload, frozen=True, kw_only=True):
    id: Maybe[Integer] = None
    connector_id: Maybe[Integer] = None
    charging_profile_purpose: Maybe[ChargingProfilePurposeType] = None
    stack_level: Maybe[Integer] = None


class ClearChargingProfileResponse(Payload, frozen=True, kw_only=True):
    status: ClearChargingProfileStatus


class DataTransferRequest(Payload, frozen=True, kw_only=True):
    vendor_id: String255
    message_id: Maybe[String50] = None
    data: Maybe[str] = None


class DataTransferResponse(Payload, frozen=True, kw_only=True):
    status: DataTransferStatus
    data: Maybe[str] = None


class DeleteCertificateRequest(Payload, frozen=True, kw_only=True):
    certificate_hash_data: CertificateHashDataType


class DeleteCertificateResponse(Payload, frozen=True, kw_only=True):
    status: DeleteCertificateStatusEnumType


class DiagnosticsStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: DiagnosticsStatus


class DiagnosticsStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    pass


class ExtendedTriggerMessageRequest(Payload, frozen=True, kw_only=True):
    requested_message: MessageTriggerEnumType
    connector_id: Maybe[Integer] = None


class ExtendedTriggerMessageResponse(Payload, frozen=True, kw_only=True):
    status: TriggerMessageStatusEnumType


class FirmwareStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: FirmwareStatus


class FirmwareStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    pass


class GetCompositeScheduleRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    duration: Integer
    charging_rate_unit: Maybe[ChargingRateUnitType] = None


class GetCompositeScheduleResponse(Payload, frozen=True, kw_only=True):
    status: GetCompositeScheduleStatus
    connector_id: Maybe[Integer] = None
    schedule_start: Maybe[Timestamp] = None
    charging_schedule: Maybe[ChargingSchedule] = None


class GetConfigurationRequest(Payload, frozen=True, kw_only=True):
    key: Maybe[list[String50]] = None


class GetConfigurationResponse(Payload, frozen=True, kw_only=True):
    configuration_key: Maybe[list[KeyValue]] = None
    unknown_key: Maybe[list[String50]] = None


class GetDiagnosticsRequest(Payload, frozen=True, kw_only=True):
    location: Uri
    retries: Maybe[Integer] = None
    retry_interval: Maybe[Integer] = None
    start_time: Maybe[Timestamp] = None
    stop_time: Maybe[Timestamp] = None


class GetDiagnosticsResponse(Payload, frozen=True, kw_only=True):
    file_name: Maybe[String255] = None


class GetInstalledCertificateIdsRequest(Payload, frozen=True, kw_only=True):
    certificate_type: CertificateUseEnumType


class GetInstalledCertificateIdsResponse(Payload, frozen=True, kw_only=True):
    certificate_hash_data: Maybe[Annotated[list[CertificateHashDataType], Meta(min_length=1)]] = None
    status: GetInstalledCertificateStatusEnumType


class GetLocalListVersionRequest(Payload, frozen=True, kw_only=True):
    pass


class GetLocalListVersionResponse(Payload, frozen=True, kw_only=True):
    list_version: Integer


class GetLogRequest(Payload, frozen=True, kw_only=True):
    log: LogParametersType
    log_type: LogEnumType
    request_id: Integer
    retries: Maybe[Integer] = None
    retry_interval: Maybe[Integer] = None


class GetLogResponse(Payload, frozen=True, kw_only=True):
    status: LogStatusEnumType
    filename: Maybe[String255] = None


class HeartbeatRequest(Payload, frozen=True, kw_only=True):
    pass


class HeartbeatResponse(Payload, frozen=True, kw_only=True):
    current_time: Timestamp


class InstallCertificateRequest(Payload, frozen=True, kw_only=True):
    certificate_type: CertificateUseEnumType
    certificate: String5500


class InstallCertificateResponse(Payload, frozen=True, kw_only=True):
    status: InstallCertificateStatusEnumType


class LogStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: UploadLogStatusEnumType
    request_id: Maybe[Integer] = None


class LogStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    pass


class MeterValuesRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    transaction_id: Maybe[Integer] = None
    meter_value: Annotated[list[MeterValue], Meta(min_length=1)]


class MeterValuesResponse(Payload, frozen=True, kw_only=True):
    pass


class RemoteStartTransactionRequest(Payload, frozen=True, kw_only=True):
    connector_id: Maybe[Integer] = None
    id_tag: String20
    charging_profile: Maybe[ChargingProfile] = None


class RemoteStartTransactionResponse(Payload, frozen=True, kw_only=True):
    status: RemoteStartStopStatus


class RemoteStopTransactionRequest(Payload, frozen=True, kw_only=True):
    transaction_id: Integer


class RemoteStopTransactionResponse(Payload, frozen=True, kw_only=True):
    status: RemoteStartStopStatus


class ReserveNowRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    expiry_date: Timestamp
    id_tag: String20
    parent_id_tag: Maybe[String20] = None
    reservation_id: Integer


class ReserveNowResponse(Payload, frozen=True, kw_only=True):
    status: ReservationStatus


class ResetRequest(Payload, frozen=True, kw_only=True):
    type: ResetType


class ResetResponse(Payload, frozen=True, kw_only=True):
    status: ResetStatus


class SecurityEventNotificationRequest(Payload, frozen=True, kw_only=True):
    type: String50
    timestamp: Timestamp
    tech_info: Maybe[String255] = None


class SecurityEventNotificationResponse(Payload, frozen=True, kw_only=True):
    pass


class SendLocalListRequest(Payload, frozen=True, kw_only=True):
    list_version: Integer
    local_authorization_list: Maybe[list[AuthorizationData]] = None
    update_type: UpdateType


class SendLocalListResponse(Payload, frozen=True, kw_only=True):
    status: UpdateStatus


class SetChargingProfileRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    cs_charging_profiles: ChargingProfile


class SetChargingProfileResponse(Payload, frozen=True, kw_only=True):
    status: ChargingProfileStatus


class SignCertificateRequest(Payload, frozen=True, kw_only=True):
    csr: String5500


class SignCertificateResponse(Payload, frozen=True, kw_only=True):
    status: GenericStatusEnumType


class SignedFirmwareStatusNotificationRequest(Payload, frozen=True, kw_only=True):
    status: FirmwareStatusEnumType
    request_id: Maybe[Integer] = None


class SignedFirmwareStatusNotificationResponse(Payload, frozen=True, kw_only=True):
    pass


class SignedUpdateFirmwareRequest(Payload, frozen=True, kw_only=True):
    retries: Maybe[Integer] = None
    retry_interval: Maybe[Integer] = None
    request_id: Integer
    firmware: FirmwareType


class SignedUpdateFirmwareResponse(Payload, frozen=True, kw_only=True):
    status: UpdateFirmwareStatusEnumType


class StartTransactionRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    id_tag: String20
    meter_start: Integer
    reservation_id: Maybe[Integer] = None
    timestamp: Timestamp


class StartTransactionResponse(Payload, frozen=True, kw_only=True):
    id_tag_info: IdTagInfo
    transaction_id: Integer


class StatusNotificationRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer
    error_code: ChargePointErrorCode
    info: Maybe[String50] = None
    status: ChargePointStatus
    timestamp: Maybe[Timestamp] = None
    vendor_id: Maybe[String255] = None
    vendor_error_code: Maybe[String50] = None


class StatusNotificationResponse(Payload, frozen=True, kw_only=True):
    pass


class StopTransactionRequest(Payload, frozen=True, kw_only=True):
    id_tag: Maybe[String20] = None
    meter_stop: Integer
    timestamp: Timestamp
    transaction_id: Integer
    reason: Maybe[Reason] = None
    transaction_data: Maybe[list[MeterValue]] = None


class StopTransactionResponse(Payload, frozen=True, kw_only=True):
    id_tag_info: Maybe[IdTagInfo] = None


class TriggerMessageRequest(Payload, frozen=True, kw_only=True):
    requested_message: MessageTrigger
    connector_id: Maybe[Integer] = None


class TriggerMessageResponse(Payload, frozen=True, kw_only=True):
    status: TriggerMessageStatus


class UnlockConnectorRequest(Payload, frozen=True, kw_only=True):
    connector_id: Integer


class UnlockConnectorResponse(Payload, frozen=True, kw_only=True):
    status: UnlockStatus


class UpdateFirmwareRequest(Payload, frozen=True, kw_only=True):
    location: Uri
    retries: Maybe[Integer] = None
    retrieve_date: Timestamp
    retry_interval: Maybe[Integer] = None


class UpdateFirmwareResponse(Payload, frozen=True, kw_only=True):
    pass


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(name="Authorize", request=AuthorizeRequest, response=AuthorizeResponse, senders=STATION),
        Action(name="BootNotification", request=BootNotificationRequest, response=BootNotificationResponse, senders=STATION),
        Action(name="CancelReservation", request=CancelReservationRequest, response=CancelReservationResponse, senders=CSMS),
        Action(name="CertificateSigned", request=CertificateSignedRequest, response=CertificateSignedResponse, senders=CSMS),
        Action(name="ChangeAvailability", request=ChangeAvailabilityRequest, response=ChangeAvailabilityResponse, senders=CSMS),
        Action(name="ChangeConfiguration", request=ChangeConfigurationRequest, response=ChangeConfigurationResponse, senders=CSMS),
        Action(name="ClearCache", request=ClearCacheRequest, response=ClearCacheResponse, senders=CSMS),
        Action(name="ClearChargingProfile", request=ClearChargingProfileRequest, response=ClearChargingProfileResponse, senders=CSMS),
        Action(name="DataTransfer", request=DataTransferRequest, response=DataTransferResponse, senders=BOTH),
        Action(name="DeleteCertificate", request=DeleteCertificateRequest, response=DeleteCertificateResponse, senders=CSMS),
        Action(name="DiagnosticsStatusNotification", request=DiagnosticsStatusNotificationRequest, response=DiagnosticsStatusNotificationResponse, senders=STATION),
        Action(name="ExtendedTriggerMessage", request=ExtendedTriggerMessageRequest, response=ExtendedTriggerMessageResponse, senders=CSMS),
        Action(name="FirmwareStatusNotification", request=FirmwareStatusNotificationRequest, response=FirmwareStatusNotificationResponse, senders=STATION),
        Action(name="GetCompositeSchedule", request=GetCompositeScheduleRequest, response=GetCompositeScheduleResponse, senders=CSMS),
        Action(name="GetConfiguration", request=GetConfigurationRequest, response=GetConfigurationResponse, senders=CSMS),
        Action(name="GetDiagnostics", request=GetDiagnosticsRequest, response=GetDiagnosticsResponse, senders=CSMS),
        Action(name="GetInstalledCertificateIds", request=GetInstalledCertificateIdsRequest, response=GetInstalledCertificateIdsResponse, senders=CSMS),
        Action(name="GetLocalListVersion", request=GetLocalListVersionRequest, response=GetLocalListVersionResponse, senders=CSMS),
        Action(name="GetLog", request=GetLogRequest, response=GetLogResponse, senders=CSMS),
        Action(name="Heartbeat", request=HeartbeatRequest, response=HeartbeatResponse, senders=STATION),
        Action(name="InstallCertificate", request=InstallCertificateRequest, response=InstallCertificateResponse, senders=CSMS),
        Action(name="LogStatusNotification", request=LogStatusNotificationRequest, response=LogStatusNotificationResponse, senders=STATION),
        Action(name="MeterValues", request=MeterValuesRequest, response=MeterValuesResponse, senders=STATION),
        Action(name="RemoteStartTransaction", request=RemoteStartTransactionRequest, response=RemoteStartTransactionResponse, senders=CSMS),
        Action(name="RemoteStopTransaction", request=RemoteStopTransactionRequest, response=RemoteStopTransactionResponse, senders=CSMS),
        Action(name="ReserveNow", request=ReserveNowRequest, response=ReserveNowResponse, senders=CSMS),
        Action(name="Reset", request=ResetRequest, response=ResetResponse, senders=CSMS),
        Action(name="SecurityEventNotification", request=SecurityEventNotificationRequest, response=SecurityEventNotificationResponse, senders=STATION),
        Action(name="SendLocalList", request=SendLocalListRequest, response=SendLocalListResponse, senders=CSMS),
        Action(name="SetChargingProfile", request=SetChargingProfileRequest, response=SetChargingProfileResponse, senders=CSMS),
        Action(name="SignCertificate", request=SignCertificateRequest, response=SignCertificateResponse, senders=STATION),
        Action(name="SignedFirmwareStatusNotification", request=SignedFirmwareStatusNotificationRequest, response=SignedFirmwareStatusNotificationResponse, senders=STATION),
        Action(name="SignedUpdateFirmware", request=SignedUpdateFirmwareRequest, response=SignedUpdateFirmwareResponse, senders=CSMS),
        Action(name="StartTransaction", request=StartTransactionRequest, response=StartTransactionResponse, senders=STATION),
        Action(name="StatusNotification", request=StatusNotificationRequest, response=StatusNotificationResponse, senders=STATION),
        Action(name="StopTransaction", request=StopTransactionRequest, response=StopTransactionResponse, senders=STATION),
        Action(name="TriggerMessage", request=TriggerMessageRequest, response=TriggerMessageResponse, senders=CSMS),
        Action(name="UnlockConnector", request=UnlockConnectorRequest, response=UnlockConnectorResponse, senders=CSMS),
        Action(name="UpdateFirmware", request=UpdateFirmwareRequest, response=UpdateFirmwareResponse, senders=CSMS),
    )
}


__all__ = [
    "ACTIONS",
    "AuthorizationStatus",
    "AvailabilityStatus",
    "AvailabilityType",
    "CancelReservationStatus",
    "CertificateSignedStatusEnumType",
    "CertificateUseEnumType",
    "ChargePointErrorCode",
    "ChargePointStatus",
    "ChargingProfileKindType",
    "ChargingProfilePurposeType",
    "ChargingProfileStatus",
    "ChargingRateUnitType",
    "ClearCacheStatus",
    "ClearChargingProfileStatus",
    "ConfigurationStatus",
    "DataTransferStatus",
    "DeleteCertificateStatusEnumType",
    "DiagnosticsStatus",
    "FirmwareStatus",
    "FirmwareStatusEnumType",
    "GenericStatusEnumType",
    "GetCompositeScheduleStatus",
    "GetInstalledCertificateStatusEnumType",
    "HashAlgorithmEnumType",
    "InstallCertificateStatusEnumType",
    "Location",
    "LogEnumType",
    "LogStatusEnumType",
    "Measurand",
    "MessageTrigger",
    "MessageTriggerEnumType",
    "Phase",
    "ReadingContext",
    "Reason",
    "RecurrencyKindType",
    "RegistrationStatus",
    "RemoteStartStopStatus",
    "ReservationStatus",
    "ResetStatus",
    "ResetType",
    "TriggerMessageStatus",
    "TriggerMessageStatusEnumType",
    "UnitOfMeasure",
    "UnlockStatus",
    "UpdateFirmwareStatusEnumType",
    "UpdateStatus",
    "UpdateType",
    "UploadLogStatusEnumType",
    "ValueFormat",
    "IdTagInfo",
    "AuthorizationData",
    "CertificateHashDataType",
    "ChargingSchedulePeriod",
    "ChargingSchedule",
    "ChargingProfile",
    "FirmwareType",
    "KeyValue",
    "LogParametersType",
    "SampledValue",
    "MeterValue",
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
    "ChangeConfigurationRequest",
    "ChangeConfigurationResponse",
    "ClearCacheRequest",
    "ClearCacheResponse",
    "ClearChargingProfileRequest",
    "ClearChargingProfileResponse",
    "DataTransferRequest",
    "DataTransferResponse",
    "DeleteCertificateRequest",
    "DeleteCertificateResponse",
    "DiagnosticsStatusNotificationRequest",
    "DiagnosticsStatusNotificationResponse",
    "ExtendedTriggerMessageRequest",
    "ExtendedTriggerMessageResponse",
    "FirmwareStatusNotificationRequest",
    "FirmwareStatusNotificationResponse",
    "GetCompositeScheduleRequest",
    "GetCompositeScheduleResponse",
    "GetConfigurationRequest",
    "GetConfigurationResponse",
    "GetDiagnosticsRequest",
    "GetDiagnosticsResponse",
    "GetInstalledCertificateIdsRequest",
    "GetInstalledCertificateIdsResponse",
    "GetLocalListVersionRequest",
    "GetLocalListVersionResponse",
    "GetLogRequest",
    "GetLogResponse",
    "HeartbeatRequest",
    "HeartbeatResponse",
    "InstallCertificateRequest",
    "InstallCertificateResponse",
    "LogStatusNotificationRequest",
    "LogStatusNotificationResponse",
    "MeterValuesRequest",
    "MeterValuesResponse",
    "RemoteStartTransactionRequest",
    "RemoteStartTransactionResponse",
    "RemoteStopTransactionRequest",
    "RemoteStopTransactionResponse",
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
    "SignCertificateRequest",
    "SignCertificateResponse",
    "SignedFirmwareStatusNotificationRequest",
    "SignedFirmwareStatusNotificationResponse",
    "SignedUpdateFirmwareRequest",
    "SignedUpdateFirmwareResponse",
    "StartTransactionRequest",
    "StartTransactionResponse",
    "StatusNotificationRequest",
    "StatusNotificationResponse",
    "StopTransactionRequest",
    "StopTransactionResponse",
    "TriggerMessageRequest",
    "TriggerMessageResponse",
    "UnlockConnectorRequest",
    "UnlockConnectorResponse",
    "UpdateFirmwareRequest",
    "UpdateFirmwareResponse",
]
