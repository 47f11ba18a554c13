"""Payment providers put together: one client, three adapters, and the errands that use them."""

import secrets

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
from busbar.kernel.clock import Clock
from busbar.kernel.ids import IdSource
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.payments import Payments

CONNECTIONS_MAX = 20
_NONCE_BYTES = 16


def open_providers(settings: Settings, *, clock: Clock) -> dict[Provider, Payments]:
    """Make the adapters over one client with bounds. Nothing is asked yet."""
    limits = httpx2.Limits(max_connections=CONNECTIONS_MAX)
    http = httpx2.AsyncClient(timeout=settings.payment_timeout_s, limits=limits, trust_env=False)
    return {
        Provider.STRIPE: StripePayments(StripeClient(http)),
        Provider.ALIPAY: AlipayPayments(AlipayClient(http, now=clock.now)),
        Provider.WECHATPAY: WechatPayments(
            WechatClient(http, now=clock.now, new_nonce=lambda: secrets.token_hex(_NONCE_BYTES))
        ),
    }


def make_errands(
    settings: Settings, *, key: bytes, dispatcher: Dispatcher, clock: Clock, ids: IdSource
) -> PaymentErrands:
    """Make the errands of payments; `dispatcher` takes their steps."""
    return PaymentErrands(
        core=dispatcher,
        providers=open_providers(settings, clock=clock),
        sealer=AesSealer(key),
        clock=clock,
        ids=ids,
        key=key,
        public_address=settings.public_address,
    )
