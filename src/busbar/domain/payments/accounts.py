"""Accounts at providers: an operator's own, or the installation's."""

from busbar.canon.payments import (
    INSTALLATION,
    ListPaymentAccounts,
    PaymentAccount,
    Provider,
    RemovePaymentAccount,
)
from busbar.canon.tenants import RecordAudit
from busbar.domain.payments import model
from busbar.domain.payments.steps import FindAccount, SealedAccount, StoreAccount
from busbar.domain.payments.store import AccountStore
from busbar.kernel.ids import OperatorId
from busbar.ports.work import UnitOfWork


class AccountService:
    """Keeps accounts at providers."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    async def find(self, message: FindAccount, work: UnitOfWork) -> SealedAccount:
        """Look an account up."""
        account = await self._store.find_account(
            work, account_id=message.account_id, operator_id=message.operator_id, provider=message.provider
        )
        if account is None:
            raise model.AccountNotFoundError("there is no such account at a provider")
        return account

    async def choose(self, work: UnitOfWork, operator_id: OperatorId, provider: Provider) -> SealedAccount:
        """Return the account that an operator's payments go over. Errors: `conflict.payment_account`."""
        for owner in (operator_id, INSTALLATION):
            account = await self._store.find_account(work, account_id=None, operator_id=owner, provider=provider)
            if account is not None and account.is_active:
                return account
        raise model.NoAccountError("payments by this provider are not set up", provider=provider.value)

    async def store(self, message: StoreAccount, work: UnitOfWork) -> PaymentAccount:
        """Write an account; secrets that were not given anew stay."""
        before = await self._store.find_account(
            work, account_id=None, operator_id=message.operator_id, provider=message.provider
        )
        account = SealedAccount(
            account_id=message.account_id if before is None else before.account_id,
            operator_id=message.operator_id,
            provider=message.provider,
            is_active=message.is_active,
            settings=message.settings,
            secrets={**({} if before is None else before.secrets), **message.secrets},
            changed_at=work.now,
        )
        await self._store.put_account(work, account)
        whose = message.acting_for or message.operator_id
        await _note(work, whose, message.actor, "payment_account.save", message.provider)
        return account.show()

    async def remove(self, message: RemovePaymentAccount, work: UnitOfWork) -> None:
        """Forget an account."""
        account = await self._store.find_account(
            work, account_id=None, operator_id=message.operator_id, provider=message.provider
        )
        if account is None:
            raise model.AccountNotFoundError("there is no such account at a provider")
        await self._store.delete_account(work, account.account_id)
        whose = message.acting_for or message.operator_id
        await _note(work, whose, message.actor, "payment_account.remove", message.provider)

    async def list_for(self, message: ListPaymentAccounts, work: UnitOfWork) -> tuple[PaymentAccount, ...]:
        """Return the accounts that an operator's payments go over."""
        own = await self._store.list_accounts(work, message.operator_id)
        named = {account.provider for account in own}
        shared = await self._store.list_accounts(work, INSTALLATION)
        return tuple(account.show() for account in [*own, *(each for each in shared if each.provider not in named)])


async def _note(work: UnitOfWork, operator_id: OperatorId, actor: str, action: str, provider: Provider) -> None:
    subject = f"provider:{provider}"
    await work.ask(RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=subject))
