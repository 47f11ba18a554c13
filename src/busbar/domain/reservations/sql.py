"""Tables and store of the reservations room."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, RowMapping, String, Table, func, select, update

from busbar.canon.access import IdToken, TokenKind
from busbar.canon.reservations import Reservation, ReservationPolicy
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql
from busbar.domain.reservations.model import OPEN
from busbar.kernel.ids import CommandId, DriverId, OperatorId, ReservationId, StationId
from busbar.ports.work import UnitOfWork

reservations = Table(
    "reservations",
    metadata,
    Column("reservation_id", Id(), primary_key=True),
    Column("command_id", Id(), nullable=False, unique=True),
    Column("number", BigInteger, nullable=False),
    Column("operator_id", Id(), nullable=False),
    Column("station_id", Id(), nullable=False),
    Column("site_id", Id()),
    Column("evse_id", BigInteger),
    Column("driver_id", Id()),
    Column("token_value", String(255), nullable=False),
    Column("token_kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("detail", String(50), nullable=False),
    Column("requested_by", String(128), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("expires_at", Instant(), nullable=False),
    Column("held_at", Instant()),
    Column("ended_at", Instant()),
    Column("session_id", Id()),
    Index(None, "operator_id", "created_at"),
    Index(None, "station_id", "state"),
    Index(None, "driver_id", "state"),
    Index(None, "state", "expires_at"),
)

reservation_policies = Table(
    "reservation_policies",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("is_allowed", Boolean, nullable=False),
    Column("minutes_max", Integer, nullable=False),
    Column("per_driver_max", Integer, nullable=False),
    Column("changed_at", Instant(), nullable=False),
)

OPEN_STATES = sorted(state.value for state in OPEN)
NOBODYS = "-"
"""The token of a reservation whose driver was erased."""


class SqlReservationStore:
    """`busbar.domain.reservations.store.ReservationStore` on SQL."""

    async def load(self, work: UnitOfWork, reservation_id: ReservationId) -> Reservation | None:
        """Return a reservation."""
        found = await self._list(work, reservations.c.reservation_id == reservation_id)
        return found[0] if found else None

    async def find_by_command(self, work: UnitOfWork, command_id: CommandId) -> Reservation | None:
        """Return the reservation that this command asked for."""
        found = await self._list(work, reservations.c.command_id == command_id)
        return found[0] if found else None

    async def list_open(self, work: UnitOfWork, station_id: StationId) -> Sequence[Reservation]:
        """Return a station's reservations that are not over, oldest first."""
        return await self._list(work, reservations.c.station_id == station_id, reservations.c.state.in_(OPEN_STATES))

    async def list_of_driver(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[Reservation]:
        """Return what a driver holds."""
        return await self._list(work, reservations.c.driver_id == driver_id, reservations.c.state.in_(OPEN_STATES))

    async def _list(self, work: UnitOfWork, *wanted: Any) -> list[Reservation]:
        query = select(reservations).where(*wanted).order_by(reservations.c.reservation_id)
        return [_read(row) for row in (await sql(work).execute(query)).mappings()]

    async def count_open(self, work: UnitOfWork, driver_id: DriverId) -> int:
        """Return how many a driver holds."""
        table = reservations.c
        query = select(func.count()).where(table.driver_id == driver_id, table.state.in_(OPEN_STATES))
        return (await sql(work).execute(query)).scalar_one()

    async def find_last_number(self, work: UnitOfWork, station_id: StationId) -> int | None:
        """Return the number of the station's newest reservation."""
        table = reservations.c
        query = select(table.number).where(table.station_id == station_id)
        return (await sql(work).execute(query.order_by(table.reservation_id.desc()).limit(1))).scalar()

    async def insert(self, work: UnitOfWork, reservation: Reservation, *, command_id: CommandId) -> None:
        """Add a reservation."""
        await sql(work).execute(reservations.insert().values(_write(reservation) | {"command_id": command_id}))

    async def update(self, work: UnitOfWork, reservation: Reservation) -> None:
        """Write a reservation's new state."""
        statement = update(reservations).where(reservations.c.reservation_id == reservation.reservation_id)
        await sql(work).execute(statement.values(_write(reservation)))

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Keep the driver's reservations as nobody's."""
        values = {"driver_id": None, "token_value": NOBODYS, "requested_by": "driver"}
        await sql(work).execute(update(reservations).where(reservations.c.driver_id == driver_id).values(values))

    async def load_policy(self, work: UnitOfWork, operator_id: OperatorId) -> ReservationPolicy:
        """Return an operator's rules; the usual ones where none were written."""
        table = reservation_policies
        row = (await sql(work).execute(select(table).where(table.c.operator_id == operator_id))).mappings().first()
        return ReservationPolicy() if row is None else read_policy(row)

    async def save_policy(self, work: UnitOfWork, operator_id: OperatorId, policy: ReservationPolicy) -> None:
        """Write an operator's rules."""
        table = reservation_policies
        values = msgspec.structs.asdict(policy) | {"changed_at": work.now}
        known = await sql(work).execute(update(table).where(table.c.operator_id == operator_id).values(values))
        if known.rowcount == 0:
            await sql(work).execute(table.insert().values(values | {"operator_id": operator_id}))


def read_policy(row: RowMapping) -> ReservationPolicy:
    """Read an operator's rules."""
    return ReservationPolicy(
        is_allowed=row["is_allowed"], minutes_max=row["minutes_max"], per_driver_max=row["per_driver_max"]
    )


def _read(row: RowMapping) -> Reservation:
    values = {str(name): value for name, value in row.items() if name not in {"command_id", "token_value"}}
    token = IdToken(value=row["token_value"], kind=TokenKind(values.pop("token_kind")))
    return msgspec.convert(values | {"id_token": token}, Reservation)


def _write(reservation: Reservation) -> dict[str, Any]:
    values = msgspec.structs.asdict(reservation)
    token = values.pop("id_token")
    return values | {"token_value": token.value, "token_kind": token.kind.value, "state": reservation.state.value}
