"""A real `busbar psp` process, a door for its notices, and the three adapters before it."""

import asyncio
import json
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from busbar.adapters.alipay.client import AlipayClient
from busbar.adapters.alipay.provider import AlipayPayments
from busbar.adapters.stripe.client import StripeClient
from busbar.adapters.stripe.provider import StripePayments
from busbar.adapters.system.clock import SystemClock
from busbar.adapters.wechatpay.client import WechatClient
from busbar.adapters.wechatpay.provider import WechatPayments
from busbar.canon.payments import PayWay, Provider
from busbar.ports.payments import Merchant, Opened, Order, PaymentKey, Payments, RefundOrder
from tests.patience import HANG_LIMIT_S

CARD = "4242424242424242"
TIMEOUT_S = 1.5
"""How long an adapter waits for an answer where a test wants it to give up; elsewhere a stall is no answer lost."""
CURRENCIES = {Provider.STRIPE: "EUR", Provider.ALIPAY: "CNY", Provider.WECHATPAY: "CNY"}
WAYS = {Provider.STRIPE: PayWay.PAGE, Provider.ALIPAY: PayWay.CODE, Provider.WECHATPAY: PayWay.CODE}


STATEMENT_ZONES = (timedelta(), timedelta(hours=8))
"""Where a day of the providers' statements begins: UTC, and Shanghai."""
LONGEST_TEST = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def on_one_day() -> None:
    """Begin nothing just before a statement's day ends: what was paid would stand in another than is fetched."""
    for zone in STATEMENT_ZONES:
        now = datetime.now(UTC) + zone
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight - now < LONGEST_TEST:
            time.sleep((midnight - now).total_seconds())


@dataclass
class Psp:
    """The handle of the provider."""

    address: str
    credentials: dict[str, Any]
    http: httpx2.AsyncClient | None = None

    async def tell(self, path: str, **wish: Any) -> Any:
        assert self.http is not None
        answer = await self.http.post(f"{self.address}/control/{path}", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def mischief(self, **wish: Any) -> None:
        await self.tell("mischief", **wish)


@pytest.fixture(scope="session")
def psp_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """Start `busbar psp` and end it."""
    file = tmp_path_factory.mktemp("psp") / "credentials.json"
    code = "from busbar.cli import main; main()"
    command = [sys.executable, "-c", code, "psp", "--port", "0", "--credentials", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    address = line.strip().rpartition(" ")[2]
    yield address, json.loads(Path(file).read_text(encoding="utf-8"))
    process.terminate()
    process.wait(timeout=HANG_LIMIT_S)
    process.stdout.close()


@dataclass
class Call:
    """A notice as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Door:
    """Takes notices, and answers as it is told."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    answers: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/notices"

    async def wait_for(self, count: int) -> list[Call]:
        async with asyncio.timeout(HANG_LIMIT_S):
            while len(self.calls) < count:
                self.came.clear()
                await self.came.wait()
        return self.calls

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines if ": " in line)
            length = int({name.lower(): value for name, value in headers.items()}["content-length"])
            call = Call(first.split(" ")[1], headers, await reader.readexactly(length))
            self.calls.append(call)
            self.came.set()
            status, text = (200, "success") if self.answers is None else await self.answers(call)
            body = text.encode()
            head = f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    made = Door()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=HANG_LIMIT_S, trust_env=False, follow_redirects=False) as client:
        yield client


@contextmanager
def impatient(http: httpx2.AsyncClient) -> Iterator[None]:
    """Have the adapters wait no longer than `TIMEOUT_S` meanwhile."""
    http.timeout = httpx2.Timeout(TIMEOUT_S)
    try:
        yield
    finally:
        http.timeout = httpx2.Timeout(HANG_LIMIT_S)


@pytest.fixture
async def psp(psp_process, door: Door) -> AsyncIterator[Psp]:
    address, credentials = psp_process
    async with httpx2.AsyncClient(timeout=HANG_LIMIT_S, trust_env=False) as client:
        made = Psp(address, credentials, client)
        await made.tell("forget")  # of other tests: their notices find nobody, their payments are in every statement
        await made.tell("webhook", url=door.url)
        yield made


def make_adapters(http: httpx2.AsyncClient) -> dict[Provider, Payments]:
    clock = SystemClock()
    return {
        Provider.STRIPE: StripePayments(StripeClient(http)),
        Provider.ALIPAY: AlipayPayments(AlipayClient(http, now=clock.now)),
        Provider.WECHATPAY: WechatPayments(WechatClient(http, now=clock.now, new_nonce=lambda: secrets.token_hex(16))),
    }


@dataclass
class Shop:
    """One adapter with its merchant, as a suite speaks of it."""

    provider: Provider
    adapter: Payments
    merchant: Merchant
    psp: Psp
    door: Door

    @property
    def currency(self) -> str:
        return CURRENCIES[self.provider]

    @property
    def can_hold(self) -> bool:
        return self.adapter.can_hold

    def order(self, *, amount: int = 2500, **given: Any) -> Order:
        wish: dict[str, Any] = {
            "payment_id": secrets.token_hex(16),
            "way": WAYS[self.provider],
            "amount": amount,
            "currency": self.currency,
            "is_hold": False,
            "description": "Top-up",
            "return_url": "http://127.0.0.1/back?link=",
            "notice_url": self.door.url,
            "expires_at": SystemClock().now() + timedelta(minutes=35),
            **given,
        }
        return Order(**wish)

    async def open(self, order: Order) -> Opened:
        return await self.adapter.open(self.merchant, order)

    async def pay(self, order: Order, number: str = CARD) -> None:
        """Pay as a payer would."""
        await self.psp.tell("pay", provider=self.provider, order_no=order.payment_id, number=number)

    def key(self, order: Order, opened: Opened, provider_ref: str = "") -> PaymentKey:
        return PaymentKey(
            payment_id=order.payment_id,
            amount=order.amount,
            currency=order.currency,
            checkout_ref=opened.checkout_ref,
            provider_ref=provider_ref,
        )

    async def make_paid(self, **given: Any) -> tuple[Order, PaymentKey]:
        """Return a payment that was paid."""
        order = self.order(**given)
        opened = await self.open(order)
        await self.pay(order)
        news = await self.adapter.query(self.merchant, self.key(order, opened))
        return order, self.key(order, opened, news.provider_ref)

    def refund_order(self, amount: int, **given: Any) -> RefundOrder:
        wish: dict[str, Any] = {
            "refund_id": secrets.token_hex(16),
            "amount": amount,
            "currency": self.currency,
            "notice_url": self.door.url,
            **given,
        }
        return RefundOrder(**wish)

    def read(self, call: Call, **given: Any):
        wish: dict[str, Any] = {"headers": call.headers, "body": call.body, "now": SystemClock().now(), **given}
        return self.adapter.read_notice(self.merchant, **wish)


@pytest.fixture(params=list(Provider))
def provider(request: pytest.FixtureRequest) -> Provider:
    return request.param


@pytest.fixture
def shop(provider: Provider, psp: Psp, door: Door, http: httpx2.AsyncClient) -> Shop:
    adapter = make_adapters(http)[provider]
    defaults = {each.name: each.default for each in adapter.fields if not each.is_secret}
    given = psp.credentials[provider]
    merchant = Merchant(
        account_id="account",
        provider=provider,
        settings={**defaults, **given["settings"]},
        secrets=given["secrets"],
    )
    adapter.check(merchant)
    return Shop(provider, adapter, merchant, psp, door)
