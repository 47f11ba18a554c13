"""The front door: judges every upgrade request."""

from http import HTTPStatus

import structlog

from busbar.canon.stations import Admission, AdmissionRequested, AdmissionStatus, Protocol
from busbar.gateways.ocpp.connection import StationConnection
from busbar.gateways.ocpp.house import House
from busbar.gateways.ocpp.identity import (
    BadPathError,
    CredentialsError,
    UnknownPathError,
    choose_protocol,
    read_password,
    read_station_id,
    verify_password,
)
from busbar.gateways.ocpp.socket import CloseCode, Refusal, Socket, Stumble, Upgrade, Welcome
from busbar.gateways.ocpp.tally import NO_PROTOCOL
from busbar.gateways.ocpp.translators import find_translator
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import (
    BusbarError,
    DeniedError,
    InvalidError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)
from busbar.kernel.ids import ReportId, StationId
from busbar.ports.refusals import RefusalKind

ADMISSION_LIFETIME_S = 5.0
"""How long an admission is remembered: a storm of reconnects asks once per station, a change counts soon."""
RETRY_AFTER_S = "10"
OFFER_MAX_CHARACTERS = 100
CHALLENGE = ("WWW-Authenticate", 'Basic realm="ocpp", charset="UTF-8"')

log = structlog.get_logger("busbar.ocpp")


class CrowdedError(LimitExceededError):
    """As many stations are connected as may be."""

    code = "limit_exceeded.connected_stations"


class UnknownStationError(NotFoundError):
    """Nobody knows this station, and stations are not registered by themselves here."""

    code = "not_found.station"


class BlockedStationError(DeniedError):
    """Somebody has blocked the station."""

    code = "denied.station_blocked"


def check_status(admission: Admission) -> None:
    """Raise unless the station may come in. Errors: UnknownStationError, BlockedStationError."""
    if admission.status is AdmissionStatus.UNKNOWN:
        raise UnknownStationError("no such station")
    if admission.status is AdmissionStatus.BLOCKED:
        raise BlockedStationError("the station is blocked")


class Dismissal:
    """A connection that is completed only to be closed: no sub-protocol in common (OCPP-J 3.2)."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def begin(self, socket: Socket) -> None:
        """Close."""
        socket.close(CloseCode.PROTOCOL_ERROR, self._reason)

    def receive(self, text: str) -> None:
        """Take nothing."""

    def hold_writing(self) -> None:
        """Nothing is written."""

    def release_writing(self) -> None:
        """Nothing is written."""

    def end(self, code: int, reason: str) -> None:
        """Nothing was begun."""


def is_tolerated(admission: Admission, protocol: Protocol) -> bool:
    """Tell whether harmless faults are repaired: as set for the station, else for 1.6 only."""
    return protocol is Protocol.OCPP16 if admission.is_tolerant is None else admission.is_tolerant


class FrontDoor:
    """Asks the core who may come in, checks the password, and gives each station its connection."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._admissions: BoundedDict[StationId, tuple[float, Admission]] = BoundedDict(
            bound=house.settings.connected_max_stations
        )

    async def judge(self, upgrade: Upgrade) -> Welcome | Refusal:
        """Judge an upgrade; never raises."""
        station_id: StationId | None = None
        try:
            station_id = read_station_id(upgrade.target)
            self._check_room(station_id)
            protocol = choose_protocol(upgrade.protocols)
            if protocol is None:
                return self._dismiss(upgrade, station_id)
            admission = self._recall(station_id) or await self._ask(upgrade, station_id, protocol)
            check_status(admission)
            admission = await self._authenticate(upgrade, station_id, protocol, admission)
        except BusbarError as error:
            return self._turn_away(upgrade, station_id, error)
        except Exception:  # the door's supervisor: one strange visitor must not close the house
            log.exception("ocpp.admission_failed", peer=upgrade.peer_address)
            return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error")
        connection = StationConnection(
            house=self._house,
            station_id=station_id,
            protocol=protocol,
            upgrade=upgrade,
            translator=find_translator(protocol),
            is_tolerant=is_tolerated(admission, protocol),
        )
        return Welcome(protocol.value, connection)

    def _check_room(self, station_id: StationId) -> None:
        house = self._house
        if len(house.open) >= house.settings.connected_max_stations and station_id not in house.open:
            raise CrowdedError("too many stations are connected")

    def _dismiss(self, upgrade: Upgrade, station_id: StationId) -> Welcome:
        """Complete the handshake without a sub-protocol, to close at once (OCPP-J 3.2)."""
        reason = "no sub-protocol in common: offer ocpp2.1, ocpp2.0.1 or ocpp1.6"
        offered = ", ".join(upgrade.protocols)[:OFFER_MAX_CHARACTERS] or "none"
        kind = RefusalKind.UNKNOWN_PROTOCOL if upgrade.protocols else RefusalKind.NO_PROTOCOL
        self._note_refusal(upgrade, station_id, f"{reason} (offered: {offered})", kind=kind, code=NO_PROTOCOL)
        return Welcome(None, Dismissal(reason))

    # ---- who is it ---------------------------------------------------------------------------------------------------

    def _recall(self, station_id: StationId) -> Admission | None:
        until_s, admission = self._admissions.get(station_id, (0.0, None))
        return admission if until_s > self._house.clock.monotonic_s() else None

    async def _ask(self, upgrade: Upgrade, station_id: StationId, protocol: Protocol) -> Admission:
        house = self._house
        admission = await house.bus.report(
            AdmissionRequested(
                report_id=ReportId(house.ids.new()),
                station_id=station_id,
                received_at=house.clock.now(),
                protocol=protocol,
                remote_address=upgrade.peer_address,
            )
        )
        if admission.status is AdmissionStatus.ADMITTED:
            self._admissions.pop(station_id, None)
            self._admissions[station_id] = (house.clock.monotonic_s() + ADMISSION_LIFETIME_S, admission)
        return admission

    async def _authenticate(
        self, upgrade: Upgrade, station_id: StationId, protocol: Protocol, admission: Admission
    ) -> Admission:
        """Return the admission that the credentials fit. Errors: CredentialsError.

        A verified certificate whose common name is the identity is proof enough (security profile 3).
        """
        if admission.password_hash is None or station_id in upgrade.certificate_names:
            return admission
        try:
            password = read_password(upgrade.authorization, station_id)
        except CredentialsError:
            if not upgrade.authorization and upgrade.certificate_names:
                raise CredentialsError(_tell_names(upgrade), RefusalKind.OTHER_CERTIFICATE) from None
            raise
        key = self._house.settings.secret_key
        if verify_password(password, admission.password_hash, key):
            return admission
        # It may have been changed since it was remembered.
        fresh = await self._ask(upgrade, station_id, protocol)
        if fresh.password_hash is None or verify_password(password, fresh.password_hash, key):
            return fresh
        raise CredentialsError("wrong password", RefusalKind.WRONG_PASSWORD)

    # ---- refusals ----------------------------------------------------------------------------------------------------

    def _turn_away(self, upgrade: Upgrade, station_id: StationId | None, error: BusbarError) -> Refusal:
        self._note_refusal(upgrade, station_id, error.text, kind=name_kind(error), code=error.code)
        match error:
            case CredentialsError():
                return Refusal(HTTPStatus.UNAUTHORIZED, error.text, (CHALLENGE,))
            case UnavailableError() | LimitExceededError():
                return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, error.text, (("Retry-After", RETRY_AFTER_S),))
            case NotFoundError():
                return Refusal(HTTPStatus.NOT_FOUND, error.text)
            case DeniedError():
                return Refusal(HTTPStatus.FORBIDDEN, error.text)
            case InvalidError():
                return Refusal(HTTPStatus.BAD_REQUEST, error.text)
            case _:
                return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error")

    def _note_refusal(
        self, upgrade: Upgrade, station_id: StationId | None, text: str, *, kind: RefusalKind, code: str
    ) -> None:
        house = self._house
        house.refuse(
            Stumble(
                kind=kind,
                code=code,
                peer_address=upgrade.peer_address,
                is_encrypted=upgrade.is_encrypted,
                detail=text,
                name=station_id,
                target=upgrade.target,
                protocols=upgrade.protocols,
            )
        )
        if station_id is not None:
            house.note(station_id, f"refused: {text} ({upgrade.peer_address})")


def name_kind(error: BusbarError) -> RefusalKind:
    """Return what a person who sets up the station has to look at."""
    match error:
        case CredentialsError():
            return error.kind
        case UnknownPathError() | BadPathError():
            return RefusalKind.WRONG_PATH
        case UnknownStationError():
            return RefusalKind.UNKNOWN_STATION
        case BlockedStationError():
            return RefusalKind.BLOCKED
        case LimitExceededError():
            return RefusalKind.CROWDED
        case _:
            return RefusalKind.NOT_READY


def _tell_names(upgrade: Upgrade) -> str:
    names = ", ".join(upgrade.certificate_names)[:OFFER_MAX_CHARACTERS]
    return f"the certificate names another station: {names}"
