"""Second factors: phones, recovery codes and passkeys, within the unit of work."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from busbar.canon.factors import (
    BeginTotp,
    ConfirmTotp,
    FindSecondFactors,
    MakeRecoveryCodes,
    Passkey,
    RemovePasskey,
    RemoveTotp,
    ResetSecondFactors,
    SecondFactors,
    TotpOffer,
)
from busbar.canon.message import Message
from busbar.canon.secret import Secret
from busbar.canon.tenants import Principal, SignInMethod, StaffMember
from busbar.domain.tenants import model
from busbar.domain.tenants.model import StaffRecord, TotpRecord
from busbar.domain.tenants.operators import OperatorService
from busbar.domain.tenants.steps import (
    FindPasskeys,
    NoteWrongCode,
    OpenChallenge,
    PasskeyRecord,
    StorePasskey,
    TakeChallenge,
    TakenChallenge,
    UsePasskey,
)
from busbar.domain.tenants.store import TenantStore
from busbar.kernel import totp
from busbar.kernel.ids import IdSource, PasskeyId, SignInId, StaffId, is_key
from busbar.kernel.person import read_name
from busbar.kernel.secret import hash_secret
from busbar.ports.passwords import Secrets
from busbar.ports.sealing import Sealer
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
EndSignIns = Callable[..., Awaitable[None]]
ISSUER = "Busbar"


class FactorService:
    """Knows what proves somebody beside the password."""

    def __init__(
        self,
        *,
        store: TenantStore,
        ids: IdSource,
        secrets: Secrets,
        key: bytes,
        sealer: Sealer,
        operators: OperatorService,
    ) -> None:
        self._store = store
        self._ids = ids
        self._secrets = secrets
        self._key = key
        self._sealer = sealer
        self._operators = operators
        self.end_sign_ins: EndSignIns = _end_none
        """Set by the room: ends all sign-ins of a person but one."""

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this part of the room."""
        return {
            FindSecondFactors: self.find,
            BeginTotp: self.begin_totp,
            ConfirmTotp: self.confirm_totp,
            RemoveTotp: self.remove_totp,
            MakeRecoveryCodes: self.make_recovery_codes,
            ResetSecondFactors: self.reset,
            RemovePasskey: self.remove_passkey,
            NoteWrongCode: self.note_wrong_code,
            OpenChallenge: self.open_challenge,
            TakeChallenge: self.take_challenge,
            FindPasskeys: self.find_passkeys,
            StorePasskey: self.store_passkey,
            UsePasskey: self.use_passkey,
        }

    # ---- at sign-in --------------------------------------------------------------------------------------------------

    async def prove(self, work: UnitOfWork, staff_id: StaffId, code: Secret | None) -> SignInMethod:
        """Decide whether a right password is enough, and use a code up.

        Errors: `denied.second_factor`, `denied.code`, `limit_exceeded.codes`.
        """
        record = await self._store.load_totp(work, staff_id)
        if record is None or not record.is_confirmed:
            if await self._store.list_passkeys(work, staff_id=staff_id):
                raise model.SecondFactorError("sign in with a passkey", method="passkey")
            return SignInMethod.PASSWORD
        if code is None:
            raise model.SecondFactorError("give a code as well", method="totp")
        return await self._use_code(work, record, code)

    async def _use_code(self, work: UnitOfWork, record: TotpRecord, code: Secret) -> SignInMethod:
        model.check_not_blocked(record, now=work.now)
        secret = self._open(record)
        step = totp.find_step(secret, code.text, now_s=work.now.timestamp(), last_step=record.last_step)
        if step is not None:
            await self._store.put_totp(work, _calm(record, last_step=step))
            return SignInMethod.TOTP
        used = hash_secret(model.fold_code(code.text), self._key)
        if used not in record.recovery_hashes:
            raise model.CodeError("the code is wrong, too old, or was used before")
        left = tuple(each for each in record.recovery_hashes if each != used)
        await self._store.put_totp(work, _calm(record, recovery_hashes=left))
        return SignInMethod.RECOVERY

    async def note_wrong_code(self, message: NoteWrongCode, work: UnitOfWork) -> None:
        """Count a wrong code."""
        record = await self._store.load_totp(work, message.staff_id)
        if record is not None:
            await self._store.put_totp(work, model.note_wrong_code(record, now=work.now))

    # ---- setting up --------------------------------------------------------------------------------------------------

    async def find(self, message: FindSecondFactors, work: UnitOfWork) -> SecondFactors:
        """Show what somebody has set up."""
        by, staff_id = message.by, message.staff_id
        if staff_id is None or staff_id == by.staff_id:
            staff_id = _require_person(by)
            operator_id = (await self._get(work, staff_id)).staff.operator_id
        else:
            operator_id = (await self._get_other(work, by, staff_id)).operator_id
        record = await self._store.load_totp(work, staff_id)
        passkeys = await self._store.list_passkeys(work, staff_id=staff_id)
        operator = await self._operators.get(work, operator_id)
        is_on = record is not None and record.is_confirmed
        return SecondFactors(
            has_totp=is_on,
            recovery_codes=len(record.recovery_hashes) if record is not None and is_on else 0,
            passkeys=tuple(each.passkey for each in passkeys),
            is_required=operator.requires_second_factor,
        )

    async def begin_totp(self, message: BeginTotp, work: UnitOfWork) -> TotpOffer:
        """Make a secret."""
        staff_id = _require_person(message.by)
        held = await self._store.load_totp(work, staff_id)
        if held is not None and held.is_confirmed:
            raise model.TotpError("a phone is set up already")
        record = await self._get(work, staff_id)
        secret = totp.read_secret(self._secrets.new_code(totp.SECRET_BYTES * 8 // 5))
        sealed = self._sealer.seal(totp.write_secret(secret), place=f"staff_totp:{staff_id}")
        await self._store.put_totp(work, TotpRecord(staff_id=staff_id, secret=sealed, created_at=work.now))
        address = totp.write_address(secret, account=record.staff.email, issuer=ISSUER)
        return TotpOffer(secret=Secret(text=totp.write_secret(secret)), address=Secret(text=address))

    async def confirm_totp(self, message: ConfirmTotp, work: UnitOfWork) -> tuple[Secret, ...]:
        """Take the first code."""
        staff_id = _require_person(message.by)
        held = await self._store.load_totp(work, staff_id)
        if held is None or held.is_confirmed:
            raise model.TotpError("begin with a new secret")
        step = totp.find_step(self._open(held), message.code.text, now_s=work.now.timestamp(), last_step=0)
        if step is None:
            raise model.CodeError("the code is wrong, or the clock of the phone is")
        codes, hashes = self._make_codes()
        await self._store.put_totp(
            work, msgspec.structs.replace(held, is_confirmed=True, last_step=step, recovery_hashes=hashes)
        )
        await self._raise_sign_in(work, message.by, SignInMethod.TOTP)
        await self._note(work, message.by, "staff.add_totp", staff_id)
        return codes

    async def remove_totp(self, message: RemoveTotp, work: UnitOfWork) -> None:
        """Give up a phone."""
        staff_id, held = await self._hold(work, message.by)
        await self._use_code(work, held, message.code)
        await self._store.delete_totp(work, staff_id)
        await self._note(work, message.by, "staff.remove_totp", staff_id)

    async def make_recovery_codes(self, message: MakeRecoveryCodes, work: UnitOfWork) -> tuple[Secret, ...]:
        """Make new recovery codes."""
        staff_id, held = await self._hold(work, message.by)
        await self._use_code(work, held, message.code)
        held = await self._store.load_totp(work, staff_id) or held
        codes, hashes = self._make_codes()
        await self._store.put_totp(work, msgspec.structs.replace(held, recovery_hashes=hashes))
        await self._note(work, message.by, "staff.make_recovery_codes", staff_id)
        return codes

    async def reset(self, message: ResetSecondFactors, work: UnitOfWork) -> None:
        """Take everything of that kind from somebody."""
        staff = await self._get_other(work, message.by, message.staff_id)
        model.require_scope(message.by, role=staff.role, site_ids=staff.site_ids, is_platform=staff.is_platform)
        await self._store.delete_totp(work, staff.staff_id)
        passkeys = await self._store.list_passkeys(work, staff_id=staff.staff_id)
        await self._store.delete_passkeys(work, [each.passkey.passkey_id for each in passkeys])
        await self._store.delete_identities(work, staff.staff_id)
        await self.end_sign_ins(work, staff.staff_id, kept=None)
        await self._note(work, message.by, "staff.reset_second_factors", staff.staff_id)

    # ---- passkeys ----------------------------------------------------------------------------------------------------

    async def find_passkeys(self, message: FindPasskeys, work: UnitOfWork) -> tuple[PasskeyRecord, ...]:
        """Look passkeys up."""
        found = await self._store.list_passkeys(work, staff_id=message.staff_id, credential_id=message.credential_id)
        return tuple(found)

    async def store_passkey(self, message: StorePasskey, work: UnitOfWork) -> Passkey:
        """Keep a passkey."""
        staff_id = _require_person(message.by)
        if len(await self._store.list_passkeys(work, staff_id=staff_id)) >= model.PASSKEYS_MAX:
            raise model.TooManyPasskeysError(f"at most {model.PASSKEYS_MAX} passkeys")
        if await self._store.list_passkeys(work, credential_id=message.credential_id):
            raise model.PasskeyTakenError("this passkey is kept already")
        passkey = Passkey(passkey_id=PasskeyId(self._ids.new()), name=read_name(message.name), created_at=work.now)
        record = PasskeyRecord(
            passkey=passkey,
            staff_id=staff_id,
            credential_id=message.credential_id,
            public_key=message.public_key,
            sign_count=message.sign_count,
        )
        await self._store.insert_passkey(work, record)
        await self._raise_sign_in(work, message.by, SignInMethod.PASSKEY)
        await self._note(work, message.by, "staff.add_passkey", staff_id, passkey_id=passkey.passkey_id)
        return passkey

    async def use_passkey(self, message: UsePasskey, work: UnitOfWork) -> None:
        """Note that a passkey was used."""
        await self._store.use_passkey(work, message.passkey_id, sign_count=message.sign_count, used_at=work.now)

    async def remove_passkey(self, message: RemovePasskey, work: UnitOfWork) -> None:
        """Forget a passkey."""
        staff_id = _require_person(message.by)
        held = await self._store.list_passkeys(work, staff_id=staff_id)
        if message.passkey_id not in {each.passkey.passkey_id for each in held}:
            raise model.PasskeyNotFoundError("no such passkey", passkey_id=message.passkey_id[:64])
        await self._store.delete_passkeys(work, [message.passkey_id])
        await self._note(work, message.by, "staff.remove_passkey", staff_id, passkey_id=message.passkey_id)

    async def open_challenge(self, message: OpenChallenge, work: UnitOfWork) -> None:
        """Remember a challenge."""
        life_s = message.life_s
        await self._store.insert_challenge(
            work,
            hash_secret(message.challenge, self._key),
            purpose=message.purpose,
            staff_id=message.staff_id,
            content=message.content,
            expires_at=work.now + (model.CHALLENGE_LIFE if life_s is None else timedelta(seconds=life_s)),
        )

    async def take_challenge(self, message: TakeChallenge, work: UnitOfWork) -> TakenChallenge | None:
        """Use a challenge up."""
        return await self._store.take_challenge(
            work, hash_secret(message.challenge, self._key), purpose=message.purpose
        )

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _open(self, record: TotpRecord) -> bytes:
        return totp.read_secret(self._sealer.unseal(record.secret, place=f"staff_totp:{record.staff_id}"))

    def _make_codes(self) -> tuple[tuple[Secret, ...], tuple[str, ...]]:
        made = [self._secrets.new_code(model.RECOVERY_CODE_CHARS) for _ in range(model.RECOVERY_CODES)]
        hashes = tuple(hash_secret(model.fold_code(code), self._key) for code in made)
        return tuple(Secret(text=model.write_recovery_code(code)) for code in made), hashes

    async def _hold(self, work: UnitOfWork, by: Principal) -> tuple[StaffId, TotpRecord]:
        staff_id = _require_person(by)
        held = await self._store.load_totp(work, staff_id)
        if held is None or not held.is_confirmed:
            raise model.TotpError("no phone is set up")
        return staff_id, held

    async def _raise_sign_in(self, work: UnitOfWork, by: Principal, method: SignInMethod) -> None:
        """Let this sign-in count as one with a second factor; all others of the person end."""
        kept: SignInId | None = by.sign_in_id
        if kept is not None:
            await self._store.set_method(work, kept, method)
        await self.end_sign_ins(work, _require_person(by), kept=kept)

    async def _get(self, work: UnitOfWork, staff_id: StaffId) -> StaffRecord:
        record = await self._store.load_staff(work, staff_id)
        if record is None:
            raise model.StaffNotFoundError("no such member of staff", staff_id=staff_id)
        return record

    async def _get_other(self, work: UnitOfWork, by: Principal, staff_id: StaffId) -> StaffMember:
        record = await self._store.load_staff(work, staff_id) if is_key(staff_id) else None
        if record is None or record.staff.operator_id != by.operator_id:
            raise model.StaffNotFoundError("no such member of staff", staff_id=staff_id[:64])
        model.require_administrator(by, record.staff.operator_id)
        return record.staff

    async def _note(self, work: UnitOfWork, by: Principal, action: str, staff_id: StaffId, **detail: object) -> None:
        record = await self._get(work, staff_id)
        await self._operators.note(
            work, by, action, f"staff:{staff_id}", operator_id=record.staff.operator_id, **detail
        )


def _calm(record: TotpRecord, **changes: Any) -> TotpRecord:
    """Return the record after a right code."""
    return msgspec.structs.replace(record, failures=0, blocked_until=None, **changes)


def _require_person(by: Principal) -> StaffId:
    if by.staff_id is None:
        raise model.ProgramError("a key of a program has no password, phone or passkey")
    return by.staff_id


async def _end_none(work: UnitOfWork, staff_id: StaffId, *, kept: SignInId | None) -> None:
    """Stand in until the room says how sign-ins end."""
