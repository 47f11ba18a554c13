"""Charging profiles of a virtual 2.x station: set, get, clear, compose (K01, K08 to K10), update dynamic ones (K28)."""

from typing import Any

from busbar.simulator.delivery import OutgoingCall
from busbar.simulator.evse import Evse, Permit, Token
from busbar.simulator.limits import Profile, Purpose, Step, express_limit, read_limit
from busbar.simulator.speaker import Payload
from busbar.simulator.v2.speaker import Answer, Speaker2

ACCEPTED: Payload = {"status": "Accepted"}
REJECTED: Payload = {"status": "Rejected"}
STACK_LEVEL_MAX = 9
PERIODS_MAX = 200
COMPOSITE_MAX_S = 7 * 86_400
DAY_S, WEEK_S = 86_400, 7 * 86_400
LIMIT_FIELDS = ("limit", "setpoint")
REPORT_PROFILES = 4
"""Profiles in one ReportChargingProfiles."""


def reject(reason: str) -> Payload:
    """Return a refusal that says why."""
    return {"status": "Rejected", "statusInfo": {"reasonCode": reason[:20]}}


def read_profile(source: dict[str, Any], evse_id: int) -> Profile | None:
    """Read a ChargingProfile; None when it breaks a rule that no schema can express (K01.FR.31, .35, .38, .40, .41)."""
    schedule = source["chargingSchedule"][0]
    kind = source["chargingProfileKind"]
    steps = tuple(_read_step(period) for period in schedule["chargingSchedulePeriod"])
    starts = [step.start_s for step in steps]
    if len(steps) > PERIODS_MAX or starts[0] != 0 or starts != sorted(set(starts)):
        return None
    if not 0 <= source["stackLevel"] <= STACK_LEVEL_MAX:
        return None
    start_at = schedule.get("startSchedule")
    if kind in {"Absolute", "Recurring"} and start_at is None:
        return None
    purpose = Purpose(source["chargingProfilePurpose"])
    if kind == "Relative" and (start_at is not None or purpose is Purpose.STATION_MAX):
        return None
    duration_s = schedule.get("duration")
    recurrence = source.get("recurrencyKind")
    if kind == "Recurring" and duration_s is not None:
        duration_s = min(duration_s, WEEK_S if recurrence == "Weekly" else DAY_S)
    return Profile(
        profile_id=source["id"],
        stack_level=source["stackLevel"],
        purpose=purpose,
        kind=kind,
        is_power=schedule["chargingRateUnit"] == "W",
        steps=steps,
        evse_id=evse_id,
        recurrence=recurrence,
        valid_from=source.get("validFrom"),
        valid_to=source.get("validTo"),
        start_at=start_at if kind in {"Absolute", "Recurring"} else None,
        duration_s=duration_s,
        source=source,
    )


def _read_step(period: dict[str, Any]) -> Step:
    # a setpoint below zero asks to discharge (2.1 V2X): these vehicles cannot, so they do not charge either
    wanted = [period[name] for name in LIMIT_FIELDS if name in period]
    limit = None if not wanted else max(0, min(map(read_limit, wanted)))
    return Step(period["startPeriod"], limit, period.get("numberPhases"))


def set_profile(speaker: Speaker2, request: Payload) -> Payload:  # noqa: PLR0911 - one return per refusal
    """SetChargingProfile (K01)."""
    station = speaker.station
    evse_id, source = request["evseId"], request["chargingProfile"]
    if evse_id != 0 and evse_id not in station.charging.evses:
        return reject("UnknownEvse")  # K01.FR.28
    profile = read_profile(source, evse_id)
    if profile is None:
        return reject("InvalidProfile")
    match profile.purpose:
        case Purpose.TX:
            evse = station.charging.evses.get(evse_id)
            transaction = None if evse is None else evse.transaction
            if transaction is None or source.get("transactionId") not in {None, transaction.ref}:
                return reject("TxNotFound")  # K01.FR.09, K01.FR.33
            bound = Permit(Token(""), profile=profile).profile_for(transaction.ref, evse_id)
            profile = bound or profile
        case Purpose.STATION_MAX | Purpose.LOCAL if evse_id != 0:
            return reject("InvalidProfile")
        case Purpose.EXTERNAL:
            return reject("InvalidProfile")  # K01.FR.22
        case _:
            pass
    if _is_duplicate(speaker, profile):
        return reject("DuplicateProfile")  # K01.FR.52, K01.FR.53
    if not station.profiles.install(profile):
        return reject("OutOfMemory")
    plan_pull(speaker, profile)
    station.after(0, station.charging.apply_limits)
    return ACCEPTED


def _is_duplicate(speaker: Speaker2, profile: Profile) -> bool:
    if profile.purpose is not Purpose.TX_DEFAULT:
        return False
    return any(
        old.purpose is Purpose.TX_DEFAULT
        and old.stack_level == profile.stack_level
        and (old.evse_id == 0) != (profile.evse_id == 0)
        and old.profile_id != profile.profile_id
        for old in speaker.station.profiles.profiles
    )


def clear_profile(speaker: Speaker2, request: Payload) -> Payload:
    """ClearChargingProfile (K10): by id alone, or by all criteria given; never the external constraints."""
    station = speaker.station
    profile_id = request.get("chargingProfileId")
    criteria = request.get("chargingProfileCriteria", {})

    def is_meant(profile: Profile) -> bool:
        if profile.purpose is Purpose.EXTERNAL:
            return False
        if profile_id is not None:
            return profile.profile_id == profile_id
        return _fits(profile, criteria, criteria.get("evseId"))

    gone = station.profiles.remove(is_meant)
    station.after(0, station.charging.apply_limits)
    return ACCEPTED if gone else {"status": "Unknown"}


def _fits(profile: Profile, criteria: dict[str, Any], evse_id: int | None) -> bool:
    return (
        evse_id in {None, profile.evse_id}
        and criteria.get("chargingProfilePurpose") in {None, str(profile.purpose)}
        and criteria.get("stackLevel") in {None, profile.stack_level}
    )


def report_profiles(speaker: Speaker2, request: Payload) -> Payload:
    """GetChargingProfiles, answered by one or several ReportChargingProfiles (K09)."""
    station = speaker.station
    criteria = request["chargingProfile"]
    wanted = criteria.get("chargingProfileId")
    sources = criteria.get("chargingLimitSource")
    found = [
        profile
        for profile in station.profiles.profiles
        if (profile.profile_id in wanted if wanted else _fits(profile, criteria, None))
        and request.get("evseId") in {None, profile.evse_id}
        and (not sources or _source_of(profile) in sources)
    ]
    if not found:
        return {"status": "NoProfiles"}
    groups: dict[tuple[int, str], list[Profile]] = {}
    for profile in found:
        groups.setdefault((profile.evse_id, _source_of(profile)), []).append(profile)
    parts = [
        (place, profiles[begin : begin + REPORT_PROFILES])
        for place, profiles in groups.items()
        for begin in range(0, len(profiles), REPORT_PROFILES)
    ]

    def tell() -> None:
        for number, ((evse_id, source), profiles) in enumerate(parts, start=1):
            report: Payload = {
                "requestId": request["requestId"],
                "chargingLimitSource": source,
                "evseId": evse_id,
                "chargingProfile": [profile.source for profile in profiles],
            }
            if number < len(parts):
                report["tbc"] = True
            speaker.call("ReportChargingProfiles", report)

    station.after(0, tell)
    return ACCEPTED


def _source_of(profile: Profile) -> str:
    return "Other" if profile.purpose is Purpose.EXTERNAL else "CSO"


def compose_schedule(speaker: Speaker2, request: Payload) -> Payload:
    """GetCompositeSchedule (K08)."""
    station = speaker.station
    evse_id, duration_s = request["evseId"], request["duration"]
    evse = station.charging.evses.get(evse_id)
    if (evse is None and evse_id != 0) or not 0 < duration_s <= COMPOSITE_MAX_S:
        return REJECTED
    is_power = request.get("chargingRateUnit", "A") == "W"
    now = station.now()
    return {
        "status": "Accepted",
        "schedule": {
            "evseId": evse_id,
            "duration": duration_s,
            "scheduleStart": now,
            "chargingRateUnit": "W" if is_power else "A",
            "chargingSchedulePeriod": _write_periods(speaker, evse, duration_s, is_power=is_power),
        },
    }


def _write_periods(speaker: Speaker2, evse: Evse | None, duration_s: int, *, is_power: bool) -> list[Payload]:
    station = speaker.station
    now = station.now()
    transaction = None if evse is None else evse.transaction
    every = tuple(each.spec for each in station.charging.evses.values())
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
        tenths = express_limit(cap, every if evse is None else (evse.spec,), is_power=is_power) // 100
        period: Payload = {"startPeriod": start_s, "limit": tenths // 10 if tenths % 10 == 0 else tenths / 10}
        if cap.phases is not None:
            period["numberPhases"] = cap.phases
        periods.append(period)
    return periods


def update_schedule(speaker: Speaker2, request: Payload) -> Payload:
    """UpdateDynamicSchedule (2.1 K28): new limits at once, for a profile of kind Dynamic."""
    station = speaker.station
    profile_id = request["chargingProfileId"]
    held = next((each for each in station.profiles.profiles if each.profile_id == profile_id), None)
    if held is None or held.kind != "Dynamic":
        return reject("UnknownProfile")
    step = _read_step({"startPeriod": 0, **request["scheduleUpdate"]})
    station.profiles.change(profile_id, (step,))
    station.after(0, station.charging.apply_limits)
    return ACCEPTED


def use_priority(speaker: Speaker2, request: Payload) -> Payload:
    """UsePriorityCharging (2.1 K21): the profile for it must be there; the station says when it begins or ends."""
    station = speaker.station
    transaction = station.find_transaction(request["transactionId"])
    if transaction is None:
        return reject("TxNotFound")
    purpose = Purpose.PRIORITY
    if request["activate"] and not any(each.purpose is purpose for each in station.profiles.profiles):
        return {"status": "NoProfile"}
    transaction.has_priority = request["activate"]
    note = {"transactionId": transaction.ref, "activated": request["activate"]}
    station.after(0, lambda: speaker.call("NotifyPriorityCharging", note))
    station.after(0, station.charging.apply_limits)
    return ACCEPTED


def plan_pull(speaker: Speaker2, profile: Profile) -> None:
    """Ask for new limits of a dynamic profile at the interval it names (2.1 K29)."""
    interval_s = profile.source.get("dynUpdateInterval", 0)
    if profile.kind != "Dynamic" or interval_s <= 0:
        return

    def pull() -> None:
        if any(each.profile_id == profile.profile_id for each in speaker.station.profiles.profiles):
            call = OutgoingCall("PullDynamicScheduleUpdate", lambda: {"chargingProfileId": profile.profile_id}, take)
            speaker.station.call(call)
            plan_pull(speaker, profile)

    def take(answer: Payload) -> None:
        if answer["status"] == "Accepted" and "scheduleUpdate" in answer:
            update = {"chargingProfileId": profile.profile_id, "scheduleUpdate": answer["scheduleUpdate"]}
            update_schedule(speaker, update)

    speaker.station.set_timer(f"dynamic {profile.profile_id}", interval_s, pull)


ANSWERS: dict[str, Answer] = {
    "ClearChargingProfile": clear_profile,
    "GetChargingProfiles": report_profiles,
    "GetCompositeSchedule": compose_schedule,
    "SetChargingProfile": set_profile,
}
ANSWERS_21: dict[str, Answer] = {
    "UpdateDynamicSchedule": update_schedule,
    "UsePriorityCharging": use_priority,
}
