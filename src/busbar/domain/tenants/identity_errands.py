"""Errands of identity providers: what is asked of them away from the unit of work, before it is decided on."""

import base64
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.identity import (
    BeginIdentitySignIn,
    BegunIdentitySignIn,
    FindIdentityEnd,
    IdentityProvider,
    IdentityTrial,
    SaveIdentityProvider,
    SignInByIdentity,
    TryIdentityProvider,
)
from busbar.canon.message import Command
from busbar.canon.secret import Secret
from busbar.canon.tenants import StaffSignedIn
from busbar.domain.tenants import identity_rules as rules
from busbar.domain.tenants import model
from busbar.domain.tenants.identity_steps import (
    AdmitPerson,
    ChooseProvider,
    LoadProvider,
    NoteRefusal,
    ProviderRecord,
    StoreProvider,
)
from busbar.domain.tenants.steps import OpenChallenge, TakeChallenge
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, DeniedError, UnavailableError
from busbar.kernel.ids import OperatorId
from busbar.kernel.person import recall_email
from busbar.kernel.secret import hash_secret, verify_secret
from busbar.kernel.throttle import AttemptThrottle, Share
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.identity import Client, IdentityDoor, IdentityTokenError, ProviderUnfitError, Visit
from busbar.ports.sealing import Sealer

Errand = Callable[[Any], Awaitable[Any]]
_RANDOM_BYTES = 32
_PURPOSE = "identity"


class _Memo(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a browser that is on its way."""

    operator_id: OperatorId
    issuer: str
    nonce: str
    verifier: str
    return_to: str
    binding_hash: str


class IdentityErrands:
    """What people do at the door with identity providers."""

    def __init__(
        self,
        *,
        core: Dispatcher,
        door: IdentityDoor,
        sealer: Sealer,
        key: bytes,
        clock: Clock,
        attempts_max_per_min: int,
        share: Share | None = None,
    ) -> None:
        """`key`: the installation's own, for what a browser has to show again."""
        self._core = core
        self._door = door
        self._sealer = sealer
        self._key = key
        self._clock = clock
        self._throttle = AttemptThrottle(attempts_max_per_min=attempts_max_per_min, name="identity", share=share)

    def errands(self) -> Mapping[type[Command[Any]], Errand]:
        """Return the commands that come here instead of to the core."""
        return {
            BeginIdentitySignIn: self.begin,
            FindIdentityEnd: self.find_end,
            SaveIdentityProvider: self.save,
            SignInByIdentity: self.sign_in,
            TryIdentityProvider: self.try_provider,
        }

    # ---- providers ---------------------------------------------------------------------------------------------------

    async def save(self, message: SaveIdentityProvider) -> IdentityProvider:
        """Look whether there is such a provider, seal the secret, then keep it."""
        model.require_administrator(message.by, message.operator_id)
        terms = rules.check_terms(message.terms)
        given = message.client_secret
        if given is not None and len(given.text) > rules.SECRET_MAX_CHARS:
            raise ProviderUnfitError("the client secret is too long", field="client_secret")
        await self._door.look(terms.issuer)
        place = _place(message.operator_id)
        sealed = self._sealer.seal(given.text, place=place) if given is not None and given.text else None
        return await self._core.dispatch(
            StoreProvider(
                by=message.by,
                operator_id=message.operator_id,
                terms=terms,
                client_secret=sealed,
                keeps_secret=given is None,
            )
        )

    async def try_provider(self, message: TryIdentityProvider) -> IdentityTrial:
        """Ask the provider for what it says of itself."""
        record = await self._core.dispatch(LoadProvider(by=message.by, operator_id=message.operator_id))
        return await self._door.look(record.terms.issuer)

    async def find_end(self, message: FindIdentityEnd) -> str | None:
        """Find where one is signed out at the provider."""
        try:
            record = await self._core.dispatch(ChooseProvider(operator_id=message.by.operator_id))
            return await self._door.find_end(self._client(record), return_to=message.return_to)
        except (rules.IdentityProviderNotFoundError, UnavailableError, ProviderUnfitError):
            return None  # nobody is kept from signing out here

    # ---- signing in --------------------------------------------------------------------------------------------------

    async def begin(self, message: BeginIdentitySignIn) -> BegunIdentitySignIn:
        """Send a browser to the provider."""
        email = recall_email(message.email or "")
        if message.email is not None and not email:
            raise rules.IdentityProviderNotFoundError("nobody signs in over a provider here")
        self._throttle.take(account=message.address, address=message.address, now_s=self._clock.monotonic_s())
        record = await self._core.dispatch(ChooseProvider(slug=message.operator, email=email or None))
        state, binding = _make_random(), Secret(text=_make_random())
        visit = Visit(
            return_to=message.return_to, state=state, nonce=_make_random(), verifier=_make_random(), hint=email
        )
        address = await self._door.begin(self._client(record), visit)
        memo = _Memo(
            operator_id=record.operator_id,
            issuer=record.terms.issuer,
            nonce=visit.nonce,
            verifier=visit.verifier,
            return_to=visit.return_to,
            binding_hash=hash_secret(binding.text, self._key),
        )
        await self._core.dispatch(
            OpenChallenge(
                challenge=state, purpose=_PURPOSE, content=msgspec.json.encode(memo), life_s=rules.VISIT_LIFE_S
            )
        )
        self._throttle.give_back(account=message.address, address=message.address)
        return BegunIdentitySignIn(address=address, binding=binding)

    async def sign_in(self, message: SignInByIdentity) -> StaffSignedIn:
        """Check what the browser brought back, then let the person in. Whoever is refused is written down."""
        self._throttle.take(account=message.address, address=message.address, now_s=self._clock.monotonic_s())
        memo = await self._recall(message)
        try:
            signed_in = await self._prove(message, memo)
        except BusbarError as error:
            if isinstance(error, DeniedError | UnavailableError):
                reason = str(error.facts.get("reason") or error.facts.get("cause") or "")[:80]
                await self._core.dispatch(NoteRefusal(operator_id=memo.operator_id, code=error.code, reason=reason))
            raise
        self._throttle.give_back(account=message.address, address=message.address)
        return signed_in

    async def _recall(self, message: SignInByIdentity) -> _Memo:
        """Use up what is remembered of the browser's way. Errors: `denied.identity_state`."""
        taken = await self._core.dispatch(TakeChallenge(challenge=message.state.text, purpose=_PURPOSE))
        memo = None if taken is None else msgspec.json.decode(taken.content, type=_Memo)
        if memo is None or not verify_secret(message.binding.text, memo.binding_hash, self._key):
            raise rules.IdentityStateError("this sign-in took too long, was finished, or began in another browser")
        return memo

    async def _prove(self, message: SignInByIdentity, memo: _Memo) -> StaffSignedIn:
        if message.issuer is not None and message.issuer != memo.issuer:
            raise IdentityTokenError("another provider answered", reason="issuer")
        if message.code is None or message.error is not None:
            reason = "".join(letter for letter in message.error or "" if letter.isalnum() or letter == "_")[:80]
            raise rules.IdentityAnswerError("the provider did not let you in", reason=reason)
        record = await self._core.dispatch(ChooseProvider(operator_id=memo.operator_id))
        if record.terms.issuer != memo.issuer:
            raise rules.IdentityStateError("the provider has changed meanwhile: begin again")
        visit = Visit(return_to=memo.return_to, state="", nonce=memo.nonce, verifier=memo.verifier)
        claims = await self._door.prove(self._client(record), visit, message.code.text)
        return await self._core.dispatch(
            AdmitPerson(
                operator_id=memo.operator_id,
                issuer=memo.issuer,
                person=rules.read_person(claims, record.terms),
                address=message.address,
                client=message.client,
            )
        )

    def _client(self, record: ProviderRecord) -> Client:
        sealed = record.client_secret
        return Client(
            issuer=record.terms.issuer,
            client_id=record.terms.client_id,
            client_secret=None if sealed is None else self._sealer.unseal(sealed, place=_place(record.operator_id)),
            scopes=record.terms.scopes,
        )


def _place(operator_id: OperatorId) -> str:
    return f"identity_providers:{operator_id}"


def _make_random() -> str:
    return base64.urlsafe_b64encode(os.urandom(_RANDOM_BYTES)).decode().rstrip("=")
