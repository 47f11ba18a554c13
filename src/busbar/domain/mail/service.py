"""The mail room: which letters are sent, and what became of them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.drivers import DriverErased
from busbar.canon.mail import (
    ExpireLetters,
    Letter,
    LetterKind,
    LetterSettled,
    LetterState,
    NoteLetter,
    RequireMail,
    SendLetter,
    SendLetterAgain,
    SendTrialLetter,
)
from busbar.canon.message import Fact, Message
from busbar.canon.tenants import RecordAudit
from busbar.domain.mail import model
from busbar.domain.mail.model import MailTerms
from busbar.domain.mail.store import LetterStore
from busbar.kernel.ids import IdSource, LetterId, OperatorId, is_key
from busbar.ports.jobs import JobQueue, NewJob
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

LETTER_JOB = "mail.send"


class LetterJob(msgspec.Struct, frozen=True):
    """What the job that sends a letter is told."""

    letter_id: LetterId


class MailService:
    """Keeps letters."""

    def __init__(self, *, store: LetterStore, ids: IdSource, jobs: JobQueue, terms: MailTerms) -> None:
        self._store = store
        self._ids = ids
        self._jobs = jobs
        self._terms = terms

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            SendLetter: self.send,
            SendTrialLetter: self.send_trial,
            SendLetterAgain: self.send_again,
            NoteLetter: self.note,
            RequireMail: self.require,
            ExpireLetters: self.expire,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Say which facts are listened to, and under which name."""
        return [(DriverErased, "mail.driver_erased", self.hear_erased)]

    async def require(self, _command: RequireMail, _work: UnitOfWork) -> None:
        """Go on only if mail is on."""
        model.require_on(self._terms)

    async def send(self, command: SendLetter, work: UnitOfWork) -> LetterId | None:
        """Have a letter sent."""
        model.require_on(self._terms)
        if command.letter_id is not None:
            known = await self._store.load(work, command.letter_id)
            if known is not None and known.operator_id == command.operator_id:
                return known.letter_id
        letter = model.shape_letter(command, letter_id=command.letter_id or LetterId(self._ids.new()), now=work.now)
        if command.hourly_max is not None:
            recent = await self._store.count_since(work, letter.person, letter.kind, work.now - model.HOUR)
            if recent >= command.hourly_max:
                return None
        if await self._store.count_waiting(work, letter.operator_id) >= self._terms.waiting_max:
            raise model.TooManyLettersError("too many letters wait", waiting_max=self._terms.waiting_max)
        await self._store.insert(work, letter)
        await self._enqueue(letter, work)
        return letter.letter_id

    async def _enqueue(self, letter: Letter, work: UnitOfWork) -> None:
        payload = msgspec.json.encode(LetterJob(letter.letter_id)).decode()
        await self._jobs.enqueue(NewJob(kind=LETTER_JOB, payload_json=payload, max_attempts=model.ATTEMPTS_MAX), work)

    async def send_trial(self, command: SendTrialLetter, work: UnitOfWork) -> LetterId:
        """Have a letter sent that says that mail arrives."""
        model.require_platform(command.by)
        wish = SendLetter(
            operator_id=command.by.operator_id,
            kind=LetterKind.TRIAL,
            recipient=command.recipient,
            language=command.language,
            letter_id=LetterId(self._ids.new()),
            person="" if command.by.staff_id is None else command.by.name,
        )
        letter_id = await self.send(wish, work)
        assert letter_id is not None  # noqa: S101 - no bound by the hour was given
        await self._record(work, command.by.operator_id, command.by.name, "letter.try", letter_id)
        return letter_id

    async def send_again(self, command: SendLetterAgain, work: UnitOfWork) -> Letter:
        """Send a letter again."""
        found = await self._store.load(work, command.letter_id) if is_key(command.letter_id) else None
        if found is None or found.operator_id != command.operator_id or not found.recipient:
            raise model.LetterMissingError("there is no such letter")
        model.require_on(self._terms)
        letter = model.reopen(found, now=work.now)
        await self._store.update(work, letter)
        await self._enqueue(letter, work)
        await self._record(work, letter.operator_id, command.actor, "letter.send_again", letter.letter_id)
        return letter

    async def note(self, command: NoteLetter, work: UnitOfWork) -> None:
        """Write down what became of an attempt."""
        before = await self._store.load(work, command.letter_id)
        if before is None:
            return
        after = model.note(before, state=command.state, reason=command.reason, reply=command.reply, now=work.now)
        if after == before:
            return
        await self._store.update(work, after)
        if after.state is not LetterState.WAITING:
            work.tell(
                LetterSettled(
                    operator_id=after.operator_id,
                    at=work.now,
                    letter_id=after.letter_id,
                    kind=after.kind,
                    person=after.person,
                    about=after.about,
                    state=after.state,
                    reason=after.reason,
                )
            )

    async def expire(self, command: ExpireLetters, work: UnitOfWork) -> int:
        """Forget old letters."""
        return await self._store.delete_settled(work, before=command.before)

    async def hear_erased(self, fact: DriverErased, work: UnitOfWork) -> None:
        """Forget where letters to a driver went who is no more."""
        await self._store.forget_person(work, f"driver:{fact.driver_id}")

    async def _record(
        self, work: UnitOfWork, operator_id: OperatorId, actor: str, action: str, letter_id: LetterId
    ) -> None:
        subject = f"letter:{letter_id}"
        await work.ask(RecordAudit(operator_id=operator_id, actor=actor, action=action, subject=subject))
