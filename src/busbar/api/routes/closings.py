from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.money import OwnWalletClosingBody, PayoutReferenceBody, WalletClosingBody
from busbar.api.callers import MoneyKeeper, MoneyReader, SignedInDriver, StaffCaller
from busbar.api.money import find_book
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given
from busbar.canon.closings import BeginWalletClosing, CancelWalletClosing, ConfirmWalletPayout
from busbar.canon.ledger import FreezeWallet, UnfreezeWallet
from busbar.kernel.ids import DriverId
from busbar.views import closings, drivers
from busbar.views.missing import ClosingMissingError
from busbar.views.scope import Scope
from busbar.views.shapes.closings import WalletClosing, WalletClosingPage

router = APIRouter(tags=["wallets"])
OWN_REASON = "asked for by the driver"


@router.get("/wallet-closings")
async def list_wallet_closings(
    caller: MoneyReader, services: Given, query: Annotated[closings.ClosingQuery, Query()]
) -> WalletClosingPage:
    """List wallets that are being closed, or were; the newest first."""
    async with services.databases.read() as connection:
        return await closings.list_closings(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/wallet-closings/{closing_id}")
async def get_wallet_closing(caller: MoneyReader, services: Given, closing_id: KeyPath) -> WalletClosing:
    """Show one wallet that is being closed, or was."""
    return await _read(services, caller.scope, closing_id)


@router.post("/drivers/{driver_id}/wallet/close", status_code=202)
async def close_wallet(
    caller: MoneyKeeper, services: Given, driver_id: KeyPath, body: WalletClosingBody, key: IdempotencyKey = None
) -> WalletClosing:
    """Pay out what is in a wallet and close it: at once if nothing is in it.

    What was paid in goes back to where it came from; what cannot is paid out by staff, who confirm it.
    """
    async with services.databases.read() as connection:
        await drivers.check_driver(connection, caller.scope, driver_id)
    book = await find_book(services, caller.operator_id)
    closing = await services.dispatcher.dispatch(
        BeginWalletClosing(
            closing_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            driver_id=DriverId(driver_id),
            currency=book.currency,
            actor=caller.actor,
            reason=body.reason,
            iban=body.iban,
            holder=body.holder,
        )
    )
    return await _read(services, caller.scope, closing.closing_id)


@router.post("/wallet-closings/{closing_id}/paid")
async def confirm_wallet_payout(
    caller: MoneyKeeper, services: Given, closing_id: KeyPath, body: PayoutReferenceBody
) -> WalletClosing:
    """Say that the rest was paid out: it leaves the books, and the wallet is closed."""
    await services.dispatcher.dispatch(
        ConfirmWalletPayout(
            operator_id=caller.operator_id, closing_id=closing_id, actor=caller.actor, reference=body.reference
        )
    )
    return await _read(services, caller.scope, closing_id)


@router.post("/wallet-closings/{closing_id}/cancel")
async def cancel_wallet_closing(caller: MoneyKeeper, services: Given, closing_id: KeyPath) -> WalletClosing:
    """Let the wallet be used again; what providers gave back already stays given back."""
    return await _cancel(services, caller, closing_id, driver_id=None)


# ---- the driver's own ------------------------------------------------------------------------------------------------


@router.post("/driver/wallet/freeze", status_code=204, tags=["driver"])
async def freeze_my_wallet(caller: SignedInDriver, services: Given) -> None:
    """Let nothing be spent from one's own wallet for now, and no session start with it."""
    await _set_own(services, caller, FreezeWallet)


@router.post("/driver/wallet/unfreeze", status_code=204, tags=["driver"])
async def unfreeze_my_wallet(caller: SignedInDriver, services: Given) -> None:
    """Let one's own wallet be spent again that one froze oneself."""
    await _set_own(services, caller, UnfreezeWallet)


@router.get("/driver/wallet/closing", tags=["driver"])
async def get_my_wallet_closing(caller: SignedInDriver, services: Given) -> WalletClosing | None:
    """Show how far one's own wallet is from being closed; null: it is not being closed."""
    async with services.databases.read() as connection:
        return await closings.find_open(connection, Scope(operator_id=caller.operator_id), caller.driver_id)


@router.post("/driver/wallet/close", status_code=202, tags=["driver"])
async def close_my_wallet(
    caller: SignedInDriver, services: Given, body: OwnWalletClosingBody, key: IdempotencyKey = None
) -> WalletClosing:
    """Have the money in one's own wallet paid out, and close it."""
    book = await find_book(services, caller.operator_id)
    closing = await services.dispatcher.dispatch(
        BeginWalletClosing(
            closing_id=make_command_id(actor=caller.actor, key=key, ids=services.ids),
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            currency=book.currency,
            actor=caller.actor,
            reason=OWN_REASON,
            iban=body.iban,
            holder=body.holder,
        )
    )
    return await _read(services, Scope(operator_id=caller.operator_id), closing.closing_id)


@router.post("/driver/wallet/closing/cancel", tags=["driver"])
async def keep_my_wallet(caller: SignedInDriver, services: Given) -> WalletClosing:
    """Keep one's own wallet after all; what providers gave back already stays given back."""
    scope = Scope(operator_id=caller.operator_id)
    async with services.databases.read() as connection:
        found = await closings.find_open(connection, scope, caller.driver_id)
    if found is None:
        raise ClosingMissingError("the wallet is not being closed")
    return await _cancel(services, caller, found.closing_id, driver_id=caller.driver_id)


async def _set_own(services: Given, caller: SignedInDriver, wish: type[FreezeWallet] | type[UnfreezeWallet]) -> None:
    book = await find_book(services, caller.operator_id)
    await services.dispatcher.dispatch(
        wish(
            operator_id=caller.operator_id,
            driver_id=caller.driver_id,
            currency=book.currency,
            actor=caller.actor,
            reason=OWN_REASON,
        )
    )


async def _cancel(
    services: Given, caller: StaffCaller | SignedInDriver, closing_id: str, *, driver_id: DriverId | None
) -> WalletClosing:
    await services.dispatcher.dispatch(
        CancelWalletClosing(
            operator_id=caller.operator_id, closing_id=closing_id, actor=caller.actor, driver_id=driver_id
        )
    )
    return await _read(services, Scope(operator_id=caller.operator_id), closing_id)


async def _read(services: Given, scope: Scope, closing_id: str) -> WalletClosing:
    async with services.databases.read() as connection:
        return await closings.read_closing(connection, scope, closing_id)
