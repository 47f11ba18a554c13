"""Asks a provider over HTTP: one request, one answer within bounds of time and size."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import cached_property
from ipaddress import ip_address

import httpx2

from busbar.ports.identity import ProviderAwayError, ProviderUnfitError

ANSWER_MAX_BYTES = 256 * 1024
AGENT = "Busbar/1"
_PORTS = {"https": 443, "http": 80}


class Transport:
    """Speaks to whichever host an operator named."""

    def __init__(self, *, timeout_s: float, is_private_allowed: bool) -> None:
        """`is_private_allowed`: also speak to addresses of private networks, and there without TLS."""
        self._timeout_s = timeout_s
        self._is_private_allowed = is_private_allowed

    @cached_property
    def _authorities(self) -> ssl.SSLContext:
        """Whom TLS trusts; read once, since that takes longer than a request."""
        return httpx2.create_ssl_context(trust_env=False)

    async def ask(
        self, method: str, address: str, *, headers: Mapping[str, str] | None = None, content: str | None = None
    ) -> tuple[int, bytes]:
        """Return status and body. Errors: `unavailable.identity_provider`, `invalid.identity_provider`."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._ask(method, address, headers=headers or {}, content=content)
        except TimeoutError:
            raise ProviderAwayError("the identity provider takes too long", cause="timed_out") from None
        except socket.gaierror:
            raise ProviderAwayError("there is no such host", cause="no_such_host") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
            raise ProviderAwayError("the identity provider does not answer", cause=type(error).__name__) from None

    async def _ask(
        self, method: str, address: str, *, headers: Mapping[str, str], content: str | None
    ) -> tuple[int, bytes]:
        url = httpx2.URL(address)
        host = await self._find_address(url)
        given = {"Host": url.netloc.decode("ascii"), "Accept": "application/json", "User-Agent": AGENT, **headers}
        async with (
            httpx2.AsyncClient(
                timeout=self._timeout_s, follow_redirects=False, verify=self._authorities, trust_env=False
            ) as http,
            http.stream(
                method,
                url.copy_with(host=host),
                content=content,
                headers=given,
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):
            read = b""
            async for part in answer.aiter_bytes():
                read += part
                if len(read) > ANSWER_MAX_BYTES:
                    raise ProviderAwayError("the identity provider's answer has no end", cause="too_long")
            return answer.status_code, read

    async def _find_address(self, url: httpx2.URL) -> str:
        """Return the address to speak to. All of a host's must be allowed: none is left to chance."""
        if url.scheme not in _PORTS or not url.host:
            raise ProviderUnfitError("an identity provider is at an https address", field="address")
        port = url.port or _PORTS[url.scheme]
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [str(address[0]).partition("%")[0] for *_, address in found]
        is_public = all(_is_public(address) for address in addresses)
        if not is_public and not self._is_private_allowed:
            raise ProviderUnfitError("this address is in a private network", field="private")
        if url.scheme != "https" and is_public:
            raise ProviderUnfitError("only https leaves this network", field="https")
        return addresses[0]


def _is_public(text: str) -> bool:
    address = ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (mapped is None or mapped.is_global)
