from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.money import MoneyTermsBody, ReasonBody
from busbar.api.callers import MoneyKeeper, MoneyReader
from busbar.api.money import find_book
from busbar.api.paging import bound_rows
from busbar.api.parameters import IdempotencyKey, KeyPath, make_command_id
from busbar.api.services import Given
from busbar.canon.ledger import MoneyPolicy, ReverseTransfer, SetMoneyPolicy
from busbar.kernel.ids import TransferId
from busbar.views import ledger
from busbar.views.shapes.ledger import (
    Account,
    AccountPage,
    LedgerDayPage,
    MoneyTerms,
    StatementPage,
    TransferDetail,
    TransferPage,
    TrialBalance,
)

router = APIRouter(prefix="/ledger", tags=["ledger"])


@router.get("/accounts")
async def list_accounts(
    caller: MoneyReader, services: Given, query: Annotated[ledger.AccountQuery, Query()]
) -> AccountPage:
    """List the operator's accounts with what moved in them."""
    async with services.databases.read() as connection:
        return await ledger.list_accounts(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/accounts/{account_id}")
async def get_account(caller: MoneyReader, services: Given, account_id: KeyPath) -> Account:
    """Show one account."""
    async with services.databases.read() as connection:
        return await ledger.read_account(connection, caller.scope, account_id)


@router.get("/accounts/{account_id}/statement")
async def get_account_statement(
    caller: MoneyReader, services: Given, account_id: KeyPath, query: Annotated[ledger.StatementQuery, Query()]
) -> StatementPage:
    """List the movements in an account, the newest first, each with the balance after it."""
    async with services.databases.read() as connection:
        account = await ledger.read_account(connection, caller.scope, account_id)
        return await ledger.read_statement(connection, account.account_id, query, limit=bound_rows(services, query))


@router.get("/trial-balance")
async def get_trial_balance(
    caller: MoneyReader, services: Given, query: Annotated[ledger.TrialQuery, Query()]
) -> TrialBalance:
    """Add up all accounts, now or at an instant: what was given is what was got."""
    book = await find_book(services, caller.operator_id)
    async with services.databases.read() as connection:
        return await ledger.read_trial_balance(
            connection,
            caller.scope,
            currency=query.currency or book.currency,
            at=query.at,
            now=services.clock.now(),
        )


@router.get("/transfers")
async def list_transfers(
    caller: MoneyReader, services: Given, query: Annotated[ledger.TransferQuery, Query()]
) -> TransferPage:
    """List transfers: of a session, a driver, a payment, a kind, a time."""
    async with services.databases.read() as connection:
        return await ledger.list_transfers(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/transfers/{transfer_id}")
async def get_transfer(caller: MoneyReader, services: Given, transfer_id: KeyPath) -> TransferDetail:
    """Show a transfer with all its legs."""
    async with services.databases.read() as connection:
        return await ledger.read_transfer(connection, caller.scope, transfer_id)


@router.post("/transfers/{transfer_id}/reverse")
async def reverse_transfer(
    caller: MoneyKeeper, services: Given, transfer_id: KeyPath, body: ReasonBody, key: IdempotencyKey = None
) -> TransferDetail:
    """Move back what a transfer moved, by a transfer of its own; both stay in the books."""
    made = await services.dispatcher.dispatch(
        ReverseTransfer(
            transfer_id=TransferId(make_command_id(actor=caller.actor, key=key, ids=services.ids)),
            operator_id=caller.operator_id,
            reverses=TransferId(transfer_id),
            actor=caller.actor,
            reason=body.reason,
        )
    )
    async with services.databases.read() as connection:
        return await ledger.read_transfer(connection, caller.scope, made.transfer.transfer_id)


@router.get("/days")
async def list_closed_days(
    caller: MoneyReader, services: Given, query: Annotated[ledger.DayQuery, Query()]
) -> LedgerDayPage:
    """List the days that are closed, the newest first."""
    async with services.databases.read() as connection:
        return await ledger.list_days(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/terms")
async def get_money_terms(caller: MoneyReader, services: Given) -> MoneyTerms:
    """Tell how the operator's drivers pay."""
    return (await find_book(services, caller.operator_id)).show_terms()


@router.put("/terms")
async def set_money_terms(caller: MoneyKeeper, services: Given, body: MoneyTermsBody) -> MoneyTerms:
    """Decide how the operator's drivers pay. Sessions that run keep what is held for them."""
    policy = MoneyPolicy(**body.model_dump())
    await services.dispatcher.dispatch(
        SetMoneyPolicy(operator_id=caller.operator_id, actor=caller.actor, policy=policy)
    )
    return (await find_book(services, caller.operator_id)).show_terms()
