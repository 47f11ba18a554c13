"""Whether the mail server takes us, where the settings name one."""

import asyncio

from busbar.adapters.smtp.mailer import SmtpMailer
from busbar.app.config import Settings
from busbar.app.doctor.finding import Finding
from busbar.app.mail import choose_server
from busbar.kernel.clock import Clock
from busbar.ports.mailer import MailUnavailableError

REMEDY = "check BUSBAR_MAIL_HOST, _PORT, _SECURITY, _LOGIN and _PASSWORD, and that this machine may reach the server"


def check_mail(settings: Settings, *, clock: Clock) -> list[Finding]:
    """Connect to the mail server and sign in as the settings say; sends nothing."""
    server = choose_server(settings)
    if server is None:
        return [Finding("ok", "mail", "off: no invitations, reports or statements are mailed")]
    shown = f"{server.host} port {server.port} ({server.security})"
    try:
        reply = asyncio.run(SmtpMailer(server, clock=clock).check())
    except MailUnavailableError as error:
        return [Finding("bad", "mail", f"{shown} cannot be used: {error.text}", REMEDY)]
    if settings.public_url is None:
        remedy = "set BUSBAR_PUBLIC_URL to the address that people reach Busbar by"
        return [
            Finding("warn", "mail", f"{shown} answers, but links in mails lead to {settings.public_address}", remedy)
        ]
    return [Finding("ok", "mail", f"{shown} answers {reply}")]
