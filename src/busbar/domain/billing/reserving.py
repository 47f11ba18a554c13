"""What a reservation costs that nobody used: rated by the one function, and taken from the driver."""

from busbar.canon.debts import TakeDue
from busbar.canon.invoicing import FindTaxRates
from busbar.canon.ledger import TransferKind
from busbar.canon.reservations import ReservationEnded, ReservationState
from busbar.domain.billing.model import Circumstances
from busbar.domain.billing.prices import list_lines
from busbar.domain.billing.pricing import PricingService
from busbar.domain.billing.rates import rate_session
from busbar.domain.billing.store import ReservationPriceStore
from busbar.domain.billing.tariffs import TariffService, find_calendar
from busbar.kernel.ids import TransferId
from busbar.ports.work import UnitOfWork
from busbar.rating.record import Outcome, Record, Reservation
from busbar.rating.taxes import fill_taxes

SYSTEM = "system:billing"
_OUTCOMES = {ReservationState.EXPIRED: Outcome.EXPIRED, ReservationState.CANCELLED: Outcome.CANCELLED}


class Reserving:
    """Prices reservations."""

    def __init__(self, *, store: ReservationPriceStore, tariffs: TariffService, pricing: PricingService) -> None:
        self._store = store
        self._tariffs = tariffs
        self._pricing = pricing

    async def hear_ended(self, fact: ReservationEnded, work: UnitOfWork) -> None:
        """Price a reservation that is over: with the session that used it, or by itself."""
        if fact.state is ReservationState.USED:
            await self._pricing.note_reserved(fact, work)
            return
        outcome = _OUTCOMES.get(fact.state)
        if outcome is None or not fact.is_due or fact.driver_id is None:
            return
        if await self._store.has_reservation_price(work, fact.reservation_id):
            return
        who = Circumstances(
            operator_id=fact.operator_id,
            at=fact.starts_at,
            site_id=fact.site_id,
            station_id=fact.station_id,
            evse_id=fact.evse_id,
            driver_id=fact.driver_id,
        )
        choice = await self._tariffs.choose(who, work)
        if choice is None:
            return
        version = choice.version
        taxes = await work.ask(FindTaxRates(operator_id=fact.operator_id, site_id=fact.site_id))
        terms = fill_taxes(await self._tariffs.get_terms(work, version.tariff_id, version.version), taxes)
        zone, country, days = await find_calendar(fact.operator_id, fact.site_id, work)
        ends_at = max(fact.starts_at, fact.ends_at)
        kept = Reservation(starts_at=fact.starts_at, ends_at=ends_at, outcome=outcome)
        record = Record(started_at=ends_at, ended_at=ends_at, reservation=kept)
        rated = rate_session(terms, record, zone=zone, country=country, days=days)
        if rated.totals.gross <= 0:
            return
        transfer_id = TransferId(f"reservation-{fact.reservation_id}"[:64])
        await work.ask(
            TakeDue(
                transfer_id=transfer_id,
                operator_id=fact.operator_id,
                driver_id=fact.driver_id,
                currency=rated.currency,
                amount=rated.totals.gross,
                tax=rated.totals.tax,
                kind=TransferKind.RESERVATION,
                actor=SYSTEM,
                reason=f"{version.name}: {outcome.value}",
            )
        )
        await self._store.insert_reservation_price(
            work, fact, version, outcome=outcome, lines=list_lines(rated), totals=rated.totals, transfer_id=transfer_id
        )
