"""Staff who have no password, or forgot theirs: links that are mailed, and what they set."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.entry import MakeStaffLink, SendStaffLink
from busbar.canon.links import FindLink, LinkPurpose, MadeLink, MakeLink, TakeLink
from busbar.canon.mail import LetterKind, SendLetter
from busbar.canon.message import Message
from busbar.canon.tenants import StaffMember
from busbar.domain.tenants import model
from busbar.domain.tenants.bearers import BearerService
from busbar.domain.tenants.model import StaffRecord
from busbar.domain.tenants.operators import OperatorService
from busbar.domain.tenants.steps import CheckStaffLink, QueueStaffLetter, StoreLinkedPassword
from busbar.domain.tenants.store import StaffStore
from busbar.kernel.errors import ConflictError, InvalidError
from busbar.kernel.ids import LetterId, StaffId, is_key
from busbar.kernel.person import fold_email
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

LETTERS_PER_HOUR = 4
"""Links that one person is mailed: who knows an address must not fill its mailbox."""
PERSON = "staff:"


class StaffInactiveError(ConflictError):
    """The person is blocked: there is nothing to come in to."""

    code = "conflict.staff_inactive"


class StaffLinkError(InvalidError):
    """The link is void."""

    code = "invalid.link"


class StaffEntry:
    """Has links mailed to staff, and takes what they set."""

    def __init__(self, *, store: StaffStore, operators: OperatorService, bearers: BearerService) -> None:
        self._store = store
        self._operators = operators
        self._bearers = bearers

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this part of the room."""
        return {
            CheckStaffLink: self.check,
            MakeStaffLink: self.make,
            QueueStaffLetter: self.queue,
            SendStaffLink: self.send,
            StoreLinkedPassword: self.store,
        }

    async def queue(self, message: QueueStaffLetter, work: UnitOfWork) -> None:
        """Mail whoever has this address a link; nobody is told whether there is such a person."""
        record = await self._store.find_staff(work, email_key=fold_email(message.email)) if message.email else None
        if record is not None and record.staff.is_active:
            await self._mail(work, record, LetterKind.STAFF_PASSWORD)

    async def send(self, message: SendStaffLink, work: UnitOfWork) -> LetterId | None:
        """Mail a member of staff a link."""
        record = await self._store.load_staff(work, message.staff_id) if is_key(message.staff_id) else None
        if record is None or record.staff.operator_id != message.operator_id:
            raise model.StaffNotFoundError("no such member of staff", staff_id=message.staff_id[:64])
        staff = record.staff
        model.require_administrator(message.by, staff.operator_id)
        model.require_scope(message.by, role=staff.role, site_ids=staff.site_ids, is_platform=staff.is_platform)
        if not staff.is_active:
            raise StaffInactiveError("this person is blocked")
        letter_id = await self._mail(work, record, choose_kind(record))
        subject = f"{PERSON}{staff.staff_id}"
        await self._operators.note(work, message.by, "staff.send_link", subject, operator_id=staff.operator_id)
        return letter_id

    async def invite(self, work: UnitOfWork, record: StaffRecord) -> None:
        """Mail a new member of staff the first link."""
        await self._mail(work, record, LetterKind.STAFF_INVITATION)

    async def _mail(self, work: UnitOfWork, record: StaffRecord, kind: LetterKind) -> LetterId | None:
        staff = record.staff
        return await work.ask(
            SendLetter(
                operator_id=staff.operator_id,
                kind=kind,
                recipient=staff.email,
                language=staff.language,
                person=f"{PERSON}{staff.staff_id}",
                hourly_max=LETTERS_PER_HOUR,
            )
        )

    async def make(self, message: MakeStaffLink, work: UnitOfWork) -> MadeLink:
        """Make the link of a letter."""
        record = await self._store.load_staff(work, message.staff_id) if is_key(message.staff_id) else None
        if record is None or not record.staff.is_active:
            raise model.StaffNotFoundError("no such member of staff", staff_id=message.staff_id[:64])
        made = await work.ask(
            MakeLink(
                operator_id=record.staff.operator_id,
                person=f"{PERSON}{record.staff.staff_id}",
                purpose=message.purpose,
                seen=digest(record.password_hash),
            )
        )
        return msgspec.structs.replace(made, display_name=record.staff.display_name)

    async def check(self, message: CheckStaffLink, work: UnitOfWork) -> str:
        """Tell whose link it is; answers the person's address."""
        return (await self._find(work, message)).staff.email

    async def store(self, message: StoreLinkedPassword, work: UnitOfWork) -> None:
        """Set a password by a link; the person's sign-ins end."""
        record = await self._find(work, message)
        await work.ask(TakeLink(secret=message.secret))
        staff: StaffMember = record.staff
        await self._store.update_staff(work, msgspec.structs.replace(record, password_hash=message.password_hash))
        await self._bearers.end_sign_ins(work, staff.staff_id)
        subject = f"{PERSON}{staff.staff_id}"
        await self._operators.note(work, subject, "staff.set_password", subject, operator_id=staff.operator_id)

    async def _find(self, work: UnitOfWork, message: CheckStaffLink | StoreLinkedPassword) -> StaffRecord:
        link = await work.ask(FindLink(secret=message.secret))
        kind, _, staff_id = link.person.partition(":")
        record = await self._store.load_staff(work, StaffId(staff_id)) if f"{kind}:" == PERSON else None
        if record is None or not record.staff.is_active or digest(record.password_hash) != link.seen:
            raise StaffLinkError("this link was used or is too old: ask for another")
        return record


def choose_kind(record: StaffRecord) -> LetterKind:
    """Return what a link from an administrator is: an invitation to whoever never signed in."""
    is_new = record.staff.signed_in_at is None
    return LetterKind.STAFF_INVITATION if is_new else LetterKind.STAFF_PASSWORD


def choose_purpose(kind: LetterKind) -> LinkPurpose:
    """Return why the link of a letter is made."""
    is_invitation = kind in {LetterKind.STAFF_INVITATION, LetterKind.DRIVER_INVITATION}
    return LinkPurpose.INVITATION if is_invitation else LinkPurpose.PASSWORD


def digest(password_hash: str | None) -> str:
    """Return what is remembered of a password's hash: enough to know another one."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()
