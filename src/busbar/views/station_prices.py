"""What a charge costs at many stations: the same example everywhere, so that they can be compared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.tariffs import PlaceToPrice, ResolvedTariffs
from busbar.domain.invoicing.sql import invoice_profiles
from busbar.domain.stations.tables import connectors, sites, stations
from busbar.domain.tenants.sql import operators
from busbar.kernel.ids import StationId
from busbar.rating.coding import decode
from busbar.rating.lines import count_digits
from busbar.rating.taxes import fill_taxes
from busbar.views.quotes import Charge, Place, rate_example, read_place
from busbar.views.shapes.driver_door import NearbyStation, NearbyStationList, StationPrice

PLACES_MAX = 5_000


class Spot(NamedTuple):
    """A connector, and how days are counted there."""

    place: PlaceToPrice
    where: Place


async def list_spots(connection: AsyncConnection, station_ids: Sequence[str]) -> list[Spot]:
    """Return the connectors of these stations, up to a bound."""
    if not station_ids:
        return []
    table = connectors.c
    joined = (
        connectors.join(stations, table.station_id == stations.c.station_id)
        .join(operators, stations.c.operator_id == operators.c.operator_id)
        .outerjoin(sites, stations.c.site_id == sites.c.site_id)
        .outerjoin(invoice_profiles, invoice_profiles.c.operator_id == stations.c.operator_id)
    )
    wanted = (
        select(
            table.station_id, table.evse_id, table.connector_id, stations.c.site_id, sites.c.zone, sites.c.country,
            sites.c.days, operators.c.country.label("operator_country"), operators.c.zone.label("operator_zone"),
            invoice_profiles.c.content.label("profile_json"),
        )
        .select_from(joined)
        .where(table.station_id.in_(station_ids))
        .order_by(table.station_id, table.evse_id, table.connector_id)
        .limit(PLACES_MAX)
    )  # fmt: skip
    places: dict[str | None, Place] = {}
    spots: list[Spot] = []
    for row in (await connection.execute(wanted)).all():
        if row.site_id not in places:
            places[row.site_id] = read_place(row)
        place = PlaceToPrice(
            site_id=row.site_id,
            station_id=StationId(row.station_id),
            evse_id=row.evse_id,
            connector_id=row.connector_id,
        )
        spots.append(Spot(place, places[row.site_id]))
    return spots


def price_stations(spots: Sequence[Spot], found: ResolvedTariffs, *, now: datetime) -> dict[str, StationPrice]:
    """Return the price of the example by station, where any tariff holds; rated once for each tariff and calendar."""
    charge = Charge(starts_at=now)
    rated: dict[tuple[int, Place], tuple[str, int]] = {}
    costs: dict[str, list[tuple[str, int] | None]] = {}
    for spot, number in zip(spots, found.chosen, strict=True):
        where = spot.where
        key = (number, where)
        if number >= 0 and key not in rated:
            terms = fill_taxes(decode(found.versions[number].content_json), where.taxes)
            example = rate_example(terms, charge, zone=where.zone, country=where.country, days=where.days)
            rated[key] = (example.currency, example.totals.gross)
        costs.setdefault(spot.place.station_id, []).append(rated.get(key))
    return {station_id: _compare(each, charge) for station_id, each in costs.items() if any(each)}


def _compare(costs: Sequence[tuple[str, int] | None], charge: Charge) -> StationPrice:
    """Return the lowest price of a station; where one connector is free of charge, that is free."""
    known = [cost for cost in costs if cost is not None]
    currency = known[0][0]
    amounts = {0 if cost is None else cost[1] for cost in costs if cost is None or cost[0] == currency}
    return StationPrice(
        currency=currency,
        currency_digits=count_digits(currency),
        energy_wh=charge.energy_wh,
        duration_s=charge.duration_s,
        gross=min(amounts),
        is_from=len(amounts) > 1,
    )


def join_prices(
    found: NearbyStationList,
    prices: Mapping[str, StationPrice],
    *,
    max_price: int | None,
    currency: str | None,
    limit: int,
) -> NearbyStationList:
    """Return stations with their prices; with `max_price` only those that cost no more, in that currency."""
    items = [each.model_copy(update={"price": prices.get(each.station_id)}) for each in found.items]
    if max_price is not None:
        items = [each for each in items if _is_cheap(each, max_price, currency)]
    return NearbyStationList(items=items[:limit], is_truncated=found.is_truncated or len(items) > limit)


def _is_cheap(station: NearbyStation, max_price: int, currency: str | None) -> bool:
    price = station.price
    return price is None or price.gross == 0 or (price.currency == currency and price.gross <= max_price)
