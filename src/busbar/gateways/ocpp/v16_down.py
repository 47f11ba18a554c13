"""OCPP 1.6, us to station."""

from collections.abc import Callable
from typing import Any

from busbar.canon.control import (
    AnyStationRequest,
    CancelPlace,
    ChangeAvailability,
    ChargingProfile,
    ChargingSchedule,
    ClearProfiles,
    CommandOutcome,
    ForgetTokens,
    GetVariables,
    KeepPlace,
    Outcome,
    ProfileKind,
    ProfilePurpose,
    RemoteStart,
    RemoteStop,
    Reset,
    ResetKind,
    SetProfile,
    SetVariables,
    ShowCost,
    ShowPrice,
    Trigger,
    TriggerTopic,
    Unlock,
    VariableRef,
    VariableValue,
)
from busbar.gateways.ocpp.limits import write_limit
from busbar.gateways.ocpp.translation import (
    GOOD_WORDS,
    Answered,
    UntranslatableError,
    judge_statuses,
    make_outcome,
    read_status,
)
from busbar.gateways.ocpp.v16_prices import show_cost, show_price
from busbar.gateways.ocpp.v16_up import ID_TAG_MAX_CHARACTERS, read_transaction_ref
from busbar.wire import ocpp16
from busbar.wire.schema.fields import Payload

PURPOSES = {
    ProfilePurpose.STATION_MAX: "ChargePointMaxProfile",
    ProfilePurpose.TX_DEFAULT: "TxDefaultProfile",
    ProfilePurpose.TX: "TxProfile",
}
KINDS = {
    ProfileKind.ABSOLUTE: ("Absolute", None),
    ProfileKind.RECURRING_DAILY: ("Recurring", "Daily"),
    ProfileKind.RECURRING_WEEKLY: ("Recurring", "Weekly"),
    ProfileKind.RELATIVE: ("Relative", None),
}
TOPICS = {
    TriggerTopic.BOOT: "BootNotification",
    TriggerTopic.HEARTBEAT: "Heartbeat",
    TriggerTopic.STATUS: "StatusNotification",
    TriggerTopic.METER_VALUES: "MeterValues",
    TriggerTopic.FIRMWARE_STATUS: "FirmwareStatusNotification",
}
EXTENDED_TOPICS = {
    TriggerTopic.LOG_STATUS: "LogStatusNotification",
    TriggerTopic.SIGN_CERTIFICATE: "SignChargePointCertificate",
}


def write_profile(profile: ChargingProfile) -> ocpp16.ChargingProfile:
    """Write a charging profile. Errors: UntranslatableError."""
    purpose = PURPOSES.get(profile.purpose)
    if purpose is None:
        raise UntranslatableError(f"OCPP 1.6 has no charging profile purpose {profile.purpose}")
    kind, recurrency = KINDS[profile.kind]
    transaction_id = None
    if profile.transaction_ref is not None:
        transaction_id = read_transaction_ref(profile.transaction_ref)
        if transaction_id is None:
            raise UntranslatableError("in OCPP 1.6 a transaction is named by a number", outcome=Outcome.REJECTED)
    words: dict[str, Any] = {
        "charging_profile_purpose": purpose,
        "charging_profile_kind": kind,
        "recurrency_kind": recurrency,
    }
    return ocpp16.ChargingProfile(
        charging_profile_id=profile.profile_id,
        stack_level=profile.stack_level,
        transaction_id=transaction_id,
        valid_from=profile.valid_from,
        valid_to=profile.valid_to,
        charging_schedule=_write_schedule(profile.schedule),
        **words,
    )


def _write_schedule(schedule: ChargingSchedule) -> ocpp16.ChargingSchedule:
    return ocpp16.ChargingSchedule(
        duration=schedule.duration_s,
        start_schedule=schedule.starts_at,
        charging_rate_unit=schedule.unit.value,
        charging_schedule_period=[
            ocpp16.ChargingSchedulePeriod(
                start_period=period.start_s, limit=write_limit(period.limit_milli), number_phases=period.phases
            )
            for period in schedule.periods
        ],
        min_charging_rate=None if schedule.min_rate_milli is None else write_limit(schedule.min_rate_milli),
    )


def _remote_start(request: RemoteStart) -> list[Payload]:
    if len(request.id_token.value) > ID_TAG_MAX_CHARACTERS:
        raise UntranslatableError("an OCPP 1.6 idTag has at most 20 characters", outcome=Outcome.REJECTED)
    return [
        ocpp16.RemoteStartTransactionRequest(
            connector_id=request.evse_id,
            id_tag=request.id_token.value,
            charging_profile=None if request.profile is None else write_profile(request.profile),
        )
    ]


def _remote_stop(request: RemoteStop) -> list[Payload]:
    transaction_id = read_transaction_ref(request.transaction_ref)
    if transaction_id is None:
        raise UntranslatableError("in OCPP 1.6 a transaction is named by a number", outcome=Outcome.REJECTED)
    return [ocpp16.RemoteStopTransactionRequest(transaction_id=transaction_id)]


def _check_connector(connector_id: int | None) -> None:
    if connector_id not in (None, 1):
        raise UntranslatableError("in OCPP 1.6 an EVSE has one connector", outcome=Outcome.REJECTED)


def _unlock(request: Unlock) -> list[Payload]:
    _check_connector(request.connector_id)
    return [ocpp16.UnlockConnectorRequest(connector_id=request.evse_id)]


def _reset(request: Reset) -> list[Payload]:
    if request.evse_id is not None:
        raise UntranslatableError("OCPP 1.6 resets the whole station only")
    return [ocpp16.ResetRequest(type="Hard" if request.kind is ResetKind.IMMEDIATE else "Soft")]


def _change_availability(request: ChangeAvailability) -> list[Payload]:
    _check_connector(request.connector_id)
    return [
        ocpp16.ChangeAvailabilityRequest(
            connector_id=request.evse_id or 0, type="Operative" if request.is_operative else "Inoperative"
        )
    ]


def _trigger(request: Trigger) -> list[Payload]:
    _check_connector(request.connector_id)
    if request.topic in TOPICS:
        word: Any = TOPICS[request.topic]
        return [ocpp16.TriggerMessageRequest(requested_message=word, connector_id=request.evse_id)]
    if request.topic in EXTENDED_TOPICS:
        word = EXTENDED_TOPICS[request.topic]
        return [ocpp16.ExtendedTriggerMessageRequest(requested_message=word, connector_id=request.evse_id)]
    raise UntranslatableError(f"OCPP 1.6 cannot be asked to send {request.topic}")


def _get_variables(request: GetVariables) -> list[Payload]:
    return [ocpp16.GetConfigurationRequest(key=[_read_key(ref) for ref in request.refs] or None)]


def _read_key(ref: VariableRef) -> str:
    if ref.component is not None:
        raise UntranslatableError("OCPP 1.6 has configuration keys and no components", outcome=Outcome.REJECTED)
    return ref.variable


def _set_variables(request: SetVariables) -> list[Payload]:
    if not request.values:
        raise UntranslatableError("nothing to change", outcome=Outcome.REJECTED)
    return [ocpp16.ChangeConfigurationRequest(key=_read_key(one.ref), value=one.value or "") for one in request.values]


def _set_profile(request: SetProfile) -> list[Payload]:
    return [
        ocpp16.SetChargingProfileRequest(
            connector_id=request.evse_id or 0, cs_charging_profiles=write_profile(request.profile)
        )
    ]


def _clear_profiles(request: ClearProfiles) -> list[Payload]:
    purpose: Any = None
    if request.purpose is not None:
        purpose = PURPOSES.get(request.purpose)
        if purpose is None:
            raise UntranslatableError(f"OCPP 1.6 has no charging profile purpose {request.purpose}")
    return [
        ocpp16.ClearChargingProfileRequest(
            id=request.profile_id,
            connector_id=request.evse_id,
            charging_profile_purpose=purpose,
            stack_level=request.stack_level,
        )
    ]


def _keep_place(request: KeepPlace) -> list[Payload]:
    for token in (request.id_token, request.group):
        if token is not None and len(token.value) > ID_TAG_MAX_CHARACTERS:
            raise UntranslatableError("an OCPP 1.6 idTag has at most 20 characters", outcome=Outcome.REJECTED)
    return [
        ocpp16.ReserveNowRequest(
            connector_id=request.evse_id or 0,
            expiry_date=request.expires_at,
            id_tag=request.id_token.value,
            parent_id_tag=None if request.group is None else request.group.value,
            reservation_id=request.number,
        )
    ]


def _cancel_place(request: CancelPlace) -> list[Payload]:
    return [ocpp16.CancelReservationRequest(reservation_id=request.number)]


def _forget_tokens(_request: ForgetTokens) -> list[Payload]:
    return [ocpp16.ClearCacheRequest()]


CALLS: dict[type[Any], Callable[[Any], list[Payload]]] = {
    RemoteStart: _remote_start,
    RemoteStop: _remote_stop,
    Unlock: _unlock,
    Reset: _reset,
    ChangeAvailability: _change_availability,
    Trigger: _trigger,
    GetVariables: _get_variables,
    SetVariables: _set_variables,
    SetProfile: _set_profile,
    ClearProfiles: _clear_profiles,
    ShowPrice: show_price,
    ShowCost: show_cost,
    KeepPlace: _keep_place,
    CancelPlace: _cancel_place,
    ForgetTokens: _forget_tokens,
}


def read_configuration(response: ocpp16.GetConfigurationResponse) -> tuple[VariableValue, ...]:
    """Read the answer to GetConfiguration: known keys with their values, then unknown ones."""
    known = [
        VariableValue(ref=VariableRef(variable=one.key), value=one.value, is_readonly=one.readonly, status="Accepted")
        for one in response.configuration_key or ()
    ]
    unknown = [VariableValue(ref=VariableRef(variable=key), status="UnknownKey") for key in response.unknown_key or ()]
    return (*known, *unknown)


def read_outcome(request: AnyStationRequest, answers: list[Answered]) -> CommandOutcome:
    """Say what the answers mean."""
    last = answers[-1]
    if isinstance(last.response, ocpp16.GetConfigurationResponse):
        return make_outcome(last, values=read_configuration(last.response))
    if isinstance(request, SetVariables):
        words = [read_status(answer.response) or "" for answer in answers]
        values = tuple(
            VariableValue(ref=one.ref, value=one.value, status=word)
            for one, word in zip(request.values, words, strict=False)
        )
        outcome = judge_statuses(words, good=GOOD_WORDS)
        worst = next((word for word in words if word not in GOOD_WORDS), words[-1])
        return CommandOutcome(outcome=outcome, status=worst, answer_json=last.answer_json, values=values)
    if isinstance(request, ShowPrice):
        return make_outcome(answers[0])  # a station that lacks one of the languages shows the price all the same
    return make_outcome(last)
