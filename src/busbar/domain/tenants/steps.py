"""What happens inside the unit of work while an errand goes on outside: the messages between the two.

Hashing a password takes a processor's core for tens of milliseconds, during which a unit of work must not be open. So
an errand asks, hashes, and asks again; each step here is one command to the core, private to this room.
"""

from busbar.canon.factors import Passkey
from busbar.canon.message import Command, Noun
from busbar.canon.secret import Secret
from busbar.canon.tenants import (
    AdministratorEnsured,
    CreateStaff,
    Principal,
    SignInMethod,
    StaffMember,
    StaffSignedIn,
)
from busbar.domain.tenants.model import Trust
from busbar.kernel.ids import OperatorId, PasskeyId, SignInId, StaffId


class Credential(Noun, frozen=True, kw_only=True):
    """Whose password is to be checked against which hash; both None when nobody may sign in under this name."""

    staff_id: StaffId | None = None
    password_hash: str | None = None


class FindCredential(Command[Credential], frozen=True, kw_only=True):
    """Look up what a sign-in is checked against."""

    email: str | None = None
    staff_id: StaffId | None = None


class OpenSignIn(Command[StaffSignedIn], frozen=True, kw_only=True):
    """The password was right against `seen_hash`. Errors: `denied.credentials` when that is no longer so."""

    staff_id: StaffId
    seen_hash: str
    replacement_hash: str | None
    code: Secret | None = None
    address: str
    client: str


class NoteWrongCode(Command[None], frozen=True, kw_only=True):
    """Somebody gave a wrong code: count it."""

    staff_id: StaffId


class OpenProvenSignIn(Command[StaffSignedIn], frozen=True, kw_only=True):
    """Sign in a person who proved who they are otherwise. Errors: `denied.credentials` (no such person, inactive)."""

    staff_id: StaffId
    method: SignInMethod
    address: str
    client: str


class OpenChallenge(Command[None], frozen=True, kw_only=True):
    """Remember what a browser was asked to sign; it may be used once, within minutes."""

    challenge: str
    purpose: str
    staff_id: StaffId | None = None
    content: bytes = b""
    life_s: int | None = None
    """None: some minutes."""


class TakenChallenge(Noun, frozen=True, kw_only=True):
    """A challenge that was met."""

    staff_id: StaffId | None = None
    content: bytes = b""


class TakeChallenge(Command[TakenChallenge | None], frozen=True, kw_only=True):
    """Use a challenge up; None: there is none, or it is too late."""

    challenge: str
    purpose: str


class PasskeyRecord(Noun, frozen=True, kw_only=True):
    """A passkey as stored."""

    passkey: Passkey
    staff_id: StaffId
    credential_id: str
    public_key: bytes
    sign_count: int


class FindPasskeys(Command[tuple[PasskeyRecord, ...]], frozen=True, kw_only=True):
    """Look passkeys up: somebody's, or the one with this credential."""

    staff_id: StaffId | None = None
    credential_id: str | None = None


class StorePasskey(Command[Passkey], frozen=True, kw_only=True):
    """Keep a passkey that was checked. Errors: `limit_exceeded.passkeys`, `conflict.passkey`."""

    by: Principal
    name: str
    credential_id: str
    public_key: bytes
    sign_count: int


class UsePasskey(Command[None], frozen=True, kw_only=True):
    """Note that a passkey was used."""

    passkey_id: PasskeyId
    sign_count: int


class StoreStaff(Command[StaffMember], frozen=True, kw_only=True):
    """Add a member of staff whose password is hashed. Errors: as `CreateStaff`."""

    wish: CreateStaff
    password_hash: str | None
    """None: the person is mailed a link to set one."""


class StorePassword(Command[None], frozen=True, kw_only=True):
    """Replace a password and end the person's sign-ins but `kept_sign_in_id`.

    With `seen_hash` (one's own change) only if that is still the hash: else `denied.credentials`. Without (a reset): as
    `ResetStaffPassword`.
    """

    by: Principal
    staff_id: StaffId
    operator_id: OperatorId
    password_hash: str
    seen_hash: str | None = None
    kept_sign_in_id: SignInId | None = None


class QueueStaffLetter(Command[None], frozen=True, kw_only=True):
    """Mail whoever has this address a link to set a password. Errors: `conflict.mail_off`, `limit_exceeded.letters`."""

    email: str


class CheckStaffLink(Command[str], frozen=True, kw_only=True):
    """Tell whose link it is; answers the person's address. Errors: `invalid.link`."""

    secret: Secret


class StoreLinkedPassword(Command[None], frozen=True, kw_only=True):
    """Set a password by a link and use the link up. Errors: `invalid.link`."""

    secret: Secret
    password_hash: str


class FindAdministrator(Command[AdministratorEnsured | None], frozen=True, kw_only=True):
    """Tell whether default operator and platform administrator exist."""


class StoreAdministrator(Command[AdministratorEnsured], frozen=True, kw_only=True):
    """Add what is missing of them. Errors: as `EnsureAdministrator`."""

    email: str
    password_hash: str
    operator_name: str
    operator_zone: str = "UTC"


class LoadBearer(Command[Trust], frozen=True, kw_only=True):
    """Look a bearer up in the database. Errors: `denied.bearer`."""

    text: str
