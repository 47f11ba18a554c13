"""Bearer tokens and API keys: made, resolved, ended. Only keyed hashes of them are stored or held in memory."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from busbar.canon.secret import Secret
from busbar.canon.tenants import (
    ApiKey,
    ApiKeyCreated,
    CreateApiKey,
    ExpireStaffSignIns,
    ListStaffSignIns,
    RevokeApiKey,
    RevokeStaffSignIn,
    SignIn,
    SignInMethod,
    SignOutStaff,
    StaffSignedIn,
)
from busbar.domain.tenants import model
from busbar.domain.tenants.factors import FactorService
from busbar.domain.tenants.model import ApiKeyRecord, SignInRecord, SignInTerms, StaffRecord, Trust
from busbar.domain.tenants.operators import OperatorService
from busbar.domain.tenants.steps import Credential, FindCredential, LoadBearer, OpenProvenSignIn, OpenSignIn
from busbar.domain.tenants.store import TenantStore
from busbar.kernel.bounded import BoundedDict
from busbar.kernel.ids import ApiKeyId, IdSource, SignInId, StaffId, is_key
from busbar.kernel.person import fold_email, read_name, read_trace
from busbar.kernel.secret import hash_secret, verify_secret
from busbar.ports.passwords import Secrets
from busbar.ports.work import UnitOfWork

_TRUSTED_MAX = 10_000


class BearerService:
    """Knows which bearer stands for whom."""

    def __init__(
        self,
        *,
        store: TenantStore,
        ids: IdSource,
        secrets: Secrets,
        key: bytes,
        terms: SignInTerms,
        operators: OperatorService,
        factors: FactorService,
    ) -> None:
        self._factors = factors
        self._store = store
        self._ids = ids
        self._secrets = secrets
        self._key = key
        self._terms = terms
        self._operators = operators
        self._trusted: BoundedDict[str, Trust] = BoundedDict(bound=_TRUSTED_MAX)
        """By the hash of the bearer's text."""

    # ---- resolving ---------------------------------------------------------------------------------------------------

    def recall(self, text: str, *, now: datetime) -> Trust | None:
        """Return whom a bearer stands for if that is in memory and fresh. No input or output: for any caller."""
        trust = self._trusted.get(hash_secret(text, self._key))
        return trust if trust is not None and now < trust.until else None

    async def load_bearer(self, message: LoadBearer, work: UnitOfWork) -> Trust:
        """Look a bearer up, write down its use, and trust it for a while."""
        bearer_hash = hash_secret(message.text, self._key)
        parts = model.split_key(message.text)
        if message.text.startswith(model.STAFF_BEARER):
            trust = await self._load_sign_in(bearer_hash, work)
        elif parts is not None:
            trust = await self._load_key(parts[0], message.text, work)
        else:
            raise model.BearerError("this is neither a bearer token nor a key")
        work.keep(self._trusted, bearer_hash, trust)
        return trust

    async def _load_sign_in(self, bearer_hash: str, work: UnitOfWork) -> Trust:
        found = await self._store.find_sign_in(work, bearer_hash=bearer_hash)
        record = None if found is None else await self._store.load_staff(work, found.staff_id)
        if found is None or record is None:
            raise model.BearerError("sign in again")
        operator = await self._operators.get(work, record.staff.operator_id)
        trust = model.trust_staff(
            record,
            found.sign_in,
            now=work.now,
            terms=self._terms,
            needs_factor=operator.requires_second_factor,
        )
        if work.now - found.sign_in.used_at >= self._terms.touch:
            self._store.touch_sign_in(work, found.sign_in.sign_in_id, work.now)
        return trust

    async def _load_key(self, prefix: str, text: str, work: UnitOfWork) -> Trust:
        found = await self._store.find_api_key(work, prefix=prefix)
        if found is None or not verify_secret(text, found.secret_hash, self._key):
            raise model.BearerError("there is no such key")
        trust = model.trust_key(found.api_key, now=work.now, terms=self._terms)
        used_at = found.api_key.used_at
        if used_at is None or work.now - used_at >= self._terms.touch:
            self._store.touch_api_key(work, found.api_key.api_key_id, work.now)
        return trust

    # ---- signing in and out ------------------------------------------------------------------------------------------

    async def find_credential(self, message: FindCredential, work: UnitOfWork) -> Credential:
        """Look up what a sign-in is checked against."""
        record: StaffRecord | None = None
        if message.staff_id is not None:
            record = await self._store.load_staff(work, message.staff_id)
        elif message.email is not None:
            record = await self._store.find_staff(work, email_key=fold_email(message.email))
        if record is None or not record.staff.is_active:
            return Credential()
        return Credential(staff_id=record.staff.staff_id, password_hash=record.password_hash)

    async def open_sign_in(self, message: OpenSignIn, work: UnitOfWork) -> StaffSignedIn:
        """Sign in a person whose password was right."""
        record = await self._store.load_staff(work, message.staff_id)
        if record is None or record.password_hash != message.seen_hash or not record.staff.is_active:
            raise model.CredentialsError("address or password is wrong")
        method = await self._factors.prove(work, message.staff_id, message.code)
        return await self._open(message, work, record=_note_sign_in(record, message, work), method=method)

    async def open_proven(self, message: OpenProvenSignIn, work: UnitOfWork) -> StaffSignedIn:
        """Sign in a person who proved who they are otherwise."""
        record = await self._store.load_staff(work, message.staff_id)
        if record is None or not record.staff.is_active:
            raise model.CredentialsError("nobody may sign in like this")
        signed_in = msgspec.structs.replace(record.staff, signed_in_at=work.now)
        return await self._open(
            message, work, record=msgspec.structs.replace(record, staff=signed_in), method=message.method
        )

    async def _open(
        self, message: OpenSignIn | OpenProvenSignIn, work: UnitOfWork, *, record: StaffRecord, method: SignInMethod
    ) -> StaffSignedIn:
        sign_in = SignIn(
            sign_in_id=SignInId(self._ids.new()),
            created_at=work.now,
            used_at=work.now,
            expires_at=work.now + self._terms.lifetime,
            address=read_trace(message.address, chars_max=model.ADDRESS_MAX_CHARS),
            client=read_trace(message.client, chars_max=model.CLIENT_MAX_CHARS),
            method=method,
        )
        bearer = Secret(text=model.STAFF_BEARER + self._secrets.new_bearer())
        await self._make_room(work, message.staff_id)
        stored = SignInRecord(
            sign_in=sign_in, staff_id=message.staff_id, bearer_hash=hash_secret(bearer.text, self._key)
        )
        await self._store.insert_sign_in(work, stored)
        await self._store.update_staff(work, record)
        subject = f"staff:{message.staff_id}"
        detail = {"sign_in_id": sign_in.sign_in_id, "method": method}
        operator = await self._operators.get(work, record.staff.operator_id)
        await self._operators.note(
            work, subject, "staff.sign_in", subject, operator_id=record.staff.operator_id, **detail
        )
        return StaffSignedIn(
            bearer=bearer,
            expires_at=sign_in.expires_at,
            principal=model.principal_of(record.staff, sign_in=sign_in, needs_factor=operator.requires_second_factor),
            staff=record.staff,
        )

    async def _make_room(self, work: UnitOfWork, staff_id: StaffId) -> None:
        held = await self._store.list_sign_ins(work, staff_id)
        over = [record for record in held if model.expire_at(record.sign_in, self._terms) <= work.now]
        live = [record for record in held if record not in over]
        await self._end(work, over + live[self._terms.live_max - 1 :])

    async def sign_out(self, message: SignOutStaff, work: UnitOfWork) -> None:
        """End the sign-in of a bearer token."""
        text = message.bearer.text
        bearer_hash = hash_secret(text, self._key) if model.is_bearer(text) else ""
        record = await self._store.find_sign_in(work, bearer_hash=bearer_hash)
        if record is not None:
            await self._end(work, [record])

    async def list_sign_ins(self, message: ListStaffSignIns, work: UnitOfWork) -> tuple[SignIn, ...]:
        """Return a person's live sign-ins."""
        staff_id = message.by.staff_id if message.staff_id is None else message.staff_id
        if staff_id is None:
            return ()
        if staff_id != message.by.staff_id:
            record = await self._store.load_staff(work, staff_id) if is_key(staff_id) else None
            if record is None or not message.by.may_see_operator(record.staff.operator_id):
                raise model.StaffNotFoundError("no such member of staff", staff_id=staff_id[:64])
            model.require_administrator(message.by, record.staff.operator_id)
        held = [record.sign_in for record in await self._store.list_sign_ins(work, staff_id)]
        return tuple(sign_in for sign_in in held if model.expire_at(sign_in, self._terms) > work.now)

    async def revoke_sign_in(self, message: RevokeStaffSignIn, work: UnitOfWork) -> None:
        """End a sign-in by its id."""
        sign_in_id = message.sign_in_id
        found = await self._store.load_sign_in(work, sign_in_id) if is_key(sign_in_id) else None
        record = None if found is None else await self._store.load_staff(work, found.staff_id)
        if found is None or record is None or not message.by.may_see_operator(record.staff.operator_id):
            raise model.SignInNotFoundError("no such sign-in", sign_in_id=sign_in_id[:64])
        staff = record.staff
        if staff.staff_id != message.by.staff_id:
            model.require_administrator(message.by, staff.operator_id)
            model.require_scope(message.by, role=staff.role, site_ids=staff.site_ids, is_platform=staff.is_platform)
        await self._end(work, [found])
        subject = f"staff:{staff.staff_id}"
        detail = {"sign_in_id": sign_in_id}
        await self._operators.note(
            work, message.by, "staff.revoke_sign_in", subject, operator_id=staff.operator_id, **detail
        )

    async def expire_sign_ins(self, _message: ExpireStaffSignIns, work: UnitOfWork) -> int:
        """Forget sign-ins that are over."""
        return await self._store.delete_over(work, expired_by=work.now, unused_since=work.now - self._terms.idle)

    async def end_sign_ins(self, work: UnitOfWork, staff_id: StaffId, *, kept: SignInId | None = None) -> None:
        """End all sign-ins of a person but one."""
        held = await self._store.list_sign_ins(work, staff_id)
        await self._end(work, [record for record in held if record.sign_in.sign_in_id != kept])
        self.forget_staff(work, staff_id)

    async def _end(self, work: UnitOfWork, records: Iterable[SignInRecord]) -> None:
        ended = list(records)
        if ended:
            await self._store.delete_sign_ins(work, [record.sign_in.sign_in_id for record in ended])
        for record in ended:
            work.forget(self._trusted, record.bearer_hash)

    def forget_staff(self, work: UnitOfWork, staff_id: StaffId) -> None:
        """Look this person up again at the next request."""
        for bearer_hash in [held for held, trust in self._trusted.items() if trust.principal.staff_id == staff_id]:
            work.forget(self._trusted, bearer_hash)

    # ---- API keys ----------------------------------------------------------------------------------------------------

    async def create_api_key(self, message: CreateApiKey, work: UnitOfWork) -> ApiKeyCreated:
        """Make a key within what its maker may."""
        by = message.by
        model.require_administrator(by, message.operator_id)
        site_ids = model.read_sites(message.site_ids)
        model.require_scope(by, role=message.role, site_ids=site_ids, is_platform=message.is_platform)
        await self._operators.get(work, message.operator_id)
        if message.expires_at is not None and message.expires_at <= work.now:
            raise model.ExpiryError("give an end that lies ahead")
        if await self._store.count_live_keys(work, message.operator_id, now=work.now) >= model.KEYS_MAX:
            raise model.TooManyKeysError(f"an operator has at most {model.KEYS_MAX} live keys")
        prefix = await self._choose_prefix(work)
        text = f"{model.KEY_BEARER}{prefix}_{self._secrets.new_bearer()}"
        api_key = ApiKey(
            api_key_id=ApiKeyId(self._ids.new()),
            operator_id=message.operator_id,
            name=read_name(message.name),
            prefix=prefix,
            role=message.role,
            site_ids=site_ids,
            is_platform=message.is_platform,
            created_at=work.now,
            created_by=by.name,
            expires_at=message.expires_at,
        )
        stored = ApiKeyRecord(api_key=api_key, secret_hash=hash_secret(text, self._key))
        await self._store.insert_api_key(work, stored)
        detail = {"role": message.role, "site_ids": site_ids, "is_platform": message.is_platform}
        subject = f"api_key:{api_key.api_key_id}"
        await self._operators.note(work, by, "api_key.create", subject, operator_id=message.operator_id, **detail)
        return ApiKeyCreated(api_key=api_key, secret=Secret(text=text))

    async def _choose_prefix(self, work: UnitOfWork) -> str:
        while True:  # 40 random bits: a second round is rare, a third never seen
            prefix = self._secrets.new_code(model.KEY_PREFIX_CHARS).lower()
            if await self._store.find_api_key(work, prefix=prefix) is None:
                return prefix

    async def revoke_api_key(self, message: RevokeApiKey, work: UnitOfWork) -> None:
        """End a key at once."""
        record = await self._store.load_api_key(work, message.api_key_id) if is_key(message.api_key_id) else None
        if record is None or record.api_key.operator_id != message.operator_id:
            raise model.ApiKeyNotFoundError("no such key", api_key_id=message.api_key_id[:64])
        held = record.api_key
        model.require_administrator(message.by, held.operator_id)
        model.require_scope(message.by, role=held.role, site_ids=held.site_ids, is_platform=held.is_platform)
        if held.revoked_at is not None:
            return
        await self._store.revoke_api_key(work, held.api_key_id, work.now)
        work.forget(self._trusted, record.secret_hash)
        subject = f"api_key:{held.api_key_id}"
        await self._operators.note(work, message.by, "api_key.revoke", subject, operator_id=held.operator_id)


def _note_sign_in(record: StaffRecord, message: OpenSignIn, work: UnitOfWork) -> StaffRecord:
    """Write down when the person last signed in and, where it is due, the hash with today's parameters."""
    return StaffRecord(
        staff=msgspec.structs.replace(record.staff, signed_in_at=work.now),
        password_hash=message.replacement_hash or record.password_hash,
    )
