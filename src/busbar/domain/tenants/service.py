"""The tenants room put together: what it handles."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from busbar.canon.message import Fact, Message
from busbar.canon.tenants import (
    CreateApiKey,
    CreateOperator,
    ExpireStaffSignIns,
    FindDefaultOperator,
    FindOperator,
    ListStaffSignIns,
    RecordAudit,
    RevokeApiKey,
    RevokeStaffSignIn,
    SignOutStaff,
    UpdateOperator,
    UpdateStaff,
)
from busbar.domain.tenants.bearers import BearerService
from busbar.domain.tenants.entry import StaffEntry
from busbar.domain.tenants.factors import FactorService
from busbar.domain.tenants.identity import IdentityService
from busbar.domain.tenants.model import SignInTerms
from busbar.domain.tenants.operators import OperatorService
from busbar.domain.tenants.staff import StaffService
from busbar.domain.tenants.steps import (
    FindAdministrator,
    FindCredential,
    LoadBearer,
    OpenProvenSignIn,
    OpenSignIn,
    StoreAdministrator,
    StorePassword,
    StoreStaff,
)
from busbar.domain.tenants.store import TenantStore
from busbar.kernel.ids import IdSource
from busbar.ports.passwords import Secrets
from busbar.ports.sealing import NO_SEALER, Sealer
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]


class TenantService:
    """Operators, staff, sign-ins, keys and the audit log."""

    def __init__(
        self,
        *,
        store: TenantStore,
        ids: IdSource,
        secrets: Secrets,
        key: bytes,
        terms: SignInTerms | None = None,
        sealer: Sealer = NO_SEALER,
    ) -> None:
        """`key`: the installation's own, for the hashes of bearers and keys; another key ends all of them."""
        self.operators = OperatorService(store=store, ids=ids)
        self.factors = FactorService(
            store=store, ids=ids, secrets=secrets, key=key, sealer=sealer, operators=self.operators
        )
        self.bearers = BearerService(
            store=store,
            ids=ids,
            secrets=secrets,
            key=key,
            terms=terms or SignInTerms(),
            operators=self.operators,
            factors=self.factors,
        )
        self.factors.end_sign_ins = self.bearers.end_sign_ins
        self.identity = IdentityService(store=store, ids=ids, operators=self.operators, bearers=self.bearers)
        self.entry = StaffEntry(store=store, operators=self.operators, bearers=self.bearers)
        self.staff = StaffService(
            store=store, ids=ids, operators=self.operators, bearers=self.bearers, entry=self.entry
        )

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this room. The room's other commands are errands."""
        return {
            **self.factors.handlers(),
            **self.entry.handlers(),
            **self.identity.handlers(),
            OpenProvenSignIn: self.bearers.open_proven,
            CreateApiKey: self.bearers.create_api_key,
            CreateOperator: self.operators.create_operator,
            ExpireStaffSignIns: self.bearers.expire_sign_ins,
            FindAdministrator: self.staff.find_administrator,
            FindCredential: self.bearers.find_credential,
            FindDefaultOperator: self.operators.find_default,
            FindOperator: self.operators.find_operator,
            ListStaffSignIns: self.bearers.list_sign_ins,
            LoadBearer: self.bearers.load_bearer,
            OpenSignIn: self.bearers.open_sign_in,
            RecordAudit: self.operators.record_audit,
            RevokeApiKey: self.bearers.revoke_api_key,
            RevokeStaffSignIn: self.bearers.revoke_sign_in,
            SignOutStaff: self.bearers.sign_out,
            StoreAdministrator: self.staff.store_administrator,
            StorePassword: self.staff.store_password,
            StoreStaff: self.staff.store_staff,
            UpdateOperator: self.operators.update_operator,
            UpdateStaff: self.staff.update_staff,
        }

    def listeners(self) -> list[tuple[type[Fact], str, Handler]]:
        """Return what this room wants to hear: nothing."""
        return []
