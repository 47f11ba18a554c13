"""An SMTP server on this machine, not written here (aiosmtpd), that takes and refuses mail as it is told."""

import asyncio
import email
import email.policy
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

LOGIN, PASSWORD = "busbar", "a password of the post"


@dataclass
class Taken:
    """A mail that came in."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    is_secret: bool
    login: str | None


class Line(SMTP):
    """A connection that can be ended."""

    lines: set[asyncio.Transport]

    def connection_made(self, transport) -> None:
        self.lines.add(transport)
        super().connection_made(transport)


@dataclass
class MailServer:
    """Takes mail."""

    context: ssl.SSLContext | None = None
    is_tls: bool = False
    """From the first byte; else after STARTTLS where there is a context."""
    is_auth_required: bool = False
    refused: dict[str, str] = field(default_factory=dict)
    """Recipients that are not taken, with the reply that they bring."""
    reply_to_data: str = "250 Taken"
    taken: list[Taken] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    lines: set[asyncio.Transport] = field(default_factory=set)

    async def start(self, port: int = 0) -> "MailServer":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._make, "127.0.0.1", port or self.port, ssl=self.context if self.is_tls else None
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def _make(self) -> SMTP:
        line = Line(
            self,
            hostname="post.test",
            loop=asyncio.get_running_loop(),
            tls_context=None if self.is_tls else self.context,
            require_starttls=self.context is not None and not self.is_tls,
            auth_required=self.is_auth_required,
            auth_require_tls=self.context is not None and not self.is_tls,
            authenticator=self._authenticate,
            enable_SMTPUTF8=True,
        )
        line.lines = self.lines
        return line

    async def stop(self) -> None:
        self._server.close()
        for line in self.lines:
            line.abort()
        await asyncio.sleep(0)

    @staticmethod
    def _authenticate(_server, _session, _envelope, _mechanism, data) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            LOGIN.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=is_right, handled=False, auth_data=LOGIN if is_right else None)

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802 - the name is aiosmtpd's
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - likewise
        if not self.reply_to_data.startswith("250"):
            return self.reply_to_data
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.taken.append(
            Taken(
                sender=envelope.mail_from,
                recipients=list(envelope.rcpt_tos),
                message=message,
                is_secret=session.ssl is not None or self.is_tls,
                login=session.auth_data if session.authenticated else None,
            )
        )
        self.came.set()
        return self.reply_to_data
