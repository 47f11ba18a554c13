"""Paying: drivers' top-ups and cards, guests without an account, and the doors of providers' notices."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from busbar.api.bodies.payments import CardBody, GuestBody, TopUpBody
from busbar.api.callers import AnyVisitor, OperatorChoice, SignedInDriver, choose_operator
from busbar.api.credentials import name_address
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.prices import read_price
from busbar.api.routes.documents import PDF_MEDIA, Language, describe_file, give_file
from busbar.api.services import Given, Services
from busbar.canon.payments import (
    CheckPayment,
    FindGuestPayment,
    ListPaymentAccounts,
    Payment,
    PaymentState,
    PayWay,
    Provider,
    RecordProviderNotice,
    RemoveCard,
    SaveCard,
    StartGuestPayment,
    StartTopUp,
)
from busbar.canon.secret import Secret
from busbar.canon.sessions import StopSession
from busbar.kernel.errors import ConflictError, UnavailableError
from busbar.kernel.ids import CommandId, OperatorId, PaymentId, StationId
from busbar.views import documents, nearby, payments
from busbar.views.missing import PriceMissingError
from busbar.views.paper.pdf import write_pdf
from busbar.views.scope import Scope
from busbar.views.shapes.payments import (
    DriverPayment,
    DriverPaymentList,
    GuestStart,
    GuestStay,
    PayOption,
    PayOptionList,
    SavedCardList,
)

router = APIRouter(prefix="/driver", tags=["paying"])
notices = APIRouter(prefix="/api/v1", tags=["paying"])

LinkPath = Annotated[str, Path(min_length=8, max_length=150, pattern=r"^bbg_[A-Za-z0-9_.-]+$")]
OPTIONS = {
    Provider.STRIPE: (PayWay.PAGE, True),
    Provider.ALIPAY: (PayWay.PAGE, False),
    Provider.WECHATPAY: (PayWay.CODE, False),
}
"""How each provider is offered in a browser, and whether it can set money aside."""
CNY_ALONE = frozenset({Provider.ALIPAY, Provider.WECHATPAY})
MASKED_HEADERS = frozenset({"authorization", "cookie"})


@router.get("/pay-options")
async def list_pay_options(visitor: AnyVisitor, services: Given, operator: OperatorChoice = None) -> PayOptionList:
    """List the ways to pay with an operator. Needs no sign-in."""
    chosen = await choose_operator(services, visitor, operator)
    accounts = await services.dispatcher.dispatch(ListPaymentAccounts(operator_id=chosen.operator_id))
    usable = [each.provider for each in accounts if each.is_active]
    items = [
        PayOption(provider=provider, way=OPTIONS[provider][0], can_hold=OPTIONS[provider][1])
        for provider in usable
        if provider not in CNY_ALONE or chosen.currency == "CNY"
    ]
    return PayOptionList(currency=chosen.currency, items=items)


# ---- drivers ---------------------------------------------------------------------------------------------------------


@router.post("/top-ups", status_code=202)
async def start_top_up(
    caller: SignedInDriver, services: Given, body: TopUpBody, key: IdempotencyKey = None
) -> DriverPayment:
    """Begin to put money into one's own wallet; go on where `page_url` or `code_text` leads."""
    payment = await services.dispatcher.dispatch(
        StartTopUp(
            payment_id=PaymentId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            provider=body.provider,
            way=body.way,
            amount=body.amount,
            currency=body.currency,
            return_url=services.settings.public_address + body.return_path,
            payer_ref=body.payer_ref,
            language=body.language,
            requested_by=caller.actor,
        )
    )
    return payments.show_own(payment)


@router.get("/payments")
async def list_my_payments(caller: SignedInDriver, services: Given) -> DriverPaymentList:
    """List one's own newest payments."""
    async with services.databases.read() as connection:
        return DriverPaymentList(items=await payments.list_own(connection, caller.driver_id))


@router.get("/payments/{payment_id}")
async def get_my_payment(caller: SignedInDriver, services: Given, payment_id: KeyPath) -> DriverPayment:
    """Show one of one's own payments; while it waits, its provider is asked."""
    async with services.databases.read() as connection:
        shown = await payments.read_own(connection, caller.driver_id, payment_id)
    if shown.state is not PaymentState.PENDING:
        return shown
    return payments.show_own(await _check(services, PaymentId(payment_id), caller.operator_id))


@router.post("/payment-cards", status_code=202)
async def save_my_card(
    caller: SignedInDriver, services: Given, body: CardBody, key: IdempotencyKey = None
) -> DriverPayment:
    """Begin to save a card, for sessions that are paid afterwards; go on where `page_url` leads."""
    payment = await services.dispatcher.dispatch(
        SaveCard(
            payment_id=PaymentId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            currency=body.currency,
            return_url=services.settings.public_address + body.return_path,
            language=body.language,
            requested_by=caller.actor,
        )
    )
    return payments.show_own(payment)


@router.get("/payment-cards")
async def list_my_cards(caller: SignedInDriver, services: Given) -> SavedCardList:
    """List one's own saved cards; the first one pays."""
    async with services.databases.read() as connection:
        return SavedCardList(items=await payments.list_cards(connection, caller.driver_id))


@router.delete("/payment-cards/{method_id}", status_code=204)
async def remove_my_card(caller: SignedInDriver, services: Given, method_id: KeyPath) -> None:
    """Forget one of one's own cards."""
    await services.dispatcher.dispatch(
        RemoveCard(operator_id=caller.operator_id, driver_id=caller.driver_id, method_id=method_id)
    )


# ---- guests ----------------------------------------------------------------------------------------------------------


@router.post("/guest-payments", status_code=202)
async def start_guest_payment(
    visitor: AnyVisitor,
    services: Given,
    body: GuestBody,
    request: Request,
    operator: OperatorChoice = None,
    key: IdempotencyKey = None,
) -> GuestStart:
    """Begin to pay for one session without an account; it starts by itself once the money is set aside."""
    chosen = await choose_operator(services, visitor, operator)
    async with services.databases.read() as connection:
        await nearby.check_station(connection, body.station_id, operator_id=chosen.operator_id)
    guest = await services.dispatcher.dispatch(
        StartGuestPayment(
            payment_id=PaymentId(make_command_id(actor=f"guest:{chosen.operator_id}", key=key, ids=services.ids)),
            operator_id=chosen.operator_id,
            station_id=StationId(body.station_id),
            evse_id=body.evse_id,
            connector_id=body.connector_id,
            provider=body.provider,
            way=body.way,
            amount=body.amount,
            currency=body.currency,
            return_url=f"{services.settings.public_address}/app/guest/",
            language=body.language,
            address=name_address(request),
        )
    )
    return GuestStart(link=guest.link.text, payment=payments.show_own(guest.payment))


@router.get("/guest-payments/{link}")
async def get_guest_payment(visitor: AnyVisitor, services: Given, link: LinkPath) -> GuestStay:
    """Show a guest's payment, session and receipt to whoever has the link."""
    del visitor  # counted against the address
    payment = await services.dispatcher.dispatch(FindGuestPayment(link=Secret(text=link)))
    if payment.state is PaymentState.PENDING:
        payment = await _check(services, payment.payment_id, payment.operator_id)
    return await _read_stay(services, payment)


@router.get("/guest-payments/{link}/receipt", response_class=Response, responses=describe_file(PDF_MEDIA))
async def get_guest_receipt(
    visitor: AnyVisitor, services: Given, link: LinkPath, language: Language = None
) -> Response:
    """Give the receipt of a guest's session as PDF to whoever has the link.

    Errors: `not_found.document` before the session is priced in the end.
    """
    del visitor
    payment = await services.dispatcher.dispatch(FindGuestPayment(link=Secret(text=link)))
    async with services.databases.read() as connection:
        document_id = await payments.find_guest_receipt(connection, payment)
        reader = documents.StaffReader(scope=Scope(operator_id=payment.operator_id))
        document, place, profile = await documents.read_for_paper(connection, reader, document_id)
    content = write_pdf(document, place=place, paper=documents.choose_paper(profile), language=language)
    return give_file(content, name=f"{document.reference}.pdf", media=PDF_MEDIA)


@router.post("/guest-payments/{link}/stop", status_code=202)
async def stop_guest_session(visitor: AnyVisitor, services: Given, link: LinkPath) -> GuestStay:
    """Ask the station to end the guest's session."""
    del visitor
    payment = await services.dispatcher.dispatch(FindGuestPayment(link=Secret(text=link)))
    if payment.session_id is not None:
        try:
            await services.dispatcher.dispatch(
                StopSession(
                    command_id=CommandId(services.ids.new()),
                    operator_id=payment.operator_id,
                    session_id=payment.session_id,
                    requested_by="guest",
                )
            )
        except ConflictError as error:
            if error.code != "conflict.session_not_active":
                raise
    return await _read_stay(services, payment)


async def _read_stay(services: Services, payment: Payment) -> GuestStay:
    price = None
    if payment.session_id is not None:
        with suppress(PriceMissingError):  # no tariff holds there, or the session has not begun
            price = await read_price(services, payment.operator_id, payment.session_id)
    async with services.databases.read() as connection:
        return await payments.read_stay(connection, payment, price=price)


async def _check(services: Services, payment_id: PaymentId, operator_id: OperatorId) -> Payment:
    """Ask the provider; when it does not answer, tell what is known."""
    try:
        return await services.dispatcher.dispatch(CheckPayment(operator_id=operator_id, payment_id=payment_id))
    except UnavailableError:
        return await services.dispatcher.dispatch(
            CheckPayment(operator_id=operator_id, payment_id=payment_id, is_look=True)
        )


# ---- providers -------------------------------------------------------------------------------------------------------


@notices.post("/payments/notices/{provider}/{account_id}")
async def take_notice(request: Request, services: Given, provider: Provider, account_id: KeyPath) -> Response:
    """Take a provider's notice: its signature is checked over the very bytes; what is refused does nothing."""
    address = name_address(request)
    services.limits.take_stranger(address)
    headers = {name: value for name, value in request.headers.items() if name.lower() not in MASKED_HEADERS}
    await services.dispatcher.dispatch(
        RecordProviderNotice(
            account_id=account_id, provider=provider, headers=headers, body=await request.body(), address=address
        )
    )
    services.limits.give_back_stranger(address)
    if provider is Provider.ALIPAY:
        return Response("success", media_type="text/plain")
    return Response('{"code":"SUCCESS"}', media_type="application/json")
