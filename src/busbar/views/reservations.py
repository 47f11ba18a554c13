"""Reservations, for the drivers who hold them and for staff."""

from typing import Annotated

import msgspec
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.pricing import PriceLine
from busbar.canon.reservations import ReservationPolicy, ReservationState
from busbar.domain.access.sql import drivers
from busbar.domain.billing.tables import reservation_prices
from busbar.domain.reservations.model import OPEN
from busbar.domain.reservations.sql import OPEN_STATES, read_policy, reservation_policies, reservations
from busbar.domain.stations.tables import sites, stations
from busbar.kernel.ids import DriverId
from busbar.views.missing import ReservationMissingError
from busbar.views.paging import Order, PageRequest, read_rows
from busbar.views.pricing import shape_line
from busbar.views.rows import AnyRow, AnySelect
from busbar.views.scope import Scope
from busbar.views.shapes.reservations import (
    OwnReservation,
    OwnReservationList,
    ReservationCost,
    ReservationPage,
    ReservationRecord,
    ReservationRules,
)

OWN_MAX = 100
_LINES = msgspec.json.Decoder(tuple[PriceLine, ...])
_ORDER = Order(name="-created_at", column=reservations.c.created_at, key=reservations.c.reservation_id,
               is_descending=True)  # fmt: skip


class ReservationQuery(PageRequest):
    """Which reservations are wanted."""

    state: ReservationState | None = None
    is_open: bool | None = None
    station_id: Annotated[str, Field(min_length=1, max_length=48)] | None = None
    driver_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None


def _select() -> AnySelect:
    joined = (
        reservations.outerjoin(stations, stations.c.station_id == reservations.c.station_id)
        .outerjoin(sites, sites.c.site_id == reservations.c.site_id)
        .outerjoin(drivers, drivers.c.driver_id == reservations.c.driver_id)
        .outerjoin(reservation_prices, reservation_prices.c.reservation_id == reservations.c.reservation_id)
    )
    price = reservation_prices.c
    return select(
        reservations,
        stations.c.name.label("station_name"),
        sites.c.name.label("site_name"),
        drivers.c.display_name.label("driver_name"),
        *(column.label(f"price_{column.name}") for column in (price.currency, price.net, price.tax, price.gross)),
        price.tariff_name.label("price_tariff_name"),
        price.lines.label("price_lines"),
    ).select_from(joined)


async def list_own(connection: AsyncConnection, driver_id: DriverId) -> OwnReservationList:
    """Return a driver's reservations, the newest first."""
    table = reservations.c
    query = _select().where(table.driver_id == driver_id).order_by(table.created_at.desc()).limit(OWN_MAX)
    rows = (await connection.execute(query)).all()
    return OwnReservationList(items=[OwnReservation.model_validate(_describe(row)) for row in rows])


async def read_own(connection: AsyncConnection, driver_id: DriverId, reservation_id: str) -> OwnReservation:
    """Return one of a driver's reservations. Errors: `not_found.reservation`."""
    table = reservations.c
    query = _select().where(table.driver_id == driver_id, table.reservation_id == reservation_id)
    return OwnReservation.model_validate(_describe(await _read_one(connection, query)))


async def list_reservations(
    connection: AsyncConnection, scope: Scope, query: ReservationQuery, *, limit: int
) -> ReservationPage:
    """Return a page of reservations, the newest first."""
    table, statement = reservations.c, _covered(scope)
    if query.state is not None:
        statement = statement.where(table.state == query.state.value)
    if query.is_open is not None:
        is_open = table.state.in_(OPEN_STATES)
        statement = statement.where(is_open if query.is_open else ~is_open)
    if query.station_id is not None:
        statement = statement.where(table.station_id == query.station_id)
    if query.driver_id is not None:
        statement = statement.where(table.driver_id == query.driver_id)
    rows, cursor, total = await read_rows(connection, statement, order=_ORDER, request=query, limit=limit)
    return ReservationPage(items=[_shape(row) for row in rows], next_cursor=cursor, total=total)


async def read_reservation(connection: AsyncConnection, scope: Scope, reservation_id: str) -> ReservationRecord:
    """Return one reservation. Errors: `not_found.reservation`."""
    query = _covered(scope).where(reservations.c.reservation_id == reservation_id)
    return _shape(await _read_one(connection, query))


async def read_rules(connection: AsyncConnection, operator_id: str) -> ReservationRules:
    """Return what an operator's drivers may reserve."""
    table = reservation_policies
    row = (await connection.execute(select(table).where(table.c.operator_id == operator_id))).mappings().first()
    policy = ReservationPolicy() if row is None else read_policy(row)
    return ReservationRules(
        is_allowed=policy.is_allowed, minutes_max=policy.minutes_max, per_driver_max=policy.per_driver_max
    )


def _covered(scope: Scope) -> AnySelect:
    table = reservations.c
    return _select().where(scope.covers(operator_id=table.operator_id, site_id=table.site_id))


async def _read_one(connection: AsyncConnection, query: AnySelect) -> AnyRow:
    row = (await connection.execute(query)).first()
    if row is None:
        raise ReservationMissingError("there is no such reservation")
    return row


def _describe(row: AnyRow) -> dict[str, object]:
    return {
        "reservation_id": row.reservation_id,
        "station_id": row.station_id,
        "station_name": row.station_name or None,
        "site_name": row.site_name,
        "evse_id": row.evse_id,
        "state": row.state,
        "is_open": ReservationState(row.state) in OPEN,
        "created_at": row.created_at,
        "held_at": row.held_at,
        "expires_at": row.expires_at,
        "ended_at": row.ended_at,
        "session_id": row.session_id,
        "detail": row.detail,
        "cost": _shape_cost(row),
    }


def _shape_cost(row: AnyRow) -> ReservationCost | None:
    if row.price_currency is None:
        return None
    return ReservationCost(
        currency=row.price_currency,
        net=row.price_net,
        tax=row.price_tax,
        gross=row.price_gross,
        tariff_name=row.price_tariff_name,
        lines=[shape_line(line) for line in _LINES.decode(row.price_lines)],
    )


def _shape(row: AnyRow) -> ReservationRecord:
    whose = {
        "number": row.number,
        "site_id": row.site_id,
        "driver_id": row.driver_id,
        "driver_name": row.driver_name,
        "id_token": row.token_value,
        "requested_by": row.requested_by,
    }
    return ReservationRecord.model_validate(_describe(row) | whose)
