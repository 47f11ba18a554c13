from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.money import AdjustmentBody, BankPaymentBody, CompanyBody, CompanyMemberBody, ReasonBody
from busbar.api.callers import MoneyKeeper, MoneyReader, SignedInDriver, StaffCaller
from busbar.api.money import find_book
from busbar.api.once import perform
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given
from busbar.canon import debts
from busbar.canon.debts import (
    PutCompanyDriver,
    RemindReceivable,
    RemoveCompanyDriver,
    SaveCompany,
    TakeBankPayment,
    WriteOffReceivable,
)
from busbar.canon.ledger import AdjustWallet, FreezeWallet, UnfreezeWallet
from busbar.kernel.ids import CompanyId, DriverId, OperatorId, ReceivableId, TransferId
from busbar.views import drivers, wallets
from busbar.views.ledger import StatementQuery
from busbar.views.scope import Scope
from busbar.views.shapes.ledger import (
    BankPayment,
    Company,
    CompanyDriverPage,
    CompanyPage,
    Receivable,
    ReceivablePage,
    Wallet,
    WalletEntryPage,
)

router = APIRouter(tags=["wallets"])


@router.get("/drivers/{driver_id}/wallet")
async def get_wallet(caller: MoneyReader, services: Given, driver_id: KeyPath) -> Wallet:
    """Show a driver's money: what can be spent, what is held, what is owed."""
    return await _read_wallet(services, caller, driver_id)


@router.get("/drivers/{driver_id}/wallet/entries")
async def list_wallet_entries(
    caller: MoneyReader, services: Given, driver_id: KeyPath, query: Annotated[StatementQuery, Query()]
) -> WalletEntryPage:
    """List the movements in a driver's wallet, the newest first."""
    wallet = await _read_wallet(services, caller, driver_id)
    async with services.databases.read() as connection:
        return await wallets.list_entries(connection, wallet, query, limit=bound_rows(services, query))


@router.post("/drivers/{driver_id}/wallet/adjust")
async def adjust_wallet(
    caller: MoneyKeeper, services: Given, driver_id: KeyPath, body: AdjustmentBody, key: IdempotencyKey = None
) -> Wallet:
    """Put a wallet right by hand, with a reason."""
    book = await find_book(services, caller.operator_id)
    await services.dispatcher.dispatch(
        AdjustWallet(
            transfer_id=TransferId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            driver_id=DriverId(driver_id),
            currency=book.currency,
            amount=body.amount,
            actor=caller.actor,
            reason=body.reason,
        )
    )
    return await _read_wallet(services, caller, driver_id)


@router.post("/drivers/{driver_id}/wallet/freeze")
async def freeze_wallet(caller: MoneyKeeper, services: Given, driver_id: KeyPath, body: ReasonBody) -> Wallet:
    """Let nothing more be spent from a wallet, and no session start with it."""
    return await _set_wallet(services, caller, driver_id, FreezeWallet, body.reason)


@router.post("/drivers/{driver_id}/wallet/unfreeze")
async def unfreeze_wallet(caller: MoneyKeeper, services: Given, driver_id: KeyPath, body: ReasonBody) -> Wallet:
    """Let a frozen wallet be spent again."""
    return await _set_wallet(services, caller, driver_id, UnfreezeWallet, body.reason)


async def _set_wallet(
    services: Given,
    caller: StaffCaller,
    driver_id: str,
    wish: type[FreezeWallet] | type[UnfreezeWallet],
    reason: str,
) -> Wallet:
    book = await find_book(services, caller.operator_id)
    await services.dispatcher.dispatch(
        wish(
            operator_id=caller.operator_id,
            driver_id=DriverId(driver_id),
            currency=book.currency,
            actor=caller.actor,
            reason=reason,
        )
    )
    return await _read_wallet(services, caller, driver_id)


async def _read_wallet(services: Given, caller: StaffCaller, driver_id: str) -> Wallet:
    book = await find_book(services, caller.operator_id)
    async with services.databases.read() as connection:
        await drivers.check_driver(connection, caller.scope, driver_id)
        return await wallets.read_wallet(
            connection, caller.scope, driver_id, currency=book.currency, policy=book.policy
        )


# ---- debts -----------------------------------------------------------------------------------------------------------


@router.get("/receivables")
async def list_receivables(
    caller: MoneyReader, services: Given, query: Annotated[wallets.ReceivableQuery, Query()]
) -> ReceivablePage:
    """List what is owed to the operator, the newest first."""
    async with services.databases.read() as connection:
        return await wallets.list_receivables(
            connection, caller.scope, query, limit=bound_rows(services, query), now=services.clock.now()
        )


@router.get("/receivables/{receivable_id}")
async def get_receivable(caller: MoneyReader, services: Given, receivable_id: KeyPath) -> Receivable:
    """Show one debt."""
    return await _read_receivable(services, caller, receivable_id)


@router.post("/receivables/{receivable_id}/remind")
async def remind_receivable(caller: MoneyKeeper, services: Given, receivable_id: KeyPath) -> Receivable:
    """Remind the debtor."""
    await services.dispatcher.dispatch(
        RemindReceivable(operator_id=caller.operator_id, receivable_id=ReceivableId(receivable_id), actor=caller.actor)
    )
    return await _read_receivable(services, caller, receivable_id)


@router.post("/receivables/{receivable_id}/write-off")
async def write_off_receivable(
    caller: MoneyKeeper, services: Given, receivable_id: KeyPath, body: ReasonBody, key: IdempotencyKey = None
) -> Receivable:
    """Give up what is left of a debt, with a reason."""
    await services.dispatcher.dispatch(
        WriteOffReceivable(
            transfer_id=TransferId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            receivable_id=ReceivableId(receivable_id),
            actor=caller.actor,
            reason=body.reason,
        )
    )
    return await _read_receivable(services, caller, receivable_id)


@router.post("/bank-payments", status_code=201)
async def take_bank_payment(
    caller: MoneyKeeper, services: Given, body: BankPaymentBody, key: IdempotencyKey = None
) -> BankPayment:
    """Note that a debtor has paid into the operator's bank account; the oldest debts are paid first."""
    book = await find_book(services, caller.operator_id)
    wish = TakeBankPayment(
        transfer_id=TransferId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
        operator_id=caller.operator_id,
        currency=book.currency,
        debtor=body.debtor,
        amount=body.amount,
        reference=body.reference,
        actor=caller.actor,
    )
    taken = await perform(services, caller, wish, key=key, reply=debts.BankPayment)
    return BankPayment.model_validate(taken)


async def _read_receivable(services: Given, caller: StaffCaller, receivable_id: str) -> Receivable:
    async with services.databases.read() as connection:
        return await wallets.read_receivable(connection, caller.scope, receivable_id, now=services.clock.now())


# ---- companies -------------------------------------------------------------------------------------------------------


@router.get("/companies")
async def list_companies(
    caller: MoneyReader, services: Given, query: Annotated[wallets.CompanyQuery, Query()]
) -> CompanyPage:
    """List the companies whose drivers charge at their expense."""
    book = await find_book(services, caller.operator_id)
    async with services.databases.read() as connection:
        return await wallets.list_companies(
            connection, caller.scope, query, limit=bound_rows(services, query), currency=book.currency
        )


@router.post("/companies", status_code=201)
async def create_company(
    caller: MoneyKeeper, services: Given, body: CompanyBody, key: IdempotencyKey = None
) -> Company:
    """Add a company."""
    wish = SaveCompany(operator_id=caller.operator_id, actor=caller.actor, name=body.name, is_active=body.is_active)
    made = await perform(services, caller, wish, key=key, reply=debts.Company)
    return await _read_company(services, caller.operator_id, caller.scope, made.company_id)


@router.get("/companies/{company_id}")
async def get_company(caller: MoneyReader, services: Given, company_id: KeyPath) -> Company:
    """Show one company."""
    return await _read_company(services, caller.operator_id, caller.scope, company_id)


@router.put("/companies/{company_id}")
async def change_company(caller: MoneyKeeper, services: Given, company_id: KeyPath, body: CompanyBody) -> Company:
    """Change a company; the drivers of one that is not active pay alone."""
    await services.dispatcher.dispatch(
        SaveCompany(
            operator_id=caller.operator_id,
            actor=caller.actor,
            company_id=CompanyId(company_id),
            name=body.name,
            is_active=body.is_active,
        )
    )
    return await _read_company(services, caller.operator_id, caller.scope, company_id)


@router.get("/companies/{company_id}/drivers")
async def list_company_drivers(
    caller: MoneyReader, services: Given, company_id: KeyPath, query: Annotated[wallets.MemberQuery, Query()]
) -> CompanyDriverPage:
    """List a company's drivers with their budgets and what they spent this month."""
    await _read_company(services, caller.operator_id, caller.scope, company_id)
    async with services.databases.read() as connection:
        return await wallets.list_members(
            connection,
            caller.scope,
            company_id,
            query,
            limit=bound_rows(services, query),
            now=services.clock.now(),
        )


@router.put("/companies/{company_id}/drivers/{driver_id}", status_code=204)
async def put_company_driver(
    caller: MoneyKeeper, services: Given, company_id: KeyPath, driver_id: KeyPath, body: CompanyMemberBody
) -> None:
    """Let a driver charge at a company's expense."""
    await services.dispatcher.dispatch(
        PutCompanyDriver(
            operator_id=caller.operator_id,
            actor=caller.actor,
            company_id=CompanyId(company_id),
            driver_id=DriverId(driver_id),
            budget=body.budget,
        )
    )


@router.delete("/companies/{company_id}/drivers/{driver_id}", status_code=204)
async def remove_company_driver(caller: MoneyKeeper, services: Given, company_id: KeyPath, driver_id: KeyPath) -> None:
    """Let a driver pay alone again."""
    await services.dispatcher.dispatch(
        RemoveCompanyDriver(
            operator_id=caller.operator_id,
            actor=caller.actor,
            company_id=CompanyId(company_id),
            driver_id=DriverId(driver_id),
        )
    )


async def _read_company(services: Given, operator_id: OperatorId, scope: Scope, company_id: str) -> Company:
    book = await find_book(services, operator_id)
    async with services.databases.read() as connection:
        return await wallets.read_company(connection, scope, company_id, currency=book.currency)


# ---- the driver's own ------------------------------------------------------------------------------------------------


@router.get("/driver/wallet", tags=["driver"])
async def get_my_wallet(caller: SignedInDriver, services: Given) -> Wallet:
    """Show the signed-in driver's money."""
    book = await find_book(services, caller.operator_id)
    scope = Scope(operator_id=caller.operator_id)
    async with services.databases.read() as connection:
        return await wallets.read_wallet(
            connection, scope, caller.driver_id, currency=book.currency, policy=book.policy
        )


@router.get("/driver/wallet/entries", tags=["driver"])
async def list_my_wallet_entries(
    caller: SignedInDriver, services: Given, query: Annotated[StatementQuery, Query()]
) -> WalletEntryPage:
    """List the movements in the signed-in driver's wallet, the newest first."""
    wallet = await get_my_wallet(caller, services)
    async with services.databases.read() as connection:
        return await wallets.list_entries(connection, wallet, query, limit=bound_rows(services, query))
