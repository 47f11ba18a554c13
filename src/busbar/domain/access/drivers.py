"""Drivers: the people who charge."""

import msgspec

from busbar.canon.drivers import (
    BlockDriver,
    CreateDriver,
    Driver,
    DriverErased,
    DriverExport,
    DriverRegistered,
    DriverSignedIn,
    DriverStatus,
    DriverStatusChanged,
    EraseDriver,
    ExportDriver,
    FindDriver,
    UpdateDriver,
)
from busbar.canon.tenants import FindOperator, RecordAudit
from busbar.domain.access import model
from busbar.domain.access.bearers import DriverBearerService
from busbar.domain.access.model import DriverRecord
from busbar.domain.access.steps import StoreDriverPassword, StoreSignedUpDriver
from busbar.domain.access.store import AccessStore
from busbar.domain.access.tokens import TokenService
from busbar.kernel.edits import list_edits
from busbar.kernel.ids import DriverId, IdSource, OperatorId, is_key
from busbar.kernel.person import fold_email, read_email, read_language, read_name
from busbar.ports.work import UnitOfWork


class DriverService:
    """Keeps drivers and their personal data."""

    def __init__(
        self, *, store: AccessStore, ids: IdSource, tokens: TokenService, bearers: DriverBearerService
    ) -> None:
        self._store = store
        self._ids = ids
        self._tokens = tokens
        self._bearers = bearers

    # ---- coming ------------------------------------------------------------------------------------------------------

    async def sign_up(self, message: StoreSignedUpDriver, work: UnitOfWork) -> DriverSignedIn:
        """Add a driver who signed up, and sign in."""
        wish = message.wish
        await work.ask(FindOperator(operator_id=wish.operator_id))
        driver = self._shape(work, wish.operator_id, wish.email, wish.display_name, wish.language)
        record = DriverRecord(driver=driver, password_hash=message.password_hash)
        await self._insert(work, record, actor=f"driver:{driver.driver_id}", action="driver.sign_up")
        return await self._bearers.open(work, record, address=wish.address, client=wish.client)

    async def create_driver(self, message: CreateDriver, work: UnitOfWork) -> Driver:
        """Add a driver who did not sign up."""
        driver = self._shape(work, message.operator_id, message.email, message.display_name, message.language)
        record = DriverRecord(driver=driver, password_hash=None)
        await self._insert(work, record, actor=message.actor, action="driver.create")
        return driver

    def _shape(
        self, work: UnitOfWork, operator_id: OperatorId, email: str | None, display_name: str, language: str
    ) -> Driver:
        return Driver(
            driver_id=DriverId(self._ids.new()),
            operator_id=operator_id,
            email=None if email is None else read_email(email),
            display_name=read_name(display_name, field="display_name"),
            language=read_language(language),
            status=DriverStatus.ACTIVE,
            created_at=work.now,
        )

    async def _insert(self, work: UnitOfWork, record: DriverRecord, *, actor: str, action: str) -> None:
        driver = record.driver
        await self._check_email(work, driver)
        await self._store.insert_driver(work, record)
        work.tell(DriverRegistered(operator_id=driver.operator_id, at=work.now, driver_id=driver.driver_id))
        await self._note(work, actor, action, driver)

    # ---- changing ----------------------------------------------------------------------------------------------------

    async def update_driver(self, message: UpdateDriver, work: UnitOfWork) -> Driver:
        """Change what is given."""
        record = await self.get(work, message.operator_id, message.driver_id)
        before = record.driver
        group_id, group = record.group_id, before.group
        if message.group is not None:
            found = await self._tokens.find_group(work, message.operator_id, message.group or None)
            group_id, group = (None, None) if found is None else (found.group_id, found.value)
        after = msgspec.structs.replace(
            before,
            email=before.email if message.email is None else read_email(message.email),
            display_name=(
                before.display_name
                if message.display_name is None
                else read_name(message.display_name, field="display_name")
            ),
            language=before.language if message.language is None else read_language(message.language),
            group=group,
        )
        if after == before:
            return before
        await self._check_email(work, after)
        await self._write(work, msgspec.structs.replace(record, driver=after, group_id=group_id))
        edits: dict[str, object] = {**list_edits(before, after, ("language", "group"))}
        hidden = [name for name in model.PERSONAL_OF_DRIVERS if getattr(after, name) != getattr(before, name)]
        await self._note(
            work, message.actor, "driver.update", after, **edits, **({"changed": hidden} if hidden else {})
        )
        return after

    async def block_driver(self, message: BlockDriver, work: UnitOfWork) -> Driver:
        """Refuse all tokens of a driver, or no longer."""
        record = await self.get(work, message.operator_id, message.driver_id)
        status = DriverStatus.BLOCKED if message.is_blocked else DriverStatus.ACTIVE
        if record.driver.status is status:
            return record.driver
        after = msgspec.structs.replace(record.driver, status=status)
        await self._write(work, msgspec.structs.replace(record, driver=after))
        work.tell(
            DriverStatusChanged(
                operator_id=after.operator_id, at=work.now, driver_id=after.driver_id, status=after.status
            )
        )
        edits = list_edits(record.driver, after, ("status",))
        action = "driver.block" if message.is_blocked else "driver.unblock"
        await self._note(work, message.actor, action, after, **edits)
        return after

    async def store_password(self, message: StoreDriverPassword, work: UnitOfWork) -> None:
        """Replace a password and end the driver's other sign-ins."""
        record = await self.get(work, message.operator_id, message.driver_id)
        action = "driver.change_password"
        if message.seen_hash is None:
            action = "driver.reset_password"
            if record.driver.email is None:
                raise model.DriverWithoutEmailError("enter the driver's e-mail address first")
        elif message.seen_hash != record.password_hash:
            raise model.OldPasswordError("the present password is wrong")
        await self._store.update_driver(work, msgspec.structs.replace(record, password_hash=message.password_hash))
        await self._bearers.end_sign_ins(work, message.driver_id, kept=message.kept_sign_in_id)
        await self._note(work, message.actor, action, record.driver)

    async def _write(self, work: UnitOfWork, record: DriverRecord) -> None:
        await self._store.update_driver(work, record)
        await self._tokens.forget_of_driver(work, record.driver.operator_id, record.driver.driver_id)
        await self._bearers.forget_driver(work, record.driver.driver_id)

    # ---- going -------------------------------------------------------------------------------------------------------

    async def erase_driver(self, message: EraseDriver, work: UnitOfWork) -> None:
        """Forget a person."""
        record = await self.get(work, message.operator_id, message.driver_id)
        driver = record.driver
        await self._bearers.end_sign_ins(work, driver.driver_id)
        await self._tokens.remove(work, list(await self._store.list_tokens(work, driver.operator_id, driver.driver_id)))
        await self._store.update_driver(work, DriverRecord(driver=model.erase(driver), password_hash=None))
        work.tell(DriverErased(operator_id=driver.operator_id, at=work.now, driver_id=driver.driver_id))
        await self._note(work, message.actor, "driver.erase", driver)

    # ---- looking -----------------------------------------------------------------------------------------------------

    async def find_driver(self, message: FindDriver, work: UnitOfWork) -> Driver:
        """Look a driver up."""
        return (await self.get(work, message.operator_id, message.driver_id)).driver

    async def export_driver(self, message: ExportDriver, work: UnitOfWork) -> DriverExport:
        """Tell all that is known of a person here."""
        record = await self.get(work, message.operator_id, message.driver_id)
        await self._note(work, message.actor, "driver.export", record.driver)
        return DriverExport(
            driver=record.driver,
            tokens=tuple(await self._store.list_tokens(work, message.operator_id, message.driver_id)),
            sign_ins=await self._bearers.list_live(work, message.operator_id, message.driver_id),
        )

    async def get(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> DriverRecord:
        """Return a driver who was not erased. Errors: `not_found.driver`."""
        record = await self._store.load_driver(work, driver_id) if is_key(driver_id) else None
        if record is None or record.driver.operator_id != operator_id or record.driver.status is DriverStatus.ERASED:
            raise model.DriverNotFoundError("no such driver", driver_id=driver_id[:64])
        return record

    async def _check_email(self, work: UnitOfWork, driver: Driver) -> None:
        if driver.email is None:
            return
        holder = await self._store.find_driver(work, driver.operator_id, fold_email(driver.email))
        if holder is not None and holder.driver.driver_id != driver.driver_id:
            raise model.EmailTakenError("another driver has this address")

    async def _note(self, work: UnitOfWork, actor: str, action: str, driver: Driver, **detail: object) -> None:
        await work.ask(
            RecordAudit(
                operator_id=driver.operator_id,
                actor=actor,
                action=action,
                subject=f"driver:{driver.driver_id}",
                detail=detail,
            )
        )
