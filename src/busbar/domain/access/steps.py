"""What happens inside the unit of work while an errand goes on outside: the messages between the two.

Hashing a password takes a processor's core for tens of milliseconds, during which a unit of work must not be open. So
an errand asks, hashes, and asks again; each step here is one command to the core, private to this room.
"""

from datetime import datetime

from busbar.canon.drivers import DriverPrincipal, DriverSignedIn, SignUpDriver
from busbar.canon.message import Command, Noun
from busbar.canon.secret import Secret
from busbar.kernel.ids import DriverId, OperatorId, SignInId


class DriverCredential(Noun, frozen=True, kw_only=True):
    """Whose password is to be checked against which hash; both None when nobody may sign in under this name."""

    driver_id: DriverId | None = None
    password_hash: str | None = None


class FindDriverCredential(Command[DriverCredential], frozen=True, kw_only=True):
    """Look up what a sign-in is checked against."""

    operator_id: OperatorId
    email: str | None = None
    driver_id: DriverId | None = None


class OpenDriverSignIn(Command[DriverSignedIn], frozen=True, kw_only=True):
    """The password was right against `seen_hash`. Errors: `denied.credentials` when that is no longer so."""

    driver_id: DriverId
    seen_hash: str
    replacement_hash: str | None
    address: str
    client: str


class StoreSignedUpDriver(Command[DriverSignedIn], frozen=True, kw_only=True):
    """Add a driver whose password is hashed, and sign in. Errors: as `SignUpDriver`."""

    wish: SignUpDriver
    password_hash: str


class StoreDriverPassword(Command[None], frozen=True, kw_only=True):
    """Replace a password and end the driver's sign-ins but `kept_sign_in_id`.

    With `seen_hash` (one's own change) only if that is still the hash: else `denied.credentials`. Without (a reset): as
    `ResetDriverPassword`.
    """

    operator_id: OperatorId
    actor: str
    driver_id: DriverId
    password_hash: str
    seen_hash: str | None = None
    kept_sign_in_id: SignInId | None = None


class QueueDriverLetter(Command[None], frozen=True, kw_only=True):
    """Mail whoever has this address a link to set a password. Errors: `conflict.mail_off`, `limit_exceeded.letters`."""

    operator_id: OperatorId
    email: str


class CheckDriverLink(Command[str], frozen=True, kw_only=True):
    """Tell whose link it is; answers the driver's address. Errors: `invalid.link`."""

    secret: Secret


class StoreLinkedDriverPassword(Command[None], frozen=True, kw_only=True):
    """Set a password by a link and use the link up. Errors: `invalid.link`."""

    secret: Secret
    password_hash: str


class DriverTrust(Noun, frozen=True, kw_only=True):
    """A driver's principal in memory, and until when it may be believed without a look-up."""

    principal: DriverPrincipal
    until: datetime


class LoadDriverBearer(Command[DriverTrust], frozen=True, kw_only=True):
    """Look a bearer token up in the database. Errors: `denied.bearer`."""

    text: str
