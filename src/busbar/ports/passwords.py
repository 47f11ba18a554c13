"""People's passwords and fresh secrets."""

from typing import Protocol

import msgspec


class PasswordCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found."""

    is_right: bool
    replacement: str | None = None
    """A new hash to store: the password is right, but its hash was made with older parameters."""


class Passwords(Protocol):
    """Hashes passwords slowly on purpose, away from the event loop. Never call it inside a unit of work."""

    async def hash(self, password: str) -> str:
        """Return a hash to store, with its salt and parameters inside.

        Errors: `unavailable.passwords` when too many wait.
        """
        ...

    async def check(self, password: str, *, stored: str | None) -> PasswordCheck:
        """Compare a password with a stored hash; `stored` None takes the same time and is never right.

        Errors: `unavailable.passwords` when too many wait.
        """
        ...


class Secrets(Protocol):
    """Makes what nobody can guess."""

    def new_bearer(self) -> str:
        """Return 256 random bits as 43 URL-safe characters."""
        ...

    def new_code(self, length: int) -> str:
        """Return `length` characters of A-Z and 2-7 (5 random bits each): safe to read out, alike in both cases."""
        ...
