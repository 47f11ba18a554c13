"""Commands of drivers that need slow work away from the unit of work (a password to hash or check), or memory alone.

An errand takes the command, does the slow part itself and gives the rest to the core in steps. The roof puts errands
before the core: for whoever dispatches, they are commands like all others.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.drivers import (
    ChangeDriverPassword,
    DriverPrincipal,
    DriverSignedIn,
    ResetDriverPassword,
    ResolveDriverBearer,
    SignInDriver,
    SignUpDriver,
)
from busbar.canon.message import Command
from busbar.canon.secret import Secret
from busbar.domain.access import model
from busbar.domain.access.bearers import DriverBearerService
from busbar.domain.access.steps import (
    FindDriverCredential,
    LoadDriverBearer,
    OpenDriverSignIn,
    StoreDriverPassword,
    StoreSignedUpDriver,
)
from busbar.kernel.clock import Clock
from busbar.kernel.person import fold_email, normalise_password, read_email, read_new_password, recall_email
from busbar.kernel.throttle import AttemptThrottle, Share
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.passwords import Passwords, Secrets

Errand = Callable[[Any], Awaitable[Any]]

_GROUP_CHARS = 5


class AccessErrands:
    """The access room's errands."""

    def __init__(
        self,
        *,
        core: Dispatcher,
        bearers: DriverBearerService,
        passwords: Passwords,
        secrets: Secrets,
        clock: Clock,
        attempts_max_per_min: int,
        share: Share | None = None,
    ) -> None:
        self._core = core
        self._bearers = bearers
        self._passwords = passwords
        self._secrets = secrets
        self._clock = clock
        self._throttle = AttemptThrottle(attempts_max_per_min=attempts_max_per_min, name="drivers", share=share)

    def errands(self) -> Mapping[type[Command[Any]], Errand]:
        """Return the commands that come here instead of to the core."""
        return {
            ChangeDriverPassword: self.change_password,
            ResetDriverPassword: self.reset_password,
            ResolveDriverBearer: self.resolve_bearer,
            SignInDriver: self.sign_in,
            SignUpDriver: self.sign_up,
        }

    async def resolve_bearer(self, message: ResolveDriverBearer) -> DriverPrincipal:
        """Answer from memory, or look the bearer token up."""
        text = message.bearer.text
        if not model.is_bearer(text):
            raise model.BearerError("this is no driver's bearer token")
        trust = self._bearers.recall(text, now=self._clock.now())
        return (trust or await self._core.dispatch(LoadDriverBearer(text=text))).principal

    async def sign_up(self, message: SignUpDriver) -> DriverSignedIn:
        """Hash the password, then add the driver. Counts against the address: sign-ups are not given back."""
        email = read_email(message.email)
        password = read_new_password(message.password.text, email=email)
        account = (message.operator_id, fold_email(email))
        self._throttle.take(account=account, address=message.address, now_s=self._clock.monotonic_s())
        step = StoreSignedUpDriver(wish=message, password_hash=await self._passwords.hash(password))
        return await self._core.dispatch(step)

    async def sign_in(self, message: SignInDriver) -> DriverSignedIn:
        """Check the password, then open the sign-in. What is unknown takes the same steps as what is wrong."""
        email = recall_email(message.email)
        account = (message.operator_id, fold_email(email))
        self._throttle.take(account=account, address=message.address, now_s=self._clock.monotonic_s())
        credential = await self._core.dispatch(FindDriverCredential(operator_id=message.operator_id, email=email))
        password = normalise_password(message.password.text)
        check = await self._passwords.check(password, stored=credential.password_hash)
        if not check.is_right or credential.driver_id is None or credential.password_hash is None:
            raise model.CredentialsError("address or password is wrong")
        self._throttle.give_back(account=account, address=message.address)
        return await self._core.dispatch(
            OpenDriverSignIn(
                driver_id=credential.driver_id,
                seen_hash=credential.password_hash,
                replacement_hash=check.replacement,
                address=message.address,
                client=message.client,
            )
        )

    async def change_password(self, message: ChangeDriverPassword) -> None:
        """Check the old password, then store the new one."""
        by = message.by
        self._throttle.take(account=by.name, address=by.name, now_s=self._clock.monotonic_s())
        credential = await self._core.dispatch(FindDriverCredential(operator_id=by.operator_id, driver_id=by.driver_id))
        old = normalise_password(message.old_password.text)
        check = await self._passwords.check(old, stored=credential.password_hash)
        if not check.is_right or credential.password_hash is None:
            raise model.OldPasswordError("the present password is wrong")
        self._throttle.give_back(account=by.name, address=by.name)
        new_hash = await self._passwords.hash(read_new_password(message.new_password.text, email=""))
        await self._core.dispatch(
            StoreDriverPassword(
                operator_id=by.operator_id,
                actor=by.name,
                driver_id=by.driver_id,
                password_hash=new_hash,
                seen_hash=credential.password_hash,
                kept_sign_in_id=by.sign_in_id,
            )
        )

    async def reset_password(self, message: ResetDriverPassword) -> Secret:
        """Make a password and store it."""
        code = self._secrets.new_code(model.MADE_PASSWORD_CHARS).lower()
        groups = [code[start : start + _GROUP_CHARS] for start in range(0, len(code), _GROUP_CHARS)]
        made = Secret(text="-".join(groups))
        step = StoreDriverPassword(
            operator_id=message.operator_id,
            actor=message.actor,
            driver_id=message.driver_id,
            password_hash=await self._passwords.hash(made.text),
        )
        await self._core.dispatch(step)
        return made
