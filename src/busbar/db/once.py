"""Commands that are done once, however often they are asked for: the first reply is kept with the deed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Column, Index, LargeBinary, String, Table, select

from busbar.canon.message import Message
from busbar.canon.once import PerformOnce
from busbar.db.schema import Id, Instant, metadata
from busbar.db.work import sql
from busbar.kernel.errors import ConflictError
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]

performed = Table(
    "performed",
    metadata,
    Column("scope", String(128), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("operator_id", Id(), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("at", Instant(), nullable=False),
    Index(None, "at"),
)
"""Which keys each caller has used, and the reply each of them got, as JSON."""

_ENCODER = msgspec.json.Encoder()


class KeyUsedError(ConflictError):
    """The caller used this key for something else."""

    code = "conflict.idempotency_key"


class OnceService:
    """Carries out commands under a key. What is refused uses up no key, and may be tried again."""

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {PerformOnce: self.perform_once}

    async def perform_once(self, message: PerformOnce, work: UnitOfWork) -> bytes:
        """Answer the kept reply, or carry the command out and keep its reply in the same transaction."""
        table = performed.c
        found = select(table.fingerprint, table.reply).where(table.scope == message.scope, table.key == message.key)
        row = (await sql(work).execute(found)).first()
        if row is not None:
            if row.fingerprint != message.fingerprint:
                raise KeyUsedError("this Idempotency-Key was used for another request")
            return row.reply
        reply = _ENCODER.encode(await work.ask(message.command))
        await sql(work).execute(
            performed.insert().values(
                scope=message.scope,
                key=message.key,
                operator_id=message.operator_id,
                fingerprint=message.fingerprint,
                reply=reply,
                at=work.now,
            )
        )
        return reply
