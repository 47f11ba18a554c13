"""What the sessions room asks of its books."""

from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from busbar.canon.access import IdToken
from busbar.canon.sessions import ChargingStep, TransactionPhase
from busbar.domain.sessions.model import Session
from busbar.domain.sessions.trail import TrailEvent
from busbar.kernel.ids import CommandId, OperatorId, SessionId, StationId, TransactionRef
from busbar.ports.work import UnitOfWork


class UnmatchedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a transaction that no session is known for: acknowledged, kept, visible."""

    part_id: str
    """Made from the content: a repeat is the same row."""
    operator_id: OperatorId
    station_id: StationId
    transaction_ref: TransactionRef
    phase: TransactionPhase
    at: datetime
    received_at: datetime
    reason: str
    """`unknown_transaction`, `other_station` (the reference is that of another station's session), `unassigned`."""
    report_json: str
    """The report as it was handed in."""
    session_id: SessionId | None = None
    joined_at: datetime | None = None


class Use(NamedTuple):
    """An open session under a token."""

    session_id: SessionId
    station_id: StationId


class SessionStore(Protocol):
    """Sessions, their steps, and what matched none."""

    async def load_desk(
        self, work: UnitOfWork, station_id: StationId, *, operator_id: OperatorId | None, failed_since: datetime
    ) -> list[Session]:
        """Return a station's open sessions, the starts that failed since, and the session that began last.

        As the database holds them: nothing of this station may be staged. `operator_id` (None: any): a station of the
        same name may have been another operator's before.
        """
        ...

    async def load(self, work: UnitOfWork, session_id: SessionId) -> Session | None:
        """Return a session."""
        ...

    async def find_by_ref(
        self, work: UnitOfWork, station_id: StationId, ref: TransactionRef, *, operator_id: OperatorId | None
    ) -> Session | None:
        """Return the session of a station's transaction."""
        ...

    async def find_by_command(self, work: UnitOfWork, command_id: CommandId) -> Session | None:
        """Return the session that this command asked for."""
        ...

    async def find_start(
        self,
        work: UnitOfWork,
        station_id: StationId,
        *,
        operator_id: OperatorId | None,
        evse_id: int | None,
        started_at: datetime,
        id_token: IdToken,
    ) -> Session | None:
        """Return the session that began on this EVSE at this instant of the station under this token."""
        ...

    async def find_station_of_ref(self, work: UnitOfWork, ref: TransactionRef) -> StationId | None:
        """Return a station that has a session with this reference."""
        ...

    async def list_uses(self, work: UnitOfWork, operator_id: OperatorId, id_token: IdToken) -> list[Use]:
        """Return the open sessions under a token, as the database holds them."""
        ...

    async def list_silent(
        self, work: UnitOfWork, *, before: datetime, limit: int, station_id: StationId | None = None
    ) -> list[Session]:
        """Return active sessions last heard of before, oldest first."""
        ...

    async def list_unanswered(
        self, work: UnitOfWork, *, before: datetime, limit: int, station_id: StationId | None = None
    ) -> list[Session]:
        """Return sessions asked for before that have not begun, oldest first."""
        ...

    async def list_targeted(self, work: UnitOfWork, *, limit: int) -> list[Session]:
        """Return the open sessions that shall end by themselves."""
        ...

    def save(self, work: UnitOfWork, session: Session, *, before: Session | None) -> None:
        """Write the whole session; bulk, at the end of the batch. `before`: what is stored, but for its figures."""
        ...

    def save_live(self, work: UnitOfWork, session: Session) -> None:
        """Write the figures that change with every message; bulk, at the end of the batch."""
        ...

    async def remove(self, work: UnitOfWork, session_id: SessionId) -> None:
        """Remove a session that became part of another."""
        ...

    def add_event(self, work: UnitOfWork, event: TrailEvent) -> None:
        """Write a step; bulk, at the end of the batch."""
        ...

    async def list_charging(
        self, work: UnitOfWork, session_id: SessionId, *, operator_id: OperatorId, limit: int
    ) -> list[ChargingStep]:
        """Return what the station told of a session's charging states, by its own time."""
        ...

    async def join_events(self, work: UnitOfWork, *, session_id: SessionId, joined_session_id: SessionId) -> None:
        """Give the steps of one session to another."""
        ...

    async def keep_unmatched(self, work: UnitOfWork, part: UnmatchedPart) -> None:
        """Keep a part that matches nothing; a repeat changes nothing."""
        ...

    async def list_unmatched(
        self, work: UnitOfWork, station_id: StationId, *, operator_id: OperatorId, limit: int
    ) -> list[UnmatchedPart]:
        """Return a station's parts that still wait for a session, oldest first."""
        ...

    async def list_occupied_stations(self, work: UnitOfWork, *, limit: int) -> list[StationId]:
        """Return the stations that have open sessions."""
        ...

    async def list_unmatched_stations(self, work: UnitOfWork, *, limit: int) -> list[StationId]:
        """Return the stations that have such parts."""
        ...

    async def mark_joined(self, work: UnitOfWork, part_id: str, session_id: SessionId) -> None:
        """Note that a part found its session."""
        ...

    async def reserve_numbers(self, work: UnitOfWork, count: int) -> int:
        """Take `count` whole numbers that nobody gets again; return the first."""
        ...
