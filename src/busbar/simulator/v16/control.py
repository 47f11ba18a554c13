"""How a virtual 1.6 station answers what is about charging: start, stop, limits, reservations, availability."""

from datetime import timedelta
from functools import partial
from typing import Any

from busbar.simulator.evse import Evse, Permit, Token
from busbar.simulator.flow import EvseSpec
from busbar.simulator.limits import Profile, Purpose, Step, express_limit, read_limit
from busbar.simulator.speaker import Payload, Rule, Trigger
from busbar.simulator.v16.speaker import Answer, Speaker16

ACCEPTED: Payload = {"status": "Accepted"}
REJECTED: Payload = {"status": "Rejected"}
PURPOSES = {
    "ChargePointMaxProfile": Purpose.STATION_MAX,
    "TxDefaultProfile": Purpose.TX_DEFAULT,
    "TxProfile": Purpose.TX,
}
STACK_LEVEL_MAX = 9
PERIODS_MAX = 200
COMPOSITE_MAX_S = 7 * 86_400


def start_remotely(speaker: Speaker16, request: Payload) -> Payload:
    """RemoteStartTransaction (1.6 section 5.11)."""
    station = speaker.station
    token = Token(request["idTag"])
    evse = station.gate.choose(token, None, request.get("connectorId"))
    if evse is None or not station.is_registered:
        return REJECTED
    profile = None
    if "chargingProfile" in request:
        profile = read_profile(request["chargingProfile"], evse.evse_id)
        if profile is None or profile.purpose is not Purpose.TX:
            return REJECTED

    def start() -> None:
        station.emit("remote_start", evse.evse_id)
        if evse.permit is None:
            station.charging.permit(evse, Permit(token, profile=profile), Trigger.REMOTE_START)

    def start_if_good() -> None:
        station.gate.decide(token, lambda verdict: start() if verdict.is_good_at(station.now()) else None)

    station.after(0, start_if_good if speaker.read_rule(Rule.AUTHORIZE_REMOTE) else start)
    return ACCEPTED


def stop_remotely(speaker: Speaker16, request: Payload) -> Payload:
    """RemoteStopTransaction (1.6 section 5.12)."""
    station = speaker.station
    for evse in station.charging.evses.values():
        transaction = evse.transaction
        if transaction is not None and transaction.number == request["transactionId"]:
            station.after(0, partial(station.charging.stop, evse, Trigger.REMOTE_STOP, "Remote"))
            return ACCEPTED
    return REJECTED


def unlock(speaker: Speaker16, request: Payload) -> Payload:
    """UnlockConnector: a running transaction is stopped first (1.6 section 5.18)."""
    station = speaker.station
    evse = station.charging.evses.get(request["connectorId"])
    if evse is None:
        return {"status": "NotSupported"}
    if evse.fault == "ConnectorLockFailure":
        return {"status": "UnlockFailed"}
    if evse.transaction is not None:
        station.after(0, lambda: station.charging.stop(evse, Trigger.UNLOCK, "UnlockCommand"))
    return {"status": "Unlocked"}


def reset(speaker: Speaker16, request: Payload) -> Payload:
    """Reset: both kinds end the transactions, with reasons of their own (1.6 section 5.14)."""
    station = speaker.station
    ends = "HardReset" if request["type"] == "Hard" else "SoftReset"
    station.after(0, lambda: station.reset("RemoteReset", ends=ends))
    return ACCEPTED


def change_availability(speaker: Speaker16, request: Payload) -> Payload:
    """ChangeAvailability; connector 0 means all (1.6 section 5.2)."""
    charging = speaker.station.charging
    evses = _concerned(speaker, request["connectorId"])
    if not evses:
        return REJECTED
    waits = charging.set_operative(evses, is_operative=request["type"] == "Operative")
    if request["connectorId"] == 0:
        speaker.station.after(0, speaker.tell_station_status)
    return {"status": "Scheduled" if waits else "Accepted"}


def reserve(speaker: Speaker16, request: Payload) -> Payload:
    """ReserveNow (1.6 section 5.13)."""
    status = speaker.station.reservations.reserve(
        request["connectorId"],
        request["reservationId"],
        Token(request["idTag"]),
        request.get("parentIdTag"),
        request["expiryDate"],
    )
    return {"status": status}


def cancel_reservation(speaker: Speaker16, request: Payload) -> Payload:
    """CancelReservation (1.6 section 5.1)."""
    return ACCEPTED if speaker.station.reservations.cancel(request["reservationId"]) else REJECTED


def set_profile(speaker: Speaker16, request: Payload) -> Payload:
    """SetChargingProfile (1.6 section 5.16)."""
    station = speaker.station
    evse_id = request["connectorId"]
    profile = read_profile(request["csChargingProfiles"], evse_id)
    if profile is None or (evse_id != 0 and evse_id not in station.charging.evses):
        return REJECTED
    if profile.purpose is Purpose.STATION_MAX and (evse_id != 0 or profile.kind == "Relative"):
        return REJECTED
    if profile.purpose is Purpose.TX:
        evse = station.charging.evses.get(evse_id)
        transaction = None if evse is None else evse.transaction
        wanted = request["csChargingProfiles"].get("transactionId")
        if transaction is None or (wanted is not None and wanted != transaction.number):
            return REJECTED
        profile = bind_profile(profile, transaction.ref)
    if not station.profiles.install(profile):
        return REJECTED
    station.after(0, station.charging.apply_limits)
    return ACCEPTED


def clear_profile(speaker: Speaker16, request: Payload) -> Payload:
    """ClearChargingProfile: an id alone, or whatever fits the other criteria (1.6 section 5.5)."""
    station = speaker.station
    profile_id = request.get("id")
    purpose = request.get("chargingProfilePurpose")

    def is_meant(profile: Profile) -> bool:
        if profile_id is not None:
            return profile.profile_id == profile_id
        return (
            request.get("connectorId") in {None, profile.evse_id}
            and (purpose is None or PURPOSES[purpose] is profile.purpose)
            and request.get("stackLevel") in {None, profile.stack_level}
        )

    gone = station.profiles.remove(is_meant)
    station.after(0, station.charging.apply_limits)
    return ACCEPTED if gone else {"status": "Unknown"}


def compose_schedule(speaker: Speaker16, request: Payload) -> Payload:
    """GetCompositeSchedule (1.6 section 5.7)."""
    station = speaker.station
    evse_id, duration_s = request["connectorId"], request["duration"]
    evse = station.charging.evses.get(evse_id)
    if (evse is None and evse_id != 0) or not 0 < duration_s <= COMPOSITE_MAX_S:
        return REJECTED
    is_power = request.get("chargingRateUnit", "A") == "W"
    now = station.now()
    periods = write_periods(speaker, evse, duration_s, is_power=is_power)
    return {
        "status": "Accepted",
        "connectorId": evse_id,
        "scheduleStart": now,
        "chargingSchedule": {
            "duration": duration_s,
            "startSchedule": now,
            "chargingRateUnit": "W" if is_power else "A",
            "chargingSchedulePeriod": periods,
        },
    }


def write_periods(speaker: Speaker16, evse: Evse | None, duration_s: int, *, is_power: bool) -> list[Payload]:
    """Return the composite schedule's periods of an EVSE, or of the whole station."""
    station = speaker.station
    specs: tuple[EvseSpec, ...] = (
        tuple(each.spec for each in station.charging.evses.values()) if evse is None else (evse.spec,)
    )
    now = station.now()
    transaction = None if evse is None else evse.transaction
    schedule = station.profiles.compose(
        None if evse is None else evse.spec,
        now,
        duration_s,
        ready_at=now if transaction is None else transaction.ready_at or now,
        transaction_ref=None if transaction is None else transaction.ref,
        has_transaction=transaction is not None,
    )
    periods: list[Payload] = []
    for start_s, cap in schedule:
        period: Payload = {"startPeriod": start_s, "limit": write_limit(express_limit(cap, specs, is_power=is_power))}
        if cap.phases is not None:
            period["numberPhases"] = cap.phases
        periods.append(period)
    return periods


def write_limit(limit_milli: int) -> int | float:
    """Return thousandths as a JSON number with at most one decimal, cut off."""
    tenths = limit_milli // 100
    return tenths // 10 if tenths % 10 == 0 else tenths / 10


def bind_profile(profile: Profile, transaction_ref: str) -> Profile:
    """Return the profile bound to the station's own name of a transaction."""
    bound = Permit(Token(""), profile=profile).profile_for(transaction_ref, profile.evse_id)
    return profile if bound is None else bound


def read_profile(source: dict[str, Any], evse_id: int) -> Profile | None:
    """Read a ChargingProfile; None when it breaks a rule that no schema can express (1.6 sections 3.13, 7.8, 7.13)."""
    schedule = source["chargingSchedule"]
    kind = source["chargingProfileKind"]
    steps = tuple(
        Step(
            period["startPeriod"],
            read_limit(period["limit"]),
            period.get("numberPhases"),
        )
        for period in schedule["chargingSchedulePeriod"]
    )
    starts = [step.start_s for step in steps]
    if not steps or len(steps) > PERIODS_MAX or starts[0] != 0 or starts != sorted(set(starts)):
        return None
    if any(step.limit_milli is not None and step.limit_milli < 0 for step in steps):
        return None
    if not 0 <= source["stackLevel"] <= STACK_LEVEL_MAX:
        return None
    start_at = schedule.get("startSchedule")
    if kind != "Relative" and start_at is None:
        return None
    duration_s = schedule.get("duration")
    recurrence = source.get("recurrencyKind")
    if kind == "Recurring" and duration_s is not None:
        every = timedelta(days=7 if recurrence == "Weekly" else 1)
        duration_s = min(duration_s, int(every.total_seconds()))
    return Profile(
        profile_id=source["chargingProfileId"],
        stack_level=source["stackLevel"],
        purpose=PURPOSES[source["chargingProfilePurpose"]],
        kind=kind,
        is_power=schedule["chargingRateUnit"] == "W",
        steps=steps,
        evse_id=evse_id,
        recurrence=recurrence,
        valid_from=source.get("validFrom"),
        valid_to=source.get("validTo"),
        start_at=None if kind == "Relative" else start_at,
        duration_s=duration_s,
        source=source,
    )


def _concerned(speaker: Speaker16, connector_id: int) -> list[Evse]:
    evses = speaker.station.charging.evses
    if connector_id == 0:
        return list(evses.values())
    return [evses[connector_id]] if connector_id in evses else []


ANSWERS: dict[str, Answer] = {
    "CancelReservation": cancel_reservation,
    "ChangeAvailability": change_availability,
    "ClearChargingProfile": clear_profile,
    "GetCompositeSchedule": compose_schedule,
    "RemoteStartTransaction": start_remotely,
    "RemoteStopTransaction": stop_remotely,
    "ReserveNow": reserve,
    "Reset": reset,
    "SetChargingProfile": set_profile,
    "UnlockConnector": unlock,
}
