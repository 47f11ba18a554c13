"""What the tenants room needs of a database. All reads and writes are part of `work`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from busbar.canon.tenants import Operator, SignInMethod
from busbar.domain.tenants.identity_steps import IdentityRecord, ProviderRecord
from busbar.domain.tenants.model import ApiKeyRecord, AuditEntry, SignInRecord, StaffRecord, TotpRecord
from busbar.domain.tenants.steps import PasskeyRecord, TakenChallenge
from busbar.kernel.ids import ApiKeyId, OperatorId, PasskeyId, SignInId, StaffId
from busbar.ports.work import UnitOfWork


class OperatorStore(Protocol):
    """Operators and the audit log."""

    async def load_operator(self, work: UnitOfWork, operator_id: OperatorId) -> Operator | None:
        """Return the operator."""
        ...

    async def find_operator(self, work: UnitOfWork, *, slug: str) -> Operator | None:
        """Return the operator with this slug."""
        ...

    async def find_default_operator(self, work: UnitOfWork) -> Operator | None:
        """Return the operator that is the default one."""
        ...

    async def insert_operator(self, work: UnitOfWork, operator: Operator) -> None:
        """Add an operator."""
        ...

    async def update_operator(self, work: UnitOfWork, operator: Operator) -> None:
        """Write an operator's new state."""
        ...

    def append_audit(self, work: UnitOfWork, entry: AuditEntry) -> None:
        """Add an entry to the audit log; bulk, at the end of the batch. There is no way to change or remove one."""
        ...


class StaffStore(Protocol):
    """Staff and their sign-ins."""

    async def load_staff(self, work: UnitOfWork, staff_id: StaffId) -> StaffRecord | None:
        """Return a member of staff."""
        ...

    async def find_staff(self, work: UnitOfWork, *, email_key: str) -> StaffRecord | None:
        """Return the member of staff with this (folded) address."""
        ...

    async def count_staff(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        """Return how many members of staff an operator has."""
        ...

    async def list_administrators(
        self, work: UnitOfWork, *, operator_id: OperatorId | None = None
    ) -> Sequence[StaffRecord]:
        """Return active administrators of one operator, or (None) those of the platform; at most ten."""
        ...

    async def insert_staff(self, work: UnitOfWork, record: StaffRecord) -> None:
        """Add a member of staff."""
        ...

    async def update_staff(self, work: UnitOfWork, record: StaffRecord) -> None:
        """Write a member's new state."""
        ...

    async def insert_sign_in(self, work: UnitOfWork, record: SignInRecord) -> None:
        """Add a sign-in."""
        ...

    async def find_sign_in(self, work: UnitOfWork, *, bearer_hash: str) -> SignInRecord | None:
        """Return the sign-in of a bearer token."""
        ...

    async def load_sign_in(self, work: UnitOfWork, sign_in_id: SignInId) -> SignInRecord | None:
        """Return a sign-in."""
        ...

    async def list_sign_ins(self, work: UnitOfWork, staff_id: StaffId) -> Sequence[SignInRecord]:
        """Return a person's sign-ins, newest first."""
        ...

    def touch_sign_in(self, work: UnitOfWork, sign_in_id: SignInId, used_at: datetime) -> None:
        """Write down the last use; bulk, at the end of the batch."""
        ...

    async def delete_sign_ins(self, work: UnitOfWork, sign_in_ids: Sequence[SignInId]) -> None:
        """Remove sign-ins."""
        ...

    async def delete_over(self, work: UnitOfWork, *, expired_by: datetime, unused_since: datetime) -> int:
        """Remove sign-ins that are over; return how many."""
        ...


class FactorStore(Protocol):
    """Phones, passkeys and challenges."""

    async def load_totp(self, work: UnitOfWork, staff_id: StaffId) -> TotpRecord | None:
        """Return somebody's phone."""
        ...

    async def put_totp(self, work: UnitOfWork, record: TotpRecord) -> None:
        """Write somebody's phone."""
        ...

    async def delete_totp(self, work: UnitOfWork, staff_id: StaffId) -> None:
        """Remove somebody's phone."""
        ...

    async def list_passkeys(
        self, work: UnitOfWork, *, staff_id: StaffId | None = None, credential_id: str | None = None
    ) -> Sequence[PasskeyRecord]:
        """Return somebody's passkeys, or the one with this credential; oldest first."""
        ...

    async def insert_passkey(self, work: UnitOfWork, record: PasskeyRecord) -> None:
        """Add a passkey."""
        ...

    async def use_passkey(self, work: UnitOfWork, passkey_id: PasskeyId, *, sign_count: int, used_at: datetime) -> None:
        """Note that a passkey was used."""
        ...

    async def delete_passkeys(self, work: UnitOfWork, passkey_ids: Sequence[PasskeyId]) -> None:
        """Remove passkeys."""
        ...

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
        """Remember a challenge."""
        ...

    async def take_challenge(self, work: UnitOfWork, challenge_hash: str, *, purpose: str) -> TakenChallenge | None:
        """Remove a challenge and return it, unless it is too old; those that are go as well."""
        ...

    async def set_method(self, work: UnitOfWork, sign_in_id: SignInId, method: SignInMethod) -> None:
        """Write down how a sign-in was proved."""
        ...


class ApiKeyStore(Protocol):
    """API keys."""

    async def insert_api_key(self, work: UnitOfWork, record: ApiKeyRecord) -> None:
        """Add a key."""
        ...

    async def load_api_key(self, work: UnitOfWork, api_key_id: ApiKeyId) -> ApiKeyRecord | None:
        """Return a key."""
        ...

    async def find_api_key(self, work: UnitOfWork, *, prefix: str) -> ApiKeyRecord | None:
        """Return the key with this prefix."""
        ...

    async def count_live_keys(self, work: UnitOfWork, operator_id: OperatorId, *, now: datetime) -> int:
        """Return how many keys of an operator are neither revoked nor expired."""
        ...

    def touch_api_key(self, work: UnitOfWork, api_key_id: ApiKeyId, used_at: datetime) -> None:
        """Write down the last use; bulk, at the end of the batch."""
        ...

    async def revoke_api_key(self, work: UnitOfWork, api_key_id: ApiKeyId, revoked_at: datetime) -> None:
        """Write down the end of a key."""
        ...


class IdentityStore(Protocol):
    """Identity providers, and the people whom they know."""

    async def load_provider(self, work: UnitOfWork, operator_id: OperatorId) -> ProviderRecord | None:
        """Return an operator's provider."""
        ...

    async def put_provider(self, work: UnitOfWork, record: ProviderRecord) -> None:
        """Write an operator's provider, and which addresses lead to it."""
        ...

    async def delete_provider(self, work: UnitOfWork, operator_id: OperatorId) -> None:
        """Remove an operator's provider and whom it knows."""
        ...

    async def find_domain(self, work: UnitOfWork, domain: str) -> OperatorId | None:
        """Return whose provider addresses of a domain lead to."""
        ...

    async def find_identity(
        self, work: UnitOfWork, operator_id: OperatorId, *, issuer: str, subject: str
    ) -> StaffId | None:
        """Return whom a provider's name stands for."""
        ...

    async def has_identity(self, work: UnitOfWork, operator_id: OperatorId, *, issuer: str, staff_id: StaffId) -> bool:
        """Tell whether a provider knows a member of staff already."""
        ...

    async def insert_identity(self, work: UnitOfWork, record: IdentityRecord) -> None:
        """Remember under which name a provider knows somebody."""
        ...

    async def delete_identities(self, work: UnitOfWork, staff_id: StaffId) -> None:
        """Forget under which names providers know somebody."""
        ...


class TenantStore(OperatorStore, StaffStore, FactorStore, ApiKeyStore, IdentityStore, Protocol):
    """Everything of the room."""
