"""How a virtual 2.x station answers what is about charging: start, stop, reservations, availability, reset."""

from busbar.simulator.evse import Evse, Permit
from busbar.simulator.limits import Profile, Purpose
from busbar.simulator.speaker import Payload, Rule, Trigger
from busbar.simulator.v2.profiles import ACCEPTED, REJECTED, read_profile, reject
from busbar.simulator.v2.speaker import Answer, Speaker2, read_token


def start_remotely(speaker: Speaker2, request: Payload) -> Payload:
    """RequestStartTransaction (F01, F02)."""
    station = speaker.station
    token = read_token(request["idToken"])
    group = request["groupIdToken"]["idToken"] if "groupIdToken" in request else None
    if not station.is_registered:
        return REJECTED  # B02.FR.05
    evse = station.gate.choose(token, group, request.get("evseId"))
    if evse is None:
        return reject("NoFreeEvse")  # F01.FR.21 to .24
    profile: Profile | None = None
    if "chargingProfile" in request:
        profile = read_profile(request["chargingProfile"], evse.evse_id)
        if profile is None or profile.purpose is not Purpose.TX or "transactionId" in request["chargingProfile"]:
            return reject("InvalidProfile")  # F01.FR.26
    remote_start_id = request["remoteStartId"]

    def start() -> None:
        station.emit("remote_start", evse.evse_id)
        if evse.permit is None:
            permit = Permit(token, group, remote_start_id=remote_start_id, profile=profile)
            station.charging.permit(evse, permit, Trigger.REMOTE_START)

    def start_if_good() -> None:
        station.gate.decide(token, lambda verdict: start() if verdict.is_good_at(station.now()) else None)

    station.after(0, start_if_good if speaker.read_rule(Rule.AUTHORIZE_REMOTE) else start)
    answer: Payload = {"status": "Accepted"}
    if evse.transaction is not None:
        answer["transactionId"] = evse.transaction.ref  # F01.FR.13
    return answer


def stop_remotely(speaker: Speaker2, request: Payload) -> Payload:
    """RequestStopTransaction (F03)."""
    station = speaker.station
    transaction = station.find_transaction(request["transactionId"])
    if transaction is None or not station.is_registered:
        return reject("TxNotFound")  # F03.FR.08
    evse = station.charging.evses[transaction.evse_id]
    station.after(0, lambda: station.charging.stop(evse, Trigger.REMOTE_STOP, "Remote"))
    return ACCEPTED


def unlock(speaker: Speaker2, request: Payload) -> Payload:
    """UnlockConnector (F05): not while somebody charges."""
    evse = speaker.station.charging.evses.get(request["evseId"])
    if evse is None or not 1 <= request["connectorId"] <= len(evse.spec.connector_kinds):
        return {"status": "UnknownConnector"}
    if evse.transaction is not None and evse.permit is not None:
        return {"status": "OngoingAuthorizedTransaction"}
    return {"status": "UnlockFailed" if evse.fault == "ConnectorLockFailure" else "Unlocked"}


def reset(speaker: Speaker2, request: Payload) -> Payload:
    """Reset of the station, or of one EVSE (B11, B12); 2.1 can also resume the transactions."""
    station = speaker.station
    evse_id = request.get("evseId")
    if evse_id is not None:
        evse = station.charging.evses.get(evse_id)
        return REJECTED if evse is None else _reset_evse(speaker, evse, request["type"])
    is_busy = any(each.transaction is not None for each in station.charging.evses.values())
    if request["type"] == "OnIdle" and is_busy:
        station.is_reset_scheduled = True
        return {"status": "Scheduled"}  # B12.FR.01
    ends = None if request["type"] == "ImmediateAndResume" else "ImmediateReset"
    station.after(0, lambda: station.reset("RemoteReset", ends=ends))
    return ACCEPTED


def _reset_evse(speaker: Speaker2, evse: Evse, kind: str) -> Payload:
    station = speaker.station
    if kind == "OnIdle" and evse.transaction is not None:
        evse.is_reset_scheduled = True
        return {"status": "Scheduled"}

    def restart() -> None:
        if evse.transaction is not None:
            station.charging.end(evse, Trigger.RESET, "ImmediateReset")
        station.charging.restart_evse(evse)

    station.after(0, restart)
    return ACCEPTED


def change_availability(speaker: Speaker2, request: Payload) -> Payload:
    """ChangeAvailability of the station, an EVSE or a connector (G03, G04)."""
    charging = speaker.station.charging
    place = request.get("evse")
    if place is None:
        evses = list(charging.evses.values())
    else:
        evse = charging.evses.get(place["id"])
        if evse is None or place.get("connectorId", 1) > len(evse.spec.connector_kinds):
            return REJECTED
        evses = [evse]
    waits = charging.set_operative(evses, is_operative=request["operationalStatus"] == "Operative")
    return {"status": "Scheduled" if waits else "Accepted"}


def reserve(speaker: Speaker2, request: Payload) -> Payload:
    """ReserveNow (H01)."""
    station = speaker.station
    evse_id = request.get("evseId", 0)
    wanted = request.get("connectorType")
    kinds = {
        kind
        for evse in station.charging.evses.values()
        if evse_id in {0, evse.evse_id}
        for kind in evse.spec.connector_kinds
    }
    if wanted is not None and wanted not in kinds:
        return REJECTED  # H01.FR.09
    group = request["groupIdToken"]["idToken"] if "groupIdToken" in request else None
    token = read_token(request["idToken"])
    return {"status": station.reservations.reserve(evse_id, request["id"], token, group, request["expiryDateTime"])}


def cancel_reservation(speaker: Speaker2, request: Payload) -> Payload:
    """CancelReservation (H02)."""
    return ACCEPTED if speaker.station.reservations.cancel(request["reservationId"]) else REJECTED


def tell_transaction_status(speaker: Speaker2, request: Payload) -> Payload:
    """GetTransactionStatus (E14)."""
    station = speaker.station
    ref = request.get("transactionId")
    has_queue = bool(station.delivery.transactional)
    if ref is None:
        return {"messagesInQueue": has_queue}  # E14.FR.06
    if ref not in station.charging.transactions:
        return {"ongoingIndicator": False, "messagesInQueue": False}  # E14.FR.01
    waiting = station.delivery.has_transaction(ref)
    return {"ongoingIndicator": station.find_transaction(ref) is not None, "messagesInQueue": waiting}


def take_cost(speaker: Speaker2, request: Payload) -> Payload:
    """CostUpdated (I02): shown to the driver."""
    transaction = speaker.station.find_transaction(request["transactionId"])
    if transaction is not None:
        speaker.station.shown["cost_updated"] = request
        speaker.station.emit("cost_updated", transaction.evse_id)
    return {}


ANSWERS: dict[str, Answer] = {
    "CancelReservation": cancel_reservation,
    "ChangeAvailability": change_availability,
    "CostUpdated": take_cost,
    "GetTransactionStatus": tell_transaction_status,
    "RequestStartTransaction": start_remotely,
    "RequestStopTransaction": stop_remotely,
    "ReserveNow": reserve,
    "Reset": reset,
    "UnlockConnector": unlock,
}
