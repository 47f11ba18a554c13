"""Secrets that must be had again in plain text, kept so that a stolen database alone does not tell them."""

from typing import Protocol

from busbar.kernel.errors import UnavailableError


class SealBrokenError(UnavailableError):
    """A sealed secret cannot be opened: it was sealed under another key of the installation, or altered."""

    code = "unavailable.sealed_secret"


class Sealer(Protocol):
    """Seals texts under the installation's key."""

    def seal(self, text: str, *, place: str) -> bytes:
        """Return the text sealed; `place` names the one row and field that it belongs to."""
        ...

    def unseal(self, sealed: bytes, *, place: str) -> str:
        """Return the text. Errors: `unavailable.sealed_secret`, also when it was sealed for another place."""
        ...


class _NoSealer:
    """Stands where nothing is ever sealed."""

    def seal(self, text: str, *, place: str) -> bytes:
        raise SealBrokenError("nothing can be sealed here", place=place, chars=len(text))

    def unseal(self, sealed: bytes, *, place: str) -> str:
        raise SealBrokenError("nothing can be opened here", place=place, length=len(sealed))


NO_SEALER: Sealer = _NoSealer()
