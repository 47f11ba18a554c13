"""Drivers' sign-ins: opened, resolved, ended. Only keyed hashes of bearer tokens are stored or held in memory."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from busbar.canon.drivers import (
    DriverPrincipal,
    DriverSignedIn,
    DriverSignIn,
    DriverStatus,
    ExpireDriverSignIns,
    ListDriverSignIns,
    RevokeDriverSignIn,
    SignOutDriver,
)
from busbar.canon.secret import Secret
from busbar.domain.access import model
from busbar.domain.access.model import DriverRecord, DriverTerms, SignInRecord
from busbar.domain.access.steps import (
    DriverCredential,
    DriverTrust,
    FindDriverCredential,
    LoadDriverBearer,
    OpenDriverSignIn,
)
from busbar.domain.access.store import DriverStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import DriverId, IdSource, OperatorId, SignInId, is_key
from busbar.kernel.person import fold_email, read_trace
from busbar.kernel.secret import hash_secret
from busbar.ports.passwords import Secrets
from busbar.ports.work import UnitOfWork

_TRUSTED_MAX = 50_000


class DriverBearerService:
    """Knows which bearer token stands for which driver."""

    def __init__(self, *, store: DriverStore, ids: IdSource, secrets: Secrets, key: bytes, terms: DriverTerms) -> None:
        self._store = store
        self._ids = ids
        self._secrets = secrets
        self._key = key
        self._terms = terms
        self._trusted: BoundedDict[str, DriverTrust] = BoundedDict(bound=_TRUSTED_MAX)
        """By the hash of the bearer token."""

    # ---- resolving ---------------------------------------------------------------------------------------------------

    def recall(self, text: str, *, now: datetime) -> DriverTrust | None:
        """Return whom a bearer token stands for if that is in memory and fresh. No input or output: for any caller."""
        trust = self._trusted.get(hash_secret(text, self._key))
        return trust if trust is not None and now < trust.until else None

    async def load_bearer(self, message: LoadDriverBearer, work: UnitOfWork) -> DriverTrust:
        """Look a bearer token up, write down its use, and trust it for a while."""
        bearer_hash = hash_secret(message.text, self._key)
        found = await self._store.find_sign_in(work, bearer_hash=bearer_hash)
        record = None if found is None else await self._store.load_driver(work, found.driver_id)
        if found is None or record is None:
            raise model.BearerError("sign in again")
        over_at = model.expire_at(found.sign_in, self._terms)
        if over_at <= work.now:
            raise model.BearerError("sign in again")
        if work.now - found.sign_in.used_at >= self._terms.touch:
            self._store.touch_sign_in(work, found.sign_in.sign_in_id, work.now)
        trust = DriverTrust(
            principal=_principal_of(record, found.sign_in), until=min(over_at, work.now + self._terms.trust)
        )
        work.keep(self._trusted, bearer_hash, trust)
        return trust

    # ---- signing in and out ------------------------------------------------------------------------------------------

    async def find_credential(self, message: FindDriverCredential, work: UnitOfWork) -> DriverCredential:
        """Look up what a sign-in is checked against."""
        record: DriverRecord | None = None
        if message.driver_id is not None:
            record = await self._store.load_driver(work, message.driver_id)
        elif message.email is not None:
            record = await self._store.find_driver(work, message.operator_id, fold_email(message.email))
        if record is None or record.driver.operator_id != message.operator_id:
            return DriverCredential()
        return DriverCredential(driver_id=record.driver.driver_id, password_hash=record.password_hash)

    async def open_sign_in(self, message: OpenDriverSignIn, work: UnitOfWork) -> DriverSignedIn:
        """Sign in a driver whose password was right."""
        record = await self._store.load_driver(work, message.driver_id)
        if record is None or record.password_hash != message.seen_hash or record.driver.status is DriverStatus.ERASED:
            raise model.CredentialsError("address or password is wrong")
        record = msgspec.structs.replace(record, password_hash=message.replacement_hash or record.password_hash)
        return await self.open(work, record, address=message.address, client=message.client)

    async def open(self, work: UnitOfWork, record: DriverRecord, *, address: str, client: str) -> DriverSignedIn:
        """Sign a driver in."""
        sign_in = DriverSignIn(
            sign_in_id=SignInId(self._ids.new()),
            created_at=work.now,
            used_at=work.now,
            expires_at=work.now + self._terms.lifetime,
            address=read_trace(address, chars_max=model.ADDRESS_MAX_CHARS),
            client=read_trace(client, chars_max=model.CLIENT_MAX_CHARS),
        )
        bearer = Secret(text=model.DRIVER_BEARER + self._secrets.new_bearer())
        driver = msgspec.structs.replace(record.driver, signed_in_at=work.now)
        await self._make_room(work, driver.driver_id)
        await self._store.update_driver(work, msgspec.structs.replace(record, driver=driver))
        stored = SignInRecord(
            sign_in=sign_in, driver_id=driver.driver_id, bearer_hash=hash_secret(bearer.text, self._key)
        )
        await self._store.insert_sign_in(work, stored)
        return DriverSignedIn(
            bearer=bearer, expires_at=sign_in.expires_at, principal=_principal_of(record, sign_in), driver=driver
        )

    async def _make_room(self, work: UnitOfWork, driver_id: DriverId) -> None:
        held = await self._store.list_sign_ins(work, driver_id)
        over = [record for record in held if model.expire_at(record.sign_in, self._terms) <= work.now]
        live = [record for record in held if record not in over]
        await self._end(work, over + live[self._terms.live_max - 1 :])

    async def sign_out(self, message: SignOutDriver, work: UnitOfWork) -> None:
        """End the sign-in of a bearer token."""
        text = message.bearer.text
        bearer_hash = hash_secret(text, self._key) if model.is_bearer(text) else ""
        record = await self._store.find_sign_in(work, bearer_hash=bearer_hash)
        if record is not None:
            await self._end(work, [record])

    async def list_sign_ins(self, message: ListDriverSignIns, work: UnitOfWork) -> tuple[DriverSignIn, ...]:
        """Return a driver's live sign-ins."""
        return await self.list_live(work, message.operator_id, message.driver_id)

    async def list_live(
        self, work: UnitOfWork, operator_id: OperatorId, driver_id: DriverId
    ) -> tuple[DriverSignIn, ...]:
        """Return a driver's live sign-ins, newest first. Errors: `not_found.driver`."""
        record = await self._store.load_driver(work, driver_id) if is_key(driver_id) else None
        if record is None or record.driver.operator_id != operator_id:
            raise model.DriverNotFoundError("no such driver", driver_id=driver_id[:64])
        held = [stored.sign_in for stored in await self._store.list_sign_ins(work, driver_id)]
        return tuple(sign_in for sign_in in held if model.expire_at(sign_in, self._terms) > work.now)

    async def revoke_sign_in(self, message: RevokeDriverSignIn, work: UnitOfWork) -> None:
        """End one of a driver's sign-ins."""
        if not is_key(message.driver_id):
            raise model.SignInNotFoundError("no such sign-in")
        record = await self._store.load_driver(work, message.driver_id)
        held = await self._store.list_sign_ins(work, message.driver_id)
        found = [stored for stored in held if stored.sign_in.sign_in_id == message.sign_in_id]
        if record is None or record.driver.operator_id != message.operator_id or not found:
            raise model.SignInNotFoundError("no such sign-in", sign_in_id=message.sign_in_id[:64])
        await self._end(work, found)

    async def expire_sign_ins(self, _message: ExpireDriverSignIns, work: UnitOfWork) -> int:
        """Forget sign-ins that are over."""
        return await self._store.delete_over(work, expired_by=work.now, unused_since=work.now - self._terms.idle)

    async def end_sign_ins(self, work: UnitOfWork, driver_id: DriverId, *, kept: SignInId | None = None) -> None:
        """End all sign-ins of a driver but one."""
        held = await self._store.list_sign_ins(work, driver_id)
        await self._end(work, [record for record in held if record.sign_in.sign_in_id != kept])

    async def forget_driver(self, work: UnitOfWork, driver_id: DriverId) -> None:
        """Look this driver up again at the next request."""
        for record in await self._store.list_sign_ins(work, driver_id):
            work.forget(self._trusted, record.bearer_hash)

    async def _end(self, work: UnitOfWork, records: Iterable[SignInRecord]) -> None:
        ended = list(records)
        if ended:
            await self._store.delete_sign_ins(work, [record.sign_in.sign_in_id for record in ended])
        for record in ended:
            work.forget(self._trusted, record.bearer_hash)


def _principal_of(record: DriverRecord, sign_in: DriverSignIn) -> DriverPrincipal:
    return DriverPrincipal(
        driver_id=record.driver.driver_id,
        operator_id=record.driver.operator_id,
        sign_in_id=sign_in.sign_in_id,
        language=record.driver.language,
    )
