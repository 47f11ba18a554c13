"""Mails as they travel (RFC 5322, MIME)."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from busbar.ports.mailer import Mail


def write_message(mail: Mail, *, sender: str, now: datetime) -> EmailMessage:
    """Write a mail. `sender` is an address; programs are told that nobody waits for their answer (RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    name, _, domain = sender.rpartition("@")
    message["From"] = Address(mail.sender_name, username=name, domain=domain)
    # each reads the mail as if it were alone: recipients do not learn of one another
    message["To"] = mail.recipients[0] if len(mail.recipients) == 1 else "undisclosed-recipients:;"
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.mail_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        main, _, sub = attachment.media.partition("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    message["Content-Language"] = mail.language  # last: what is put together anew takes such fields along
    return message
