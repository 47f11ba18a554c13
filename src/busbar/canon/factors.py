"""What proves a member of staff beside the password: codes of a phone, recovery codes, passkeys."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.canon.secret import Secret
from busbar.canon.tenants import Principal, StaffSignedIn
from busbar.kernel.ids import OperatorId, PasskeyId, StaffId


class Passkey(Noun, frozen=True, kw_only=True):
    """A key in somebody's phone, computer or token."""

    passkey_id: PasskeyId
    name: str
    created_at: datetime
    used_at: datetime | None = None


class SecondFactors(Noun, frozen=True, kw_only=True):
    """What somebody has set up."""

    has_totp: bool = False
    recovery_codes: int = 0
    """How many are left."""
    passkeys: tuple[Passkey, ...] = ()
    is_required: bool = False
    """The operator demands one."""


class TotpOffer(Noun, frozen=True, kw_only=True):
    """What a phone is shown."""

    secret: Secret
    address: Secret
    """`otpauth://…`, for a picture."""


class FindSecondFactors(Command[SecondFactors], frozen=True, kw_only=True):
    """One's own; those of `staff_id` for an administrator. Errors: `not_found.staff`, `denied.role`."""

    by: Principal
    staff_id: StaffId | None = None


class BeginTotp(Command[TotpOffer], frozen=True, kw_only=True):
    """Make a secret for one's phone; it counts once a code of it was given.

    Errors: `denied.key` (keys of programs have none), `conflict.totp` (there is one already).
    """

    by: Principal


class ConfirmTotp(Command[tuple[Secret, ...]], frozen=True, kw_only=True):
    """Give the first code; answers recovery codes, this once; one's other sign-ins end.

    Errors: `denied.code`, `conflict.totp` (nothing was begun, or it is confirmed).
    """

    by: Principal
    code: Secret


class RemoveTotp(Command[None], frozen=True, kw_only=True):
    """Give up one's phone; a code of it, or a recovery code, is needed. Errors: `denied.code`, `conflict.totp`."""

    by: Principal
    code: Secret


class MakeRecoveryCodes(Command[tuple[Secret, ...]], frozen=True, kw_only=True):
    """Make new recovery codes in place of the old ones; a code is needed. Errors: `denied.code`, `conflict.totp`."""

    by: Principal
    code: Secret


class ResetSecondFactors(Command[None], frozen=True, kw_only=True):
    """Take everything of that kind from somebody who lost it; all their sign-ins end. For administrators.

    Errors: `denied.role`, `denied.scope`, `not_found.staff`.
    """

    by: Principal
    operator_id: OperatorId
    staff_id: StaffId


# ---- passkeys --------------------------------------------------------------------------------------------------------


class Site(Noun, frozen=True, kw_only=True):
    """Where a browser stands when it uses a passkey."""

    origin: str
    host: str


class PasskeyUse(StrEnum):
    """What a challenge is for."""

    ADD = "add"
    SIGN_IN = "sign_in"


class BeginPasskey(Command[str], frozen=True, kw_only=True):
    """Return what a browser makes a passkey by, as JSON. Errors: `denied.key`, `limit_exceeded.passkeys`."""

    by: Principal
    site: Site
    name: str
    """Of the person, for the list that a browser shows."""


class AddPasskey(Command[Passkey], frozen=True, kw_only=True):
    """Keep the passkey that a browser made. Errors: `invalid.passkey`, `denied.key`, `limit_exceeded.passkeys`."""

    by: Principal
    site: Site
    name: str
    credential_json: str


class RemovePasskey(Command[None], frozen=True, kw_only=True):
    """Forget one of one's passkeys. Errors: `not_found.passkey`."""

    by: Principal
    passkey_id: PasskeyId


class BeginPasskeySignIn(Command[str], frozen=True, kw_only=True):
    """Return what a browser signs in by, as JSON."""

    site: Site


class SignInByPasskey(Command[StaffSignedIn], frozen=True, kw_only=True):
    """Sign in by a passkey. Errors: `denied.passkey`, `limit_exceeded.sign_in`."""

    site: Site
    credential_json: str
    address: str
    client: str = ""
