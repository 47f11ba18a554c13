"""Accounts at payment providers: an operator's own, and the installation's for operators that have none."""

from fastapi import APIRouter

from busbar.api.bodies.payments import AccountBody
from busbar.api.callers import MoneyKeeper, MoneyReader, PlatformKeeper, StaffCaller
from busbar.api.services import Given, Services
from busbar.canon.payment_accounts import ListPaymentProviders, TryPaymentAccount
from busbar.canon.payments import (
    INSTALLATION,
    ListPaymentAccounts,
    Provider,
    RemovePaymentAccount,
    SavePaymentAccount,
)
from busbar.canon.payments import PaymentAccount as CanonAccount
from busbar.canon.secret import Secret
from busbar.kernel.ids import OperatorId
from busbar.views.shapes.payments import (
    PaymentAccount,
    PaymentAccountField,
    PaymentAccountList,
    PaymentAccountTrial,
    PaymentProvider,
    PaymentProviderList,
)

router = APIRouter(tags=["payments"])


@router.get("/payment-providers")
async def list_payment_providers(caller: MoneyReader, services: Given) -> PaymentProviderList:  # noqa: ARG001 - asks for the right
    """List the providers that payments may go over, and what an account at each consists of."""
    found = await services.dispatcher.dispatch(ListPaymentProviders())
    return PaymentProviderList(
        items=[
            PaymentProvider(
                provider=each.provider,
                can_hold=each.can_hold,
                fields=[
                    PaymentAccountField(
                        name=field.name, is_secret=field.is_secret, is_needed=field.is_needed, default=field.default
                    )
                    for field in each.fields
                ],
            )
            for each in found
        ]
    )


@router.get("/payment-accounts")
async def list_payment_accounts(caller: MoneyReader, services: Given) -> PaymentAccountList:
    """List the accounts that the operator's payments go over. Secrets are never shown."""
    return await _list(services, caller.operator_id)


@router.put("/payment-accounts/{provider}")
async def put_payment_account(
    caller: MoneyKeeper, services: Given, provider: Provider, body: AccountBody
) -> PaymentAccount:
    """Make the operator's account at a provider this. A secret that is left out stays."""
    return await _save(services, caller, caller.operator_id, provider, body)


@router.delete("/payment-accounts/{provider}", status_code=204)
async def delete_payment_account(caller: MoneyKeeper, services: Given, provider: Provider) -> None:
    """Forget the operator's account at a provider; its payments stay."""
    await _remove(services, caller, caller.operator_id, provider)


@router.post("/payment-accounts/{provider}/try")
async def try_payment_account(caller: MoneyKeeper, services: Given, provider: Provider) -> PaymentAccountTrial:
    """Ask the provider whether it knows the operator's account: no money moves."""
    return await _try(services, caller.operator_id, provider)


@router.get("/installation/payment-accounts")
async def list_installation_accounts(caller: PlatformKeeper, services: Given) -> PaymentAccountList:  # noqa: ARG001 - asks for the right
    """List the installation's accounts: they serve operators that have none of their own."""
    return await _list(services, INSTALLATION)


@router.put("/installation/payment-accounts/{provider}")
async def put_installation_account(
    caller: PlatformKeeper, services: Given, provider: Provider, body: AccountBody
) -> PaymentAccount:
    """Make the installation's account at a provider this. A secret that is left out stays."""
    return await _save(services, caller, INSTALLATION, provider, body)


@router.delete("/installation/payment-accounts/{provider}", status_code=204)
async def delete_installation_account(caller: PlatformKeeper, services: Given, provider: Provider) -> None:
    """Forget the installation's account at a provider; its payments stay."""
    await _remove(services, caller, INSTALLATION, provider)


@router.post("/installation/payment-accounts/{provider}/try")
async def try_installation_account(caller: PlatformKeeper, services: Given, provider: Provider) -> PaymentAccountTrial:  # noqa: ARG001 - asks for the right
    """Ask the provider whether it knows the installation's account: no money moves."""
    return await _try(services, INSTALLATION, provider)


async def _list(services: Services, operator_id: OperatorId) -> PaymentAccountList:
    found = await services.dispatcher.dispatch(ListPaymentAccounts(operator_id=operator_id))
    items = {account.account_id: _show(services, operator_id, account) for account in found}
    return PaymentAccountList(items=list(items.values()))


async def _save(
    services: Services, caller: StaffCaller, operator_id: OperatorId, provider: Provider, body: AccountBody
) -> PaymentAccount:
    account = await services.dispatcher.dispatch(
        SavePaymentAccount(
            operator_id=operator_id,
            acting_for=caller.operator_id,
            actor=caller.actor,
            provider=provider,
            is_active=body.is_active,
            settings=body.settings,
            secrets={name: Secret(text=text) for name, text in body.secrets.items()},
        )
    )
    return _show(services, operator_id, account)


async def _remove(services: Services, caller: StaffCaller, operator_id: OperatorId, provider: Provider) -> None:
    await services.dispatcher.dispatch(
        RemovePaymentAccount(
            operator_id=operator_id, acting_for=caller.operator_id, actor=caller.actor, provider=provider
        )
    )


async def _try(services: Services, operator_id: OperatorId, provider: Provider) -> PaymentAccountTrial:
    answered_ms = await services.dispatcher.dispatch(TryPaymentAccount(operator_id=operator_id, provider=provider))
    return PaymentAccountTrial(answered_ms=answered_ms)


def _show(services: Services, operator_id: OperatorId, account: CanonAccount) -> PaymentAccount:
    is_own = account.operator_id == operator_id
    address = services.settings.public_address
    return PaymentAccount(
        provider=account.provider,
        account_id=account.account_id,
        is_own=is_own,
        is_active=account.is_active,
        settings=account.settings if is_own else {},
        secrets=list(account.secrets) if is_own else [],
        notice_url=f"{address}/api/v1/payments/notices/{account.provider}/{account.account_id}",
        changed_at=account.changed_at,
    )
