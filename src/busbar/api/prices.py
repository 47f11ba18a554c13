"""The price of a session: as it is kept, or, while it runs, as it is by now."""

from typing import Annotated

from fastapi import Query

from busbar.api.services import Services
from busbar.canon.pricing import PriceSessionNow
from busbar.canon.tariffs import ResolveTariff
from busbar.kernel.ids import DriverId, OperatorId, SessionId, StationId
from busbar.views import pricing, quotes
from busbar.views.paging import Question
from busbar.views.shapes.pricing import Quote, SessionPrice


class QuoteQuery(Question):
    """Where exactly, and how much for the example."""

    evse_id: Annotated[int, Query(ge=1, le=1000)] | None = None
    connector_id: Annotated[int, Query(ge=1, le=100)] | None = None
    energy_wh: Annotated[int, Query(ge=1, le=10_000_000)] = 30_000
    duration_s: Annotated[int, Query(ge=60, le=604_800)] = 3600


async def read_quote(
    services: Services, operator_id: OperatorId, station_id: str, query: QuoteQuery, *, driver_id: DriverId | None
) -> Quote:
    """Return what a charge costs that begins there now, for this driver or for anybody.

    The caller checks whose station it is. Errors: `not_found.tariff_there`.
    """
    now = services.clock.now()
    async with services.databases.read() as connection:
        place = await quotes.find_place(connection, station_id, operator_id=operator_id)
    version = await services.dispatcher.dispatch(
        ResolveTariff(
            operator_id=operator_id,
            at=now,
            site_id=place.site_id,
            station_id=StationId(station_id),
            evse_id=query.evse_id,
            connector_id=query.connector_id,
            driver_id=driver_id,
        )
    )
    charge = quotes.Charge(energy_wh=query.energy_wh, duration_s=query.duration_s, starts_at=now)
    return quotes.quote(
        version, place, station_id=station_id, evse_id=query.evse_id, connector_id=query.connector_id, charge=charge
    )


async def read_price(services: Services, operator_id: OperatorId, session_id: str) -> SessionPrice:
    """Return a session's price, line by line. The caller checks whose session it is. Errors: `not_found.price`."""
    async with services.databases.read() as connection:
        kept = await pricing.read_price(connection, session_id)
    if kept.revision:
        return kept
    wish = PriceSessionNow(operator_id=operator_id, session_id=SessionId(session_id))
    return pricing.show_so_far(kept, await services.dispatcher.dispatch(wish))
