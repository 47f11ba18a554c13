"""Drivers who have no password, or forgot theirs: links that are mailed, and what they set."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.drivers import Driver, DriverStatus
from busbar.canon.entry import MakeDriverLink, SendDriverLink
from busbar.canon.links import FindLink, MadeLink, MakeLink, TakeLink
from busbar.canon.mail import LetterKind, SendLetter
from busbar.canon.message import Message
from busbar.canon.tenants import RecordAudit
from busbar.domain.access import model
from busbar.domain.access.bearers import DriverBearerService
from busbar.domain.access.drivers import DriverService
from busbar.domain.access.model import DriverRecord
from busbar.domain.access.steps import CheckDriverLink, QueueDriverLetter, StoreLinkedDriverPassword
from busbar.domain.access.store import DriverStore
from busbar.kernel.errors import InvalidError
from busbar.kernel.ids import DriverId, LetterId
from busbar.kernel.person import fold_email
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

LETTERS_PER_HOUR = 4
"""Links that one driver is mailed: who knows an address must not fill its mailbox."""
PERSON = "driver:"


class DriverLinkError(InvalidError):
    """The link is void."""

    code = "invalid.link"


class DriverEntry:
    """Has links mailed to drivers, and takes what they set."""

    def __init__(self, *, store: DriverStore, drivers: DriverService, bearers: DriverBearerService) -> None:
        self._store = store
        self._drivers = drivers
        self._bearers = bearers

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this part of the room."""
        return {
            CheckDriverLink: self.check,
            MakeDriverLink: self.make,
            QueueDriverLetter: self.queue,
            SendDriverLink: self.send,
            StoreLinkedDriverPassword: self.store,
        }

    async def queue(self, message: QueueDriverLetter, work: UnitOfWork) -> None:
        """Mail whoever has this address a link; nobody is told whether there is such a driver."""
        key = fold_email(message.email)
        record = await self._store.find_driver(work, message.operator_id, key) if message.email else None
        if record is not None and record.driver.status is not DriverStatus.ERASED:
            await self._mail(work, record.driver, LetterKind.DRIVER_PASSWORD)

    async def send(self, message: SendDriverLink, work: UnitOfWork) -> LetterId | None:
        """Mail a driver a link."""
        driver = (await self._drivers.get(work, message.operator_id, message.driver_id)).driver
        if driver.email is None:
            raise model.DriverWithoutEmailError("enter the driver's e-mail address first")
        is_new = driver.signed_in_at is None
        letter_id = await self._mail(
            work, driver, LetterKind.DRIVER_INVITATION if is_new else LetterKind.DRIVER_PASSWORD
        )
        await self._note(work, driver, message.actor, "driver.send_link")
        return letter_id

    async def _mail(self, work: UnitOfWork, driver: Driver, kind: LetterKind) -> LetterId | None:
        return await work.ask(
            SendLetter(
                operator_id=driver.operator_id,
                kind=kind,
                recipient=driver.email or "",
                language=driver.language,
                person=f"{PERSON}{driver.driver_id}",
                hourly_max=LETTERS_PER_HOUR,
            )
        )

    async def make(self, message: MakeDriverLink, work: UnitOfWork) -> MadeLink:
        """Make the link of a letter."""
        record = await self._drivers.get(work, message.operator_id, message.driver_id)
        made = await work.ask(
            MakeLink(
                operator_id=record.driver.operator_id,
                person=f"{PERSON}{record.driver.driver_id}",
                purpose=message.purpose,
                seen=digest(record.password_hash),
            )
        )
        return msgspec.structs.replace(made, display_name=record.driver.display_name)

    async def check(self, message: CheckDriverLink, work: UnitOfWork) -> str:
        """Tell whose link it is; answers the driver's address."""
        return (await self._find(work, message)).driver.email or ""

    async def store(self, message: StoreLinkedDriverPassword, work: UnitOfWork) -> None:
        """Set a password by a link; the driver's sign-ins end."""
        record = await self._find(work, message)
        await work.ask(TakeLink(secret=message.secret))
        await self._store.update_driver(work, msgspec.structs.replace(record, password_hash=message.password_hash))
        await self._bearers.end_sign_ins(work, record.driver.driver_id)
        await self._note(work, record.driver, f"{PERSON}{record.driver.driver_id}", "driver.set_password")

    async def _find(self, work: UnitOfWork, message: CheckDriverLink | StoreLinkedDriverPassword) -> DriverRecord:
        link = await work.ask(FindLink(secret=message.secret))
        kind, _, driver_id = link.person.partition(":")
        record = await self._store.load_driver(work, DriverId(driver_id)) if f"{kind}:" == PERSON else None
        is_void = record is None or digest(record.password_hash) != link.seen
        if record is None or is_void or record.driver.status is DriverStatus.ERASED:
            raise DriverLinkError("this link was used or is too old: ask for another")
        return record

    async def _note(self, work: UnitOfWork, driver: Driver, actor: str, action: str) -> None:
        subject = f"{PERSON}{driver.driver_id}"
        await work.ask(RecordAudit(operator_id=driver.operator_id, actor=actor, action=action, subject=subject))


def digest(password_hash: str | None) -> str:
    """Return what is remembered of a password's hash: enough to know another one."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()
