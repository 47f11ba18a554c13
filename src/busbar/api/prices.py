"""The price of a session: as it is kept, or, while it runs, as it is by now."""

from typing import Annotated

from fastapi import Query

from busbar.api.services import Services
from busbar.canon.offers import ResolveOffers
from busbar.canon.pricing import PriceSessionNow
from busbar.canon.tariffs import ResolvedTariffs, ResolveTariff, ResolveTariffs
from busbar.kernel.ids import DriverId, OperatorId, SessionId, StationId
from busbar.views import nearby, pricing, quotes, station_prices
from busbar.views.nearby import NearbyQuery
from busbar.views.paging import Question
from busbar.views.shapes.driver_door import NearbyStationList
from busbar.views.shapes.pricing import Quote, SessionPrice


class QuoteQuery(Question):
    """Where exactly, and how much for the example."""

    evse_id: Annotated[int, Query(ge=1, le=1000)] | None = None
    connector_id: Annotated[int, Query(ge=1, le=100)] | None = None
    energy_wh: Annotated[int, Query(ge=1, le=10_000_000)] = 30_000
    duration_s: Annotated[int, Query(ge=60, le=604_800)] = 3600
    reserve_min: Annotated[int, Query(ge=5, le=1440)] | None = None
    """Say as well what keeping the place for so many minutes costs."""


async def read_quote(
    services: Services,
    operator_id: OperatorId,
    station_id: str,
    query: QuoteQuery,
    *,
    driver_id: DriverId | None,
    group: str | None = None,
) -> Quote:
    """Return what a charge costs that begins there now, for this driver, for tokens of this group, or for anybody.

    Tariff and offers are those that the session would have. The caller checks whose station it is. Errors:
    `not_found.tariff_there`.
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
            group=group,
        )
    )
    offers = await services.dispatcher.dispatch(
        ResolveOffers(
            operator_id=operator_id,
            at=now,
            station_id=StationId(station_id),
            site_id=place.site_id,
            zone=place.zone,
            currency=version.currency,
            driver_id=driver_id,
            group=group,
        )
    )
    charge = quotes.Charge(
        energy_wh=query.energy_wh,
        duration_s=query.duration_s,
        starts_at=now,
        reserved_s=None if query.reserve_min is None else query.reserve_min * 60,
    )
    return quotes.quote(
        version,
        place,
        station_id=station_id,
        evse_id=query.evse_id,
        connector_id=query.connector_id,
        charge=charge,
        offers=quotes.read_offers(offers.offers_json),
    )


async def read_nearby(
    services: Services, operator_id: OperatorId, query: NearbyQuery, *, driver_id: DriverId | None
) -> NearbyStationList:
    """Return stations around a position with what a charge costs there that begins now."""
    now = services.clock.now()
    async with services.databases.read() as connection:
        found = await nearby.list_nearby(connection, query, operator_id=operator_id, driver_id=driver_id, now=now)
        spots = await station_prices.list_spots(connection, [each.station_id for each in found.items])
    places = tuple(spot.place for spot in spots)
    wish = ResolveTariffs(operator_id=operator_id, at=now, places=places, driver_id=driver_id)
    resolved = await services.dispatcher.dispatch(wish) if places else ResolvedTariffs()
    return station_prices.join_prices(
        found,
        station_prices.price_stations(spots, resolved, now=now),
        max_price=query.max_price,
        currency=query.price_currency,
        limit=query.limit,
    )


async def read_price(services: Services, operator_id: OperatorId, session_id: str) -> SessionPrice:
    """Return a session's price, line by line. The caller checks whose session it is. Errors: `not_found.price`."""
    async with services.databases.read() as connection:
        kept = await pricing.read_price(connection, session_id)
    if kept.revision:
        return kept
    wish = PriceSessionNow(operator_id=operator_id, session_id=SessionId(session_id))
    return pricing.show_so_far(kept, await services.dispatcher.dispatch(wish))
