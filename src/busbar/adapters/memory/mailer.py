"""A mail server in memory, for tests and for trying things out: keeps what was sent, refuses what it is told to."""

from busbar.ports.mailer import (
    Mail,
    MailOffError,
    MailUnavailableError,
    Refusal,
    check_mail,
    judge_refusals,
    read_reply,
)


class MemoryMailer:
    """`busbar.ports.mailer.Mailer` that sends nothing anywhere."""

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self.sent: list[Mail] = []
        self.refused: dict[str, tuple[int, str]] = {}
        """Recipients that are not taken, with the reply that they bring."""
        self.is_away = False
        """Whether the server does not answer."""

    async def send(self, mail: Mail) -> list[Refusal]:
        """Keep a mail; see `busbar.ports.mailer.Mailer`."""
        if not self.is_on:
            raise MailOffError("no mail server is set up")
        check_mail(mail)
        if self.is_away:
            raise MailUnavailableError("the mail server does not answer")
        refusals = [
            Refusal(recipient=each, status=self.refused[each][0], reply=read_reply(self.refused[each][1]))
            for each in mail.recipients
            if each in self.refused
        ]
        if len(refusals) == len(mail.recipients):
            raise judge_refusals(refusals)
        self.sent.append(mail)
        return refusals
