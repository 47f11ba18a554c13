"""Sends mail by SMTP (RFC 5321), under TLS from the first byte, after STARTTLS (RFC 3207), or in the open."""

import ssl
from enum import StrEnum
from pathlib import Path

import aiosmtplib
import msgspec

from busbar.adapters.smtp.writing import write_message
from busbar.kernel.calls import CallTally
from busbar.kernel.clock import Clock
from busbar.ports.mailer import (
    REFUSED_FOR_GOOD,
    Mail,
    MailOffError,
    MailRefusedError,
    MailUnavailableError,
    Refusal,
    check_mail,
    judge_refusals,
    read_reply,
)

_OURS_TO_MEND = frozenset({530, 534, 535, 538})
"""Replies about who we are (RFC 4954): once the settings are right, the same mail passes."""


class SmtpSecurity(StrEnum):
    """How the connection is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed over, and as whom."""

    host: str
    port: int = 587
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    login: str | None = None
    password: str | None = None
    sender: str
    timeout_s: float = 30.0
    ca_file: Path | None = None
    """Roots that the server's certificate is checked against; None: the system's."""


class SmtpMailer:
    """`busbar.ports.mailer.Mailer` over SMTP; each mail has a connection of its own."""

    def __init__(self, server: SmtpServer | None, *, clock: Clock, tally: CallTally | None = None) -> None:
        """Without a server mail is off."""
        self._tally = tally or CallTally("mail")
        self._server = server
        self._clock = clock

    @property
    def is_on(self) -> bool:
        """Whether there is a server to send by."""
        return self._server is not None

    async def send(self, mail: Mail) -> list[Refusal]:
        """Hand a mail to the server; see `busbar.ports.mailer.Mailer`."""
        server = self._require()
        check_mail(mail)
        message = write_message(mail, sender=server.sender, now=self._clock.now())
        with self._tally.ask():
            try:
                async with self._connect(server) as client:
                    refused, _ = await client.send_message(
                        message, sender=server.sender, recipients=list(mail.recipients)
                    )
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                raise _translate(error) from None
        return [_shape(recipient, reply.code, reply.message) for recipient, reply in refused.items()]

    async def check(self) -> str:
        """Connect, go over to TLS and sign in as the settings say, send nothing; answers how the server greets.

        Errors: `conflict.mail_off`, `unavailable.mail`.
        """
        server = self._require()
        with self._tally.ask():
            try:
                async with self._connect(server) as client:
                    reply = await client.noop()
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                raise MailUnavailableError(_describe(error)) from None
        return read_reply(f"{reply.code} {reply.message}")

    def _require(self) -> SmtpServer:
        if self._server is None:
            raise MailOffError("no mail server is set up: see BUSBAR_MAIL_HOST")
        return self._server

    def _connect(self, server: SmtpServer) -> aiosmtplib.SMTP:
        is_plain = server.security is SmtpSecurity.NONE
        context = None
        if not is_plain:
            try:
                context = ssl.create_default_context(cafile=None if server.ca_file is None else str(server.ca_file))
            except OSError as error:
                raise MailUnavailableError(f"the roots in {server.ca_file} cannot be read: {error}") from None
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.login,
            password=server.password,
            timeout=server.timeout_s,
            use_tls=server.security is SmtpSecurity.TLS,
            start_tls=server.security is SmtpSecurity.STARTTLS,
            tls_context=context,
        )


def _translate(error: Exception) -> MailRefusedError | MailUnavailableError:
    """Say what a failure means: which mails will never pass, and which may later."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return judge_refusals([_shape(each.recipient, each.code, each.message) for each in error.recipients])
    if isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPDataError):
        reply = read_reply(error.message)
        if error.code >= REFUSED_FOR_GOOD and error.code not in _OURS_TO_MEND:
            return MailRefusedError("the mail server refuses this mail", status=error.code, reply=reply)
        return MailUnavailableError("the mail server takes this later", status=error.code, reply=reply)
    if isinstance(error, aiosmtplib.SMTPNotSupported) and "SMTPUTF8" in error.message:
        return MailRefusedError("the mail server takes no address beyond ASCII", status=553, reply=error.message)
    return MailUnavailableError(_describe(error))


def _describe(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return f"the mail server refuses name or password: {error.code} {read_reply(error.message)}"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"the mail server answers {error.code} {read_reply(error.message)}"
    return f"the mail server cannot be used: {type(error).__name__}: {read_reply(str(error))}"


def _shape(recipient: str, code: int, message: str) -> Refusal:
    return Refusal(recipient=recipient, status=code, reply=read_reply(message))
