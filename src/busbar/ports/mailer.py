"""Mail to people: handed to a server that takes it on from there."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from busbar.kernel.errors import ConflictError, InvalidError, UnavailableError
from busbar.kernel.person import EMAIL_MAX_CHARS, EmailError, read_email

RECIPIENTS_MAX = 50
NAME_MAX_CHARS = 100
SUBJECT_MAX_CHARS = 200
BODY_MAX_CHARS = 200_000
"""Of the text, and of the HTML."""
ATTACHMENTS_MAX = 10
ATTACHMENT_NAME_MAX_CHARS = 120
ATTACHMENTS_MAX_BYTES = 10_000_000
"""All of one mail; base64 makes it a third more, and many servers take 20 to 25 MB."""
REASON_MAX_CHARS = 300
REFUSED_FOR_GOOD = 500
"""Replies from here on say that the same will always be refused (RFC 5321 4.2.1)."""


class MailOffError(ConflictError):
    """The settings name no mail server: nothing can be mailed."""

    code = "conflict.mail_off"


class MailError(InvalidError):
    """A mail beyond its bounds; the fact `field` names what is."""

    code = "invalid.mail"


class MailRefusedError(InvalidError):
    """The mail server will never take this mail (a reply 5xx); facts `status`, `reply`."""

    code = "invalid.mail_refused"


class MailUnavailableError(UnavailableError):
    """The mail server does not answer, or takes nothing of us now; the same mail may pass later."""

    code = "unavailable.mail"


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that travels with a mail."""

    name: str
    media: str
    """Such as `application/pdf`."""
    content: bytes


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail. Whoever receives it as plain text reads `text`, which says all that `html` says."""

    mail_id: str
    """Becomes its Message-ID: a mail that is sent twice is one mail for programs that look."""
    recipients: tuple[str, ...]
    sender_name: str = ""
    """How the sender is called; the address is the settings'."""
    reply_to: str = ""
    subject: str
    text: str
    html: str = ""
    language: str = "en"
    attachments: tuple[Attachment, ...] = ()


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A recipient whom the server did not take while it took others."""

    recipient: str
    status: int
    """The reply: 4xx for now, 5xx for good."""
    reply: str


class Mailer(Protocol):
    """Sends mail."""

    @property
    def is_on(self) -> bool:
        """Whether there is a server to send by."""
        ...

    async def send(self, mail: Mail) -> Sequence[Refusal]:
        """Hand a mail to the server; answers with the recipients whom it did not take, never all of them.

        Errors: `conflict.mail_off`, `invalid.mail`, `invalid.email`, `invalid.mail_refused`, `unavailable.mail`.
        """
        ...


def check_mail(mail: Mail) -> Mail:
    """Return a mail that is within its bounds. Errors: `invalid.mail` (fact `field`), `invalid.email`."""
    sizes = sum(len(attachment.content) for attachment in mail.attachments)
    is_right = {
        "recipients": 1 <= len(mail.recipients) <= RECIPIENTS_MAX,
        "sender_name": len(mail.sender_name) <= NAME_MAX_CHARS and mail.sender_name.isprintable(),
        "subject": 1 <= len(mail.subject) <= SUBJECT_MAX_CHARS and mail.subject.isprintable(),
        "text": 1 <= len(mail.text) <= BODY_MAX_CHARS,
        "html": len(mail.html) <= BODY_MAX_CHARS,
        "attachments": len(mail.attachments) <= ATTACHMENTS_MAX and sizes <= ATTACHMENTS_MAX_BYTES,
        "attachment_name": all(_is_file_name(attachment.name) for attachment in mail.attachments),
    }
    for field, is_field_right in is_right.items():
        if not is_field_right:
            raise MailError(f"the {field} of a mail is beyond its bounds", field=field)
    for address in (*mail.recipients, *([mail.reply_to] if mail.reply_to else [])):
        read_address(address)
    return mail


def read_address(text: str) -> str:
    """Return an address that a mail may be sent to. Errors: `invalid.email`."""
    address = read_email(text)
    if len(address) > EMAIL_MAX_CHARS or any(sign in address for sign in '<>,;:"\\()[]'):
        raise EmailError("give an e-mail address such as name@example.org")
    return address


def read_reply(text: str) -> str:
    """Return what can be shown of a server's reply."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:REASON_MAX_CHARS]).strip()


def _is_file_name(name: str) -> bool:
    is_short = 1 <= len(name) <= ATTACHMENT_NAME_MAX_CHARS
    return is_short and name.isprintable() and not any(sign in name for sign in '/\\"')


def judge_refusals(refusals: Sequence[Refusal]) -> MailRefusedError | MailUnavailableError:
    """Return what it means that no recipient was taken: it is for good only if none of them may be taken later."""
    later = next((each for each in refusals if each.status < REFUSED_FOR_GOOD), None)
    if later is not None:
        return MailUnavailableError("the mail server takes this later", status=later.status, reply=later.reply)
    first = refusals[0]
    return MailRefusedError("the mail server refuses this mail", status=first.status, reply=first.reply)
