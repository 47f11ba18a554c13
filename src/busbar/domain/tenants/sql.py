"""Tables and store of the tenants room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, ForeignKey, Index, RowMapping, String, Table, delete, false, func, or_, select

from busbar.canon.tenants import ApiKey, Operator, Role, SignIn, StaffMember
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.tenants.model import ApiKeyRecord, AuditEntry, SignInRecord, StaffRecord
from busbar.domain.tenants.sql_factors import SqlFactorStore
from busbar.domain.tenants.sql_identity import SqlIdentityStore
from busbar.kernel.ids import ApiKeyId, OperatorId, SignInId, SiteId, StaffId
from busbar.kernel.person import fold_email
from busbar.ports.work import UnitOfWork

operators = Table(
    "operators",
    metadata,
    Column("operator_id", Id(), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("slug", String(40), nullable=False, unique=True),
    Column("currency", String(3), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("country", String(2), nullable=False, server_default=""),
    Column("language", String(40), nullable=False),
    Column("requires_second_factor", Boolean, nullable=False, server_default=false()),
    Column("is_default", Boolean, nullable=False),
    Column("created_at", Instant(), nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("staff_id", Id(), primary_key=True),
    Column("operator_id", Id(), ForeignKey("operators.operator_id"), nullable=False, index=True),
    Column("email", String(254), nullable=False),
    Column("email_key", String(1024), nullable=False, unique=True),
    Column("display_name", String(100), nullable=False),
    Column("language", String(40), nullable=False),
    Column("password_hash", String(255)),
    Column("role", String(20), nullable=False),
    Column("site_ids", Json(), nullable=False),
    Column("is_platform", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("signed_in_at", Instant()),
)
"""The home of staff's personal data."""

staff_sign_ins = Table(
    "staff_sign_ins",
    metadata,
    Column("sign_in_id", Id(), primary_key=True),
    Column("staff_id", Id(), ForeignKey("staff.staff_id"), nullable=False, index=True),
    Column("bearer_hash", String(80), nullable=False, unique=True),
    Column("created_at", Instant(), nullable=False),
    Column("used_at", Instant(), nullable=False, index=True),
    Column("expires_at", Instant(), nullable=False, index=True),
    Column("address", String(64), nullable=False),
    Column("client", String(200), nullable=False),
    Column("method", String(20), nullable=False, server_default="password"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("api_key_id", Id(), primary_key=True),
    Column("operator_id", Id(), ForeignKey("operators.operator_id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("secret_hash", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("site_ids", Json(), nullable=False),
    Column("is_platform", Boolean, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("expires_at", Instant()),
    Column("used_at", Instant()),
    Column("revoked_at", Instant()),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("entry_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(81), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail_json", Json(), nullable=False),
    Index(None, "operator_id", "entry_id"),
    Index(None, "operator_id", "subject", "entry_id"),
    Index(None, "operator_id", "actor", "entry_id"),
)
"""Who did what. Written, never changed: ids sort by age."""

_ADMINISTRATORS_MAX = 10
_SITES = msgspec.json.Decoder(tuple[SiteId, ...])


class SqlTenantStore(SqlFactorStore, SqlIdentityStore):
    """`busbar.domain.tenants.store.TenantStore` on SQL."""

    # ---- operators and audit -----------------------------------------------------------------------------------------

    async def load_operator(self, work: UnitOfWork, operator_id: OperatorId) -> Operator | None:
        """Return the operator."""
        return await self._find_operator(work, operators.c.operator_id == operator_id)

    async def find_operator(self, work: UnitOfWork, *, slug: str) -> Operator | None:
        """Return the operator with this slug."""
        return await self._find_operator(work, operators.c.slug == slug)

    async def find_default_operator(self, work: UnitOfWork) -> Operator | None:
        """Return the operator that is the default one."""
        return await self._find_operator(work, operators.c.is_default)

    async def _find_operator(self, work: UnitOfWork, condition: Any) -> Operator | None:
        row = (await sql(work).execute(select(operators).where(condition))).mappings().first()
        return None if row is None else msgspec.convert(_read(row), Operator)

    async def insert_operator(self, work: UnitOfWork, operator: Operator) -> None:
        """Add an operator."""
        await sql(work).execute(operators.insert().values(msgspec.structs.asdict(operator)))

    async def update_operator(self, work: UnitOfWork, operator: Operator) -> None:
        """Write an operator's new state."""
        statement = operators.update().where(operators.c.operator_id == operator.operator_id)
        await sql(work).execute(statement.values(msgspec.structs.asdict(operator)))

    def append_audit(self, work: UnitOfWork, entry: AuditEntry) -> None:
        """Add an entry to the audit log."""
        sql(work).stage_insert(audit_entries, msgspec.structs.asdict(entry))

    # ---- staff -------------------------------------------------------------------------------------------------------

    async def load_staff(self, work: UnitOfWork, staff_id: StaffId) -> StaffRecord | None:
        """Return a member of staff."""
        return await self._find_staff(work, staff.c.staff_id == staff_id)

    async def find_staff(self, work: UnitOfWork, *, email_key: str) -> StaffRecord | None:
        """Return the member of staff with this address."""
        return await self._find_staff(work, staff.c.email_key == email_key)

    async def _find_staff(self, work: UnitOfWork, condition: Any) -> StaffRecord | None:
        row = (await sql(work).execute(select(staff).where(condition))).mappings().first()
        return None if row is None else _read_staff(row)

    async def count_staff(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many members of staff an operator has."""
        statement = select(func.count()).select_from(staff).where(staff.c.operator_id == operator_id)
        return (await sql(work).execute(statement)).scalar_one()

    async def list_administrators(
        self, work: UnitOfWork, *, operator_id: OperatorId | None = None
    ) -> Sequence[StaffRecord]:
        """Return active administrators without a scope of sites; at most ten."""
        statement = select(staff).where(staff.c.is_active, staff.c.role == Role.ADMIN.value, staff.c.site_ids == "[]")
        condition = staff.c.is_platform if operator_id is None else staff.c.operator_id == operator_id
        rows = await sql(work).execute(statement.where(condition).order_by(staff.c.staff_id).limit(_ADMINISTRATORS_MAX))
        return [_read_staff(row) for row in rows.mappings()]

    async def insert_staff(self, work: UnitOfWork, record: StaffRecord) -> None:
        """Add a member of staff."""
        await sql(work).execute(staff.insert().values(_write_staff(record)))

    async def update_staff(self, work: UnitOfWork, record: StaffRecord) -> None:
        """Write a member's new state."""
        statement = staff.update().where(staff.c.staff_id == record.staff.staff_id)
        await sql(work).execute(statement.values(_write_staff(record)))

    # ---- sign-ins ----------------------------------------------------------------------------------------------------

    async def insert_sign_in(self, work: UnitOfWork, record: SignInRecord) -> None:
        """Add a sign-in."""
        values = {**msgspec.structs.asdict(record.sign_in), "staff_id": record.staff_id}
        await sql(work).execute(staff_sign_ins.insert().values(**values, bearer_hash=record.bearer_hash))

    async def find_sign_in(self, work: UnitOfWork, *, bearer_hash: str) -> SignInRecord | None:
        """Return the sign-in of a bearer token."""
        statement = select(staff_sign_ins).where(staff_sign_ins.c.bearer_hash == bearer_hash)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_sign_in(row)

    async def load_sign_in(self, work: UnitOfWork, sign_in_id: SignInId) -> SignInRecord | None:
        """Return a sign-in."""
        statement = select(staff_sign_ins).where(staff_sign_ins.c.sign_in_id == sign_in_id)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_sign_in(row)

    async def list_sign_ins(self, work: UnitOfWork, staff_id: StaffId) -> Sequence[SignInRecord]:
        """Return a person's sign-ins, newest first."""
        statement = select(staff_sign_ins).where(staff_sign_ins.c.staff_id == staff_id)
        rows = await sql(work).execute(statement.order_by(staff_sign_ins.c.sign_in_id.desc()))
        return [_read_sign_in(row) for row in rows.mappings()]

    def touch_sign_in(self, work: UnitOfWork, sign_in_id: SignInId, used_at: datetime) -> None:
        """Write down the last use."""
        sql(work).stage_update(staff_sign_ins, {"sign_in_id": sign_in_id}, {"used_at": used_at})

    async def delete_sign_ins(self, work: UnitOfWork, sign_in_ids: Sequence[SignInId]) -> None:
        """Remove sign-ins."""
        await sql(work).execute(delete(staff_sign_ins).where(staff_sign_ins.c.sign_in_id.in_(sign_in_ids)))

    async def delete_over(self, work: UnitOfWork, *, expired_by: datetime, unused_since: datetime) -> int:
        """Remove sign-ins that are over; return how many."""
        table = staff_sign_ins.c
        is_over = or_(table.expires_at <= expired_by, table.used_at <= unused_since)
        return (await sql(work).execute(delete(staff_sign_ins).where(is_over))).rowcount

    # ---- API keys ----------------------------------------------------------------------------------------------------

    async def insert_api_key(self, work: UnitOfWork, record: ApiKeyRecord) -> None:
        """Add a key."""
        values = msgspec.structs.asdict(record.api_key)
        values |= {"secret_hash": record.secret_hash, "site_ids": _write_sites(record.api_key.site_ids)}
        await sql(work).execute(api_keys.insert().values(values))

    async def load_api_key(self, work: UnitOfWork, api_key_id: ApiKeyId) -> ApiKeyRecord | None:
        """Return a key."""
        return await self._find_api_key(work, api_keys.c.api_key_id == api_key_id)

    async def find_api_key(self, work: UnitOfWork, *, prefix: str) -> ApiKeyRecord | None:
        """Return the key with this prefix."""
        return await self._find_api_key(work, api_keys.c.prefix == prefix)

    async def _find_api_key(self, work: UnitOfWork, condition: Any) -> ApiKeyRecord | None:
        row = (await sql(work).execute(select(api_keys).where(condition))).mappings().first()
        return None if row is None else _read_api_key(row)

    async def count_live_keys(self, work: UnitOfWork, operator_id: OperatorId, *, now: datetime) -> int:
        """Return how many keys of an operator are neither revoked nor expired."""
        is_unexpired = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)
        statement = (
            select(func.count())
            .select_from(api_keys)
            .where(api_keys.c.operator_id == operator_id, api_keys.c.revoked_at.is_(None), is_unexpired)
        )
        return (await sql(work).execute(statement)).scalar_one()

    def touch_api_key(self, work: UnitOfWork, api_key_id: ApiKeyId, used_at: datetime) -> None:
        """Write down the last use."""
        sql(work).stage_update(api_keys, {"api_key_id": api_key_id}, {"used_at": used_at})

    async def revoke_api_key(self, work: UnitOfWork, api_key_id: ApiKeyId, revoked_at: datetime) -> None:
        """Write down the end of a key."""
        statement = api_keys.update().where(api_keys.c.api_key_id == api_key_id)
        await sql(work).execute(statement.values(revoked_at=revoked_at))


def _read(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # its names are a subclass of str, which msgspec refuses


def _write_sites(site_ids: Sequence[SiteId]) -> str:
    return msgspec.json.encode(site_ids).decode()


def _write_staff(record: StaffRecord) -> dict[str, Any]:
    values = msgspec.structs.asdict(record.staff)
    return values | {
        "email_key": fold_email(record.staff.email),
        "site_ids": _write_sites(record.staff.site_ids),
        "password_hash": record.password_hash,
    }


def _read_staff(row: RowMapping) -> StaffRecord:
    values = _read(row) | {"site_ids": _SITES.decode(row["site_ids"])}
    return StaffRecord(staff=msgspec.convert(values, StaffMember), password_hash=row["password_hash"])


def _read_sign_in(row: RowMapping) -> SignInRecord:
    return SignInRecord(
        sign_in=msgspec.convert(_read(row), SignIn), staff_id=row["staff_id"], bearer_hash=row["bearer_hash"]
    )


def _read_api_key(row: RowMapping) -> ApiKeyRecord:
    values = _read(row) | {"site_ids": _SITES.decode(row["site_ids"])}
    return ApiKeyRecord(api_key=msgspec.convert(values, ApiKey), secret_hash=row["secret_hash"])
