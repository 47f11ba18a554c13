"""What sessions cost, line by line."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.pricing import OfferRefusal as Refusal
from busbar.canon.pricing import PriceLine as Line
from busbar.canon.pricing import PriceSoFar
from busbar.domain.billing.tables import (
    price_revisions,
    session_prices,
    station_costs,
    station_displays,
    station_tariffs,
)
from busbar.rating.lines import count_digits
from busbar.rating.totals import to_minor
from busbar.views.missing import PriceMissingError
from busbar.views.rows import AnyRow
from busbar.views.shapes.pricing import (
    Cost,
    OfferRefusal,
    PriceLine,
    PriceRevision,
    SessionPrice,
    StationCost,
    StationDisplay,
    StationTariff,
)

REVISIONS_MAX = 100
_LINES = msgspec.json.Decoder(tuple[Line, ...])
_REFUSALS = msgspec.json.Decoder(tuple[Refusal, ...])
_PRICE = session_prices.c
COST_COLUMNS = tuple(
    column.label(f"price_{column.name}")
    for column in (
        _PRICE.currency, _PRICE.net, _PRICE.tax, _PRICE.gross, _PRICE.revision, _PRICE.is_final, _PRICE.priced_at,
        _PRICE.tariff_id, _PRICE.tariff_name, _PRICE.version,
    )
)  # fmt: skip
"""What a list of sessions reads beside them, under names of its own."""


def shape_cost(row: AnyRow) -> Cost | None:
    """Return what a session costs, from the `COST_COLUMNS` of its row."""
    if row.price_currency is None:
        return None
    return Cost(
        currency=row.price_currency,
        currency_digits=count_digits(row.price_currency),
        net=row.price_net,
        tax=row.price_tax,
        gross=row.price_gross,
        revision=row.price_revision,
        is_final=row.price_is_final,
        priced_at=row.price_priced_at,
        tariff_id=row.price_tariff_id,
        tariff_name=row.price_tariff_name,
        tariff_version=row.price_version,
    )


async def read_price(connection: AsyncConnection, session_id: str) -> SessionPrice:
    """Return a session's price as it is kept. Errors: `not_found.price`. The caller checks whose session it is."""
    row = (await connection.execute(select(session_prices).where(_PRICE.session_id == session_id))).first()
    if row is None:
        raise PriceMissingError("the session has no price", session_id=session_id)
    table = price_revisions.c
    wanted = select(price_revisions).where(table.session_id == session_id)
    found = (await connection.execute(wanted.order_by(table.revision.desc()).limit(REVISIONS_MAX))).all()
    newest = next((each for each in found if each.revision == row.revision), None)
    reckoned = (await connection.execute(select(station_costs).where(station_costs.c.session_id == session_id))).first()
    told = (await connection.execute(select(station_tariffs).where(station_tariffs.c.session_id == session_id))).first()
    return SessionPrice(
        **_shape_kept(row),
        station_tariff=None if told is None or not told.wanted_ref else StationTariff.model_validate(told),
        station_cost=None if reckoned is None else _shape_reckoned(reckoned, row),
        lines=[] if newest is None else [shape_line(line) for line in _LINES.decode(newest.lines)],
        refusals=[] if newest is None else _shape_refusals(_REFUSALS.decode(newest.refusals)),
        revisions=[PriceRevision.model_validate(each) for each in found],
    )


def _shape_refusals(refusals: Sequence[Refusal]) -> list[OfferRefusal]:
    return [OfferRefusal.model_validate(each) for each in refusals]


def _shape_reckoned(row: AnyRow, price: AnyRow) -> StationCost:
    difference = None
    if row.is_final and price.revision and row.gross is not None and row.currency == price.currency:
        difference = to_minor(Decimal(str(row.gross)), price.currency) - price.gross
    return StationCost(
        currency=row.currency,
        net=row.net,
        gross=row.gross,
        failure=row.failure,
        at=row.at,
        is_final=row.is_final,
        difference=difference,
    )


async def read_display(connection: AsyncConnection, station_id: str, *, operator_id: str) -> StationDisplay:
    """Return what a station shows of prices. The caller checks whose station it is."""
    table = station_displays.c
    wanted = select(station_displays).where(table.station_id == station_id, table.operator_id == operator_id)
    row = (await connection.execute(wanted)).mappings().first()
    if row is None:
        names = dict.fromkeys(StationDisplay.model_fields)
        return StationDisplay.model_validate({**names, "parts": [], "price_text": "", "tariff_ref": ""})
    currency = row["cost_currency"]
    digits = None if currency is None else count_digits(currency)
    return StationDisplay.model_validate(
        {**row, "parts": msgspec.json.decode(row["parts"]), "cost_currency_digits": digits}
    )


def _shape_kept(row: AnyRow) -> dict[str, Any]:
    return {
        "session_id": row.session_id,
        "currency": row.currency,
        "currency_digits": count_digits(row.currency),
        "net": row.net,
        "tax": row.tax,
        "gross": row.gross,
        "revision": row.revision,
        "is_final": row.is_final,
        "priced_at": row.priced_at,
        "tariff_id": row.tariff_id,
        "tariff_name": row.tariff_name,
        "tariff_version": row.version,
        "assigned_by": row.scope,
        "fixed_at": row.fixed_at,
        "energy_wh": row.energy_wh,
    }


def shape_line(line: Line) -> PriceLine:
    """Return a line for people: decimals as texts without an exponent."""
    return PriceLine(
        kind=line.kind,
        share=line.share,
        quantity=format(line.quantity, "f"),
        unit=line.unit,
        unit_price=format(line.unit_price, "f"),
        net=line.net,
        tax=line.tax,
        gross=line.gross,
        vat_percent=format(line.vat_percent, "f"),
        reason=line.reason,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        offer_id=line.offer_id,
    )


def show_so_far(kept: SessionPrice, found: PriceSoFar) -> SessionPrice:
    """Return a running session's price with what it is by now."""
    return kept.model_copy(
        update={
            "net": found.totals.net,
            "tax": found.totals.tax,
            "gross": found.totals.gross,
            "priced_at": found.at,
            "energy_wh": found.energy_wh,
            "lines": [shape_line(line) for line in found.lines],
            "refusals": _shape_refusals(found.refusals),
        }
    )
