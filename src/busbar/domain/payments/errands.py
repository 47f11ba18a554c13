"""Everything that speaks to a provider: away from the unit of work, in steps that are commands themselves.

An errand writes down what is wanted, asks the provider, and writes down what came of it. Should the process end between
two steps, `DrivePayments` finds what is due and goes on: every question to a provider may be asked again.
"""

import asyncio
import base64
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

import structlog

from busbar.canon.message import Command
from busbar.canon.payment_accounts import AccountField, ListPaymentProviders, PaymentProvider, TryPaymentAccount
from busbar.canon.payments import (
    AuthoriseCard,
    CheckPayment,
    DrivePayments,
    FindGuestPayment,
    GuestPayment,
    NoticeOutcome,
    Payment,
    PaymentAccount,
    PaymentPurpose,
    PayWay,
    Provider,
    RecordProviderNotice,
    SaveCard,
    SavePaymentAccount,
    StartGuestPayment,
    StartTopUp,
)
from busbar.canon.reconciliation import FetchStatements, ImportStatement
from busbar.canon.secret import Secret
from busbar.domain.payments import links, model
from busbar.domain.payments.driving import Driver
from busbar.domain.payments.steps import (
    FindAccount,
    FindPayment,
    ListDuePayments,
    ListStatementsWanted,
    SealedAccount,
    StoreAccount,
    StoreNotice,
    StorePayment,
    StoreStatement,
)
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, DeniedError, InvalidError, NotFoundError
from busbar.kernel.ids import IdSource, PaymentId
from busbar.kernel.secret import hash_secret
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.payments import (
    COST_FIXED,
    COST_SHARE,
    FieldSpec,
    Merchant,
    MerchantError,
    PaymentKey,
    Payments,
    ProviderPaymentMissingError,
)
from busbar.ports.sealing import Sealer

Errand = Callable[[Any], Awaitable[Any]]
R = TypeVar("R")
log = structlog.get_logger(__name__)

READY_AFTER = timedelta(hours=3)
"""After the end of a day (UTC): the Chinese providers have its statement at ten in the morning, China's time."""
AT_ONCE_MAX = 8
"""Payments that one process drives at a time."""
LANGUAGES_MAX_CHARS = 8
TRIAL_REF = "cs_busbar_trial"
"""A visit to a provider's page that never was."""


class PaymentErrands:
    """The payments room's errands."""

    def __init__(
        self,
        *,
        core: Dispatcher,
        providers: Mapping[Provider, Payments],
        sealer: Sealer,
        clock: Clock,
        ids: IdSource,
        key: bytes,
        public_address: str,
    ) -> None:
        """`public_address`: where providers reach us; `key`: the installation's, for guests' links."""
        self._core = core
        self._providers = providers
        self._sealer = sealer
        self._clock = clock
        self._ids = ids
        self._key = key
        self._tasks: set[asyncio.Task[None]] = set()
        self._driver = Driver(
            core=core, providers=providers, open_account=self.open_account, clock=clock, public_address=public_address
        )

    def errands(self) -> Mapping[type[Command[Any]], Errand]:
        """Return the commands that come here instead of to the core."""
        return {
            AuthoriseCard: self.authorise_card,
            CheckPayment: self.check,
            DrivePayments: self.drive_due,
            FetchStatements: self.fetch_statements,
            FindGuestPayment: self.find_guest,
            ImportStatement: self.import_statement,
            ListPaymentProviders: self.list_providers,
            RecordProviderNotice: self.record_notice,
            SaveCard: self.save_card,
            SavePaymentAccount: self.save_account,
            StartGuestPayment: self.start_guest,
            StartTopUp: self.start_top_up,
            TryPaymentAccount: self.try_account,
        }

    # ---- payments ----------------------------------------------------------------------------------------------------

    async def start_top_up(self, message: StartTopUp) -> Payment:
        """Begin a top-up."""
        self._demand_way(message.provider, message.way)
        return await self._begin(
            StorePayment(
                payment_id=message.payment_id,
                operator_id=message.operator_id,
                provider=message.provider,
                way=message.way,
                purpose=PaymentPurpose.TOP_UP,
                amount=message.amount,
                currency=message.currency,
                is_hold=False,
                driver_id=message.driver_id,
                return_url=message.return_url,
                payer_ref=message.payer_ref,
                language=message.language,
                requested_by=message.requested_by,
            )
        )

    async def save_card(self, message: SaveCard) -> Payment:
        """Begin to save a card."""
        if not self._providers[message.provider].can_hold:
            raise model.PayWayError("this provider keeps no cards", provider=message.provider.value)
        return await self._begin(
            StorePayment(
                payment_id=message.payment_id,
                operator_id=message.operator_id,
                provider=message.provider,
                way=PayWay.PAGE,
                purpose=PaymentPurpose.CARD,
                amount=0,
                currency=message.currency,
                is_hold=False,
                driver_id=message.driver_id,
                return_url=message.return_url,
                language=message.language,
                requested_by=message.requested_by,
            )
        )

    async def authorise_card(self, message: AuthoriseCard) -> Payment:
        """Set money aside on the card on file."""
        return await self._begin(
            StorePayment(
                payment_id=message.payment_id,
                operator_id=message.operator_id,
                provider=Provider.STRIPE,
                way=PayWay.CARD_ON_FILE,
                purpose=PaymentPurpose.SESSION,
                amount=message.amount,
                currency=message.currency,
                is_hold=True,
                driver_id=message.driver_id,
                session_id=message.session_id,
                requested_by=message.requested_by,
            )
        )

    async def start_guest(self, message: StartGuestPayment) -> GuestPayment:
        """Begin to pay for a guest's session."""
        self._demand_way(message.provider, message.way)
        link = links.make_link(message.payment_id, self._key)
        payment = await self._begin(
            StorePayment(
                payment_id=message.payment_id,
                operator_id=message.operator_id,
                provider=message.provider,
                way=message.way,
                purpose=PaymentPurpose.GUEST,
                amount=message.amount,
                currency=message.currency,
                is_hold=self._providers[message.provider].can_hold,
                station_id=message.station_id,
                evse_id=message.evse_id,
                connector_id=message.connector_id,
                return_url=message.return_url + link,
                language=message.language,
                address_key=hash_secret(message.address, self._key)[:80],
                requested_by="guest",
            )
        )
        return GuestPayment(payment=payment, link=Secret(text=link))

    async def find_guest(self, message: FindGuestPayment) -> Payment:
        """Show a guest's payment to whoever has the link."""
        payment_id = links.read_link(message.link.text, self._key)
        if payment_id is None:
            raise model.PaymentNotFoundError("there is no such payment")
        return await self._core.dispatch(FindPayment(payment_id=payment_id))

    async def check(self, message: CheckPayment) -> Payment:
        """Ask the provider how a payment stands."""
        payment = await self._core.dispatch(FindPayment(payment_id=message.payment_id, operator_id=message.operator_id))
        if message.is_look:
            return payment
        await self._driver.ask(payment.payment_id)
        await self._driver.drive(payment.payment_id)
        return await self._core.dispatch(FindPayment(payment_id=payment.payment_id))

    async def drive_due(self, message: DrivePayments) -> int:
        """Do what is due."""
        due = await self._core.dispatch(ListDuePayments(limit=message.limit))
        slots = asyncio.Semaphore(AT_ONCE_MAX)

        async def drive(payment_id: PaymentId) -> None:
            async with slots:
                await self._drive_quietly(payment_id)

        await asyncio.gather(*(drive(payment_id) for payment_id in due))
        return len(due)

    async def _begin(self, wish: StorePayment) -> Payment:
        await self._core.dispatch(wish)
        await self._driver.drive(wish.payment_id)
        return await self._core.dispatch(FindPayment(payment_id=wish.payment_id))

    def _demand_way(self, provider: Provider, way: PayWay) -> None:
        if way not in self._providers[provider].ways or way is PayWay.CARD_ON_FILE:
            raise model.PayWayError("the provider has no such way to pay", provider=provider.value, way=way.value)

    # ---- notices -----------------------------------------------------------------------------------------------------

    async def record_notice(self, message: RecordProviderNotice) -> NoticeOutcome:
        """Check a notice and take it in. What is refused is logged, and does nothing."""
        account = await self._core.dispatch(FindAccount(account_id=message.account_id, provider=message.provider))
        provider = self._providers[message.provider]
        try:
            notice = provider.read_notice(
                self.open_account(account), headers=message.headers, body=message.body, now=self._clock.now()
            )
        except (DeniedError, InvalidError) as error:
            log.warning(
                "payments.notice_refused",
                provider=message.provider.value,
                account_id=account.account_id,
                address=message.address,
                code=error.code,
                reason=error.text,
                size_bytes=len(message.body),
            )
            raise
        taken = await self._core.dispatch(StoreNotice(account_id=account.account_id, notice=notice))
        if taken.outcome is NoticeOutcome.REFUSED:
            log.warning("payments.notice_mismatch", provider=message.provider.value, event_id=notice.event_id)
        if taken.outcome is NoticeOutcome.UNKNOWN:
            log.info("payments.notice_unknown", provider=message.provider.value, event_id=notice.event_id)
        if taken.outcome is NoticeOutcome.APPLIED and taken.payment_id is not None:
            self._drive_soon(taken.payment_id)
        return taken.outcome

    def _drive_soon(self, payment_id: PaymentId) -> None:
        """Do what follows from a notice, while the provider has its answer already; else the next round does it."""
        if len(self._tasks) >= AT_ONCE_MAX:
            return
        task = asyncio.create_task(self._drive_quietly(payment_id), name="payment")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drive_quietly(self, payment_id: PaymentId) -> None:
        try:
            await self._driver.drive(payment_id)
        except BusbarError as error:
            log.warning("payments.drive_failed", payment_id=payment_id, code=error.code)

    async def stop(self) -> None:
        """Leave what is under way to the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- accounts ----------------------------------------------------------------------------------------------------

    def open_account(self, account: SealedAccount) -> Merchant:
        """Return an account with its secrets in plain text. Errors: `unavailable.sealed_secret`."""
        fields = self._providers[account.provider].fields
        secrets = {
            name: self._sealer.unseal(base64.b64decode(sealed), place=f"{account.account_id}/{name}")
            for name, sealed in account.secrets.items()
        }
        defaults = {field.name: field.default for field in fields if not field.is_secret}
        return Merchant(
            account_id=account.account_id,
            provider=account.provider,
            settings={**defaults, **account.settings},
            secrets=secrets,
        )

    async def save_account(self, message: SavePaymentAccount) -> PaymentAccount:
        """Check an account's fields, seal its secrets, and write it."""
        provider = self._providers[message.provider]
        before = await self._find_own(message)
        account_id = self._ids.new() if before is None else before.account_id
        given = {name: secret.text for name, secret in message.secrets.items() if secret.text}
        kept = {} if before is None else dict(self.open_account(before).secrets)
        _check_fields(provider.fields, message.settings, {**kept, **given})
        settings = {name: value for name, value in message.settings.items() if value}
        defaults = {field.name: field.default for field in provider.fields if not field.is_secret}
        provider.check(
            Merchant(
                account_id=account_id,
                provider=message.provider,
                settings={**defaults, **settings},
                secrets={**kept, **given},
            )
        )
        sealed = {
            name: base64.b64encode(self._sealer.seal(text, place=f"{account_id}/{name}")).decode()
            for name, text in given.items()
        }
        return await self._core.dispatch(
            StoreAccount(
                operator_id=message.operator_id,
                acting_for=message.acting_for,
                actor=message.actor,
                provider=message.provider,
                account_id=account_id,
                is_active=message.is_active,
                settings=settings,
                secrets=sealed,
            )
        )

    async def list_providers(self, _message: ListPaymentProviders) -> tuple[PaymentProvider, ...]:
        """Say which providers there are, and what an account at each consists of."""
        return tuple(
            PaymentProvider(
                provider=name,
                can_hold=provider.can_hold,
                fields=tuple(
                    AccountField(
                        name=field.name, is_secret=field.is_secret, is_needed=field.is_needed, default=field.default
                    )
                    for field in provider.fields
                ),
            )
            for name, provider in self._providers.items()
        )

    async def try_account(self, message: TryPaymentAccount) -> int:
        """Ask a provider for a payment that there is not: whoever says so knows the account."""
        found = FindAccount(operator_id=message.operator_id, provider=message.provider)
        merchant = self.open_account(await self._core.dispatch(found))
        nothing = PaymentKey(payment_id=PaymentId(self._ids.new()), amount=1, currency="EUR", checkout_ref=TRIAL_REF)
        began_s = self._clock.monotonic_s()
        with contextlib.suppress(ProviderPaymentMissingError):
            await self._providers[message.provider].query(merchant, nothing)
        return round((self._clock.monotonic_s() - began_s) * 1000)

    async def _find_own(self, message: SavePaymentAccount) -> SealedAccount | None:
        try:
            return await self._core.dispatch(FindAccount(operator_id=message.operator_id, provider=message.provider))
        except NotFoundError:
            return None

    # ---- statements --------------------------------------------------------------------------------------------------

    async def import_statement(self, message: ImportStatement) -> int:
        """Take in a statement from a file."""
        account = await self._core.dispatch(FindAccount(operator_id=message.operator_id, provider=message.provider))
        lines = await asyncio.to_thread(self._providers[message.provider].read_statement, message.body)
        return await self._store_statement(account, message.day, tuple(lines), actor=message.actor)

    async def fetch_statements(self, message: FetchStatements) -> int:
        """Fetch the statements that are missing."""
        today = (self._clock.now() - READY_AFTER).date()
        wanted = await self._core.dispatch(
            ListStatementsWanted(since=today - timedelta(days=message.days), until=today)
        )
        found = 0
        for each in wanted:
            provider = self._providers[each.account.provider]
            try:
                lines = await provider.download_statement(self.open_account(each.account), each.day)
            except BusbarError as error:  # tomorrow's look finds it; the others' statements are not kept waiting
                log.warning("payments.statement_missing", provider=each.account.provider.value, code=error.code)
                continue
            found += await self._store_statement(each.account, each.day, tuple(lines), actor="system:payments")
        return found

    async def _store_statement(self, account: SealedAccount, day: date, lines: tuple[Any, ...], *, actor: str) -> int:
        return await self._core.dispatch(
            StoreStatement(account_id=account.account_id, provider=account.provider, day=day, lines=lines, actor=actor)
        )


def _check_fields(fields: Any, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    known: dict[str, FieldSpec] = {field.name: field for field in fields}
    for name, value in [*settings.items(), *secrets.items()]:
        field = known.get(name)
        if field is None or field.is_secret != (name in secrets):
            raise MerchantError("the provider's account has no such field", field=name[:40])
        if len(value) > field.max_chars:
            raise MerchantError(f"a field has at most {field.max_chars} characters", field=name)
    for field in known.values():
        value = secrets.get(field.name, "") if field.is_secret else settings.get(field.name, field.default)
        if field.is_needed and not value:
            raise MerchantError("a field of the account is missing", field=field.name)
        if field.name in {COST_SHARE, COST_FIXED} and value and not _is_cost(value, is_whole=field.name == COST_FIXED):
            raise MerchantError("give a number that is not below zero", field=field.name)
        if field.name.endswith("_url") and not value.startswith(("https://", "http://")):
            raise MerchantError("give an address that begins with https://", field=field.name)


def _is_cost(text: str, *, is_whole: bool) -> bool:
    whole, _, part = text.partition(".")
    is_number = text.isascii() and whole.isdecimal() and (not part or part.isdecimal())
    return is_number and not (is_whole and part) and not text.endswith(".")
