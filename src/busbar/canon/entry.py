"""How people come in who have no password, or forgot theirs: by a link that is mailed to them."""

from busbar.canon.links import LinkPurpose, MadeLink
from busbar.canon.message import Command
from busbar.canon.secret import Secret
from busbar.canon.tenants import Principal
from busbar.kernel.ids import DriverId, LetterId, OperatorId, StaffId


class AskStaffPassword(Command[None], frozen=True, kw_only=True):
    """Somebody forgot their password: mail them a link, if there is such a person. What is answered tells nothing.

    Errors: `conflict.mail_off`, `limit_exceeded.sign_in` (fact `wait_s`).
    """

    email: str
    address: str
    """Where the request came from."""


class SendStaffLink(Command[LetterId | None], frozen=True, kw_only=True):
    """Mail a member of staff a link to set a password: an invitation to whoever never signed in.

    Answers None when there were several within the hour. Errors: `denied.role`, `denied.scope`, `not_found.staff`,
    `conflict.mail_off`, `conflict.staff_inactive`.
    """

    by: Principal
    operator_id: OperatorId
    staff_id: StaffId


class MakeStaffLink(Command[MadeLink], frozen=True, kw_only=True):
    """Make the link of a letter that is about to be sent. Errors: `not_found.staff` (or inactive)."""

    staff_id: StaffId
    purpose: LinkPurpose


class SetStaffPassword(Command[None], frozen=True, kw_only=True):
    """Set a password by a link; all sign-ins of the person end, and the link is used up.

    Errors: `invalid.link`, `invalid.password`, `limit_exceeded.sign_in`, `unavailable.passwords`.
    """

    secret: Secret
    password: Secret
    address: str


class AskDriverPassword(Command[None], frozen=True, kw_only=True):
    """A driver forgot the password: mail a link, if there is such a driver. What is answered tells nothing.

    Errors: `conflict.mail_off`, `limit_exceeded.sign_in` (fact `wait_s`).
    """

    operator_id: OperatorId
    email: str
    address: str


class SendDriverLink(Command[LetterId | None], frozen=True, kw_only=True):
    """Mail a driver a link to set a password: an invitation to whoever never signed in.

    Answers None when there were several within the hour. Errors: `not_found.driver`, `conflict.driver_without_email`,
    `conflict.mail_off`.
    """

    operator_id: OperatorId
    actor: str
    driver_id: DriverId


class MakeDriverLink(Command[MadeLink], frozen=True, kw_only=True):
    """Make the link of a letter that is about to be sent. Errors: `not_found.driver`."""

    operator_id: OperatorId
    driver_id: DriverId
    purpose: LinkPurpose


class SetDriverPassword(Command[None], frozen=True, kw_only=True):
    """Set a password by a link; all sign-ins of the driver end, and the link is used up. Errors: as staff's."""

    secret: Secret
    password: Secret
    address: str
