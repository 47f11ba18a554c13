"""The people who work for operators."""

from collections.abc import Sequence

import msgspec

from busbar.canon.mail import RequireMail
from busbar.canon.tenants import AdministratorEnsured, CreateStaff, Operator, Role, StaffMember, UpdateStaff
from busbar.domain.tenants import model
from busbar.domain.tenants.bearers import BearerService
from busbar.domain.tenants.entry import StaffEntry
from busbar.domain.tenants.model import StaffRecord
from busbar.domain.tenants.operators import OperatorService
from busbar.domain.tenants.steps import FindAdministrator, StoreAdministrator, StorePassword, StoreStaff
from busbar.domain.tenants.store import StaffStore
from busbar.kernel.ids import IdSource, OperatorId, StaffId, is_key
from busbar.kernel.person import fold_email, read_email, read_language, read_name
from busbar.ports.work import UnitOfWork

_OWN_FIELDS = ("display_name", "language")
"""What everybody may change of themselves."""


class StaffService:
    """Adds and changes members of staff."""

    def __init__(
        self,
        *,
        store: StaffStore,
        ids: IdSource,
        operators: OperatorService,
        bearers: BearerService,
        entry: StaffEntry,
    ) -> None:
        self._entry = entry
        self._store = store
        self._ids = ids
        self._operators = operators
        self._bearers = bearers

    async def store_staff(self, message: StoreStaff, work: UnitOfWork) -> StaffMember:
        """Add a member of staff whose password is hashed."""
        wish = message.wish
        model.require_administrator(wish.by, wish.operator_id)
        await self._operators.get(work, wish.operator_id)
        staff = self._read_new(wish, work)
        model.require_scope(wish.by, role=staff.role, site_ids=staff.site_ids, is_platform=staff.is_platform)
        await self._check_email(work, staff)
        if await self._store.count_staff(work, wish.operator_id) >= model.STAFF_MAX:
            raise model.TooManyStaffError(f"an operator has at most {model.STAFF_MAX} members of staff")
        if message.password_hash is None:
            await work.ask(RequireMail())
        record = StaffRecord(staff=staff, password_hash=message.password_hash)
        await self._store.insert_staff(work, record)
        if message.password_hash is None:
            await self._entry.invite(work, record)
        detail = {"role": staff.role, "site_ids": staff.site_ids, "is_platform": staff.is_platform}
        subject = f"staff:{staff.staff_id}"
        await self._operators.note(work, wish.by, "staff.create", subject, operator_id=staff.operator_id, **detail)
        return staff

    def _read_new(self, wish: CreateStaff, work: UnitOfWork) -> StaffMember:
        return StaffMember(
            staff_id=StaffId(self._ids.new()),
            operator_id=wish.operator_id,
            email=read_email(wish.email),
            display_name=read_name(wish.display_name, field="display_name"),
            language=read_language(wish.language),
            role=wish.role,
            site_ids=model.read_sites(wish.site_ids),
            is_platform=wish.is_platform,
            is_active=True,
            created_at=work.now,
        )

    async def update_staff(self, message: UpdateStaff, work: UnitOfWork) -> StaffMember:
        """Change what is given."""
        record = await self._get(work, message.operator_id, message.staff_id)
        before = record.staff
        after = _apply(message, before)
        changed = [name for name in after.__struct_fields__ if getattr(after, name) != getattr(before, name)]
        if not changed:
            return before
        if message.by.staff_id != before.staff_id or not set(changed) <= set(_OWN_FIELDS):
            model.require_administrator(message.by, before.operator_id)
            for staff in (before, after):
                model.require_scope(message.by, role=staff.role, site_ids=staff.site_ids, is_platform=staff.is_platform)
        await self._check_email(work, after)
        await self._check_administrators(work, message, before, after)
        await self._store.update_staff(work, msgspec.structs.replace(record, staff=after))
        if after.is_active:
            self._bearers.forget_staff(work, after.staff_id)
        else:
            await self._bearers.end_sign_ins(work, after.staff_id)
        subject = f"staff:{after.staff_id}"
        detail = {"role": after.role, "is_platform": after.is_platform, "is_active": after.is_active}
        await self._operators.note(
            work, message.by, "staff.update", subject, operator_id=after.operator_id, changed=changed, **detail
        )
        return after

    async def store_password(self, message: StorePassword, work: UnitOfWork) -> None:
        """Replace a password and end the person's other sign-ins."""
        record = await self._get(work, message.operator_id, message.staff_id)
        staff, action = record.staff, "staff.change_password"
        if message.seen_hash is None:
            action = "staff.reset_password"
            model.require_administrator(message.by, staff.operator_id)
            model.require_scope(message.by, role=staff.role, site_ids=staff.site_ids, is_platform=staff.is_platform)
        elif message.seen_hash != record.password_hash or not staff.is_active:
            raise model.OldPasswordError("the present password is wrong")
        await self._store.update_staff(work, msgspec.structs.replace(record, password_hash=message.password_hash))
        await self._bearers.end_sign_ins(work, staff.staff_id, kept=message.kept_sign_in_id)
        subject = f"staff:{staff.staff_id}"
        await self._operators.note(work, message.by, action, subject, operator_id=staff.operator_id)

    # ---- the first administrator -------------------------------------------------------------------------------------

    async def find_administrator(self, _message: FindAdministrator, work: UnitOfWork) -> AdministratorEnsured | None:
        """Tell whether default operator and platform administrator exist."""
        default = await self._operators.find_default_or_none(work)
        found = await self._store.list_administrators(work)
        if default is None or not found:
            return None
        return AdministratorEnsured(operator_id=default, is_created=False)

    async def store_administrator(self, message: StoreAdministrator, work: UnitOfWork) -> AdministratorEnsured:
        """Add what is missing of them."""
        operator_id = await self._operators.find_default_or_none(work)
        if operator_id is None:
            operator_id = await self._insert_first_operator(message, work)
        if await self._store.list_administrators(work):
            return AdministratorEnsured(operator_id=operator_id, is_created=False)
        staff = StaffMember(
            staff_id=StaffId(self._ids.new()),
            operator_id=operator_id,
            email=read_email(message.email),
            display_name="Administrator",
            language="en",
            role=Role.ADMIN,
            site_ids=(),
            is_platform=True,
            is_active=True,
            created_at=work.now,
        )
        await self._check_email(work, staff)
        await self._store.insert_staff(work, StaffRecord(staff=staff, password_hash=message.password_hash))
        subject = f"staff:{staff.staff_id}"
        await self._operators.note(work, "system", "staff.create", subject, operator_id=operator_id, role=Role.ADMIN)
        return AdministratorEnsured(operator_id=operator_id, is_created=True, email=staff.email)

    async def _insert_first_operator(self, message: StoreAdministrator, work: UnitOfWork) -> OperatorId:
        operator = Operator(
            operator_id=OperatorId(self._ids.new()),
            name=read_name(message.operator_name),
            slug="default",
            currency="EUR",
            zone=model.read_zone(message.operator_zone),
            language="en",
            is_default=True,
            created_at=work.now,
        )
        await self._operators.insert(work, operator, by="system")
        return operator.operator_id

    # ---- rules that need the store -----------------------------------------------------------------------------------

    async def _get(self, work: UnitOfWork, operator_id: OperatorId, staff_id: StaffId) -> StaffRecord:
        record = await self._store.load_staff(work, staff_id) if is_key(staff_id) else None
        if record is None or record.staff.operator_id != operator_id:
            raise model.StaffNotFoundError("no such member of staff", staff_id=staff_id[:64])
        return record

    async def _check_email(self, work: UnitOfWork, staff: StaffMember) -> None:
        holder = await self._store.find_staff(work, email_key=fold_email(staff.email))
        if holder is not None and holder.staff.staff_id != staff.staff_id:
            raise model.EmailTakenError("somebody signs in with this address already")

    async def _check_administrators(
        self, work: UnitOfWork, message: UpdateStaff, before: StaffMember, after: StaffMember
    ) -> None:
        for is_platform in model.find_orphaning(before, after):
            if message.by.is_platform and not is_platform:
                continue  # the platform's administrators can manage an operator that has none of its own
            left: Sequence[StaffRecord] = await self._store.list_administrators(
                work, operator_id=None if is_platform else before.operator_id
            )
            if all(record.staff.staff_id == before.staff_id for record in left):
                raise model.LastAdministratorError("nobody else could manage this; make somebody administrator first")


def _apply(message: UpdateStaff, before: StaffMember) -> StaffMember:
    return msgspec.structs.replace(
        before,
        email=before.email if message.email is None else read_email(message.email),
        display_name=(
            before.display_name
            if message.display_name is None
            else read_name(message.display_name, field="display_name")
        ),
        language=before.language if message.language is None else read_language(message.language),
        role=before.role if message.role is None else message.role,
        site_ids=before.site_ids if message.site_ids is None else model.read_sites(message.site_ids),
        is_platform=before.is_platform if message.is_platform is None else message.is_platform,
        is_active=before.is_active if message.is_active is None else message.is_active,
    )
