"""Errands of passkeys: what browsers are asked, and whether what they answer proves anything."""

import base64
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from busbar.canon.factors import (
    AddPasskey,
    BeginPasskey,
    BeginPasskeySignIn,
    MakeRecoveryCodes,
    Passkey,
    PasskeyUse,
    RemoveTotp,
    SignInByPasskey,
)
from busbar.canon.message import Command
from busbar.canon.tenants import Principal, SignInMethod, StaffSignedIn
from busbar.domain.tenants import model
from busbar.domain.tenants.steps import (
    FindPasskeys,
    OpenChallenge,
    OpenProvenSignIn,
    StorePasskey,
    TakeChallenge,
    UsePasskey,
)
from busbar.kernel.clock import Clock
from busbar.kernel.ids import StaffId
from busbar.kernel.throttle import AttemptThrottle
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.passkeys import Answer, BadAnswerError, KnownKey, Passkeys

Errand = Callable[[Any], Awaitable[Any]]
R = TypeVar("R")
_CHALLENGE_BYTES = 32


class PasskeyErrands:
    """The errands of passkeys, and of codes that are given by people who are signed in."""

    def __init__(self, *, core: Dispatcher, passkeys: Passkeys, clock: Clock, attempts_max_per_min: int) -> None:
        self._core = core
        self._passkeys = passkeys
        self._clock = clock
        self._throttle = AttemptThrottle(attempts_max_per_min=attempts_max_per_min)

    def errands(self) -> Mapping[type[Command[Any]], Errand]:
        """Return the commands that come here instead of to the core."""
        return {
            BeginPasskey: self.begin,
            AddPasskey: self.add,
            BeginPasskeySignIn: self.begin_sign_in,
            SignInByPasskey: self.sign_in,
            RemoveTotp: self.count_code,
            MakeRecoveryCodes: self.count_code,
        }

    async def begin(self, message: BeginPasskey) -> str:
        """Ask a browser to make a passkey."""
        staff_id = message.by.staff_id
        if staff_id is None:
            raise model.ProgramError("a key of a program has no passkey")
        known = await self._core.dispatch(FindPasskeys(staff_id=staff_id))
        challenge = await self._open(PasskeyUse.ADD, staff_id)
        return self._passkeys.offer(
            message.site,
            challenge=challenge,
            user_id=staff_id.encode(),
            name=message.name,
            known=[each.credential_id for each in known],
        )

    async def add(self, message: AddPasskey) -> Passkey:
        """Keep the passkey that a browser made."""
        try:
            answer = self._passkeys.read(message.credential_json)
            taken = await self._core.dispatch(TakeChallenge(challenge=answer.challenge, purpose=PasskeyUse.ADD))
            if taken is None or taken.staff_id != message.by.staff_id:
                raise model.PasskeyReadError("this was asked too long ago; begin again")
            made = self._passkeys.check_new(message.site, message.credential_json, challenge=_bytes_of(answer))
        except BadAnswerError as error:
            raise model.PasskeyReadError(str(error)[:200]) from None
        return await self._core.dispatch(
            StorePasskey(
                by=message.by,
                name=message.name,
                credential_id=made.credential_id,
                public_key=made.public_key,
                sign_count=made.sign_count,
            )
        )

    async def begin_sign_in(self, message: BeginPasskeySignIn) -> str:
        """Ask a browser for any passkey that it has for us."""
        return self._passkeys.ask(message.site, challenge=await self._open(PasskeyUse.SIGN_IN, None))

    async def sign_in(self, message: SignInByPasskey) -> StaffSignedIn:
        """Check what a passkey signed, then open the sign-in."""
        self._throttle.take(account=message.address, address=message.address, now_s=self._clock.monotonic_s())
        try:
            answer = self._passkeys.read(message.credential_json)
            taken = await self._core.dispatch(TakeChallenge(challenge=answer.challenge, purpose=PasskeyUse.SIGN_IN))
            found = await self._core.dispatch(FindPasskeys(credential_id=answer.credential_id))
            if taken is None or not found:
                raise model.PasskeyError("this passkey is not known here, or it took too long")
            known = KnownKey(public_key=found[0].public_key, sign_count=found[0].sign_count)
            sign_count = self._passkeys.check(
                message.site, message.credential_json, challenge=_bytes_of(answer), known=known
            )
        except BadAnswerError as error:
            raise model.PasskeyError(str(error)[:200]) from None
        await self._core.dispatch(UsePasskey(passkey_id=found[0].passkey.passkey_id, sign_count=sign_count))
        self._throttle.give_back(account=message.address, address=message.address)
        return await self._core.dispatch(
            OpenProvenSignIn(
                staff_id=found[0].staff_id,
                method=SignInMethod.PASSKEY,
                address=message.address,
                client=message.client,
            )
        )

    async def count_code(self, message: Command[R]) -> R:
        """Slow down guessing of codes by whoever sits at somebody's open console."""
        by: Principal = cast("Any", message).by
        account = f"code:{by.staff_id}"
        self._throttle.take(account=account, address=account, now_s=self._clock.monotonic_s())
        answer = await self._core.dispatch(message)
        self._throttle.give_back(account=account, address=account)
        return answer

    async def _open(self, purpose: PasskeyUse, staff_id: StaffId | None) -> bytes:
        challenge = os.urandom(_CHALLENGE_BYTES)
        text = base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        await self._core.dispatch(OpenChallenge(challenge=text, purpose=purpose, staff_id=staff_id))
        return challenge


def _bytes_of(answer: Answer) -> bytes:
    text = answer.challenge
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise BadAnswerError("the challenge is none of ours") from None
