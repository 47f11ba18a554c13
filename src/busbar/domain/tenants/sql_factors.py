"""Tables and store of phones, passkeys and challenges."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    column,
    delete,
    select,
    table,
)

from busbar.canon.factors import Passkey
from busbar.canon.tenants import SignInMethod
from busbar.db.schema import Id, Instant, Json, metadata
from busbar.db.work import sql
from busbar.domain.tenants.model import TotpRecord
from busbar.domain.tenants.steps import PasskeyRecord, TakenChallenge
from busbar.kernel.ids import PasskeyId, SignInId, StaffId
from busbar.ports.work import UnitOfWork

staff_totp = Table(
    "staff_totp",
    metadata,
    Column("staff_id", Id(), ForeignKey("staff.staff_id"), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("recovery_hashes", Json(), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Instant()),
    Column("created_at", Instant(), nullable=False),
)

staff_passkeys = Table(
    "staff_passkeys",
    metadata,
    Column("passkey_id", Id(), primary_key=True),
    Column("staff_id", Id(), ForeignKey("staff.staff_id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("credential_id", String(1400), nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("used_at", Instant()),
)

staff_challenges = Table(
    "staff_challenges",
    metadata,
    Column("challenge_hash", String(80), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("staff_id", Id()),
    Column("content", LargeBinary, nullable=False),
    Column("expires_at", Instant(), nullable=False, index=True),
)
"""What browsers were asked to sign, until it is used or too late."""

_HASHES = msgspec.json.Decoder(tuple[str, ...])
_SIGN_INS = table("staff_sign_ins", column("sign_in_id"), column("method"))


class SqlFactorStore:
    """`busbar.domain.tenants.store.FactorStore` on SQL."""

    async def load_totp(self, work: UnitOfWork, staff_id: StaffId) -> TotpRecord | None:
        """Return somebody's phone."""
        found = await sql(work).execute(select(staff_totp).where(staff_totp.c.staff_id == staff_id))
        row = found.mappings().first()
        if row is None:
            return None
        values = {str(name): value for name, value in row.items()}
        return msgspec.convert(values | {"recovery_hashes": _HASHES.decode(row["recovery_hashes"])}, TotpRecord)

    async def put_totp(self, work: UnitOfWork, record: TotpRecord) -> None:
        """Write somebody's phone."""
        values = msgspec.structs.asdict(record)
        values["recovery_hashes"] = msgspec.json.encode(record.recovery_hashes).decode()
        changed = staff_totp.update().where(staff_totp.c.staff_id == record.staff_id).values(values)
        if (await sql(work).execute(changed)).rowcount == 0:
            await sql(work).execute(staff_totp.insert().values(values))

    async def delete_totp(self, work: UnitOfWork, staff_id: StaffId) -> None:
        """Remove somebody's phone."""
        await sql(work).execute(delete(staff_totp).where(staff_totp.c.staff_id == staff_id))

    async def list_passkeys(
        self, work: UnitOfWork, *, staff_id: StaffId | None = None, credential_id: str | None = None
    ) -> Sequence[PasskeyRecord]:
        """Return somebody's passkeys, or the one with this credential."""
        of = staff_passkeys.c
        is_it = of.credential_id == credential_id if staff_id is None else of.staff_id == staff_id
        rows = await sql(work).execute(select(staff_passkeys).where(is_it).order_by(of.passkey_id))
        return [_read_passkey(row) for row in rows.mappings()]

    async def insert_passkey(self, work: UnitOfWork, record: PasskeyRecord) -> None:
        """Add a passkey."""
        values = msgspec.structs.asdict(record.passkey) | msgspec.structs.asdict(record)
        del values["passkey"]
        await sql(work).execute(staff_passkeys.insert().values(values))

    async def use_passkey(self, work: UnitOfWork, passkey_id: PasskeyId, *, sign_count: int, used_at: datetime) -> None:
        """Note that a passkey was used."""
        statement = staff_passkeys.update().where(staff_passkeys.c.passkey_id == passkey_id)
        await sql(work).execute(statement.values(sign_count=sign_count, used_at=used_at))

    async def delete_passkeys(self, work: UnitOfWork, passkey_ids: Sequence[PasskeyId]) -> None:
        """Remove passkeys."""
        await sql(work).execute(delete(staff_passkeys).where(staff_passkeys.c.passkey_id.in_(passkey_ids)))

    async def insert_challenge(
        self,
        work: UnitOfWork,
        challenge_hash: str,
        *,
        purpose: str,
        staff_id: StaffId | None,
        content: bytes,
        expires_at: datetime,
    ) -> None:
        """Remember a challenge; those that are too old go."""
        of = staff_challenges.c
        await sql(work).execute(delete(staff_challenges).where(of.expires_at <= work.now))
        await sql(work).execute(
            staff_challenges.insert().values(
                challenge_hash=challenge_hash,
                purpose=purpose,
                staff_id=staff_id,
                content=content,
                expires_at=expires_at,
            )
        )

    async def take_challenge(self, work: UnitOfWork, challenge_hash: str, *, purpose: str) -> TakenChallenge | None:
        """Remove a challenge and return it, unless it is too old."""
        of = staff_challenges.c
        is_it = (of.challenge_hash == challenge_hash) & (of.purpose == purpose)
        row = (await sql(work).execute(select(staff_challenges).where(is_it))).first()
        if row is None:
            return None
        await sql(work).execute(delete(staff_challenges).where(is_it))
        return TakenChallenge(staff_id=row.staff_id, content=row.content) if row.expires_at > work.now else None

    async def set_method(self, work: UnitOfWork, sign_in_id: SignInId, method: SignInMethod) -> None:
        """Write down how a sign-in was proved."""
        statement = _SIGN_INS.update().where(_SIGN_INS.c.sign_in_id == sign_in_id)
        await sql(work).execute(statement.values(method=method.value))


def _read_passkey(row: Any) -> PasskeyRecord:
    return PasskeyRecord(
        passkey=Passkey(
            passkey_id=row["passkey_id"], name=row["name"], created_at=row["created_at"], used_at=row["used_at"]
        ),
        staff_id=row["staff_id"],
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
    )
