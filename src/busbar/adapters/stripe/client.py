"""Asking Stripe: one request, one answer or an error of the house."""

from collections.abc import Mapping
from typing import Any, TypeVar

import httpx2
import msgspec

from busbar.kernel.calls import CallTally
from busbar.ports.payments import (
    Merchant,
    MerchantError,
    PaymentRefusedError,
    ProviderPaymentMissingError,
    ProviderUnavailableError,
)
from busbar.wire.stripe.form import encode_form
from busbar.wire.stripe.messages import API_VERSION, Failed, Failure

T = TypeVar("T")

_OK, _MISSING, _TOO_MANY, _BROKEN = 200, 404, 429, 500
_UNAUTHENTICATED = frozenset({401, 403})
_PAYMENT_REFUSED = 402
_LOCKED = 409
"""Another request with the same key is being worked on."""


class CardDeclinedError(PaymentRefusedError):
    """The card was declined; `failure` holds the payment as it stands."""

    def __init__(self, failure: Failure) -> None:
        reason = failure.decline_code or failure.code or "card_declined"
        super().__init__("the card was declined", reason=reason, detail=(failure.message or "")[:200])
        self.failure = failure


class StripeClient:
    """Speaks to one installation of Stripe's API, for whichever account."""

    def __init__(self, http: httpx2.AsyncClient, tally: CallTally | None = None) -> None:
        self._http = http
        self._tally = tally or CallTally("stripe")

    async def post(self, merchant: Merchant, path: str, fields: Mapping[str, Any], *, key: str, reply: type[T]) -> T:
        """Write; `key` makes a repeat harmless."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key}
        return await self._ask(merchant, "POST", path, headers=headers, content=encode_form(fields), reply=reply)

    async def get(self, merchant: Merchant, path: str, fields: Mapping[str, Any], *, reply: type[T]) -> T:
        """Read."""
        query = encode_form(fields)
        return await self._ask(merchant, "GET", f"{path}?{query}" if query else path, headers={}, reply=reply)

    async def _ask(
        self,
        merchant: Merchant,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        reply: type[T],
        content: str | None = None,
    ) -> T:
        address = merchant.settings["api_url"].rstrip("/") + path
        given = {
            "Authorization": f"Bearer {merchant.secrets['secret_key']}",
            "Stripe-Version": API_VERSION,
            **headers,
        }
        with self._tally.ask():
            try:
                answer = await self._http.request(method, address, headers=given, content=content)
            except (httpx2.TransportError, httpx2.InvalidURL) as error:
                raise ProviderUnavailableError("Stripe does not answer", cause=type(error).__name__) from None
            if answer.status_code != _OK:
                raise _explain(answer)
            try:
                return msgspec.json.decode(answer.content, type=reply)
            except (msgspec.DecodeError, UnicodeError):
                raise ProviderUnavailableError("Stripe's answer cannot be read") from None


def _explain(answer: httpx2.Response) -> Exception:
    status = answer.status_code
    try:
        failure = msgspec.json.decode(answer.content, type=Failed).error
    except (msgspec.DecodeError, UnicodeError):
        failure = Failure()
    if status in {_TOO_MANY, _LOCKED} or status >= _BROKEN:
        return ProviderUnavailableError("Stripe cannot do it now", status=status)
    if status in _UNAUTHENTICATED:
        return MerchantError("Stripe does not accept the secret key", field="secret_key")
    if status == _MISSING:
        return ProviderPaymentMissingError("Stripe knows no such thing")
    if status == _PAYMENT_REFUSED:
        return CardDeclinedError(failure)
    return PaymentRefusedError(
        "Stripe will not do it",
        reason=failure.code or failure.type or str(status),
        detail=(failure.message or "")[:200],
    )
