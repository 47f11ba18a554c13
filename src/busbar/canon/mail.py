"""Letters: mails to one person each, from the wish to the mail server's word about them.

What a letter says is written when it is sent, not when it is wished for: nothing secret waits in a table.
"""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.canon.tenants import Principal
from busbar.kernel.ids import LetterId, OperatorId


class LetterKind(StrEnum):
    """What a letter is for."""

    TRIAL = "trial"
    """Whether mail arrives."""
    STAFF_INVITATION = "staff_invitation"
    STAFF_PASSWORD = "staff_password"  # noqa: S105 - a word for a kind, not a secret
    """A link to set a new password."""
    DRIVER_INVITATION = "driver_invitation"
    DRIVER_PASSWORD = "driver_password"  # noqa: S105 - likewise
    REPORT = "report"
    STATEMENT = "statement"


class LetterState(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    SENT = "sent"
    """The mail server has it."""
    REFUSED = "refused"
    """The mail server will never take it, or it cannot be written."""
    GIVEN_UP = "given_up"
    """It was tried for days, or has lost its sense."""


class Letter(Noun, frozen=True, kw_only=True):
    """A mail to one person."""

    letter_id: LetterId
    operator_id: OperatorId
    kind: LetterKind
    recipient: str
    language: str
    person: str = ""
    """Whose letter it is: `staff:ID`, `driver:ID`; empty: nobody's that we keep."""
    about: str = ""
    """What it is about: `document:ID`, `report_schedule:ID`."""
    detail_json: str = "{}"
    """What its writer needs beside that; nothing secret."""
    state: LetterState
    queued_at: datetime
    settled_at: datetime | None = None
    reason: str = ""
    """The code of the last error; empty: there was none."""
    reply: str = ""
    """What the mail server said last."""


class SendLetter(Command[LetterId | None], frozen=True, kw_only=True):
    """Have a letter sent. A repeat with the same id is the same letter.

    Answers None when `hourly_max` letters of this kind went to this person within the hour: then none is sent.

    Errors: `conflict.mail_off`, `invalid.email`, `invalid.letter`, `limit_exceeded.letters`.
    """

    operator_id: OperatorId
    kind: LetterKind
    recipient: str
    language: str
    letter_id: LetterId | None = None
    person: str = ""
    about: str = ""
    detail_json: str = "{}"
    hourly_max: int | None = None


class RequireMail(Command[None], frozen=True, kw_only=True):
    """Go on only if mail is on. Errors: `conflict.mail_off`."""


class SendTrialLetter(Command[LetterId], frozen=True, kw_only=True):
    """Have a letter sent that says that mail arrives.

    Errors: `denied.role` (platform administrators only), and as `SendLetter`.
    """

    by: Principal
    recipient: str
    language: str = "en"


class SendLetterAgain(Command[Letter], frozen=True, kw_only=True):
    """Send a letter again that was refused or given up.

    Errors: `not_found.letter`, `conflict.letter_state`, `conflict.mail_off`.
    """

    operator_id: OperatorId
    actor: str
    letter_id: LetterId


class NoteLetter(Command[None], frozen=True, kw_only=True):
    """Write down what became of an attempt to send a letter; one that is settled stays as it is."""

    letter_id: LetterId
    state: LetterState
    reason: str = ""
    reply: str = ""


class ExpireLetters(Command[int], frozen=True, kw_only=True):
    """Forget letters that were settled before an instant; answers how many. For a daily job."""

    before: datetime


class LetterSettled(Fact, frozen=True, kw_only=True):
    """A letter was sent, refused or given up. Names no address."""

    letter_id: LetterId
    kind: LetterKind
    person: str
    about: str
    state: LetterState
    reason: str
