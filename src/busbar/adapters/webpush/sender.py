"""Hands messages to push services (RFC 8030)."""

import asyncio
import socket
import ssl
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2

from busbar.adapters.webpush.sealing import derive_sender_key, seal, write_public_key, write_vapid
from busbar.kernel.calls import CallTally
from busbar.kernel.clock import Clock
from busbar.ports.push import PushGoneError, PushRefusedError, PushTarget, PushUnavailableError

SIGNATURE_LIFE_S = 12 * 3600
"""RFC 8292 section 2: no longer than a day."""
_GONE = frozenset({404, 410})
_TOO_MANY, _BROKEN = 429, 500


class WebPush:
    """`busbar.ports.push.PushSender` over Web Push."""

    def __init__(
        self,
        installation_key: bytes,
        *,
        clock: Clock,
        subject: str,
        timeout_s: float = 10.0,
        is_private_allowed: bool = False,
        tally: CallTally | None = None,
    ) -> None:
        """`subject`: how a push service reaches us, `mailto:` or `https:`.

        `is_private_allowed`: also speak to push services at private addresses, and without TLS.
        """
        self._key = derive_sender_key(installation_key)
        self._clock = clock
        self._subject = subject
        self._timeout_s = timeout_s
        self._is_private_allowed = is_private_allowed
        self._tally = tally or CallTally("push")

    @property
    def public_key(self) -> str:
        """What browsers subscribe with."""
        return write_public_key(self._key)

    @cached_property
    def _authorities(self) -> ssl.SSLContext:
        """Whom TLS trusts; read once, since that takes longer than to send a message."""
        return httpx2.create_ssl_context()

    async def send(self, target: PushTarget, content: bytes, *, ttl_s: int, topic: str | None = None) -> None:
        """Hand a message over; see `busbar.ports.push.PushSender`."""
        with self._tally.ask():
            await self._send(target, content, ttl_s=ttl_s, topic=topic)

    async def _send(self, target: PushTarget, content: bytes, *, ttl_s: int, topic: str | None) -> None:
        parts = urlsplit(target.endpoint)
        await self._check_address(parts.scheme, parts.hostname or "", parts.port)
        expires_at_s = int(self._clock.now().timestamp()) + SIGNATURE_LIFE_S
        audience = f"{parts.scheme}://{parts.netloc}"
        headers = {
            "Authorization": write_vapid(
                self._key, audience=audience, subject=self._subject, expires_at_s=expires_at_s
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl_s),
            "Urgency": "high",
        }
        if topic is not None:
            headers["Topic"] = topic
        try:
            sealed = seal(content, public_key=target.public_key, auth=target.auth)
        except ValueError as error:
            raise PushRefusedError(f"this cannot be sealed: {error}") from None
        try:
            async with httpx2.AsyncClient(
                timeout=self._timeout_s, follow_redirects=False, verify=self._authorities
            ) as http:
                answer = await http.post(target.endpoint, content=sealed, headers=headers)
        except httpx2.HTTPError as error:
            raise PushUnavailableError(f"the push service does not answer: {type(error).__name__}") from None
        if answer.status_code in _GONE:
            raise PushGoneError("the device is gone")
        if answer.status_code == _TOO_MANY or answer.status_code >= _BROKEN:
            raise PushUnavailableError("the push service takes nothing now", status=answer.status_code)
        if not answer.is_success:
            raise PushRefusedError("the push service refuses this", status=answer.status_code)

    async def _check_address(self, scheme: str, host: str, port: int | None) -> None:
        """Refuse what a stranger may make us speak to: a driver names the address, so it must lead outside."""
        if self._is_private_allowed:
            return
        if scheme != "https":
            raise PushRefusedError("a push service speaks https")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
        except OSError:
            raise PushUnavailableError("the push service has no address now") from None
        if not all(ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found):
            raise PushRefusedError("a push service at a private address")
