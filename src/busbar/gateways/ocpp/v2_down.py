"""OCPP 2.0.1 and 2.1, us to station. `wire` is the version's message module."""

import zlib
from collections.abc import Callable
from typing import Any

from busbar.canon.access import IdToken
from busbar.canon.control import (
    AnyStationRequest,
    CancelPlace,
    ChangeAvailability,
    ChargingProfile,
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
)
from busbar.gateways.ocpp.v2_prices import PriceWriter
from busbar.gateways.ocpp.v2_up import Upward2, read_ref
from busbar.kernel.ids import CommandId
from busbar.wire.schema.fields import Payload

PURPOSES = {
    ProfilePurpose.STATION_MAX: "ChargingStationMaxProfile",
    ProfilePurpose.EXTERNAL_CONSTRAINTS: "ChargingStationExternalConstraints",
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
    TriggerTopic.TRANSACTION: "TransactionEvent",
    TriggerTopic.FIRMWARE_STATUS: "FirmwareStatusNotification",
    TriggerTopic.LOG_STATUS: "LogStatusNotification",
    TriggerTopic.SIGN_CERTIFICATE: "SignChargingStationCertificate",
}
GREATEST_REQUEST_ID = 0x7FFFFFFF


def make_request_id(command_id: CommandId) -> int:
    """Make a report's request id of the command's: the same command has the same one."""
    return zlib.crc32(command_id.encode()) & GREATEST_REQUEST_ID


class Downward2:
    """The calls of one 2.x version."""

    def __init__(self, wire: Any, up: Upward2, *, id_token_max_characters: int) -> None:
        self._wire = wire
        self._up = up
        self._id_token_max = id_token_max_characters
        self._prices = PriceWriter(wire)
        self._makers: dict[type[Any], Callable[[Any], Payload]] = {
            RemoteStart: self._remote_start,
            RemoteStop: self._remote_stop,
            Unlock: self._unlock,
            Reset: self._reset,
            ChangeAvailability: self._change_availability,
            Trigger: self._trigger,
            SetVariables: self._set_variables,
            SetProfile: self._set_profile,
            ClearProfiles: self._clear_profiles,
            ShowCost: self._prices.show_cost,
            KeepPlace: self._keep_place,
            CancelPlace: self._cancel_place,
            ForgetTokens: self._forget_tokens,
        }

    def make_call(self, request: AnyStationRequest, *, command_id: CommandId) -> Payload:
        """Give the call that carries a request out. Errors: UntranslatableError."""
        if isinstance(request, GetVariables):
            return self._get_variables(request, command_id)
        return self._makers[type(request)](request)

    def show_price(self, request: ShowPrice) -> list[Payload]:
        """Give the calls that show a price, which may be several. Errors: UntranslatableError."""
        return self._prices.show_price(request)

    def read_price_outcome(self, answers: list[Answered]) -> CommandOutcome:
        """Say what the answers to those mean."""
        return self._prices.read_outcome(answers)

    def _token(self, token: IdToken) -> Payload:
        if len(token.value) > self._id_token_max:
            text = f"an idToken has at most {self._id_token_max} characters here"
            raise UntranslatableError(text, outcome=Outcome.REJECTED)
        return self._up.write_token(token)

    def _remote_start(self, request: RemoteStart) -> Payload:
        return self._wire.RequestStartTransactionRequest(
            id_token=self._token(request.id_token),
            remote_start_id=request.remote_start_id,
            evse_id=request.evse_id,
            group_id_token=None if request.group is None else self._token(request.group),
            charging_profile=None if request.profile is None else self._profile(request.profile),
        )

    def _remote_stop(self, request: RemoteStop) -> Payload:
        return self._wire.RequestStopTransactionRequest(transaction_id=request.transaction_ref)

    def _keep_place(self, request: KeepPlace) -> Payload:
        return self._wire.ReserveNowRequest(
            id=request.number,
            expiry_date_time=request.expires_at,
            id_token=self._token(request.id_token),
            evse_id=request.evse_id,
            group_id_token=None if request.group is None else self._token(request.group),
        )

    def _cancel_place(self, request: CancelPlace) -> Payload:
        return self._wire.CancelReservationRequest(reservation_id=request.number)

    def _forget_tokens(self, _request: ForgetTokens) -> Payload:
        return self._wire.ClearCacheRequest()

    def _unlock(self, request: Unlock) -> Payload:
        return self._wire.UnlockConnectorRequest(evse_id=request.evse_id, connector_id=request.connector_id)

    def _reset(self, request: Reset) -> Payload:
        word = "Immediate" if request.kind is ResetKind.IMMEDIATE else "OnIdle"
        return self._wire.ResetRequest(type=word, evse_id=request.evse_id)

    def _evse(self, evse_id: int | None, connector_id: int | None) -> Payload | None:
        return None if evse_id is None else self._wire.EVSEType(id=evse_id, connector_id=connector_id)

    def _change_availability(self, request: ChangeAvailability) -> Payload:
        return self._wire.ChangeAvailabilityRequest(
            operational_status="Operative" if request.is_operative else "Inoperative",
            evse=self._evse(request.evse_id, request.connector_id),
        )

    def _trigger(self, request: Trigger) -> Payload:
        connector_id = request.connector_id
        if request.topic is TriggerTopic.STATUS and request.evse_id is not None and connector_id is None:
            connector_id = 1  # F06.FR.13: a status is asked of a connector
        return self._wire.TriggerMessageRequest(
            requested_message=TOPICS[request.topic], evse=self._evse(request.evse_id, connector_id)
        )

    # ---- variables ---------------------------------------------------------------------------------------------------

    def _get_variables(self, request: GetVariables, command_id: CommandId) -> Payload:
        wire = self._wire
        if not request.refs:
            return wire.GetBaseReportRequest(request_id=make_request_id(command_id), report_base="FullInventory")
        data = [
            wire.GetVariableDataType(
                component=self._component(ref), variable=self._variable(ref), attribute_type=ref.attribute
            )
            for ref in request.refs
        ]
        return wire.GetVariablesRequest(get_variable_data=data)

    def _set_variables(self, request: SetVariables) -> Payload:
        if not request.values:
            raise UntranslatableError("nothing to change", outcome=Outcome.REJECTED)
        data = [
            self._wire.SetVariableDataType(
                component=self._component(one.ref),
                variable=self._variable(one.ref),
                attribute_type=one.ref.attribute,
                attribute_value=one.value or "",
            )
            for one in request.values
        ]
        return self._wire.SetVariablesRequest(set_variable_data=data)

    def _component(self, ref: VariableRef) -> Payload:
        if ref.component is None:
            raise UntranslatableError(f"name the component of {ref.variable[:50]}", outcome=Outcome.REJECTED)
        return self._wire.ComponentType(
            name=ref.component, instance=ref.component_instance, evse=self._evse(ref.evse_id, ref.connector_id)
        )

    def _variable(self, ref: VariableRef) -> Payload:
        return self._wire.VariableType(name=ref.variable, instance=ref.variable_instance)

    # ---- charging profiles -------------------------------------------------------------------------------------------

    def _profile(self, profile: ChargingProfile) -> Payload:
        wire = self._wire
        kind, recurrency = KINDS[profile.kind]
        schedule = profile.schedule
        periods = [
            wire.ChargingSchedulePeriodType(
                start_period=period.start_s, limit=write_limit(period.limit_milli), number_phases=period.phases
            )
            for period in schedule.periods
        ]
        return wire.ChargingProfileType(
            id=profile.profile_id,
            stack_level=profile.stack_level,
            charging_profile_purpose=PURPOSES[profile.purpose],
            charging_profile_kind=kind,
            recurrency_kind=recurrency,
            valid_from=profile.valid_from,
            valid_to=profile.valid_to,
            transaction_id=profile.transaction_ref,
            charging_schedule=[
                wire.ChargingScheduleType(
                    id=profile.profile_id,
                    start_schedule=schedule.starts_at,
                    duration=schedule.duration_s,
                    charging_rate_unit=schedule.unit.value,
                    charging_schedule_period=periods,
                    min_charging_rate=None if schedule.min_rate_milli is None else write_limit(schedule.min_rate_milli),
                )
            ],
        )

    def _set_profile(self, request: SetProfile) -> Payload:
        return self._wire.SetChargingProfileRequest(
            evse_id=request.evse_id or 0, charging_profile=self._profile(request.profile)
        )

    def _clear_profiles(self, request: ClearProfiles) -> Payload:
        wire = self._wire
        if request.profile_id is not None:
            return wire.ClearChargingProfileRequest(charging_profile_id=request.profile_id)
        if request.purpose is ProfilePurpose.EXTERNAL_CONSTRAINTS:
            raise UntranslatableError(
                "external constraints are not ours to clear (K10.FR.06)", outcome=Outcome.REJECTED
            )
        if request.evse_id is None and request.purpose is None and request.stack_level is None:
            raise UntranslatableError("say which profiles to clear (K10.FR.02)", outcome=Outcome.REJECTED)
        criteria = wire.ClearChargingProfileType(
            evse_id=request.evse_id,
            charging_profile_purpose=None if request.purpose is None else PURPOSES[request.purpose],
            stack_level=request.stack_level,
        )
        return wire.ClearChargingProfileRequest(charging_profile_criteria=criteria)

    # ---- answers -----------------------------------------------------------------------------------------------------

    def read_outcome(self, answer: Answered) -> CommandOutcome:
        """Say what an answer means."""
        response = answer.response
        name = type(response).__name__
        if name == "RequestStartTransactionResponse":
            return make_outcome(answer, transaction_ref=response.transaction_id)
        if name == "GetVariablesResponse":
            values = [
                VariableValue(
                    ref=read_ref(one.component, one.variable, one.attribute_type),
                    value=one.attribute_value,
                    status=one.attribute_status,
                )
                for one in response.get_variable_result
            ]
            return self._summarise(answer, values)
        if name == "SetVariablesResponse":
            values = [
                VariableValue(
                    ref=read_ref(one.component, one.variable, one.attribute_type), status=one.attribute_status
                )
                for one in response.set_variable_result
            ]
            return self._summarise(answer, values)
        return make_outcome(answer)

    @staticmethod
    def _summarise(answer: Answered, values: list[VariableValue]) -> CommandOutcome:
        words = [one.status or "" for one in values]
        worst = next((word for word in words if word not in GOOD_WORDS), words[0] if words else None)
        return CommandOutcome(
            outcome=judge_statuses(words, good=GOOD_WORDS),
            status=worst,
            answer_json=answer.answer_json,
            values=tuple(values),
        )
