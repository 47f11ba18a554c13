"""Jobs that send letters: each is written when it is sent, and handed to the mail server."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import select

from busbar.adapters.smtp.mailer import SmtpMailer, SmtpSecurity, SmtpServer
from busbar.app.config import Settings
from busbar.app.letters import Draft, Writer
from busbar.app.link_letters import LinkLetters
from busbar.app.report_letters import ReportLetters
from busbar.app.statements import Statements
from busbar.canon.mail import ExpireLetters, Letter, LetterKind, LetterState, NoteLetter
from busbar.canon.tenants import FindOperator, Operator
from busbar.db.engine import Databases
from busbar.domain.mail.layout import Brand, Written, write
from busbar.domain.mail.model import is_late
from busbar.domain.mail.service import LetterJob
from busbar.domain.mail.sql import letters, read_letter
from busbar.kernel.calls import CallBook
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError, InvalidError, NotFoundError
from busbar.kernel.ids import LetterId
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.jobs import Job
from busbar.ports.mailer import Mail, Mailer, MailOffError, MailUnavailableError, check_mail
from busbar.views.branding import read_brand

log = structlog.get_logger(__name__)

LATE = "limit_exceeded.letter_life"


def open_mailer(settings: Settings, *, clock: Clock, calls: CallBook | None = None) -> SmtpMailer:
    """Make the mailer that the settings describe."""
    tally = None if calls is None else calls.open("mail")
    return SmtpMailer(choose_server(settings), clock=clock, tally=tally)


def choose_server(settings: Settings) -> SmtpServer | None:
    """Return the mail server of the settings; None: mail is off."""
    if settings.mail_host is None or settings.mail_sender is None:
        return None
    password = settings.mail_password
    return SmtpServer(
        host=settings.mail_host,
        port=settings.mail_port,
        security=SmtpSecurity(settings.mail_security),
        login=settings.mail_login,
        password=None if password is None else password.get_secret_value(),
        sender=settings.mail_sender,
        timeout_s=settings.mail_timeout_s,
        ca_file=settings.mail_ca_file,
    )


class Mailing:
    """Sends letters; see `busbar.domain.mail`."""

    def __init__(
        self, *, databases: Databases, dispatcher: Dispatcher, mailer: Mailer, clock: Clock, retention: timedelta
    ) -> None:
        self._databases = databases
        self._dispatcher = dispatcher
        self._mailer = mailer
        self._clock = clock
        self._retention = retention
        self._writers: dict[LetterKind, Writer] = {LetterKind.TRIAL: _write_trial}

    def register(self, writers: Mapping[LetterKind, Writer]) -> None:
        """Take the writers of some kinds of letter."""
        self._writers.update(writers)

    async def send(self, job: Job) -> None:
        """Send one letter. What the mail server takes later is tried again; the last time it is given up."""
        letter = await self._read(msgspec.json.decode(job.payload_json, type=LetterJob).letter_id)
        if letter is None or letter.state is not LetterState.WAITING:
            return
        if is_late(letter, now=self._clock.now()):
            await self._note(letter, LetterState.GIVEN_UP, reason=LATE)
            return
        try:
            await self._mailer.send(await self._write(letter))
        except (InvalidError, NotFoundError) as error:
            log.warning("mail.refused", kind=letter.kind, letter_id=letter.letter_id, code=error.code)
            await self._note(letter, LetterState.REFUSED, reason=error.code, reply=_read_reply(error))
        except (MailUnavailableError, MailOffError) as error:
            is_last = job.attempts >= job.max_attempts
            state = LetterState.GIVEN_UP if is_last else LetterState.WAITING
            await self._note(letter, state, reason=error.code, reply=_read_reply(error))
            if not is_last:
                raise MailUnavailableError(error.text) from None
        else:
            await self._note(letter, LetterState.SENT)

    async def _read(self, letter_id: LetterId) -> Letter | None:
        query = select(letters).where(letters.c.letter_id == letter_id)
        async with self._databases.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else read_letter(row)

    async def _write(self, letter: Letter) -> Mail:
        operator = await self._dispatcher.dispatch(FindOperator(operator_id=letter.operator_id))
        async with self._databases.read() as connection:
            brand = await read_brand(connection, operator)
        look = Brand(
            name=brand.name,
            accent=brand.accent_light,
            support_phone=brand.support_phone,
            support_email=brand.support_email,
        )
        draft = await self._writers[letter.kind](letter, operator)
        values = {"operator": operator.name, **draft.values}
        written = write(letter.kind, language=letter.language, brand=look, values=values, link=draft.link)
        return check_mail(_shape(letter, written, draft))

    async def _note(self, letter: Letter, state: LetterState, *, reason: str = "", reply: str = "") -> None:
        await self._dispatcher.dispatch(NoteLetter(letter_id=letter.letter_id, state=state, reason=reason, reply=reply))

    async def expire(self) -> None:
        """Forget letters that were settled long ago."""
        await self._dispatcher.dispatch(ExpireLetters(before=self._clock.now() - self._retention))


def make_mailing(
    settings: Settings, *, databases: Databases, dispatcher: Dispatcher, mailer: Mailer, clock: Clock
) -> Mailing:
    """Put together what sends letters."""
    mailing = Mailing(
        databases=databases,
        dispatcher=dispatcher,
        mailer=mailer,
        clock=clock,
        retention=timedelta(days=settings.mail_retention_days),
    )
    mailing.register({LetterKind.REPORT: ReportLetters(databases).write})
    statements = Statements(databases=databases, dispatcher=dispatcher, clock=clock)
    mailing.register({LetterKind.STATEMENT: statements.write_letter})
    mailing.register(LinkLetters(dispatcher, public_address=settings.public_address).writers())
    return mailing


async def _write_trial(_letter: Letter, _operator: Operator) -> Draft:
    return Draft()


def _shape(letter: Letter, written: Written, draft: Draft) -> Mail:
    return Mail(
        mail_id=letter.letter_id,
        recipients=(letter.recipient,),
        sender_name=written.sender_name,
        reply_to=written.reply_to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=written.language,
        attachments=draft.attachments,
    )


def _read_reply(error: BusbarError) -> str:
    status, reply = error.facts.get("status"), error.facts.get("reply")
    return error.text if status is None else f"{status} {reply}"
