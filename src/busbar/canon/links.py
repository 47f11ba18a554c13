"""Links that let somebody set a password once: in invitations, and for those who forgot theirs."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Noun
from busbar.canon.secret import Secret
from busbar.kernel.ids import OperatorId


class LinkPurpose(StrEnum):
    """Why a link was made: it decides how long it lasts."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - a word for a purpose, not a secret


class PasswordLink(Noun, frozen=True, kw_only=True):
    """For whom a link is."""

    operator_id: OperatorId
    person: str
    """`staff:ID` or `driver:ID`."""
    seen: str
    """What the person's password was when the link was made, as a digest: with another password it is void."""
    expires_at: datetime


class MadeLink(Noun, frozen=True, kw_only=True):
    """A link with its secret, told once."""

    secret: Secret
    expires_at: datetime
    display_name: str = ""


class MakeLink(Command[MadeLink], frozen=True, kw_only=True):
    """Make a link for a person; their earlier ones are void."""

    operator_id: OperatorId
    person: str
    purpose: LinkPurpose
    seen: str


class FindLink(Command[PasswordLink], frozen=True, kw_only=True):
    """Tell for whom a link is. Errors: `invalid.link` (unknown, used or too old)."""

    secret: Secret


class TakeLink(Command[PasswordLink], frozen=True, kw_only=True):
    """Use a link up. Errors: `invalid.link`."""

    secret: Secret


class ExpireLinks(Command[int], frozen=True, kw_only=True):
    """Forget links that are too old; answers how many. For a daily job."""
