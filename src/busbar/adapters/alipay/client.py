"""Asking Alipay's gateway: signed parameters out, a signed answer back."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx2
import msgspec

from busbar.kernel.calls import CallTally
from busbar.kernel.errors import DeniedError, InvalidError
from busbar.ports.payments import (
    AnswerSignatureError,
    Merchant,
    PaymentRefusedError,
    ProviderPaymentMissingError,
    ProviderUnavailableError,
)
from busbar.wire.alipay.answer import AnswerError, read_answer
from busbar.wire.alipay.messages import NOT_FOUND_SUBS, SUCCESS, UNAVAILABLE, UNAVAILABLE_SUBS, Result, write_time
from busbar.wire.alipay.signature import SIGN_TYPE, join, load_private_key, load_public_key, sign

T = TypeVar("T", bound=Result)

_OK = 200
BILL_MAX_BYTES = 64 * 1024 * 1024


class AlipayClient:
    """Speaks to the gateway, for whichever account."""

    def __init__(
        self, http: httpx2.AsyncClient, *, now: Callable[[], datetime], tally: CallTally | None = None
    ) -> None:
        self._http = http
        self._tally = tally or CallTally("alipay")
        self._now = now

    def sign(
        self, merchant: Merchant, method: str, content: Mapping[str, Any], *, notice_url: str = "", return_url: str = ""
    ) -> str:
        """Return the signed parameters as a query."""
        parameters = {
            "app_id": merchant.settings["app_id"],
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": SIGN_TYPE,
            "timestamp": write_time(self._now()),
            "version": "1.0",
            "notify_url": notice_url,
            "return_url": return_url,
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }
        given = {name: value for name, value in parameters.items() if value}
        given["sign"] = sign(join(given), load_private_key(merchant.secrets["app_private_key"]))
        return urlencode(given)

    async def ask(
        self, merchant: Merchant, method: str, content: Mapping[str, Any], reply: type[T], *, notice_url: str = ""
    ) -> T:
        """Call a method. What is refused is an error, except for a reply that says so within success."""
        query = self.sign(merchant, method, content, notice_url=notice_url)
        with self._tally.ask():
            return await self._ask(merchant, method, query, reply)

    async def _ask(self, merchant: Merchant, method: str, query: str, reply: type[T]) -> T:
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        try:
            answer = await self._http.post(merchant.settings["gateway_url"], content=query, headers=headers)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            raise ProviderUnavailableError("Alipay does not answer", cause=type(error).__name__) from None
        if answer.status_code != _OK:
            raise ProviderUnavailableError("Alipay cannot do it now", status=answer.status_code)
        try:
            text = answer.content.decode()
            member = read_answer(text, method, load_public_key(merchant.settings["alipay_public_key"]))
            found = msgspec.convert(member, reply)
        except (AnswerError, msgspec.ValidationError, UnicodeError):
            raise ProviderUnavailableError("Alipay's answer cannot be read") from None
        except DeniedError:
            raise AnswerSignatureError("Alipay's answer is not signed by Alipay") from None
        if found.code == SUCCESS:
            return found
        raise _explain(found)

    async def fetch(self, address: str) -> bytes:
        """Fetch a bill from where the gateway said it lies."""
        with self._tally.ask():
            return await self._fetch(address)

    async def _fetch(self, address: str) -> bytes:
        try:
            answer = await self._http.get(address)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            raise ProviderUnavailableError("Alipay does not answer", cause=type(error).__name__) from None
        if answer.status_code != _OK:
            raise ProviderUnavailableError("Alipay has no bill there", status=answer.status_code)
        if len(answer.content) > BILL_MAX_BYTES:
            raise InvalidError("the bill is too long")
        return answer.content


def _explain(found: Result) -> Exception:
    reason = found.sub_code or found.code
    if reason in NOT_FOUND_SUBS:
        return ProviderPaymentMissingError("Alipay knows no such payment")
    if found.code == UNAVAILABLE or reason in UNAVAILABLE_SUBS:
        return ProviderUnavailableError("Alipay cannot do it now", reason=reason)
    return PaymentRefusedError("Alipay will not do it", reason=reason, detail=(found.sub_msg or found.msg)[:200])
