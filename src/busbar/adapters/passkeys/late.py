"""Passkeys whose package is loaded when somebody first uses one: it takes as long as a fifth of the core does."""

from functools import cached_property

from busbar.canon.factors import Site
from busbar.ports.passkeys import Answer, KnownKey, NewKey, Passkeys


class LatePasskeys:
    """`busbar.ports.passkeys.Passkeys`."""

    @cached_property
    def _passkeys(self) -> Passkeys:
        from busbar.adapters.passkeys.verifier import WebauthnPasskeys  # noqa: PLC0415 - at the first use

        return WebauthnPasskeys()

    def offer(self, site: Site, *, challenge: bytes, user_id: bytes, name: str, known: list[str]) -> str:
        """Return what a browser makes a passkey by."""
        return self._passkeys.offer(site, challenge=challenge, user_id=user_id, name=name, known=known)

    def ask(self, site: Site, *, challenge: bytes) -> str:
        """Return what a browser signs in by."""
        return self._passkeys.ask(site, challenge=challenge)

    def read(self, credential_json: str) -> Answer:
        """Return what an answer says of itself."""
        return self._passkeys.read(credential_json)

    def check_new(self, site: Site, credential_json: str, *, challenge: bytes) -> NewKey:
        """Return the passkey that was made."""
        return self._passkeys.check_new(site, credential_json, challenge=challenge)

    def check(self, site: Site, credential_json: str, *, challenge: bytes, known: KnownKey) -> int:
        """Return the new count of uses."""
        return self._passkeys.check(site, credential_json, challenge=challenge, known=known)
