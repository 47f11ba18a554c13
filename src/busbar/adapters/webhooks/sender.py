"""Sends one message over HTTP."""

import asyncio
import socket
import ssl
from functools import cached_property
from ipaddress import ip_address

import httpx2

from busbar.adapters.webhooks.signing import sign
from busbar.kernel.clock import Clock
from busbar.ports.webhooks import Sending, Sent

ANSWER_MAX_BYTES = 4096
"""What is read of an answer; the rest is cut off."""
SECONDS_MAX_CHARS = 9
AGENT = "Busbar-Webhooks/1"
_PORTS = {"https": 443, "http": 80}


class UnwantedAddressError(Exception):
    """The host leads where we may not speak to; the text says where."""


class HttpWebhooks:
    """`busbar.ports.webhooks.WebhookSender` over HTTP."""

    def __init__(self, *, clock: Clock, timeout_s: float = 10.0, is_private_allowed: bool = False) -> None:
        """`is_private_allowed`: also speak to addresses of private networks, and there without TLS."""
        self._clock = clock
        self._timeout_s = timeout_s
        self._is_private_allowed = is_private_allowed

    @cached_property
    def _authorities(self) -> ssl.SSLContext:
        """Whom TLS trusts; read once, since that takes longer than to send a message."""
        return httpx2.create_ssl_context(trust_env=False)

    async def send(self, sending: Sending) -> Sent:
        """Send a message once; see `busbar.ports.webhooks.WebhookSender`."""
        began_s = self._clock.monotonic_s()
        try:
            async with asyncio.timeout(self._timeout_s):
                sent = await self._send(sending)
        except TimeoutError:
            sent = Sent(error="timed_out")
        except UnwantedAddressError as error:
            sent = Sent(error=f"refused: {error}")
        except socket.gaierror:
            sent = Sent(error="no_such_host")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
            sent = Sent(error=f"unreachable: {type(error).__name__}")
        duration_ms = int((self._clock.monotonic_s() - began_s) * 1000)
        return Sent(
            status=sent.status,
            error=sent.error,
            answer=sent.answer,
            retry_after_s=sent.retry_after_s,
            duration_ms=duration_ms,
        )

    async def _send(self, sending: Sending) -> Sent:
        url = httpx2.URL(sending.url)
        address = await self._find_address(url)
        timestamp_s = int(self._clock.now().timestamp())
        headers = {
            "Host": url.netloc.decode("ascii"),
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": sending.message_id,
            "webhook-timestamp": str(timestamp_s),
            "webhook-signature": sign(
                sending.content, message_id=sending.message_id, timestamp_s=timestamp_s, secrets=sending.secrets
            ),
        }
        async with (
            httpx2.AsyncClient(
                timeout=self._timeout_s, follow_redirects=False, verify=self._authorities, trust_env=False
            ) as http,
            http.stream(
                "POST",
                url.copy_with(host=address),
                content=sending.content,
                headers=headers,
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):
            read = b""
            async for part in answer.aiter_raw():
                read += part
                if len(read) >= ANSWER_MAX_BYTES:
                    break
            return Sent(
                status=answer.status_code,
                answer=read[:ANSWER_MAX_BYTES].decode("utf-8", "replace"),
                retry_after_s=_read_wait_s(answer.headers.get("Retry-After")),
            )

    async def _find_address(self, url: httpx2.URL) -> str:
        """Return the address to speak to. All of a host's must be allowed: none is left to chance."""
        port = url.port or _PORTS.get(url.scheme, 0)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [str(address[0]).partition("%")[0] for *_, address in found]
        is_public = all(_is_public(address) for address in addresses)
        if not is_public and not self._is_private_allowed:
            raise UnwantedAddressError("the host is in a private network")
        if url.scheme != "https" and (is_public or not self._is_private_allowed):
            raise UnwantedAddressError("only https leaves this network")
        return addresses[0]


def _is_public(text: str) -> bool:
    address = ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (mapped is None or mapped.is_global)


def _read_wait_s(text: str | None) -> int | None:
    """Return a waiting time in seconds; the other form, a date, is not looked at."""
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) <= SECONDS_MAX_CHARS
    return int(text or 0) if is_number else None
