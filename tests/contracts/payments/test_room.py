"""The payments room beside the ledger in a real core, and a provider process that calls back."""

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from busbar.adapters.system.clock import SystemClock
from busbar.adapters.system.sealing import AesSealer
from busbar.adapters.system.secrets import Argon2Passwords, SystemSecrets
from busbar.app.desk import Desk
from busbar.canon.drivers import CreateDriver
from busbar.canon.ledger import Spendable
from busbar.canon.payment_accounts import ListPaymentProviders, TryPaymentAccount
from busbar.canon.payments import (
    INSTALLATION,
    CancelPayment,
    CheckPayment,
    DrivePayments,
    FindGuestPayment,
    FindPaidAhead,
    ListPaymentAccounts,
    NoticeOutcome,
    PaymentState,
    Provider,
    RecordProviderNotice,
    RefundPayment,
    SavePaymentAccount,
    StartGuestPayment,
    StartTopUp,
)
from busbar.canon.reconciliation import DifferenceState, FetchStatements, ImportStatement, SettleDifference
from busbar.canon.secret import Secret
from busbar.canon.sessions import StartSession, StopTarget
from busbar.canon.stations import FindStation, Registration, StationStanding
from busbar.canon.tenants import EnsureAdministrator
from busbar.domain.access.service import AccessService
from busbar.domain.access.sql import SqlAccessStore
from busbar.domain.ledger.service import LedgerService
from busbar.domain.ledger.sql import SqlLedgerStore
from busbar.domain.ledger.tables import accounts
from busbar.domain.payments.errands import PaymentErrands
from busbar.domain.payments.service import PaymentService
from busbar.domain.payments.sql import SqlStore
from busbar.domain.payments.steps import FindAccount
from busbar.domain.payments.tables import payment_accounts, payment_differences, payment_notices, payments
from busbar.domain.tenants.errands import TenantErrands
from busbar.domain.tenants.service import TenantService
from busbar.domain.tenants.sql import SqlTenantStore, audit_entries
from busbar.kernel.errors import (
    BusbarError,
    ConflictError,
    DeniedError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from busbar.kernel.ids import OperatorId
from tests.patience import HANG_LIMIT_S

from .conftest import CARD, CURRENCIES, WAYS, Call, Door, Psp, make_adapters

KEY = b"k" * 32


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again: what is waited for happens in other tasks and another process."""
    async with asyncio.timeout(HANG_LIMIT_S):
        while not await is_so():  # noqa: ASYNC110 - nobody here is told when the database changes
            await asyncio.sleep(0.02)


class Room:
    """What the suite says in one word."""

    def __init__(self, house: Any, psp: Psp, door: Door, http: Any, passwords: Any) -> None:
        self.house, self.psp, self.door = house, psp, door
        self.operator_id = self.driver_id = ""
        self.started: list[StartSession] = []
        core, ids = house.core, house.ids
        given: dict[str, Any] = {"ids": ids, "secrets": SystemSecrets(), "key": KEY}
        tenants = TenantService(store=SqlTenantStore(), **given)
        rooms = [
            tenants,
            AccessService(store=SqlAccessStore(), **given),
            LedgerService(store=SqlLedgerStore(), ids=ids, cache_max=100),
            PaymentService(store=SqlStore(), ids=ids),
        ]
        for room in rooms:
            core.register(room.handlers())
            core.listen(room.listeners())
        core.register({FindStation: self.find_station, StartSession: self.start_session})
        self.desk = Desk(core)
        outside = {"core": core, "clock": house.clock, "attempts_max_per_min": 5}
        errands = TenantErrands(bearers=tenants.bearers, passwords=passwords, secrets=SystemSecrets(), **outside)
        self.desk.register(errands.errands())
        self.adapters = make_adapters(http)
        self.errands = PaymentErrands(
            core=core,
            providers=self.adapters,
            sealer=AesSealer(KEY),
            clock=SystemClock(),
            ids=ids,
            key=KEY,
            public_address=f"http://127.0.0.1:{door.port}",
        )
        self.desk.register(self.errands.errands())
        self.dispatch = self.desk.dispatch
        self.accounts: dict[Provider, str] = {}
        door.answers = self.take

    async def find_station(self, message: FindStation, _work: Any) -> StationStanding:
        return StationStanding(
            station_id=message.station_id,
            operator_id=self.operator_id,
            site_id=None,
            registration=Registration.ACCEPTED,
            is_online=True,
        )

    async def start_session(self, message: StartSession, _work: Any) -> str:
        if message.station_id == "BUSY":
            raise ConflictError("the EVSE is busy")
        self.started.append(message)
        return f"session-of-{message.command_id}"[:60]

    async def take(self, call: Call) -> tuple[int, str]:
        provider, account_id = call.path.split("/")[-2:]
        wish = RecordProviderNotice(
            account_id=account_id, provider=Provider(provider), headers=call.headers, body=call.body
        )
        try:
            await self.dispatch(wish)
        except BusbarError as error:
            return 400, error.code
        return 200, "success"

    async def begin(self) -> None:
        ensured = await self.dispatch(EnsureAdministrator(email="root@example.org"))
        self.operator_id = ensured.operator_id
        driver = CreateDriver(operator_id=self.operator_id, actor="staff:s", display_name="Mara")
        self.driver_id = (await self.dispatch(driver)).driver_id
        for provider in Provider:
            given = self.psp.credentials[provider]
            account = await self.dispatch(
                SavePaymentAccount(
                    operator_id=self.operator_id,
                    actor="staff:s",
                    provider=provider,
                    settings=given["settings"],
                    secrets={name: Secret(text=text) for name, text in given["secrets"].items()},
                )
            )
            self.accounts[provider] = account.account_id
        url = f"http://127.0.0.1:{self.door.port}/api/v1/payments/notices/stripe/{self.accounts[Provider.STRIPE]}"
        await self.psp.tell("webhook", url=url)

    async def top_up(self, provider: Provider, amount: int = 2500, **given: Any):
        wish: dict[str, Any] = {
            "payment_id": secrets.token_hex(16),
            "operator_id": self.operator_id,
            "driver_id": self.driver_id,
            "provider": provider,
            "way": WAYS[provider],
            "amount": amount,
            "currency": CURRENCIES[provider],
            "return_url": "http://127.0.0.1/app/wallet",
            "requested_by": "driver:d",
            **given,
        }
        return await self.dispatch(StartTopUp(**wish))

    async def guest(self, provider: Provider, station_id: str = "S1", amount: int = 5000):
        return await self.dispatch(
            StartGuestPayment(
                payment_id=secrets.token_hex(16),
                operator_id=self.operator_id,
                station_id=station_id,
                provider=provider,
                way=WAYS[provider],
                amount=amount,
                currency=CURRENCIES[provider],
                return_url="http://127.0.0.1/app/guest/",
                address="192.0.2.1",
            )
        )

    async def pay(self, payment: Any, number: str = CARD) -> None:
        await self.psp.tell("pay", provider=payment.provider, order_no=payment.payment_id, number=number)

    async def look(self, payment_id: str, *states: PaymentState):
        """Return the payment as soon as it stands so."""
        look = CheckPayment(operator_id=self.operator_id, payment_id=payment_id, is_look=True)
        await until(lambda: self._stands(look, states))
        return await self.dispatch(look)

    async def _stands(self, look: CheckPayment, states: tuple[PaymentState, ...]) -> bool:
        return (await self.dispatch(look)).state in states

    async def balance(self, kind: str, owner: str, currency: str) -> int:
        query = select(accounts.c.balance).where(
            accounts.c.kind == kind, accounts.c.owner == owner, accounts.c.currency == currency
        )
        async with self.house.databases.read() as connection:
            return (await connection.execute(query)).scalar() or 0

    async def wallet(self, currency: str) -> int:
        return await self.balance("wallet", f"driver:{self.driver_id}", currency)

    async def rows(self, table: Any) -> list[Any]:
        async with self.house.databases.read() as connection:
            return list((await connection.execute(table.select())).mappings())


@pytest.fixture
async def room(house, psp, door, http):
    house.clock.instant = SystemClock().now()
    passwords = Argon2Passwords(memory_kib=8, passes=1)
    made = Room(house, psp, door, http, passwords)
    await house.start()
    await made.begin()
    yield made
    await made.errands.stop()
    passwords.close()


async def test_a_top_up_is_in_the_wallet_once_however_often_it_is_told(room: Room, provider):
    await room.psp.mischief(copies=3)
    payment = await room.top_up(provider)
    assert payment.state is PaymentState.PENDING
    assert payment.page_url or payment.code_text
    await room.pay(payment)
    done = await room.look(payment.payment_id, PaymentState.CAPTURED)
    assert done.captured == 2500
    assert await room.wallet(payment.currency) == 2500


async def test_notices_that_were_lost_are_made_up_for_by_asking(room: Room, provider):
    await room.psp.mischief(is_holding=True)
    payment = await room.top_up(provider)
    await room.pay(payment)
    room.house.clock.advance(timedelta(minutes=1))
    assert await room.dispatch(DrivePayments()) == 1
    assert (await room.look(payment.payment_id, PaymentState.CAPTURED)).captured == 2500
    await room.psp.mischief(is_holding=True, is_reversed=True, copies=2)
    await room.psp.tell("release")
    assert await room.wallet(payment.currency) == 2500


async def test_a_provider_that_is_down_keeps_nobody_from_wishing_and_is_asked_again(room: Room, provider):
    await room.psp.mischief(is_down=True)
    payment = await room.top_up(provider)
    if provider is not Provider.ALIPAY or payment.state is PaymentState.CREATED:
        assert payment.state is PaymentState.CREATED
    await room.psp.mischief()
    room.house.clock.advance(timedelta(minutes=1))
    await room.dispatch(DrivePayments())
    opened = await room.look(payment.payment_id, PaymentState.PENDING)
    await room.pay(opened)
    await room.look(payment.payment_id, PaymentState.CAPTURED)


async def test_a_repeat_is_the_same_payment_and_another_wish_is_a_conflict(room: Room, provider):
    payment = await room.top_up(provider)
    again = await room.top_up(provider, payment_id=payment.payment_id)
    assert (again.page_url, again.code_text) == (payment.page_url, payment.code_text)
    with pytest.raises(ConflictError):
        await room.top_up(provider, payment_id=payment.payment_id, amount=9)


async def test_refunds_take_the_money_at_once_and_never_more_than_there_is(room: Room, provider):
    payment = await room.top_up(provider, amount=3000)
    await room.pay(payment)
    await room.look(payment.payment_id, PaymentState.CAPTURED)
    wish: dict[str, Any] = {
        "operator_id": room.operator_id,
        "payment_id": payment.payment_id,
        "requested_by": "staff:s",
    }
    part = await room.dispatch(RefundPayment(refund_id="r1" + "0" * 20, amount=1000, **wish))
    again = await room.dispatch(RefundPayment(refund_id="r1" + "0" * 20, amount=1000, **wish))
    assert (part.state, again.refunded) == (PaymentState.PARTLY_REFUNDED, 1000)
    assert await room.wallet(payment.currency) == 2000
    with pytest.raises(ConflictError):
        await room.dispatch(RefundPayment(refund_id="r2" + "0" * 20, amount=2001, **wish))
    await room.dispatch(DrivePayments())
    with pytest.raises(ConflictError):
        await room.dispatch(CancelPayment(**wish))
    clearing = await room.balance("clearing", f"provider:{provider}", payment.currency)
    assert abs(clearing or 2000) == 2000


async def test_forged_and_strange_notices_are_refused_and_harmless(room: Room, provider):
    payment = await room.top_up(provider)
    await room.pay(payment)
    await room.look(payment.payment_id, PaymentState.CAPTURED)
    call = room.door.calls[0]
    account_id = room.accounts[provider]

    async def record(body: bytes, headers: dict[str, str], account: str = account_id):
        wish = RecordProviderNotice(account_id=account, provider=provider, headers=headers, body=body)
        return await room.dispatch(wish)

    for body in (b"", call.body[:-3], call.body + b"x", b"\x00" * 1000, b"{}"):
        with pytest.raises((DeniedError, InvalidError)):
            await record(body, call.headers)
    with pytest.raises(NotFoundError):
        await record(call.body, call.headers, account="0" * 32)
    assert await record(call.body, call.headers) is NoticeOutcome.REPEATED
    assert await room.wallet(payment.currency) == 2500


async def test_a_notice_of_another_amount_is_kept_and_changes_nothing(room: Room):
    """The provider's own signature, but another amount than we asked for: as if its page had been tampered with."""
    payment = await room.top_up(Provider.STRIPE)
    async with room.house.databases.writer.begin() as connection:
        await connection.execute(
            payments.update().where(payments.c.payment_id == payment.payment_id).values(amount=9900)
        )
    await room.pay(payment)

    async def is_refused() -> bool:
        return any(row["outcome"] == NoticeOutcome.REFUSED for row in await room.rows(payment_notices))

    await until(is_refused)
    assert await room.wallet("EUR") == 0


async def test_a_guests_session_starts_by_itself_and_the_link_shows_it(room: Room, provider):
    guest = await room.guest(provider)
    await room.pay(guest.payment)

    async def is_started() -> bool:
        return bool(room.started)

    await until(is_started)
    assert room.started[0].station_id == "S1"
    assert len(room.started[0].id_token.value) <= 20
    assert room.started[0].target == StopTarget(cost=5000)
    session_id = f"session-of-{guest.payment.payment_id}"[:60]

    async def is_bounded() -> bool:
        question = FindPaidAhead(operator_id=room.operator_id, session_id=session_id)
        return await room.dispatch(question) == Spendable(currency=CURRENCIES[provider], amount=5000)

    await until(is_bounded)
    elsewhere = FindPaidAhead(operator_id=OperatorId("another"), session_id=session_id)
    assert await room.dispatch(elsewhere) is None
    shown = await room.dispatch(FindGuestPayment(link=guest.link))
    assert shown.payment_id == guest.payment.payment_id
    for link in (
        "bbg_none.x",
        guest.link.text[:-1] + "0" if guest.link.text[-1] != "0" else guest.link.text[:-1] + "1",
    ):
        with pytest.raises(NotFoundError):
            await room.dispatch(FindGuestPayment(link=Secret(text=link)))


async def test_a_guest_whose_session_cannot_start_gets_everything_back(room: Room, provider):
    guest = await room.guest(provider, station_id="BUSY")
    await room.pay(guest.payment)
    end = PaymentState.CANCELLED if room.adapters[provider].can_hold else PaymentState.REFUNDED
    payment = await room.look(guest.payment.payment_id, end)
    assert payment.captured - payment.refunded == 0


async def test_a_dispute_is_taken_from_the_books_and_won_back(room: Room):
    payment = await room.top_up(Provider.STRIPE)
    await room.pay(payment)
    await room.look(payment.payment_id, PaymentState.CAPTURED)
    opened = await room.psp.tell("dispute", order_no=payment.payment_id, amount=2500)
    disputed = await room.look(payment.payment_id, PaymentState.DISPUTED)
    assert disputed.disputed == 2500
    await room.psp.tell("dispute", dispute=opened["dispute"], is_won=True)
    assert (await room.look(payment.payment_id, PaymentState.CAPTURED)).disputed == 0


async def test_statements_agree_and_what_differs_is_listed_with_its_reason(room: Room, provider):
    payment = await room.top_up(provider)
    await room.pay(payment)
    await room.look(payment.payment_id, PaymentState.CAPTURED)
    local = SystemClock().now() + (timedelta() if provider is Provider.STRIPE else timedelta(hours=8))
    lines = await room.adapters[provider].download_statement(
        room.errands.open_account(await find_account(room, provider)), local.date()
    )
    assert payment.payment_id in {line.payment_id for line in lines}
    found = await room.dispatch(FetchStatements(days=1))
    assert found >= 0
    differences = await room.rows(payment_differences)
    mine = [row for row in differences if row["payment_id"] == payment.payment_id]
    assert mine == []


async def test_a_difference_has_an_owner_and_is_not_settled_without_a_word(room: Room):
    payment = await room.top_up(Provider.STRIPE)
    body = (
        b'{"object":"list","has_more":false,"data":[{"id":"txn_1","type":"charge","amount":700,"fee":35,"net":665,'
        b'"currency":"eur","created":1780000000,"source":{"id":"ch_1","payment_intent":"pi_unknown","metadata":{}}},'
        b'{"id":"txn_2","type":"charge","amount":2500,"fee":60,"net":2440,"currency":"eur","created":1780000000,'
        b'"source":{"id":"ch_2","payment_intent":"","metadata":{"payment_id":"'
        + payment.payment_id.encode()
        + b'"}}}]}'
    )
    wish = ImportStatement(
        operator_id=room.operator_id,
        actor="staff:s",
        provider=Provider.STRIPE,
        day=SystemClock().now().date(),
        body=body,
    )
    assert await room.dispatch(wish) == 2
    assert await room.dispatch(wish) == 0
    rows = {row["reason"]: row for row in await room.rows(payment_differences)}
    assert set(rows) == {"missing_here", "state"}
    settle: dict[str, Any] = {
        "operator_id": room.operator_id,
        "actor": "staff:s",
        "difference_id": rows["missing_here"]["difference_id"],
    }
    with pytest.raises(InvalidError):
        await room.dispatch(SettleDifference(state=DifferenceState.ACCEPTED, **settle))
    await room.dispatch(SettleDifference(state=DifferenceState.IN_HAND, owner="Ada", **settle))
    await room.dispatch(SettleDifference(state=DifferenceState.RESOLVED, note="booked by hand", **settle))
    with pytest.raises(ConflictError):
        await room.dispatch(SettleDifference(state=DifferenceState.OPEN, **settle))


async def test_secrets_are_sealed_in_the_database_and_never_told(room: Room, provider):
    row = next(row for row in await room.rows(payment_accounts) if row["provider"] == provider)
    for secret in room.psp.credentials[provider]["secrets"].values():
        assert secret not in row["secrets"]
        assert base64.b64encode(secret.encode()).decode() not in row["secrets"]


async def find_account(room: Room, provider: Provider):
    return await room.dispatch(FindAccount(account_id=room.accounts[provider], provider=provider))


async def test_an_account_is_tried_and_no_money_moves(room: Room, provider):
    trial = TryPaymentAccount(operator_id=room.operator_id, provider=provider)
    assert await room.dispatch(trial) >= 0
    assert await room.rows(payments) == []
    with pytest.raises(NotFoundError):
        await room.dispatch(TryPaymentAccount(operator_id=OperatorId("0" * 32), provider=provider))
    await room.psp.mischief(is_down=True)
    with pytest.raises(UnavailableError):
        await room.dispatch(trial)


async def test_an_account_whose_key_is_another_is_refused(room: Room):
    wrong = SavePaymentAccount(
        operator_id=room.operator_id, actor="staff:s", provider=Provider.STRIPE,
        settings=room.psp.credentials["stripe"]["settings"], secrets={"secret_key": Secret(text="sk_test_wrong")},
    )  # fmt: skip
    await room.dispatch(wrong)
    with pytest.raises(BusbarError) as caught:
        await room.dispatch(TryPaymentAccount(operator_id=room.operator_id, provider=Provider.STRIPE))
    assert caught.value.code == "invalid.payment_account"


async def test_the_installation_s_account_serves_who_has_none_and_is_noted_with_who_entered_it(room: Room):
    given = room.psp.credentials["stripe"]
    await room.dispatch(
        SavePaymentAccount(
            operator_id=INSTALLATION, acting_for=room.operator_id, actor="staff:s", provider=Provider.STRIPE,
            settings=given["settings"], secrets={name: Secret(text=text) for name, text in given["secrets"].items()},
        )
    )  # fmt: skip
    (entry,) = [each for each in await room.rows(audit_entries) if each["action"] == "payment_account.save"][-1:]
    assert entry["operator_id"] == room.operator_id
    listed = await room.dispatch(ListPaymentAccounts(operator_id=OperatorId("other")))
    assert [(each.provider, each.operator_id) for each in listed] == [(Provider.STRIPE, INSTALLATION)]
    described = await room.dispatch(ListPaymentProviders())
    assert {each.provider for each in described} == set(Provider)
    assert [each.provider for each in described if each.can_hold] == [Provider.STRIPE]
