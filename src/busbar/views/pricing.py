"""What sessions cost, line by line."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.pricing import PriceLine as Line
from busbar.canon.pricing import PriceSoFar
from busbar.domain.billing.tables import price_revisions, session_prices
from busbar.rating.lines import count_digits
from busbar.views.missing import PriceMissingError
from busbar.views.rows import AnyRow
from busbar.views.shapes.pricing import Cost, PriceLine, PriceRevision, SessionPrice

REVISIONS_MAX = 100
_LINES = msgspec.json.Decoder(tuple[Line, ...])
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
    return SessionPrice(
        **_shape_kept(row),
        lines=[] if newest is None else [shape_line(line) for line in _LINES.decode(newest.lines)],
        revisions=[PriceRevision.model_validate(each) for each in found],
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
        }
    )
