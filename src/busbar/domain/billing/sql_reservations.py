"""What reservations cost, on SQL."""

import msgspec
from sqlalchemy import select

from busbar.canon.pricing import PriceLine, Totals
from busbar.canon.reservations import ReservationEnded
from busbar.canon.tariffs import TariffVersion
from busbar.db.work import sql
from busbar.domain.billing.tables import reservation_prices
from busbar.kernel.ids import ReservationId, TransferId
from busbar.ports.work import UnitOfWork
from busbar.rating.record import Outcome


class SqlReservationPriceStore:
    """See `busbar.domain.billing.store.ReservationPriceStore`."""

    async def has_reservation_price(self, work: UnitOfWork, reservation_id: ReservationId) -> bool:
        """Tell whether a reservation was priced."""
        table = reservation_prices.c
        wanted = select(table.reservation_id).where(table.reservation_id == reservation_id)
        return (await sql(work).execute(wanted)).first() is not None

    async def insert_reservation_price(
        self,
        work: UnitOfWork,
        fact: ReservationEnded,
        version: TariffVersion,
        *,
        outcome: Outcome,
        lines: tuple[PriceLine, ...],
        totals: Totals,
        transfer_id: TransferId,
    ) -> None:
        """Write down what a reservation cost."""
        await sql(work).execute(
            reservation_prices.insert().values(
                reservation_id=fact.reservation_id,
                operator_id=fact.operator_id,
                station_id=fact.station_id,
                site_id=fact.site_id,
                driver_id=fact.driver_id,
                tariff_id=version.tariff_id,
                version=version.version,
                tariff_name=version.name,
                currency=version.currency,
                outcome=outcome.value,
                lines=msgspec.json.encode(lines).decode(),
                net=totals.net,
                tax=totals.tax,
                gross=totals.gross,
                transfer_id=transfer_id,
                at=work.now,
            )
        )
