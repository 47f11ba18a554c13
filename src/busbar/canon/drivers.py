"""Drivers: the people who charge. A driver belongs to one operator; to all others it is `not_found`."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.access import Token
from busbar.canon.message import Command, Fact, Noun
from busbar.canon.secret import Secret
from busbar.kernel.ids import DriverId, OperatorId, SignInId


class DriverStatus(StrEnum):
    """Where a driver stands. Erased: only the id is left, for the sessions that were."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    ERASED = "erased"


class Driver(Noun, frozen=True, kw_only=True):
    """A person who charges with one operator. The personal data of drivers has its one home in the access room."""

    driver_id: DriverId
    operator_id: OperatorId
    email: str | None
    display_name: str
    language: str
    status: DriverStatus
    created_at: datetime
    signed_in_at: datetime | None = None
    group: str | None = None
    """The value of the group that the driver belongs to: also that of those own tokens that have none."""


class DriverPrincipal(Noun, frozen=True, kw_only=True):
    """A signed-in driver."""

    driver_id: DriverId
    operator_id: OperatorId
    sign_in_id: SignInId
    language: str

    @property
    def name(self) -> str:
        """How this driver stands in audit entries and `requested_by`."""
        return f"driver:{self.driver_id}"


class DriverSignedIn(Noun, frozen=True, kw_only=True):
    """The bearer token (told once) and whom it stands for."""

    bearer: Secret
    expires_at: datetime
    principal: DriverPrincipal
    driver: Driver


class SignUpDriver(Command[DriverSignedIn], frozen=True, kw_only=True):
    """Register as a driver and be signed in.

    Errors: `not_found.operator`, `invalid.email`, `invalid.name`, `invalid.language`, `invalid.password`,
    `conflict.email_taken` (with this operator), `limit_exceeded.sign_in` (fact `wait_s`), `unavailable.passwords`.
    """

    operator_id: OperatorId
    email: str
    password: Secret
    display_name: str
    language: str = "en"
    address: str
    client: str = ""


class SignInDriver(Command[DriverSignedIn], frozen=True, kw_only=True):
    """Sign a driver in. Unknown address and wrong password are one error, after one time; a blocked driver may sign in.

    Errors: `denied.credentials`, `limit_exceeded.sign_in` (fact `wait_s`), `unavailable.passwords`.
    """

    operator_id: OperatorId
    email: str
    password: Secret
    address: str
    client: str = ""


class SignOutDriver(Command[None], frozen=True, kw_only=True):
    """End the sign-in of this bearer token; an unknown one is fine."""

    bearer: Secret


class ResolveDriverBearer(Command[DriverPrincipal], frozen=True, kw_only=True):
    """Which driver a bearer token stands for, now. Errors: `denied.bearer`."""

    bearer: Secret


class DriverSignIn(Noun, frozen=True, kw_only=True):
    """One sign-in, as its owner sees it."""

    sign_in_id: SignInId
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    address: str
    client: str


class ListDriverSignIns(Command[tuple[DriverSignIn, ...]], frozen=True, kw_only=True):
    """A driver's live sign-ins, newest first. Errors: `not_found.driver`."""

    operator_id: OperatorId
    driver_id: DriverId


class RevokeDriverSignIn(Command[None], frozen=True, kw_only=True):
    """End one of a driver's sign-ins. Errors: `not_found.sign_in`."""

    operator_id: OperatorId
    driver_id: DriverId
    sign_in_id: SignInId


class ChangeDriverPassword(Command[None], frozen=True, kw_only=True):
    """Change one's own password; one's other sign-ins end.

    Errors: `invalid.old_password`, `invalid.password`, `limit_exceeded.sign_in`, `unavailable.passwords`.
    """

    by: DriverPrincipal
    old_password: Secret
    new_password: Secret


class ResetDriverPassword(Command[Secret], frozen=True, kw_only=True):
    """Make a new password for a driver who forgot theirs, answered once; all their sign-ins end.

    Errors: `not_found.driver`, `conflict.driver_without_email`, `unavailable.passwords`.
    """

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class CreateDriver(Command[Driver], frozen=True, kw_only=True):
    """Enter a driver who did not sign up: with or without an address, and without a password until one is made.

    Errors: `invalid.email`, `invalid.name`, `invalid.language`, `conflict.email_taken`.
    """

    operator_id: OperatorId
    actor: str
    email: str | None = None
    display_name: str
    language: str = "en"


class UpdateDriver(Command[Driver], frozen=True, kw_only=True):
    """Change what is given (None: stays). Errors: `not_found.driver`, `not_found.group`, and as `CreateDriver`."""

    operator_id: OperatorId
    actor: str
    driver_id: DriverId
    email: str | None = None
    display_name: str | None = None
    language: str | None = None
    group: str | None = None
    """The value of a group; empty: none any more."""


class BlockDriver(Command[Driver], frozen=True, kw_only=True):
    """Refuse all tokens of a driver, or (`is_blocked` False) no longer. Errors: `not_found.driver`."""

    operator_id: OperatorId
    actor: str
    driver_id: DriverId
    is_blocked: bool = True


class EraseDriver(Command[None], frozen=True, kw_only=True):
    """Forget a person: personal data, password, sign-ins and tokens go; the sessions stay with an id that means nobody.

    Errors: `not_found.driver`.
    """

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class FindDriver(Command[Driver], frozen=True, kw_only=True):
    """Look a driver up. Errors: `not_found.driver`."""

    operator_id: OperatorId
    driver_id: DriverId


class DriverExport(Noun, frozen=True, kw_only=True):
    """All that the access room knows of a person."""

    driver: Driver
    tokens: tuple[Token, ...]
    sign_ins: tuple[DriverSignIn, ...]


class ExportDriver(Command[DriverExport], frozen=True, kw_only=True):
    """Tell a person all that is known of them here. Errors: `not_found.driver`."""

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class ExpireDriverSignIns(Command[int], frozen=True, kw_only=True):
    """Forget sign-ins that are over; answers how many. For a daily job."""


class DriverFact(Fact, frozen=True, kw_only=True):
    """What facts about a driver carry: never personal data."""

    driver_id: DriverId


class DriverRegistered(DriverFact, frozen=True, kw_only=True):
    """A driver is known from now on."""


class DriverStatusChanged(DriverFact, frozen=True, kw_only=True):
    """A driver was blocked or unblocked."""

    status: DriverStatus


class DriverErased(DriverFact, frozen=True, kw_only=True):
    """A driver's personal data is gone; other rooms forget what they hold of the person."""
