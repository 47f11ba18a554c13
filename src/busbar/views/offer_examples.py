"""Offers before anybody has them: a receipt without and with them, and why each holds or does not."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.billing.offering import OfferTerms, make_offer, read_terms
from busbar.domain.billing.tables import offers, tariffs
from busbar.rating.coding import decode
from busbar.rating.offers import Offer, apply_offers
from busbar.rating.tariff import Tariff
from busbar.views.missing import OfferMissingError, TariffMissingError
from busbar.views.quotes import Charge, rate_example, show_example
from busbar.views.scope import Scope
from busbar.views.shapes.offers import OfferEffect, OfferPreview

OTHER_CURRENCY = "other_currency"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of an example."""

    offer_id: str = ""
    """Empty: it is being written."""
    name: str
    terms: OfferTerms
    currency: str | None


def read_candidate(name: str, terms_json: str, currency: str | None) -> Candidate:
    """Return an offer that is being written. Errors: `invalid.offer`."""
    return Candidate(name=name, terms=read_terms(terms_json), currency=currency)


async def list_candidates(connection: AsyncConnection, scope: Scope, offer_ids: Sequence[str]) -> list[Candidate]:
    """Return offers that are kept. Errors: `not_found.offer`."""
    own = (offers.c.operator_id == scope.operator_id) & offers.c.offer_id.in_(offer_ids)
    rows = (await connection.execute(select(offers).where(own).order_by(offers.c.offer_id))).all()
    if missing := set(offer_ids) - {row.offer_id for row in rows}:
        raise OfferMissingError("there is no such offer", offer_id=min(missing))
    return [
        Candidate(offer_id=row.offer_id, name=row.name, terms=read_terms(row.terms_json), currency=row.currency)
        for row in rows
    ]


async def read_draft(connection: AsyncConnection, scope: Scope, tariff_id: str) -> tuple[str, Tariff]:
    """Return name and draft of the tariff of an example. Errors: `not_found.tariff`."""
    own = (tariffs.c.operator_id == scope.operator_id) & (tariffs.c.tariff_id == tariff_id)
    row = (await connection.execute(select(tariffs.c.name, tariffs.c.draft_json).where(own))).first()
    if row is None:
        raise TariffMissingError("there is no such tariff", tariff_id=tariff_id)
    return row.name, decode(row.draft_json)


def preview_offers(
    candidates: Sequence[Candidate], terms: Tariff, *, tariff_name: str, charge: Charge, zone: str
) -> OfferPreview:
    """Rate an even charge without and with offers, by the functions that rate real ones."""
    before = rate_example(terms, charge, zone=zone, country="")
    fitting = [each for each in candidates if each.currency in {None, terms.currency}]
    after = apply_offers(before, [_take(each) for each in fitting], terms)
    reasons = {refusal.offer_id: refusal.reason for refusal in after.refusals}
    reasons |= {each.offer_id: OTHER_CURRENCY for each in candidates if each not in fitting}
    amounts = {use.offer_id: use.amount for use in after.uses}
    order = {use.offer_id: place for place, use in enumerate(after.uses)}
    return OfferPreview(
        tariff_name=tariff_name,
        before=show_example(before, charge),
        after=show_example(after, charge),
        effects=[
            OfferEffect(
                offer_id=each.offer_id,
                name=each.name,
                amount=amounts.get(each.offer_id, 0),
                refusal=reasons.get(each.offer_id),
            )
            for each in sorted(candidates, key=lambda each: (order.get(each.offer_id, len(order)), each.offer_id))
        ],
    )


def _take(candidate: Candidate) -> Offer:
    return make_offer(candidate.offer_id, candidate.name, candidate.terms)
