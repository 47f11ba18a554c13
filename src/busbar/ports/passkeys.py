"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers proves anything."""

from typing import Protocol

import msgspec

from busbar.canon.factors import Site


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey that a browser made."""

    credential_id: str
    public_key: bytes
    sign_count: int


class KnownKey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey that is kept."""

    public_key: bytes
    sign_count: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says of itself, before it is checked."""

    credential_id: str
    challenge: str


class BadAnswerError(Exception):
    """The answer of a browser proves nothing."""


class Passkeys(Protocol):
    """Makes questions to browsers and checks their answers."""

    def offer(self, site: Site, *, challenge: bytes, user_id: bytes, name: str, known: list[str]) -> str:
        """Return what a browser makes a passkey by, as JSON; `known`: credentials that the person has already."""
        ...

    def ask(self, site: Site, *, challenge: bytes) -> str:
        """Return what a browser signs in by, as JSON."""
        ...

    def read(self, credential_json: str) -> Answer:
        """Return what an answer says of itself. Errors: `BadAnswerError`."""
        ...

    def check_new(self, site: Site, credential_json: str, *, challenge: bytes) -> NewKey:
        """Return the passkey that was made for this challenge. Errors: `BadAnswerError`."""
        ...

    def check(self, site: Site, credential_json: str, *, challenge: bytes, known: KnownKey) -> int:
        """Return the new count of uses when the passkey signed this challenge. Errors: `BadAnswerError`."""
        ...
