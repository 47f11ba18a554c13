"""What stations show, on SQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, bindparam, select

from busbar.canon.control import ShowPart
from busbar.db.reading import QuickRead
from busbar.db.work import sql
from busbar.domain.billing.showing import Display
from busbar.domain.billing.store import ReckonedCost, StationTariff
from busbar.domain.billing.tables import station_costs, station_displays, station_tariffs
from busbar.kernel.ids import OperatorId, SessionId, StationId
from busbar.ports.work import UnitOfWork

_DISPLAY = QuickRead(select(station_displays).where(station_displays.c.station_id == bindparam("own_station")))
"""Asked for every station that comes: what is staged of one is in memory."""
_PARTS = msgspec.json.Decoder(tuple[ShowPart, ...])


class SqlDisplayStore:
    """See `busbar.domain.billing.store.DisplayStore`."""

    async def load_display(self, work: UnitOfWork, station_id: StationId) -> Display | None:
        """Return what a station can show and was told."""
        rows = await sql(work).find(_DISPLAY, {"own_station": station_id})
        return read_display(rows[0]) if rows else None

    async def list_displays(
        self, work: UnitOfWork, operators: Collection[OperatorId] | None, *, limit: int
    ) -> Sequence[Display]:
        """Return the stations of some operators, or of all."""
        statement = select(station_displays)
        if operators is not None:
            statement = statement.where(station_displays.c.operator_id.in_(list(operators)))
        rows = await sql(work).execute(statement.limit(limit))
        return [read_display(row) for row in rows.mappings()]

    def save_display(self, work: UnitOfWork, display: Display) -> None:
        """Write what a station can show and was told; bulk, at the end of the batch."""
        parts = msgspec.json.encode(display.parts).decode()
        sql(work).stage_upsert(station_displays, msgspec.structs.asdict(display) | {"parts": parts})

    def save_reckoned(self, work: UnitOfWork, cost: ReckonedCost) -> None:
        """Write what a station reckoned; bulk, at the end of the batch."""
        sql(work).stage_upsert(station_costs, msgspec.structs.asdict(cost))

    async def load_station_tariff(self, work: UnitOfWork, session_id: SessionId) -> StationTariff | None:
        """Return which tariff a station reckons a session with."""
        statement = select(station_tariffs).where(station_tariffs.c.session_id == session_id)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else msgspec.convert({str(key): value for key, value in row.items()}, StationTariff)

    def save_station_tariff(self, work: UnitOfWork, tariff: StationTariff) -> None:
        """Write which tariff a station reckons a session with; bulk, at the end of the batch."""
        sql(work).stage_upsert(station_tariffs, msgspec.structs.asdict(tariff))


def read_display(row: RowMapping | Mapping[str, Any]) -> Display:
    """Read a row."""
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    return msgspec.convert(values | {"parts": _PARTS.decode(values["parts"])}, Display)
