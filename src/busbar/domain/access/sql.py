"""Tables and store of the access room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, ForeignKey, Index, RowMapping, String, Table, UniqueConstraint, delete, func, or_, select

from busbar.canon.access import ConcurrencyRule, Token, TokenGroup
from busbar.canon.drivers import Driver, DriverSignIn, DriverStatus
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.access.model import DriverRecord, SignInRecord, Standing, fold_value
from busbar.kernel.ids import DriverId, GroupId, OperatorId, SignInId, SiteId, TokenId
from busbar.kernel.person import fold_email
from busbar.ports.work import UnitOfWork

drivers = Table(
    "drivers",
    metadata,
    Column("driver_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("email", String(254)),
    Column("email_key", String(1024)),
    Column("display_name", String(100), nullable=False),
    Column("language", String(40), nullable=False),
    Column("password_hash", String(255)),
    Column("status", String(20), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("signed_in_at", Instant()),
    Column("group_id", Id()),
    UniqueConstraint("operator_id", "email_key"),
    Index(None, "operator_id", "driver_id"),
)
"""The home of drivers' personal data."""

driver_sign_ins = Table(
    "driver_sign_ins",
    metadata,
    Column("sign_in_id", Id(), primary_key=True),
    Column("driver_id", Id(), ForeignKey("drivers.driver_id"), nullable=False, index=True),
    Column("bearer_hash", String(80), nullable=False, unique=True),
    Column("created_at", Instant(), nullable=False),
    Column("used_at", Instant(), nullable=False, index=True),
    Column("expires_at", Instant(), nullable=False, index=True),
    Column("address", String(64), nullable=False),
    Column("client", String(200), nullable=False),
)

token_groups = Table(
    "token_groups",
    metadata,
    Column("group_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("value", String(20), nullable=False),
    Column("value_key", String(20), nullable=False),
    Column("name", String(100), nullable=False),
    Column("concurrency", String(20), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    UniqueConstraint("operator_id", "value_key"),
)

id_tokens = Table(
    "id_tokens",
    metadata,
    Column("token_id", Id(), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("value", String(255), nullable=False),
    Column("value_key", String(255), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("label", String(100), nullable=False),
    Column("status", String(20), nullable=False),
    Column("concurrency", String(20), nullable=False),
    Column("driver_id", Id(), ForeignKey("drivers.driver_id"), index=True),
    Column("group_id", Id(), ForeignKey("token_groups.group_id"), index=True),
    Column("valid_from", Instant()),
    Column("expires_at", Instant()),
    Column("site_ids", Json(), nullable=False),
    Column("replaced_by", String(255)),
    Column("partner_id", Id()),
    Column("contract_id", String(36), nullable=False, server_default=""),
    Column("created_at", Instant(), nullable=False),
    Column("changed_at", Instant(), nullable=False),
    UniqueConstraint("operator_id", "value_key"),
)

_SITES = msgspec.json.Decoder(tuple[SiteId, ...])

_DRIVER_GROUPS = token_groups.alias("driver_groups")
_STANDING = (
    select(
        id_tokens,
        token_groups.c.value.label("group"),
        func.coalesce(token_groups.c.concurrency, _DRIVER_GROUPS.c.concurrency).label("group_concurrency"),
        _DRIVER_GROUPS.c.value.label("driver_group"),
        drivers.c.status.label("driver_status"),
        drivers.c.language.label("driver_language"),
    )
    .outerjoin(token_groups, token_groups.c.group_id == id_tokens.c.group_id)
    .outerjoin(drivers, drivers.c.driver_id == id_tokens.c.driver_id)
    .outerjoin(_DRIVER_GROUPS, _DRIVER_GROUPS.c.group_id == drivers.c.group_id)
)


class SqlAccessStore:
    """`busbar.domain.access.store.AccessStore` on SQL."""

    # ---- tokens ------------------------------------------------------------------------------------------------------

    async def load_standing(self, work: UnitOfWork, operator_id: OperatorId, value_key: str) -> Standing | None:
        """Return all that a decision needs about a token."""
        statement = _STANDING.where(id_tokens.c.operator_id == operator_id, id_tokens.c.value_key == value_key)
        row = (await sql(work).read(statement)).mappings().first()
        if row is None:
            return None
        status, rule = row["driver_status"], row["group_concurrency"]
        return Standing(
            token=_read_token(row),
            driver_status=None if status is None else DriverStatus(status),
            language=row["driver_language"],
            driver_group=row["driver_group"],
            group_concurrency=ConcurrencyRule.DEFAULT if rule is None else ConcurrencyRule(rule),
        )

    async def load_token(self, work: UnitOfWork, token_id: TokenId) -> Token | None:
        """Return a token by its id."""
        row = (await sql(work).read(_STANDING.where(id_tokens.c.token_id == token_id))).mappings().first()
        return None if row is None else _read_token(row)

    async def list_tokens(self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId) -> Sequence[Token]:
        """Return a driver's tokens, oldest first."""
        statement = _STANDING.where(id_tokens.c.driver_id == driver_id, id_tokens.c.operator_id == operator_id)
        rows = await sql(work).execute(statement.order_by(id_tokens.c.token_id))
        return [_read_token(row) for row in rows.mappings()]

    async def insert_token(self, work: UnitOfWork, token: Token, group_id: GroupId | None) -> None:
        """Add a token."""
        await sql(work).execute(id_tokens.insert().values(_write_token(token, group_id)))

    async def update_token(self, work: UnitOfWork, token: Token, group_id: GroupId | None) -> None:
        """Write a token's new state."""
        statement = id_tokens.update().where(id_tokens.c.token_id == token.token_id)
        await sql(work).execute(statement.values(_write_token(token, group_id)))

    async def delete_tokens(self, work: UnitOfWork, token_ids: Sequence[TokenId]) -> None:
        """Remove tokens."""
        await sql(work).execute(delete(id_tokens).where(id_tokens.c.token_id.in_(token_ids)))

    # ---- groups ------------------------------------------------------------------------------------------------------

    async def find_group(self, work: UnitOfWork, operator_id: OperatorId, value_key: str) -> TokenGroup | None:
        """Return the group with this value."""
        statement = select(token_groups).where(
            token_groups.c.operator_id == operator_id, token_groups.c.value_key == value_key
        )
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else msgspec.convert(_read(row), TokenGroup)

    async def count_members(self, work: UnitOfWork, group: TokenGroup) -> tuple[int, int]:
        """Return how many tokens and how many drivers belong to a group."""
        tokens = select(func.count()).select_from(id_tokens).where(id_tokens.c.group_id == group.group_id)
        people = select(func.count()).select_from(drivers)
        people = people.where(drivers.c.operator_id == group.operator_id, drivers.c.group_id == group.group_id)
        unit = sql(work)
        return (await unit.execute(tokens)).scalar_one(), (await unit.execute(people)).scalar_one()

    async def insert_group(self, work: UnitOfWork, group: TokenGroup) -> None:
        """Add a group."""
        await sql(work).execute(token_groups.insert().values(_write_group(group)))

    async def update_group(self, work: UnitOfWork, group: TokenGroup) -> None:
        """Write a group's new state."""
        statement = token_groups.update().where(token_groups.c.group_id == group.group_id)
        await sql(work).execute(statement.values(_write_group(group)))

    async def delete_group(self, work: UnitOfWork, group_id: GroupId) -> None:
        """Remove a group."""
        await sql(work).execute(delete(token_groups).where(token_groups.c.group_id == group_id))

    # ---- drivers -----------------------------------------------------------------------------------------------------

    async def load_driver(self, work: UnitOfWork, driver_id: DriverId) -> DriverRecord | None:
        """Return a driver."""
        return await self._find_driver(work, drivers.c.driver_id == driver_id)

    async def find_driver(self, work: UnitOfWork, operator_id: OperatorId, email_key: str) -> DriverRecord | None:
        """Return the driver of this operator with this address."""
        return await self._find_driver(work, drivers.c.operator_id == operator_id, drivers.c.email_key == email_key)

    async def _find_driver(self, work: UnitOfWork, *conditions: Any) -> DriverRecord | None:
        known = select(drivers, token_groups.c.value.label("group"))
        known = known.outerjoin(token_groups, token_groups.c.group_id == drivers.c.group_id)
        row = (await sql(work).execute(known.where(*conditions))).mappings().first()
        if row is None:
            return None
        driver = msgspec.convert(_read(row), Driver)
        return DriverRecord(driver=driver, password_hash=row["password_hash"], group_id=row["group_id"])

    async def insert_driver(self, work: UnitOfWork, record: DriverRecord) -> None:
        """Add a driver."""
        await sql(work).execute(drivers.insert().values(_write_driver(record)))

    async def update_driver(self, work: UnitOfWork, record: DriverRecord) -> None:
        """Write a driver's new state."""
        statement = drivers.update().where(drivers.c.driver_id == record.driver.driver_id)
        await sql(work).execute(statement.values(_write_driver(record)))

    # ---- sign-ins ----------------------------------------------------------------------------------------------------

    async def insert_sign_in(self, work: UnitOfWork, record: SignInRecord) -> None:
        """Add a sign-in."""
        values = {**msgspec.structs.asdict(record.sign_in), "driver_id": record.driver_id}
        await sql(work).execute(driver_sign_ins.insert().values(**values, bearer_hash=record.bearer_hash))

    async def find_sign_in(self, work: UnitOfWork, *, bearer_hash: str) -> SignInRecord | None:
        """Return the sign-in of a bearer token."""
        statement = select(driver_sign_ins).where(driver_sign_ins.c.bearer_hash == bearer_hash)
        row = (await sql(work).execute(statement)).mappings().first()
        return None if row is None else _read_sign_in(row)

    async def list_sign_ins(self, work: UnitOfWork, driver_id: DriverId) -> Sequence[SignInRecord]:
        """Return a driver's sign-ins, newest first."""
        statement = select(driver_sign_ins).where(driver_sign_ins.c.driver_id == driver_id)
        rows = await sql(work).execute(statement.order_by(driver_sign_ins.c.sign_in_id.desc()))
        return [_read_sign_in(row) for row in rows.mappings()]

    def touch_sign_in(self, work: UnitOfWork, sign_in_id: SignInId, used_at: datetime) -> None:
        """Write down the last use."""
        sql(work).stage_update(driver_sign_ins, {"sign_in_id": sign_in_id}, {"used_at": used_at})

    async def delete_sign_ins(self, work: UnitOfWork, sign_in_ids: Sequence[SignInId]) -> None:
        """Remove sign-ins."""
        await sql(work).execute(delete(driver_sign_ins).where(driver_sign_ins.c.sign_in_id.in_(sign_in_ids)))

    async def delete_over(self, work: UnitOfWork, *, expired_by: datetime, unused_since: datetime) -> int:
        """Remove sign-ins that are over; return how many."""
        table = driver_sign_ins.c
        is_over = or_(table.expires_at <= expired_by, table.used_at <= unused_since)
        return (await sql(work).execute(delete(driver_sign_ins).where(is_over))).rowcount


def _read(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # its names are a subclass of str, which msgspec refuses


def _read_token(row: RowMapping) -> Token:
    return msgspec.convert(_read(row) | {"site_ids": _SITES.decode(row["site_ids"])}, Token)


def _write_token(token: Token, group_id: GroupId | None) -> dict[str, Any]:
    values = msgspec.structs.asdict(token)
    del values["group"]
    return values | {
        "value_key": fold_value(token.value),
        "group_id": group_id,
        "site_ids": msgspec.json.encode(token.site_ids).decode(),
    }


def _write_group(group: TokenGroup) -> dict[str, Any]:
    return {**msgspec.structs.asdict(group), "value_key": fold_value(group.value)}


def _write_driver(record: DriverRecord) -> dict[str, Any]:
    email = record.driver.email
    values = msgspec.structs.asdict(record.driver)
    del values["group"]
    return {
        **values,
        "group_id": record.group_id,
        "email_key": None if email is None else fold_email(email),
        "password_hash": record.password_hash,
    }


def _read_sign_in(row: RowMapping) -> SignInRecord:
    return SignInRecord(
        sign_in=msgspec.convert(_read(row), DriverSignIn), driver_id=row["driver_id"], bearer_hash=row["bearer_hash"]
    )
