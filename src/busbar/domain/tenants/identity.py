"""Identity providers of operators, and the people whom they know."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from busbar.canon.identity import FindIdentityProvider, IdentityProvider, IdentityTerms, RemoveIdentityProvider
from busbar.canon.message import Message
from busbar.canon.tenants import Principal, Role, SignInMethod, StaffMember, StaffSignedIn
from busbar.domain.tenants import identity_rules as rules
from busbar.domain.tenants import model
from busbar.domain.tenants.bearers import BearerService
from busbar.domain.tenants.identity_rules import Person
from busbar.domain.tenants.identity_steps import (
    AdmitPerson,
    ChooseProvider,
    IdentityRecord,
    LoadProvider,
    NoteRefusal,
    ProviderRecord,
    StoreProvider,
)
from busbar.domain.tenants.model import StaffRecord
from busbar.domain.tenants.operators import OperatorService
from busbar.domain.tenants.steps import OpenProvenSignIn
from busbar.domain.tenants.store import TenantStore
from busbar.kernel.ids import IdSource, OperatorId, StaffId
from busbar.kernel.person import fold_email
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
ACTOR = "identity_provider"
"""Who gives access in the audit log when a provider's word did."""


class IdentityService:
    """Keeps providers, and decides who comes in over them."""

    def __init__(
        self, *, store: TenantStore, ids: IdSource, operators: OperatorService, bearers: BearerService
    ) -> None:
        self._store = store
        self._ids = ids
        self._operators = operators
        self._bearers = bearers

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Return what the core gives to this part of the room."""
        return {
            AdmitPerson: self.admit,
            ChooseProvider: self.choose,
            FindIdentityProvider: self.find,
            LoadProvider: self.load,
            NoteRefusal: self.note_refusal,
            RemoveIdentityProvider: self.remove,
            StoreProvider: self.store,
        }

    # ---- providers ---------------------------------------------------------------------------------------------------

    async def find(self, message: FindIdentityProvider, work: UnitOfWork) -> IdentityProvider:
        """Show an operator's provider."""
        return _show(await self._load_own(work, message.by, message.operator_id))

    async def load(self, message: LoadProvider, work: UnitOfWork) -> ProviderRecord:
        """Return an operator's provider with its sealed secret."""
        return await self._load_own(work, message.by, message.operator_id)

    async def _load_own(self, work: UnitOfWork, by: Principal, operator_id: OperatorId) -> ProviderRecord:
        model.require_administrator(by, operator_id)
        record = await self._store.load_provider(work, operator_id)
        if record is None:
            raise rules.IdentityProviderNotFoundError("nobody signs in over a provider here")
        return record

    async def choose(self, message: ChooseProvider, work: UnitOfWork) -> ProviderRecord:
        """Find the provider that somebody signs in over."""
        operator_id = message.operator_id
        if operator_id is None and message.email is not None:
            operator_id = await self._store.find_domain(work, rules.domain_of(message.email))
        elif operator_id is None and message.slug is not None:
            operator = await self._store.find_operator(work, slug=message.slug)
            operator_id = None if operator is None else operator.operator_id
        elif operator_id is None:
            operator_id = await self._operators.find_default_or_none(work)
        record = None if operator_id is None else await self._store.load_provider(work, operator_id)
        if record is None or not record.terms.is_enabled:
            raise rules.IdentityProviderNotFoundError("nobody signs in over a provider here")
        return record

    async def store(self, message: StoreProvider, work: UnitOfWork) -> IdentityProvider:
        """Keep a provider."""
        by, operator_id, terms = message.by, message.operator_id, message.terms
        await self._operators.get(work, operator_id)
        before = await self._store.load_provider(work, operator_id)
        _require_reach(by, operator_id, terms, before)
        for domain in terms.email_domains:
            if await self._store.find_domain(work, domain) not in {None, operator_id}:
                raise rules.EmailDomainTakenError("addresses of this domain lead to another operator", domain=domain)
        secret = before.client_secret if message.keeps_secret and before is not None else message.client_secret
        record = ProviderRecord(operator_id=operator_id, terms=terms, client_secret=secret, updated_at=work.now)
        await self._store.put_provider(work, record)
        old = None if before is None else before.terms
        changed = [
            name for name in terms.__struct_fields__ if old is None or getattr(old, name) != getattr(terms, name)
        ]
        if not message.keeps_secret:
            changed.append("client_secret")
        await self._note(work, by, "identity_provider.save", operator_id, changed=changed)
        return _show(record)

    async def remove(self, message: RemoveIdentityProvider, work: UnitOfWork) -> None:
        """Forget a provider and whom it knows."""
        record = await self._load_own(work, message.by, message.operator_id)
        _require_reach(message.by, message.operator_id, record.terms, record)
        await self._store.delete_provider(work, message.operator_id)
        await self._note(work, message.by, "identity_provider.remove", message.operator_id)

    async def note_refusal(self, message: NoteRefusal, work: UnitOfWork) -> None:
        """Write down that somebody was not let in."""
        await self._note(
            work, ACTOR, "identity_provider.refuse", message.operator_id, code=message.code, reason=message.reason
        )

    # ---- people ------------------------------------------------------------------------------------------------------

    async def admit(self, message: AdmitPerson, work: UnitOfWork) -> StaffSignedIn:
        """Sign in whom a provider proved."""
        provider = await self._store.load_provider(work, message.operator_id)
        if provider is None or not provider.terms.is_enabled or provider.terms.issuer != message.issuer:
            raise rules.IdentityStateError("the provider has changed meanwhile: begin again")
        person, terms = message.person, provider.terms
        known = await self._store.find_identity(
            work, message.operator_id, issuer=message.issuer, subject=person.subject
        )
        record = None if known is None else await self._store.load_staff(work, known)
        if record is None:
            record = await self._meet(work, provider, person)
        elif record.staff.is_active:
            record = await self._fit(work, record, person, terms)
        _require_welcome(record, terms)
        return await self._bearers.open_proven(
            OpenProvenSignIn(
                staff_id=record.staff.staff_id,
                method=SignInMethod.PROVIDER,
                address=message.address,
                client=message.client,
            ),
            work,
        )

    async def _meet(self, work: UnitOfWork, provider: ProviderRecord, person: Person) -> StaffRecord:
        """Return the account of somebody whom this provider sends for the first time: by address, or a new one."""
        terms, operator_id = provider.terms, provider.operator_id
        email = rules.check_address(person, terms)
        record = await self._store.find_staff(work, email_key=fold_email(email))
        if record is not None and record.staff.operator_id != operator_id:
            raise rules.IdentityPersonError("nobody here has this address", reason="unknown")
        if record is None:
            record = await self._create(work, provider, person, email)
        else:
            _require_welcome(record, terms)
            if await self._store.has_identity(work, operator_id, issuer=terms.issuer, staff_id=record.staff.staff_id):
                raise rules.IdentityPersonError("this account belongs to somebody else there", reason="linked")
            record = await self._fit(work, record, person, terms)
        staff_id = record.staff.staff_id
        await self._store.insert_identity(
            work,
            IdentityRecord(
                operator_id=operator_id,
                issuer=terms.issuer,
                subject=person.subject,
                staff_id=staff_id,
                created_at=work.now,
            ),
        )
        await self._note_person(work, "staff.link_identity", record.staff)
        return record

    async def _create(self, work: UnitOfWork, provider: ProviderRecord, person: Person, email: str) -> StaffRecord:
        terms, operator_id = provider.terms, provider.operator_id
        if not terms.creates_unknown:
            raise rules.IdentityPersonError("nobody here has this address", reason="unknown")
        rule = rules.choose_rule(person, terms)
        if rule is None:
            raise rules.IdentityPersonError("none of the person's groups may come in here", reason="group")
        if await self._store.count_staff(work, operator_id) >= model.STAFF_MAX:
            raise model.TooManyStaffError(f"an operator has at most {model.STAFF_MAX} members of staff")
        operator = await self._operators.get(work, operator_id)
        staff = StaffMember(
            staff_id=StaffId(self._ids.new()),
            operator_id=operator_id,
            email=email,
            display_name=person.display_name,
            language=operator.language,
            role=rule.role,
            site_ids=rule.site_ids,
            is_platform=False,
            is_active=True,
            created_at=work.now,
        )
        record = StaffRecord(staff=staff, password_hash=None)
        await self._store.insert_staff(work, record)
        await self._note_person(work, "staff.create", staff, role=staff.role, site_ids=staff.site_ids)
        return record

    async def _fit(self, work: UnitOfWork, record: StaffRecord, person: Person, terms: IdentityTerms) -> StaffRecord:
        """Give somebody the role that the provider's groups say, unless nobody would be left to manage all this."""
        before = record.staff
        if before.is_platform or not terms.rules:
            return record
        rule = rules.choose_rule(person, terms)
        if rule is None or (rule.role, rule.site_ids) == (before.role, before.site_ids):
            return record
        after = msgspec.structs.replace(before, role=rule.role, site_ids=rule.site_ids)
        if model.find_orphaning(before, after):
            left = await self._store.list_administrators(work, operator_id=before.operator_id)
            if all(each.staff.staff_id == before.staff_id for each in left):
                return record
        fitted = msgspec.structs.replace(record, staff=after)
        await self._store.update_staff(work, fitted)
        self._bearers.forget_staff(work, before.staff_id)
        await self._note_person(
            work, "staff.update", after, changed=["role", "site_ids"], role=after.role, site_ids=after.site_ids
        )
        return fitted

    async def _note_person(self, work: UnitOfWork, action: str, staff: StaffMember, **detail: object) -> None:
        subject = f"staff:{staff.staff_id}"
        await self._operators.note(work, ACTOR, action, subject, operator_id=staff.operator_id, **detail)

    async def _note(
        self, work: UnitOfWork, by: Principal | str, action: str, operator_id: OperatorId, **detail: object
    ) -> None:
        subject = f"operator:{operator_id}"
        await self._operators.note(work, by, action, subject, operator_id=operator_id, **detail)


def _require_reach(by: Principal, operator_id: OperatorId, terms: IdentityTerms, before: ProviderRecord | None) -> None:
    """Whoever names a provider lets it make administrators; for staff of the platform only the platform does."""
    model.require_administrator(by, operator_id)
    was_wide = before is not None and before.terms.covers_platform
    model.require_scope(by, role=Role.ADMIN, site_ids=(), is_platform=terms.covers_platform or was_wide)


def _require_welcome(record: StaffRecord, terms: IdentityTerms) -> None:
    if not record.staff.is_active:
        raise rules.IdentityPersonError("this person is blocked", reason="inactive")
    if record.staff.is_platform and not terms.covers_platform:
        raise rules.IdentityPersonError("whoever sees all operators signs in otherwise", reason="platform")


def _show(record: ProviderRecord) -> IdentityProvider:
    return IdentityProvider(
        operator_id=record.operator_id,
        terms=record.terms,
        has_secret=record.client_secret is not None,
        updated_at=record.updated_at,
    )
