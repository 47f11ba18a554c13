"""Wallets: frozen, let go, closed; and companies at whose expense drivers tab."""

from busbar.canon.closings import FindWallet, WalletStanding
from busbar.canon.debts import Company, FindDriverCompany, PutCompanyDriver, RemoveCompanyDriver, SaveCompany
from busbar.canon.ledger import (
    Account,
    AccountStatus,
    CloseWallet,
    FreezeWallet,
    UnfreezeWallet,
    WalletClosed,
    WalletFrozen,
    WalletUnfrozen,
    name_driver,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.ledger import model
from busbar.domain.ledger.debts import Debts, owed_by
from busbar.domain.ledger.holds import held_of, wallet_of
from busbar.domain.ledger.store import Book, Membership
from busbar.domain.ledger.teller import Teller
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.errors import InvalidError, NotFoundError
from busbar.kernel.ids import CompanyId, DriverId, IdSource, OperatorId, is_key
from busbar.kernel.person import read_name
from busbar.ports.work import UnitOfWork


class CompanyNotFoundError(NotFoundError):
    """No such company with this operator."""

    code = "not_found.company"


class BudgetError(InvalidError):
    """No amount that somebody may spend."""

    code = "invalid.budget"


class Wallets:
    """What staff decide about a driver's wallet."""

    def __init__(self, teller: Teller, debts: Debts) -> None:
        self._teller = teller
        self._debts = debts

    async def freeze(self, message: FreezeWallet, work: UnitOfWork) -> Account:
        """Let nothing more be spent."""
        return await self._set(work, message, AccountStatus.FROZEN)

    async def unfreeze(self, message: UnfreezeWallet, work: UnitOfWork) -> Account:
        """Let it be spent again."""
        return await self._set(work, message, AccountStatus.OPEN)

    async def close(self, message: CloseWallet, work: UnitOfWork) -> Account:
        """Close an empty wallet."""
        driver_id, book = message.driver_id, Book(message.operator_id, message.currency)
        await self._check_driver(work, message)
        wallet, held, owed = wallet_of(driver_id), held_of(driver_id), owed_by(name_driver(driver_id))
        standing = await self._teller.lock(work, book, (wallet, held, owed))
        if any(standing[account].balance for account in (wallet, held, owed)):
            raise model.WalletInUseError(
                "the wallet is not empty",
                balance=standing[wallet].balance,
                held=standing[held].balance,
                owed=-(standing[owed].balance or 0),
            )
        return await self._set(work, message, AccountStatus.CLOSED)

    async def find(self, message: FindWallet, work: UnitOfWork) -> WalletStanding:
        """Look up a driver's money."""
        book = Book(message.operator_id, message.currency)
        named = (wallet_of(message.driver_id), held_of(message.driver_id), owed_by(name_driver(message.driver_id)))
        wallet, held, owed = [await self._teller.find(work, book, account) for account in named]
        if wallet is None:
            return WalletStanding(status=AccountStatus.OPEN, owed=0 if owed is None else -(owed.balance or 0))
        return WalletStanding(
            status=wallet.status,
            status_by=wallet.status_by,
            balance=wallet.balance or 0,
            held=0 if held is None else held.balance or 0,
            owed=0 if owed is None else -(owed.balance or 0),
        )

    async def _check_driver(self, work: UnitOfWork, message: FreezeWallet | UnfreezeWallet | CloseWallet) -> None:
        """Refuse a stranger; a wallet that is being closed is closed even when its driver was erased meanwhile."""
        if not message.actor.startswith("system:"):
            await self._debts.check_driver(work, message.operator_id, message.driver_id)

    async def _set(
        self, work: UnitOfWork, message: FreezeWallet | UnfreezeWallet | CloseWallet, status: AccountStatus
    ) -> Account:
        driver_id, book = message.driver_id, Book(message.operator_id, message.currency)
        await self._check_driver(work, message)
        model.check_reason(message.reason)
        wallet = wallet_of(driver_id)
        before = (await self._teller.lock(work, book, (wallet,)))[wallet]
        if before.status is status:
            return before
        if before.status is AccountStatus.CLOSED:
            raise model.AccountClosedError("the wallet is closed")
        is_by_itself = message.actor.startswith("system:")
        if status is AccountStatus.OPEN and is_by_itself and before.status_by != message.actor:
            return before  # somebody froze it for a reason of their own
        me = name_driver(driver_id)
        if before.status is AccountStatus.FROZEN and message.actor == me and before.status_by != me:
            raise model.WalletStatusDeniedError("only the operator can let this wallet be used again")
        await self._teller.store.set_status(work, before.account_id, status, by=message.actor)
        fact, action = _TOLD[status]
        work.tell(
            fact(
                operator_id=book.operator_id,
                at=work.now,
                currency=book.currency,
                amount=before.balance or 0,
                driver_id=driver_id,
            )
        )
        await work.ask(
            RecordAudit(operator_id=book.operator_id, actor=message.actor, action=action, subject=f"driver:{driver_id}")
        )
        return (await self._teller.lock(work, book, (wallet,)))[wallet]


_TOLD = {
    AccountStatus.FROZEN: (WalletFrozen, "wallet.freeze"),
    AccountStatus.OPEN: (WalletUnfrozen, "wallet.unfreeze"),
    AccountStatus.CLOSED: (WalletClosed, "wallet.close"),
}


class Companies:
    """Customers whose drivers charge at their expense."""

    def __init__(self, teller: Teller, debts: Debts, *, ids: IdSource, drivers_max: int) -> None:
        self._teller = teller
        self._debts = debts
        self._ids = ids
        self._members: BoundedDict[tuple[OperatorId, DriverId], Membership | None] = BoundedDict(bound=drivers_max)
        """None: known to be in no company."""

    def forget_all(self) -> None:
        """Look every driver up again: another process changed some."""
        self._members.clear()

    async def find(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> Membership | None:
        """Return at whose expense a driver charges; None: the driver's own."""
        key = (operator_id, driver_id)
        if key not in self._members:
            work.keep(self._members, key, await self._teller.store.find_membership(work, operator_id, driver_id))
        found = self._members[key]
        return found if found is not None and found.is_active else None

    async def find_company(self, message: FindDriverCompany, work: UnitOfWork) -> CompanyId | None:
        """Tell at which company's expense a driver charges."""
        member = await self.find(work, message.operator_id, message.driver_id)
        return None if member is None else member.company_id

    async def find_left(self, work: UnitOfWork, driver_id: DriverId, member: Membership) -> int | None:
        """Return what a driver may still spend of a company's money this month; None: as much as it costs."""
        if member.budget is None:
            return None
        payer, month = f"company:{member.company_id}", model.begin_month(work.now)
        return max(0, member.budget - await self._teller.store.sum_spent(work, driver_id, payer, since=month))

    async def save(self, message: SaveCompany, work: UnitOfWork) -> Company:
        """Add a company, or change it."""
        before = None
        if message.company_id is not None:
            before = await self._get(work, message.operator_id, message.company_id)
        company = Company(
            company_id=CompanyId(self._ids.new()) if before is None else before.company_id,
            operator_id=message.operator_id,
            name=read_name(message.name),
            is_active=message.is_active,
            created_at=work.now if before is None else before.created_at,
        )
        await self._teller.store.save_company(work, company)
        for key in list(self._members):
            work.forget(self._members, key)
        action = "company.create" if before is None else "company.change"
        await self._note(work, message.operator_id, message.actor, action, company.company_id)
        return company

    async def put_driver(self, message: PutCompanyDriver, work: UnitOfWork) -> None:
        """Let a driver charge at a company's expense."""
        company = await self._get(work, message.operator_id, message.company_id)
        await self._debts.check_driver(work, message.operator_id, message.driver_id)
        if message.budget is not None and not 0 <= message.budget <= model.AMOUNT_MAX:
            raise BudgetError("a budget is zero or more, and bounded")
        await self._teller.store.put_member(work, company, message.driver_id, budget=message.budget, since=work.now)
        work.forget(self._members, (message.operator_id, message.driver_id))
        await self._note(work, message.operator_id, message.actor, "company.put_driver", message.company_id)

    async def remove_driver(self, message: RemoveCompanyDriver, work: UnitOfWork) -> None:
        """Let a driver pay alone again."""
        await self._get(work, message.operator_id, message.company_id)
        await self._teller.store.remove_member(work, message.company_id, message.driver_id)
        work.forget(self._members, (message.operator_id, message.driver_id))
        await self._note(work, message.operator_id, message.actor, "company.remove_driver", message.company_id)

    async def _get(self, work: UnitOfWork, operator_id: OperatorId, company_id: CompanyId) -> Company:
        company = await self._teller.store.load_company(work, company_id) if is_key(company_id) else None
        if company is None or company.operator_id != operator_id:
            raise CompanyNotFoundError("no such company", company_id=company_id[:64])
        return company

    async def _note(
        self, work: UnitOfWork, operator_id: OperatorId, actor: str, action: str, company_id: CompanyId
    ) -> None:
        await work.ask(
            RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=f"company:{company_id}")
        )
