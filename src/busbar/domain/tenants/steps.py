"""What happens inside the unit of work while an errand goes on outside: the messages between the two.

Hashing a password takes a processor's core for tens of milliseconds, during which a unit of work must not be open. So
an errand asks, hashes, and asks again; each step here is one command to the core, private to this room.
"""

from busbar.canon.message import Command, Noun
from busbar.canon.tenants import AdministratorEnsured, CreateStaff, Principal, StaffMember, StaffSignedIn
from busbar.domain.tenants.model import Trust
from busbar.kernel.ids import OperatorId, SignInId, StaffId


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
    address: str
    client: str


class StoreStaff(Command[StaffMember], frozen=True, kw_only=True):
    """Add a member of staff whose password is hashed. Errors: as `CreateStaff`."""

    wish: CreateStaff
    password_hash: str


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


class FindAdministrator(Command[AdministratorEnsured | None], frozen=True, kw_only=True):
    """Tell whether default operator and platform administrator exist."""


class StoreAdministrator(Command[AdministratorEnsured], frozen=True, kw_only=True):
    """Add what is missing of them. Errors: as `EnsureAdministrator`."""

    email: str
    password_hash: str
    operator_name: str


class LoadBearer(Command[Trust], frozen=True, kw_only=True):
    """Look a bearer up in the database. Errors: `denied.bearer`."""

    text: str
