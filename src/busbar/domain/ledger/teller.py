"""Writes transfers: opens the accounts that they name, keeps others away from them, and checks before it writes.

The database refuses on its own what is checked here (`guards.py`); here it is told in words, and nothing is broken off.
"""

from collections.abc import Iterable, Sequence

from busbar.canon.ledger import Account, AccountRef, AccountStatus, Leg, Transfer, TransferState
from busbar.domain.ledger import model
from busbar.domain.ledger.model import StoredTransfer
from busbar.domain.ledger.store import Book, LedgerStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import IdSource, OperatorId, TransferId
from busbar.ports.work import UnitOfWork


class Teller:
    """The one place where money moves."""

    def __init__(self, store: LedgerStore, *, ids: IdSource, accounts_max: int) -> None:
        self.store = store
        self._ids = ids
        self._known: BoundedDict[tuple[str, str, AccountRef], str] = BoundedDict(bound=accounts_max)

    def new_id(self) -> TransferId:
        """Return an id for a transfer of our own that nobody repeats."""
        return TransferId(self._ids.new())

    # ---- accounts ----------------------------------------------------------------------------------------------------

    async def find(self, work: UnitOfWork, book: Book, account: AccountRef) -> Account | None:
        """Return an account as it stands; None: nobody opened it."""
        return await self.store.find_account(work, book, account)

    async def open(self, work: UnitOfWork, book: Book, account: AccountRef) -> str:
        """Return an account's id; open it if it is not there."""
        key = (book.operator_id, book.currency, account)
        known = self._known.get(key)
        if known is not None:
            return known
        found = await self.store.find_account(work, book, account)
        if found is None:
            fresh = Account(
                account_id=self._ids.new(),
                operator_id=book.operator_id,
                currency=book.currency,
                kind=account.kind,
                owner=account.owner,
                status=AccountStatus.OPEN,
                balance=0 if account.kind in model.BOUNDED else None,
                opened_at=work.now,
            )
            await self.store.open_account(work, fresh)
            found = await self.store.find_account(work, book, account) or fresh
        work.keep(self._known, key, found.account_id)
        return found.account_id

    async def lock(self, work: UnitOfWork, book: Book, wanted: Iterable[AccountRef]) -> dict[AccountRef, Account]:
        """Return the bounded ones of these accounts; nobody else moves money in them before this unit ends."""
        ids = {account: await self.open(work, book, account) for account in wanted if account.kind in model.BOUNDED}
        if not ids:
            return {}
        locked = await self.store.lock_accounts(work, list(ids.values()))
        return {account: locked[account_id] for account, account_id in ids.items()}

    # ---- transfers ---------------------------------------------------------------------------------------------------

    async def recall(
        self, work: UnitOfWork, operator_id: OperatorId, transfer_id: TransferId, *, fingerprint: str
    ) -> Transfer | None:
        """Return the transfer that a repeat asks for. Errors: `conflict.transfer`."""
        found = await self.store.find_transfer(work, operator_id, transfer_id)
        if found is not None and found.fingerprint != fingerprint:
            raise model.TransferReusedError("this transfer id was used for something else", transfer_id=transfer_id)
        return None if found is None else found.transfer

    async def write(self, work: UnitOfWork, transfer: Transfer, legs: Sequence[Leg], *, fingerprint: str) -> None:
        """Write a new transfer. Errors: `conflict.funds`, `conflict.receivable_exceeded`, `conflict.account_closed`."""
        moves = await self._check(work, Book(transfer.operator_id, transfer.currency), legs)
        await self.store.insert_transfer(work, StoredTransfer(transfer=transfer, fingerprint=fingerprint), moves)

    async def end(self, work: UnitOfWork, stored: StoredTransfer, state: TransferState, legs: Sequence[Leg]) -> None:
        """Write the outcome of a pending transfer. Errors: as `write`."""
        moves = await self._check(work, Book(stored.transfer.operator_id, stored.transfer.currency), legs)
        await self.store.end_transfer(work, stored, state, moves)

    async def _check(self, work: UnitOfWork, book: Book, legs: Sequence[Leg]) -> list[tuple[str, str, int]]:
        changes = model.net_changes(legs)
        ids = {account: await self.open(work, book, account) for account in changes}
        locked = await self.lock(work, book, changes)
        for account, stands in locked.items():
            model.check_move(stands, changes[account])
        return [(ids[leg.debit], ids[leg.credit], leg.amount) for leg in legs]
