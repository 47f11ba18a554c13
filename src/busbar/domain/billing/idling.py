"""Vehicles that have stopped charging and still stand there: when that will cost something, their drivers are told."""

from datetime import datetime, timedelta
from typing import NamedTuple

from busbar.canon.pricing import IdleCostNear
from busbar.canon.sessions import ChargingState, FindChargingSteps
from busbar.domain.billing.prices import SessionPrice
from busbar.domain.billing.tariffs import TariffService
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import SessionId
from busbar.ports.work import UnitOfWork
from busbar.rating.tariff import Dimension, Tariff

LEAD = timedelta(minutes=10)
"""So long before it begins a driver is told, if the grace time is that long."""
WATCHED_MAX = 50_000
_STANDING = frozenset({ChargingState.SUSPENDED_EV, ChargingState.EV_CONNECTED, ChargingState.IDLE})
_COUNTED = frozenset({Dimension.IDLE, Dimension.PARKING})


class Watch(NamedTuple):
    """A vehicle that stands there."""

    due_at: datetime
    begins_at: datetime
    price: SessionPrice


def find_grace(terms: Tariff) -> timedelta | None:
    """Return the shortest time after the charge that costs nothing; None: occupying the place never costs anything."""
    graces = [
        component.grace_s
        for element in terms.elements
        if element.restrictions.reservation is None
        for component in element.components
        if component.dimension in _COUNTED and component.price > 0
    ]
    return timedelta(seconds=min(graces)) if graces else None


class Idling:
    """Watches vehicles that have stopped charging."""

    def __init__(self, tariffs: TariffService) -> None:
        self._tariffs = tariffs
        self._watched: BoundedDict[SessionId, Watch] = BoundedDict(bound=WATCHED_MAX)

    async def watch(self, price: SessionPrice, state: ChargingState, work: UnitOfWork) -> None:
        """Learn what a vehicle does."""
        await self._watch(price, state, work, since=None)

    async def resume(self, price: SessionPrice, work: UnitOfWork) -> None:
        """Learn what a vehicle has done since before we were here.

        Whether its driver was told then is not known. Before it costs something that is told rather twice than never,
        afterwards it is of no use.
        """
        steps = await work.ask(FindChargingSteps(operator_id=price.operator_id, session_id=price.session_id))
        if steps:
            await self._watch(price, steps[-1].state, work, since=steps[-1].at)

    async def _watch(
        self, price: SessionPrice, state: ChargingState, work: UnitOfWork, *, since: datetime | None
    ) -> None:
        if state not in _STANDING or not price.energy_wh:
            work.forget(self._watched, price.session_id)
            return
        grace = find_grace(await self._tariffs.get_terms(work, price.tariff_id, price.version))
        if grace is None:
            return
        begins_at = min(since or work.now, work.now) + grace
        if since is None or begins_at > work.now:
            work.keep(self._watched, price.session_id, Watch(begins_at - LEAD, begins_at, price))

    def tend(self, work: UnitOfWork) -> None:
        """Tell of those for whom it is time."""
        for session_id, (due_at, begins_at, price) in list(self._watched.items()):
            if due_at > work.now:
                continue
            work.forget(self._watched, session_id)
            work.tell(
                IdleCostNear(
                    operator_id=price.operator_id,
                    at=work.now,
                    session_id=session_id,
                    station_id=price.station_id,
                    site_id=price.site_id,
                    evse_id=price.evse_id,
                    driver_id=price.driver_id,
                    token_id=price.token_id,
                    tariff_id=price.tariff_id,
                    version=price.version,
                    begins_at=begins_at,
                )
            )

    def forget(self, session_id: SessionId, work: UnitOfWork) -> None:
        """Watch a session no longer: it is over."""
        work.forget(self._watched, session_id)
