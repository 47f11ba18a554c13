"""Commands that need slow work away from the unit of work (a password to hash or check) or are answered from memory.

An errand takes the command, does the slow part itself and gives the rest to the core in steps. The roof puts errands
before the core: for whoever dispatches, they are commands like all others.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.message import Command
from busbar.canon.secret import Secret
from busbar.canon.tenants import (
    AdministratorEnsured,
    ChangeStaffPassword,
    CreateStaff,
    EnsureAdministrator,
    Principal,
    ResetStaffPassword,
    ResolveBearer,
    SignInStaff,
    StaffCreated,
    StaffSignedIn,
)
from busbar.domain.tenants import model
from busbar.domain.tenants.bearers import BearerService
from busbar.domain.tenants.steps import (
    FindAdministrator,
    FindCredential,
    LoadBearer,
    NoteWrongCode,
    OpenSignIn,
    StoreAdministrator,
    StorePassword,
    StoreStaff,
)
from busbar.kernel.clock import Clock
from busbar.kernel.person import fold_email, normalise_password, read_email, read_new_password, recall_email
from busbar.kernel.throttle import AttemptThrottle, Share
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.passwords import Passwords, Secrets

Errand = Callable[[Any], Awaitable[Any]]

_GROUP_CHARS = 5


class TenantErrands:
    """The tenants room's errands."""

    def __init__(
        self,
        *,
        core: Dispatcher,
        bearers: BearerService,
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
        self._throttle = AttemptThrottle(attempts_max_per_min=attempts_max_per_min, name="staff", share=share)

    def errands(self) -> Mapping[type[Command[Any]], Errand]:
        """Return the commands that come here instead of to the core."""
        return {
            ChangeStaffPassword: self.change_password,
            CreateStaff: self.create_staff,
            EnsureAdministrator: self.ensure_administrator,
            ResetStaffPassword: self.reset_password,
            ResolveBearer: self.resolve_bearer,
            SignInStaff: self.sign_in,
        }

    async def resolve_bearer(self, message: ResolveBearer) -> Principal:
        """Answer from memory, or look the bearer up."""
        text = message.bearer.text
        if not model.is_bearer(text):
            raise model.BearerError("this is neither a bearer token nor a key")
        trust = self._bearers.recall(text, now=self._clock.now()) or await self._core.dispatch(LoadBearer(text=text))
        return trust.principal

    async def sign_in(self, message: SignInStaff) -> StaffSignedIn:
        """Check the password, then open the sign-in. What is unknown takes the same steps as what is wrong."""
        email = recall_email(message.email)
        account = fold_email(email)
        self._throttle.take(account=account, address=message.address, now_s=self._clock.monotonic_s())
        credential = await self._core.dispatch(FindCredential(email=email))
        password = normalise_password(message.password.text)
        check = await self._passwords.check(password, stored=credential.password_hash)
        if not check.is_right or credential.staff_id is None or credential.password_hash is None:
            raise model.CredentialsError("address or password is wrong")
        step = OpenSignIn(
            staff_id=credential.staff_id,
            seen_hash=credential.password_hash,
            replacement_hash=check.replacement,
            code=message.code,
            address=message.address,
            client=message.client,
        )
        try:
            signed_in = await self._core.dispatch(step)
        except model.CodeError:
            await self._core.dispatch(NoteWrongCode(staff_id=credential.staff_id))
            raise
        except model.SecondFactorError:
            self._throttle.give_back(account=account, address=message.address)
            raise
        self._throttle.give_back(account=account, address=message.address)
        return signed_in

    async def change_password(self, message: ChangeStaffPassword) -> None:
        """Check the old password, then store the new one."""
        by = message.by
        if by.staff_id is None:
            raise model.ProgramError("a key has no password")
        account, place = f"staff:{by.staff_id}", f"staff:{by.staff_id}"
        self._throttle.take(account=account, address=place, now_s=self._clock.monotonic_s())
        credential = await self._core.dispatch(FindCredential(staff_id=by.staff_id))
        old = normalise_password(message.old_password.text)
        check = await self._passwords.check(old, stored=credential.password_hash)
        if not check.is_right or credential.password_hash is None:
            raise model.OldPasswordError("the present password is wrong")
        self._throttle.give_back(account=account, address=place)
        new_hash = await self._passwords.hash(read_new_password(message.new_password.text, email=""))
        await self._core.dispatch(
            StorePassword(
                by=by,
                staff_id=by.staff_id,
                operator_id=by.operator_id,
                password_hash=new_hash,
                seen_hash=credential.password_hash,
                kept_sign_in_id=by.sign_in_id,
            )
        )

    async def reset_password(self, message: ResetStaffPassword) -> Secret:
        """Make a password and store it."""
        model.require_administrator(message.by, message.operator_id)
        made = self._make_password()
        step = StorePassword(
            by=message.by,
            staff_id=message.staff_id,
            operator_id=message.operator_id,
            password_hash=await self._passwords.hash(made.text),
        )
        await self._core.dispatch(step)
        return made

    async def create_staff(self, message: CreateStaff) -> StaffCreated:
        """Hash the password given or made, then add the person."""
        model.require_administrator(message.by, message.operator_id)
        email = read_email(message.email)
        if message.is_invited and message.password is None:
            return StaffCreated(staff=await self._core.dispatch(StoreStaff(wish=message, password_hash=None)))
        password, made = self._choose_password(message.password, email=email)
        step = StoreStaff(wish=message, password_hash=await self._passwords.hash(password))
        return StaffCreated(staff=await self._core.dispatch(step), password=made)

    async def ensure_administrator(self, message: EnsureAdministrator) -> AdministratorEnsured:
        """Make the first administrator unless there is one."""
        found = await self._core.dispatch(FindAdministrator())
        if found is not None:
            return found
        email = read_email(message.email)
        password, made = self._choose_password(message.password, email=email)
        ensured = await self._core.dispatch(
            StoreAdministrator(
                email=email,
                password_hash=await self._passwords.hash(password),
                operator_name=message.operator_name,
                operator_zone=message.operator_zone,
            )
        )
        return msgspec.structs.replace(ensured, password=made if ensured.is_created else None)

    def _choose_password(self, given: Secret | None, *, email: str) -> tuple[str, Secret | None]:
        """Return the password to hash and, when nobody gave one, the one made here."""
        if given is not None:
            return read_new_password(given.text, email=email), None
        made = self._make_password()
        return made.text, made

    def _make_password(self) -> Secret:
        code = self._secrets.new_code(model.MADE_PASSWORD_CHARS).lower()
        groups = [code[start : start + _GROUP_CHARS] for start in range(0, len(code), _GROUP_CHARS)]
        return Secret(text="-".join(groups))
