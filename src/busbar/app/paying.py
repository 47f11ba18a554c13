"""Payment providers put together: one client, three adapters, and the errands that use them."""

import secrets
import ssl
from functools import cache

import httpx2

from busbar.adapters.alipay.client import AlipayClient
from busbar.adapters.alipay.provider import AlipayPayments
from busbar.adapters.stripe.client import StripeClient
from busbar.adapters.stripe.provider import StripePayments
from busbar.adapters.system.sealing import AesSealer
from busbar.adapters.wechatpay.client import WechatClient
from busbar.adapters.wechatpay.provider import WechatPayments
from busbar.app.config import Settings
from busbar.canon.payments import Provider
from busbar.domain.payments.errands import PaymentErrands
from busbar.kernel.calls import CallBook
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.payments import Payments

CONNECTIONS_MAX = 20
_NONCE_BYTES = 16


@cache
def read_authorities() -> ssl.SSLContext:
    """Return whom TLS trusts; reading that takes longer than most requests, so it is done once in a process."""
    return httpx2.create_ssl_context(trust_env=False)


def make_client(settings: Settings) -> httpx2.AsyncClient:
    """Make the client that providers are asked with, with bounds."""
    limits = httpx2.Limits(max_connections=CONNECTIONS_MAX)
    return httpx2.AsyncClient(
        timeout=settings.payment_timeout_s, limits=limits, trust_env=False, verify=read_authorities()
    )


def open_providers(http: httpx2.AsyncClient, *, clock: Clock, calls: CallBook) -> dict[Provider, Payments]:
    """Make the adapters over one client; how asking goes is noted in `calls`. Nothing is asked yet."""
    return {
        Provider.STRIPE: StripePayments(StripeClient(http, calls.open("stripe"))),
        Provider.ALIPAY: AlipayPayments(AlipayClient(http, now=clock.now, tally=calls.open("alipay"))),
        Provider.WECHATPAY: WechatPayments(
            WechatClient(
                http,
                now=clock.now,
                new_nonce=lambda: secrets.token_hex(_NONCE_BYTES),
                tally=calls.open("wechatpay"),
            )
        ),
    }


def make_errands(
    settings: Settings,
    *,
    key: bytes,
    dispatcher: Dispatcher,
    clock: Clock,
    ids: IdSource,
    calls: CallBook | None = None,
    http: httpx2.AsyncClient | None = None,
) -> PaymentErrands:
    """Make the errands of payments; `dispatcher` takes their steps. Whoever brings a client closes it."""
    return PaymentErrands(
        core=dispatcher,
        providers=open_providers(http or make_client(settings), clock=clock, calls=calls or CallBook()),
        sealer=AesSealer(key),
        clock=clock,
        ids=ids,
        key=key,
        public_address=settings.public_address,
    )
