"""Asking WeChat Pay: signed requests out, signed answers back."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec

from busbar.kernel.calls import CallTally
from busbar.kernel.errors import DeniedError, InvalidError
from busbar.ports.payments import (
    AnswerSignatureError,
    Merchant,
    MerchantError,
    PaymentRefusedError,
    ProviderPaymentMissingError,
    ProviderUnavailableError,
)
from busbar.wire.wechatpay.messages import NOT_FOUND_CODES, BillPlace, Failed
from busbar.wire.wechatpay.signature import authorize, load_private_key, load_public_key, verify_answer

T = TypeVar("T")

_OK, _EMPTY, _UNAUTHENTICATED, _TOO_MANY, _BROKEN = 200, 204, 401, 429, 500
BILL_MAX_BYTES = 64 * 1024 * 1024


class WechatClient:
    """Speaks to WeChat Pay, for whichever merchant."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        *,
        now: Callable[[], datetime],
        new_nonce: Callable[[], str],
        tally: CallTally | None = None,
    ) -> None:
        self._http = http
        self._tally = tally or CallTally("wechatpay")
        self._now = now
        self.new_nonce = new_nonce

    @property
    def now_s(self) -> int:
        """The present second of 1970's count."""
        return int(self._now().timestamp())

    async def ask(
        self, merchant: Merchant, method: str, target: str, *, reply: type[T], body: msgspec.Struct | None = None
    ) -> T | None:
        """Ask; None: done, with nothing to say."""
        with self._tally.ask():
            return await self._ask(merchant, method, target, reply, body)

    async def _ask(
        self, merchant: Merchant, method: str, target: str, reply: type[T], body: msgspec.Struct | None
    ) -> T | None:
        text = "" if body is None else msgspec.json.encode(body).decode()
        answer = await self._send(merchant, method, merchant.settings["api_url"].rstrip("/") + target, text)
        if answer.status_code not in {_OK, _EMPTY}:
            raise _explain(answer)
        self._verify(merchant, answer)
        if answer.status_code == _EMPTY:
            return None
        try:
            return msgspec.json.decode(answer.content, type=reply)
        except (msgspec.DecodeError, UnicodeError):
            raise ProviderUnavailableError("WeChat Pay's answer cannot be read") from None

    async def fetch(self, merchant: Merchant, place: BillPlace) -> bytes:
        """Fetch a bill; that answer is not signed, its digest was told before."""
        with self._tally.ask():
            answer = await self._send(merchant, "GET", place.download_url, "")
            if answer.status_code != _OK:
                raise _explain(answer)
        if len(answer.content) > BILL_MAX_BYTES:
            raise InvalidError("the bill is too long")
        digest = hashlib.sha1(answer.content, usedforsecurity=False).hexdigest()
        if place.hash_type.upper() != "SHA1" or digest != place.hash_value.lower():
            raise AnswerSignatureError("the bill is not the one that WeChat Pay told of")
        return answer.content

    async def _send(self, merchant: Merchant, method: str, address: str, text: str) -> httpx2.Response:
        parts = urlsplit(address)
        header = authorize(
            method=method,
            target=parts.path + (f"?{parts.query}" if parts.query else ""),
            body=text,
            mchid=merchant.settings["mchid"],
            serial_no=merchant.settings["merchant_serial"],
            key=load_private_key(merchant.secrets["merchant_private_key"]),
            nonce=self.new_nonce(),
            at_s=self.now_s,
        )
        headers = {"Authorization": header, "Accept": "application/json", "Content-Type": "application/json"}
        try:
            return await self._http.request(method, address, content=text or None, headers=headers)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            raise ProviderUnavailableError("WeChat Pay does not answer", cause=type(error).__name__) from None

    def _verify(self, merchant: Merchant, answer: httpx2.Response) -> None:
        try:
            verify_answer(
                dict(answer.headers),
                answer.content.decode(),
                key=load_public_key(merchant.settings["platform_key"]),
                serial_no=merchant.settings["platform_serial"],
                now_s=self.now_s,
            )
        except (DeniedError, UnicodeError):
            raise AnswerSignatureError("WeChat Pay's answer is not signed by WeChat Pay") from None


def _explain(answer: httpx2.Response) -> Exception:
    try:
        failed = msgspec.json.decode(answer.content, type=Failed)
    except (msgspec.DecodeError, UnicodeError):
        failed = Failed()
    if failed.code in NOT_FOUND_CODES:
        return ProviderPaymentMissingError("WeChat Pay knows no such payment")
    if answer.status_code == _UNAUTHENTICATED:
        return MerchantError("WeChat Pay does not accept the signature", field="merchant_private_key")
    if answer.status_code == _TOO_MANY or answer.status_code >= _BROKEN:
        return ProviderUnavailableError("WeChat Pay cannot do it now", status=answer.status_code)
    return PaymentRefusedError("WeChat Pay will not do it", reason=failed.code, detail=failed.message[:200])
