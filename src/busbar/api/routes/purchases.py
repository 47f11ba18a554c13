from fastapi import APIRouter

from busbar.api.bodies.purchases import PurchaseTariffBody
from busbar.api.callers import PriceKeeper, Reader, StaffCaller
from busbar.api.money import find_book
from busbar.api.once import perform
from busbar.api.parameters import IdempotencyKey, KeyPath
from busbar.api.services import Given
from busbar.canon import purchases as canon
from busbar.canon.purchases import PutPurchaseTariff, RemovePurchaseTariff
from busbar.domain.billing.purchases import write_terms
from busbar.kernel.ids import SiteId
from busbar.rating.purchase import PurchaseDays, PurchaseTerms
from busbar.views import purchases
from busbar.views.shapes.purchases import PurchaseTariff, PurchaseTariffList

router = APIRouter(tags=["tariffs"])


@router.get("/purchase-tariffs")
async def list_purchase_tariffs(caller: Reader, services: Given) -> PurchaseTariffList:
    """List what electricity costs the operator: by site and day, the newest first."""
    async with services.databases.read() as connection:
        return await purchases.list_purchases(connection, caller.scope)


@router.get("/purchase-tariffs/{purchase_id}")
async def get_purchase_tariff(caller: Reader, services: Given, purchase_id: KeyPath) -> PurchaseTariff:
    """Show one purchase tariff."""
    return await _read(services, caller, purchase_id)


@router.post("/purchase-tariffs", status_code=201)
async def add_purchase_tariff(
    caller: PriceKeeper, services: Given, body: PurchaseTariffBody, key: IdempotencyKey = None
) -> PurchaseTariff:
    """Enter what electricity costs from a local day on. What sessions cost since then is reckoned anew."""
    wish = await _wish(services, caller, body, None)
    made = await perform(services, caller, wish, key=key, reply=canon.PurchaseTariff)
    return await _read(services, caller, made.purchase_id)


@router.put("/purchase-tariffs/{purchase_id}")
async def put_purchase_tariff(
    caller: PriceKeeper, services: Given, purchase_id: KeyPath, body: PurchaseTariffBody
) -> PurchaseTariff:
    """Make a purchase tariff exactly this. What sessions cost is reckoned anew."""
    await _read(services, caller, purchase_id)
    await services.dispatcher.dispatch(await _wish(services, caller, body, purchase_id))
    return await _read(services, caller, purchase_id)


@router.delete("/purchase-tariffs/{purchase_id}", status_code=204)
async def remove_purchase_tariff(caller: PriceKeeper, services: Given, purchase_id: KeyPath) -> None:
    """Forget a purchase tariff. What sessions cost is reckoned anew."""
    await _read(services, caller, purchase_id)
    await services.dispatcher.dispatch(
        RemovePurchaseTariff(operator_id=caller.operator_id, actor=caller.actor, purchase_id=purchase_id)
    )


async def _wish(
    services: Given, caller: StaffCaller, body: PurchaseTariffBody, purchase_id: str | None
) -> PutPurchaseTariff:
    currency = body.currency or (await find_book(services, caller.operator_id)).currency
    terms = PurchaseTerms(
        prices=body.prices,
        days=tuple(PurchaseDays(slots=each.slots, months=each.months, day_types=each.day_types) for each in body.days),
    )
    return PutPurchaseTariff(
        operator_id=caller.operator_id,
        actor=caller.actor,
        purchase_id=purchase_id,
        site_id=None if body.site_id is None else SiteId(body.site_id),
        name=body.name,
        currency=currency,
        valid_from=body.valid_from,
        terms_json=write_terms(terms),
    )


async def _read(services: Given, caller: StaffCaller, purchase_id: str) -> PurchaseTariff:
    async with services.databases.read() as connection:
        return await purchases.read_purchase(connection, caller.scope, purchase_id)
