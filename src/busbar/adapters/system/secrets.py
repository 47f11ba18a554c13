"""Random secrets from the operating system, and Argon2id for people's passwords."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from busbar.kernel.errors import UnavailableError
from busbar.ports.passwords import PasswordCheck

T = TypeVar("T")

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BEARER_BYTES = 32


class PasswordsBusyError(UnavailableError):
    """More passwords wait to be checked than the bound allows."""

    code = "unavailable.passwords"


class SystemSecrets:
    """Secrets from the operating system's generator."""

    def new_bearer(self) -> str:
        """Return 256 random bits as 43 URL-safe characters."""
        return secrets.token_urlsafe(_BEARER_BYTES)

    def new_code(self, length: int) -> str:
        """Return `length` random characters of A-Z and 2-7."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(length))


class Argon2Passwords:
    """Argon2id in threads of its own: the event loop, and with it every station, goes on meanwhile.

    Default parameters: 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet), about 20 ms of one core.
    """

    def __init__(
        self,
        *,
        memory_kib: int = 19_456,
        passes: int = 2,
        threads_max: int = 2,
        waiting_max: int = 200,
    ) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_kib, time_cost=passes, parallelism=1)
        self._threads = ThreadPoolExecutor(max_workers=threads_max, thread_name_prefix="passwords")
        self._waiting_max = waiting_max
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return a hash to store."""
        return await self._run(lambda: self._hasher.hash(password))

    async def check(self, password: str, *, stored: str | None) -> PasswordCheck:
        """Compare a password with a stored hash; None takes the same time and is never right."""
        is_right = await self._run(lambda: self._verify(stored or self._nobody, password)) and stored is not None
        if stored is None or not is_right or not self._hasher.check_needs_rehash(stored):
            return PasswordCheck(is_right=is_right)
        return PasswordCheck(is_right=True, replacement=await self.hash(password))

    @cached_property
    def _nobody(self) -> str:
        """What an unknown person's password is compared with. Made when first asked for."""
        return self._hasher.hash(secrets.token_urlsafe(_BEARER_BYTES))

    def close(self) -> None:
        """End the threads; what waits is dropped."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._waiting_max:
            raise PasswordsBusyError("too many sign-ins at once; try again in a moment", waiting=self._waiting)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
